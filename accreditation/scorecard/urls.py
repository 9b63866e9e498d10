from django.urls import path

from accreditation.scorecard import actions, lists, views

_card = "stations/<str:code>/scorecard/"

urlpatterns = [
    path("accreditation/confirmations/", lists.confirmations, name="confirmations"),
    path(
        "accreditation/exemplars/photos/<str:file_code>/",
        views.exemplar_photo,
        name="exemplar_photo",
    ),
    path("accreditation/not-applicable/", lists.not_applicables, name="not_applicables"),
    path(_card, views.scorecard, name="scorecard"),
    path(f"{_card}confirm/", actions.scorecard_confirm, name="scorecard_confirm"),
    path(f"{_card}<str:requirement>/", views.scorecard_rows, name="scorecard_rows"),
    path(
        f"{_card}<str:requirement>/exemplars/",
        views.scorecard_exemplars,
        name="scorecard_exemplars",
    ),
    path(
        f"{_card}<str:requirement>/not-applicable/",
        actions.not_applicable_propose,
        name="not_applicable_propose",
    ),
    path(
        f"{_card}not-applicable/<int:pk>/confirm/",
        actions.not_applicable_confirm,
        name="not_applicable_confirm",
    ),
    path(
        f"{_card}not-applicable/<int:pk>/decline/",
        actions.not_applicable_decline,
        name="not_applicable_decline",
    ),
]
