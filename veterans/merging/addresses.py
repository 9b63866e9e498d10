"""Where the address of a merged row leads."""

from accounts.models import User
from veterans.models import Veteran


def leads_on(user: User, person: Veteran) -> bool:
    """To the row that stayed, for whoever sees it; a station whose person went to another
    keeps the old page, which does not say where."""
    if person.merged_into_id is None or not user.region_id:
        return False
    return person.merged_into.station.region.path.startswith(user.region.path)
