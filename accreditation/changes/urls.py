from django.urls import path

from accreditation.changes import views

ONE = "accreditation/applications/<str:number>/"

urlpatterns = [
    path(f"{ONE}changes/", views.application_changes, name="application_changes"),
    path(f"{ONE}files/<str:file_code>/", views.archived_file, name="archived_file"),
]
