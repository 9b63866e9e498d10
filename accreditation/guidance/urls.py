from django.urls import path

from accreditation.guidance import views

BASE = "accreditation/guidance/"
ONE = f"{BASE}<int:pk>/"

urlpatterns = [
    path(BASE, views.guidance, name="guidance"),
    path(f"{BASE}new/", views.guidance_new, name="guidance_new"),
    path(ONE, views.guidance_note, name="guidance_note"),
    path(f"{ONE}edit/", views.guidance_edit, name="guidance_edit"),
    path(f"{ONE}points/", views.guidance_point, name="guidance_point"),
    path(f"{ONE}photos/", views.guidance_photos, name="guidance_photos"),
    path(f"{ONE}print/<slug:form>/", views.guidance_print, name="guidance_print"),
]
