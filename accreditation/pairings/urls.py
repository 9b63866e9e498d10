from django.urls import path

from accreditation.pairings import views

BASE = "accreditation/pairings/"
ONE = f"{BASE}<int:pk>/"

urlpatterns = [
    path(BASE, views.pairings, name="pairings"),
    path(f"{BASE}new/", views.pairing_new, name="pairing_new"),
    path(ONE, views.pairing, name="pairing"),
    path(f"{ONE}confirm/", views.pairing_confirm, name="pairing_confirm"),
    path(f"{ONE}decline/", views.pairing_decline, name="pairing_decline"),
    path(f"{ONE}end/", views.pairing_end, name="pairing_end"),
    path(f"{ONE}exchanges/", views.pairing_exchange, name="pairing_exchange"),
]
