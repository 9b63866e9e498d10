from django.urls import path

from accreditation.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/missing/", views.desk_missing, name="desk_missing"),
]
