from django.urls import path

from accreditation.afterwards import views

BASE = "accreditation/rechecks/"
ONE = f"{BASE}<int:pk>/"

urlpatterns = [
    path("accreditation/early/", views.early, name="early"),
    path("stations/<str:code>/early/", views.early_hints, name="early_hints"),
    path(BASE, views.rechecks, name="rechecks"),
    path(f"{BASE}start/", views.recheck_start, name="recheck_start"),
    path(f"{BASE}confirm/", views.recheck_confirm, name="recheck_confirm"),
    path(f"{BASE}begin/", views.recheck_begin, name="recheck_begin"),
    path(ONE, views.recheck, name="recheck"),
    path(f"{ONE}words/", views.recheck_words, name="recheck_words"),
    path(f"{ONE}renew/", views.recheck_renew, name="recheck_renew"),
    path(f"{ONE}proof/", views.recheck_proof, name="recheck_proof"),
]
