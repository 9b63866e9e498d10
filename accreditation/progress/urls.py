from django.urls import path

from accreditation.progress import views

urlpatterns = [
    path("accreditation/progress/", views.progress_page, name="progress"),
    path("accreditation/named/", views.named_stations, name="named_stations"),
]
