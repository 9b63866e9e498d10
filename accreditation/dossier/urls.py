from django.urls import path

from accreditation.dossier import views

urlpatterns = [
    path(
        "accreditation/applications/<str:number>/dossier/<slug:form>/",
        views.application_dossier,
        name="application_dossier",
    ),
]
