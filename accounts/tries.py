"""At most five evaluated log-ins of one name within fifteen minutes, from anywhere.

A try is taken before the password is looked at, by an update that counts, so that two
hundred callers at once get no more than five. Names that do not exist are counted the
same way: the answer tells nobody which names do.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import LoginTries


def digest(username: str) -> str:
    return hashlib.sha256(username.strip().casefold().encode()).hexdigest()


def take(username: str, *, limit: int | None = None) -> bool:
    """Use up one try; False when there is none left. `limit` for what is not a log-in."""
    now = timezone.now()
    silent = now - timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    LoginTries.objects.get_or_create(name_digest=digest(username))
    rows = LoginTries.objects.filter(name_digest=digest(username))
    rows.filter(last_at__lte=silent).update(count=0)
    taken = rows.filter(count__lt=limit or settings.LOGIN_TRIES).update(
        count=F("count") + 1, last_at=now
    )
    # Names nobody uses must not pile up.
    LoginTries.objects.filter(last_at__lte=silent - timedelta(days=1)).delete()
    return bool(taken)


def clear(username: str) -> bool:
    """Forget the tries of a name: after a good log-in, or because someone unlocks it."""
    return bool(LoginTries.objects.filter(name_digest=digest(username)).delete()[0])


def locked(usernames) -> set[str]:
    """Which of the names have no try left at present."""
    names = {digest(name): name for name in usernames}
    since = timezone.now() - timedelta(minutes=settings.LOGIN_LOCK_MINUTES)
    full = LoginTries.objects.filter(
        name_digest__in=names, count__gte=settings.LOGIN_TRIES, last_at__gt=since
    )
    return {names[row] for row in full.values_list("name_digest", flat=True)}
