from django.urls import path

from accreditation.reviewing import lists, queue, views

DESK = "accreditation/desk/"
ONE = f"{DESK}<str:number>/"

lists.declare()

urlpatterns = [
    path(DESK, queue.review_desk, name="review_desk"),
    path(f"{DESK}assign/", queue.desk_assign, name="desk_assign"),
    path(ONE, views.desk_review, name="desk_review"),
    path(f"{ONE}verdict/", views.desk_verdict, name="desk_verdict"),
    path(f"{ONE}confirm/", views.desk_confirm, name="desk_confirm"),
    path(f"{ONE}now/<str:code>/", views.desk_now, name="desk_now"),
]
