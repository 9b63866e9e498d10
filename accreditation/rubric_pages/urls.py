from django.urls import path

from accreditation.rubric_pages import views

_version = "manage/rubrics/<int:version>/"

urlpatterns = [
    path("manage/rubrics/", views.rubric_list, name="manage_rubrics"),
    path("manage/rubrics/new/", views.rubric_new, name="rubric_new"),
    path(_version, views.rubric, name="rubric"),
    path(f"{_version}discard/", views.rubric_discard, name="rubric_discard"),
    path(f"{_version}trial/", views.rubric_trial, name="rubric_trial"),
    path(f"{_version}trial/file/", views.rubric_trial_file, name="rubric_trial_file"),
    path(f"{_version}in-force/", views.rubric_in_force, name="rubric_in_force"),
    path(f"{_version}withdraw/", views.rubric_withdraw, name="rubric_withdraw"),
    path(f"{_version}<str:code>/", views.rubric_requirement, name="rubric_requirement"),
]
