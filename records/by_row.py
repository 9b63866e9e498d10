"""Conditions that a database is to look up row by row."""

from django.db.models import Exists


class ByRow(Exists):
    """EXISTS that is looked up for each row: PostgreSQL would rather read and hash everything
    that hangs on any row, which it may not do behind an OFFSET."""

    template = "EXISTS(%(subquery)s OFFSET 0)"
