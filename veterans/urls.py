from django.urls import path

from veterans import views

urlpatterns = [
    path("stations/<str:code>/find/people/", views.find_people, name="find_people"),
    path("veterans/", views.roster, name="veterans"),
    path("veterans/<str:person_code>/unmask/", views.person_unmask, name="person_unmask"),
]
