"""Every sample roster gives what expected.json says."""

import pytest

from tests.factories import RegionFactory, StationFactory
from veterans.importing.pipeline import read_roster
from veterans.importing.reporting import as_json
from veterans.tests.roster_files import EXPECTED, FOLDER, faults


@pytest.fixture
def street(db):
    """The street of the samples with three of its neighbourhoods, by code."""
    city = RegionFactory(code="3213", name="宿迁市", level="city")
    county = RegionFactory(code="321302", name="宿城区", level="county", parent=city)
    town = RegionFactory(code="321302003", name="河滨街道", level="town", parent=county)
    places = {"321302003": town}
    for code, name in (
        ("321302003001", "石篓居委会"),
        ("321302003002", "药材居委会"),
        ("321302003003", "半窑居委会"),
    ):
        places[code] = RegionFactory(code=code, name=name, parent=town)
    return {code: StationFactory(region=region) for code, region in places.items()}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_sample_reads_as_expected(name, street):
    station = street[EXPECTED[name].get("station", "321302003002")]

    reading = read_roster((FOLDER / name).read_bytes(), station=station)

    assert faults(name, as_json(reading)) == []
