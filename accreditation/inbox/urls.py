from django.urls import path

from accreditation.inbox import views

urlpatterns = [
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/new/", views.announcement_new, name="announcement_new"),
    path("announcements/<int:pk>/", views.announcement, name="announcement"),
    path(
        "accreditation/applications/<str:number>/remind/",
        views.application_remind,
        name="application_remind",
    ),
]
