from django.urls import path

from activities.plans import draft_views, overview, views

_station = "stations/<str:code>/plans/"

urlpatterns = [
    path("plans/", overview.plans_overview, name="plans_overview"),
    path(_station, views.station_plans, name="station_plans"),
    path(f"{_station}draft/", draft_views.plan_draft, name="plan_draft"),
    path(f"{_station}approve/", views.plans_approve, name="plans_approve"),
    path(f"{_station}calendar/", views.plan_calendar, name="plan_calendar"),
    path(f"{_station}unplanned/", views.unplanned_activities, name="unplanned_activities"),
    path(f"{_station}paper/<int:pk>/", views.plan_page, name="plan_page"),
    path(f"{_station}item/<int:pk>/cancel/", views.item_cancel, name="item_cancel"),
    path(f"{_station}item/<int:pk>/link/", views.item_link, name="item_link"),
]
