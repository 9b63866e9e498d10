from django.urls import path

from activities.surveys import paper, poster, public, sample_views

_station = "stations/<str:code>/surveys/"

urlpatterns = [
    path("survey/<str:code>/", public.survey, name="survey"),
    path("survey/<str:code>/thanks/", public.survey_thanks, name="survey_thanks"),
    path(f"{_station}poster/", poster.survey_poster, name="survey_poster"),
    path(f"{_station}code/", poster.survey_code, name="survey_code"),
    path(f"{_station}paper/", paper.survey_paper, name="survey_paper"),
    path("surveys/samples/", sample_views.phone_samples, name="phone_samples"),
    path("surveys/samples/<int:pk>/", sample_views.phone_sample, name="phone_sample"),
    path(
        "surveys/samples/<int:pk>/numbers/",
        sample_views.phone_sample_numbers,
        name="phone_sample_numbers",
    ),
]
