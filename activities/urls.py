from django.urls import path

from activities import views

urlpatterns = [
    path("activities/", views.ledger, name="activities"),
]
