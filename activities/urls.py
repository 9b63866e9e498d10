from django.urls import path

from activities import due_views, functions_views, list_views, served_views, views
from activities.entry import urls as entry
from activities.films import views as film_views
from activities.plans import urls as plans
from activities.surveys import urls as surveys

urlpatterns = [
    path("stations/<str:code>/films/make/", film_views.film_make, name="film_make"),
    path("volunteers/served/", served_views.served_list, name="served_list"),
    path("volunteers/served/export/", served_views.served_export, name="served_export"),
    *entry.urlpatterns,
    *plans.urlpatterns,
    *surveys.urlpatterns,
    path(
        "stations/<str:code>/services/functions/",
        functions_views.service_functions,
        name="service_functions",
    ),
    path("activities/", views.ledger, name="activities"),
    path("activities/visits/", due_views.visits_overview, name="visits_overview"),
    path("stations/<str:code>/activities/", views.station_ledger, name="station_ledger"),
    path("manage/lists/", list_views.manage_lists, name="manage_lists"),
    path("manage/lists/<slug:kind>/", list_views.list_rows, name="list_rows"),
    path("manage/lists/<slug:kind>/new/", list_views.list_row_new, name="list_row_new"),
    path("manage/lists/<slug:kind>/<int:pk>/", list_views.list_row, name="list_row"),
    path(
        "manage/lists/<slug:kind>/<int:pk>/switch/",
        list_views.list_row_switch,
        name="list_row_switch",
    ),
]
