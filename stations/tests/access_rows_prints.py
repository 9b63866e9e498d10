from tests.access import Row
from tests.factories import ActivityFactory, RegulationFactory

READERS = {"leader": 403, "other_county": 404, "outsider": 404, "*": 200}
ASKERS = {"leader": 403, "other_county": 404, "outsider": 404, "*": 302}


def _regulation(world):
    RegulationFactory(station=world.station)
    return {"code": world.station.code, "name": "regulations", "form": "pdf"}


def _ledger(world):
    ActivityFactory(station=world.station, happened_on="2026-03-05")
    return {"code": world.station.code, "name": "ledger", "form": "zip"}


ROWS = {
    "prints": Row(kwargs=lambda world: {"code": world.station.code}, get=READERS),
    "print": Row(kwargs=_regulation, get=READERS, query={"which": "all"}),
    "print_later": Row(kwargs=_ledger, post=ASKERS, data=lambda world: {"which": "2026"}),
}
