"""Addresses of the pages of records."""

from django.urls import reverse


def url(name, station, section, kind, key=None):
    args = [station.region.code, section, kind, *([key] if key else [])]
    return reverse(name, args=args)
