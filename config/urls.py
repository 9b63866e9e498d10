from django.urls import include, path

from config import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("records.urls")),
    # Pages of their own under a station come before the general sections.
    path("", include("accreditation.urls")),
    path("", include("activities.urls")),
    path("", include("volunteers.urls")),
    path("", include("veterans.urls")),
    path("", include("stations.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
