from django.urls import path

from records import feedback_views as views

urlpatterns = [
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/send/", views.feedback_send, name="feedback_send"),
    path("feedback/<int:pk>/answer/", views.feedback_answer, name="feedback_answer"),
]
