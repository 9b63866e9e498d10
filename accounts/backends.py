from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class RegionBackend(ModelBackend):
    """Fetches the region along with the person: every page asks for both."""

    def get_user(self, user_id):
        user = User.objects.select_related("region").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
