from django.urls import path

from accreditation.desk import views

urlpatterns = [
    path("", views.desk, name="desk"),
    path("desk/today/", views.desk_today, name="desk_today"),
    path("desk/missing/", views.desk_missing, name="desk_missing"),
]
