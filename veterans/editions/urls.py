from django.urls import path

from veterans.editions import views

urlpatterns = [
    path("stations/<str:code>/editions/", views.editions, name="editions"),
    path("stations/<str:code>/editions/print/", views.edition_print, name="edition_print"),
    path(
        "stations/<str:code>/editions/<int:number>/<slug:form>/",
        views.edition_file,
        name="edition_file",
    ),
]
