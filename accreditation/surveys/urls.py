from django.urls import path

from accreditation.surveys import views

urlpatterns = [
    path("stations/<str:code>/surveys/", views.station_surveys, name="station_surveys"),
    path("surveys/", views.surveys, name="surveys"),
]
