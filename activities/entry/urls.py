from django.urls import path

from activities import due_views
from activities.entry import paper, quick_views, sign_in_views

_station = "stations/<str:code>/activities/"

urlpatterns = [
    path(f"{_station}quick/", quick_views.quick_activity, name="quick_activity"),
    path(f"{_station}paper/", paper.paper_entries, name="paper_entries"),
    path(f"{_station}visits/", due_views.visits_due, name="visits_due"),
    path("sign-in/", sign_in_views.sign_in_code, name="sign_in_code"),
    path("sign-in/photos/", sign_in_views.sign_in_photos, name="sign_in_photos"),
    path("sign-in/<str:code>/", sign_in_views.sign_in_sheet, name="sign_in"),
]
