from django.urls import path

from accreditation.applications import lists, views
from accreditation.applications.steps import ACTIONS

BASE = "accreditation/applications/"
ONE = f"{BASE}<str:number>/"
STATION = "stations/<str:code>/application/"

urlpatterns = [
    path(BASE, lists.applications, name="applications"),
    path(
        "accreditation/objections/<str:code>/close/",
        views.objection_close,
        name="objection_close",
    ),
    path(
        "accreditation/problems/<int:pk>/close/",
        views.problem_close,
        name="application_problem_close",
    ),
    path(ONE, views.application, name="application"),
    path(f"{ONE}statement/", lists.application_statement, name="application_statement"),
    path(f"{ONE}verdict/", views.application_verdict, name="application_verdict"),
    path(f"{ONE}confirm-met/", views.application_confirm_met, name="application_confirm_met"),
    *(
        path(f"{ONE}{verb.replace('_', '-')}/", views.action_view(verb), name=f"application_{verb}")
        for verb in ACTIONS
    ),
    path(STATION, lists.station_application, name="station_application"),
    path(f"{STATION}start/", lists.station_application_start, name="station_application_start"),
    path(f"{STATION}check/", lists.station_application_check, name="station_application_check"),
]
