from django.urls import path

from accreditation.naming_pages import (
    accreditations,
    back_views,
    batches,
    meetings,
    papers,
)

BATCHES = "accreditation/batches/"
BATCH = f"{BATCHES}<int:pk>/"
NAMED = "accreditation/accreditations/"

urlpatterns = [
    path(BATCHES, batches.batches, name="batches"),
    path(f"{BATCHES}new/", batches.batch_new, name="batch_new"),
    path(BATCH, batches.batch, name="batch"),
    path(f"{BATCH}assign/", batches.batch_assign, name="batch_assign"),
    path(f"{BATCH}notice/", batches.batch_notice, name="batch_notice"),
    path(f"{BATCH}naming/", batches.batch_naming, name="batch_naming"),
    path(f"{BATCH}name/", batches.batch_name, name="batch_name"),
    path(f"{BATCH}papers/<slug:kind>/<slug:form>/", papers.batch_paper, name="batch_paper"),
    path("accreditation/meeting/", meetings.meeting, name="meeting"),
    path("accreditation/meeting/decide/", meetings.meeting_decide, name="meeting_decide"),
    path(NAMED, accreditations.accreditations, name="accreditations"),
    path(f"{NAMED}new/", back_views.accreditation_new, name="accreditation_new"),
    path(f"{NAMED}template/", back_views.accreditation_template, name="accreditation_template"),
    path(f"{NAMED}import/", back_views.accreditation_import, name="accreditation_import"),
    path(
        f"{NAMED}import/confirm/",
        back_views.accreditation_import_confirm,
        name="accreditation_import_confirm",
    ),
    path(f"{NAMED}<int:pk>/", accreditations.accreditation, name="accreditation"),
    *(
        path(
            f"{NAMED}<int:pk>/{verb}/",
            accreditations.step_view(verb),
            name=f"accreditation_{verb}",
        )
        for verb in accreditations.STEPS
    ),
    path(
        f"{NAMED}<int:pk>/certificate/",
        papers.accreditation_certificate,
        name="accreditation_certificate",
    ),
    path("verify/<str:code>/", accreditations.verify, name="verify"),
]
