from activities.tests.access_rows_surveys import ABOVE, READ
from tests.access import Row

ROWS = {
    "station_surveys": Row(kwargs=lambda world: {"code": world.station.code}, get=READ),
    "surveys": Row(get=ABOVE),
}
