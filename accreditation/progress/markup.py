"""The larger tables of the progress page, put together in Python: twelve cells per unit and
seven per month are some hundred template nodes each. Numbers and addresses only."""

from django.utils.html import conditional_escape as escape
from django.utils.safestring import SafeString, mark_safe

from accreditation.progress import Cell, Row
from accreditation.schedule import Gap
from records.markup import badge
from stations.models import Track


def unit_cells(row: Row, links, county: str, counted_on) -> SafeString:
    """One row of units × tracks; a nought leads nowhere, as there is nothing to be seen."""
    found = []
    for track, cell in row.tracks:
        name = track.value
        named = _strong(cell, lambda t=track: links.named(county, t, counted_on))
        found.append(
            f'<td class="text-end track-first" data-number="{name}-recognised">'
            f"{named} / {_dash(cell.target)}</td>"
            f'<td class="text-end" data-number="{name}-in_notice">'
            f"{_linked(cell.in_notice, lambda t=track: links.in_notice(county, t))}</td>"
            f'<td class="text-end" data-number="{name}-in_review">'
            f"{_linked(cell.in_review, lambda t=track: links.in_review(county, t))}</td>"
            f'<td class="text-end" data-number="{name}-ready">{_dash(cell.ready)}</td>'
        )
    return mark_safe("".join(found))


def status(row: Row, *, is_over: bool, level: str) -> SafeString:
    """Where the unit stands against its line, or after the end against its target."""
    if level:
        return mark_safe("—")
    if not row.has_target:
        return mark_safe('<span class="line-sub">无已确认目标</span>')
    if is_over:
        said = [
            f"{track.short_label}{'少' if number > 0 else '多'}{abs(number)}个"
            for track, number in row.differences
        ]
    else:
        said = [f"{track.short_label}{_gap(gap)}" for track, gap in row.remarks]
    if not said:
        return badge("完成目标" if is_over else "符合序时", "good")
    return mark_safe("".join(f'<span class="gap-line">{one}</span>' for one in said))


def _gap(gap: Gap) -> str:
    tone = {"behind": "fair", "ahead": "wait"}.get(gap.state, "good")
    days = f' <span class="line-sub">{gap.days_text}</span>' if gap.days else ""
    return badge(gap.text, tone) + days


def _strong(cell: Cell, address) -> str:
    number = f"<strong>{cell.recognised}</strong>"
    return _leading(number, address()) if cell.recognised else number


def _linked(number: int, address) -> str:
    return _leading(str(number), address()) if number else str(number)


def _leading(text: str, url: str) -> str:
    return f'<a href="{escape(url)}">{text}</a>' if url else text


def month_rows(months: list[dict]) -> SafeString:
    """What was recognised by the end of each month, beside the line."""
    found = []
    for month in months:
        cells = "".join(
            f'<td class="text-end">{_dash(month["recognised"][track])}</td>'
            f'<td class="text-end">{_dash(month["schedule"][track])}</td>'
            for track in Track.values
        )
        found.append(f'<tr><th scope="row">{month["on"]}</th>{cells}</tr>')
    return mark_safe("".join(found))


def _dash(number: float | None) -> str:
    return "—" if number is None else str(number)
