"""Limits for public pages: how often one address may ask, and a form that counts once.

They are kept in the table of the log-in tries, as digests that change every day: no address
is stored, and those of two days cannot be told to be the same.
"""

from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts import tries


def take_turn(request, purpose: str, *, limit: int) -> bool:
    """False when this address has asked `limit` times without a pause of a quarter of an hour."""
    address = request.META.get("REMOTE_ADDR", "")
    digest = salted_hmac(f"crowds.{purpose}", f"{timezone.localdate()} {address}").hexdigest()
    return tries.take(f"{purpose} {digest}", limit=limit)


def first_time(purpose: str, token: str) -> bool:
    """False when a form with this token was counted before: a second click, a bad network."""
    return tries.take(f"{purpose} {token}", limit=1)
