from records import urls_feedback

urlpatterns = [*urls_feedback.urlpatterns]
