from django.urls import path

from volunteers import views

_station = "stations/<str:code>/volunteers/"

urlpatterns = [
    path("volunteers/", views.volunteers_overview, name="volunteers_overview"),
    path(f"{_station}groups/", views.volunteer_groups, name="volunteer_groups"),
    path(f"{_station}fields/", views.volunteer_fields, name="volunteer_fields"),
    path(f"{_station}invite/", views.volunteer_invite, name="volunteer_invite"),
]
