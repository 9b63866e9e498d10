"""What the tests of the roster's import share."""

import pytest

from veterans.importing.pipeline import read_roster


@pytest.fixture
def read(station):
    """Rows, or a whole file, read for a station without writing anything."""
    from veterans.tests.roster_books import book

    def _read(*rows, at=station, **options):
        content = rows[0] if rows and isinstance(rows[0], bytes) else book(*rows, **options)
        return read_roster(content, station=at)

    return _read
