import datetime as dt

from tests.access import Row
from tests.factories import VeteranFactory
from veterans.models import DataFault

OWN = {"leader": 403, "other_county": 404, "outsider": 404, "*": 200}
BORN = {"name": "张三", "birth_date": dt.date(1955, 3, 1)}


def _station(world):
    return {"code": world.station.region.code}


def _fault(world):
    """In the own station, and the same person with the neighbours."""
    own = VeteranFactory(station=world.station, **BORN)
    other = VeteranFactory(station=world.other_station, **BORN)
    return {"pk": DataFault.objects.create(veteran=own, other=other, kind="duplicate").pk}


def _pair(world):
    one, two = (VeteranFactory(station=world.station, **BORN) for _ in range(2))
    return {"left_code": one.code, "right_code": two.code}


def _answer(world):
    return {"answer": "not_same", "reason": "籍贯不同。"}


ROWS = {
    "station_faults": Row(kwargs=_station, get=OWN),
    "veterans_faults": Row(get={"leader": 403, "*": 200}),
    "faults_check": Row(
        post={"leader": 403, "admin": 403, "other_county": 404, "outsider": 404, "*": 302},
        data=lambda world: {"region": world.station.region.code},
    ),
    # Two counties: the city decides, and each side for itself.
    "fault_close": Row(
        kwargs=_fault,
        post={"leader": 403, "admin": 403, "other_county": 404, "outsider": 404, "*": 302},
        data=_answer,
    ),
    # Within one county it is not the city's.
    "veterans_merge": Row(
        kwargs=_pair,
        get={"leader": 403, "admin": 403, "city": 403, "city2": 403, "other_county": 404,
             "outsider": 404, "*": 200},
        post={"leader": 403, "admin": 403, "city": 403, "city2": 403, "other_county": 404,
              "outsider": 404, "*": 400},
    ),
}  # fmt: skip
