from django.urls import path

from bench import limits
from config.urls import *  # noqa: F403
from config.urls import urlpatterns

urlpatterns = [
    path("bench/stations/", limits.stations),
    path("bench/stations/search/", limits.stations_search),
    path("bench/veterans/", limits.veterans),
    path("bench/veterans/search/", limits.veterans_search),
    path("bench/detail/", limits.detail),
    path("bench/aggregate/", limits.aggregate),
    *urlpatterns,
]
