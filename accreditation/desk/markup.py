"""The towns of a county's desk, put together in Python: six cells in each of some twenty rows are
a hundred template nodes."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from records.markup import escape

if TYPE_CHECKING:
    from accreditation.desk.waiting import TownRow


def town_lines(towns: "Iterable[TownRow]") -> SafeString:
    """Each leads to its stations; a nought is a dash, but for how many are named."""
    address = reverse("stations")
    return mark_safe("".join(_line(address, town) for town in towns))


def _line(address: str, town: "TownRow") -> str:
    cells = "".join(
        f'<td class="text-end">{number or "—"}</td>'
        for number in (town.lacking, town.ready, town.open)
    )
    return (
        f'<tr><th scope="row"><a href="{escape(address)}?q={quote(town.name)}">'
        f'{escape(town.name)}</a></th><td class="text-end">{town.stations}</td>{cells}'
        f'<td class="text-end"><strong>{town.named}</strong></td></tr>'
    )
