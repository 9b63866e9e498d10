"""Capabilities are small predicates; `require` turns a false one into 403 with a sentence."""

from django.core.exceptions import PermissionDenied

from accounts.models import User


def require(allowed: bool, sentence: str = "") -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def is_city(user: User) -> bool:
    return user.role == User.Role.CITY


def is_county(user: User) -> bool:
    return user.role == User.Role.COUNTY


def is_admin(user: User) -> bool:
    return user.role == User.Role.ADMIN


def is_station(user: User) -> bool:
    return user.role == User.Role.STATION


def oversees_stations(user: User) -> bool:
    """The county and the city guide, check and close what the stations do."""
    return user.role in (User.Role.COUNTY, User.Role.CITY)


def can_edit_records(user: User) -> bool:
    """Station and county staff keep records; which ones is the scope's business."""
    return user.role in (User.Role.STATION, User.Role.COUNTY)


def can_see_records(user: User) -> bool:
    """A reader sees aggregates and public facts, no station's records."""
    return user.role != User.Role.VIEWER


def can_manage_users(user: User) -> bool:
    return user.role in (User.Role.ADMIN, User.Role.COUNTY)


def can_read_audit(user: User) -> bool:
    return user.role in (User.Role.ADMIN, User.Role.CITY)


def can_see_tree(user: User) -> bool:
    return user.role in (User.Role.ADMIN, User.Role.CITY, User.Role.COUNTY)


def can_change_tree(user: User) -> bool:
    return user.role in (User.Role.ADMIN, User.Role.CITY)


def can_edit_lists(user: User) -> bool:
    return user.role in (User.Role.ADMIN, User.Role.CITY)
