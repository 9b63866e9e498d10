from django.urls import path

from accreditation import progress_views

urlpatterns = [
    path("accreditation/progress/", progress_views.progress_page, name="progress"),
    path("accreditation/named/", progress_views.named_stations, name="named_stations"),
]
