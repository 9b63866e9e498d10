from django.urls import path

from accreditation.visits import problems, views

SHEET = "accreditation/applications/<str:number>/visit-sheet/"
PROBLEMS = "accreditation/problems/"
ONE = f"{PROBLEMS}<int:pk>/"

urlpatterns = [
    path(SHEET, views.visit_sheet, name="visit_sheet"),
    path(f"{SHEET}draw/", views.visit_draw, name="visit_draw"),
    path(f"{SHEET}lines/<int:pk>/", views.visit_line, name="visit_line"),
    path(f"{SHEET}signed/", views.visit_scan, name="visit_scan"),
    path(f"{SHEET}problems/", views.visit_problems, name="visit_problems"),
    path(f"{SHEET}print/<slug:form>/", views.visit_print, name="visit_print"),
    path(PROBLEMS, problems.problems, name="problems"),
    path(f"{PROBLEMS}print/<slug:form>/", problems.problems_print, name="problems_print"),
    path(ONE, problems.problem, name="problem"),
    path(f"{ONE}edit/", problems.problem_edit, name="problem_edit"),
    path(f"{ONE}proof/", problems.problem_proof, name="problem_proof"),
    path(f"{ONE}report/", problems.problem_report, name="problem_report"),
    path(f"{ONE}back/", problems.problem_back, name="problem_back"),
    path(f"{ONE}done/", problems.problem_done, name="problem_done"),
]
