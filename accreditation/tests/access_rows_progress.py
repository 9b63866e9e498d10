from accreditation.tests.progress_world import a_programme
from tests.access import Row


def with_a_programme(world):
    a_programme()
    return {}


ROWS = {
    "progress": Row(get={"*": 200}),
    # An anonymous caller is sent away before the address is looked at.
    "named_stations": Row(kwargs=with_a_programme, get={"*": 200}),
}
