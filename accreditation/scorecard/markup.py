"""The lines of a scorecard and of an application as HTML, put together in Python: some fifty
lines of forty template nodes each were the larger half of these pages. What a requirement says
of itself is made once per wording; every text passes through `escape`."""

from functools import lru_cache

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from accreditation.models import Requirement
from records.markup import badge, escape, line_badge, moment, points

KEPT = 500  # a few versions of 84 requirements
# Stands for a requirement in an address that is looked up once for all lines.
ANY = "C0.0"


def line_address(name: str, code: str, *, requirement: str = ANY) -> str:
    return reverse(name, args=[code, requirement])


# --- a scorecard -----------------------------------------------------------------------


def pieces(lines) -> list:
    found, html = [], ""
    for one in lines:
        line = one.line
        html += (
            f'<li id="{escape(line.code)}"><div>{line_badge(line.state)}</div>'
            f'<div class="line-main">{_words(one)}'
        )
        if one.waived:
            found.append((SafeString(html), one))
            html = ""
        html += f'</div><div class="line-side">{one.side}</div></li>\n'
    return [*found, (SafeString(html), None)]


def _words(one) -> str:
    """What is asked, what was found and what is lacking."""
    row = one.line.requirement
    rule = row.parameters.get("rule", {})
    asked, how_scored = _asked(
        row.label,
        row.must,
        row.display_code,
        row.get_how_display(),
        rule.get("source") == "policy",
        rule.get("full", ""),
        rule.get("none", ""),
    )
    lacking = f"<div>待补内容：{escape(one.missing)}</div>" if one.missing else ""
    found = f'<div class="line-sub">{escape(one.found)}</div>'
    if one.is_outdated:
        found += (
            f"<div>{badge('待重新评审', 'wait')}"
            " 原评审意见是按以前的标准版本作出的，这个要点已经修订。</div>"
        )
    return f"{asked}{found}{lacking}{how_scored}"


@lru_cache(maxsize=KEPT)
def _asked(label, must, code, how, is_policy, full, none) -> tuple[str, str]:
    source = "政策规定" if is_policy else "试行"
    asked = (
        f"{escape(label)}{'（必备）' if must else ''}"
        f' <span class="line-sub">{escape(code)} · {escape(how)} · {source}</span>'
    )
    how_scored = (
        '<details class="line-sub no-print"><summary>计分办法</summary>'
        f"满分：{escape(full)}。不得分：{escape(none)}。</details>"
    )
    return asked, how_scored


class Sides:
    """What stands at the end of a line: points, and where one goes from there."""

    def __init__(self, code: str, track: str, *, has_exemplars: bool) -> None:
        self.rows = line_address("scorecard_rows", code)
        self.exemplars = line_address("scorecard_exemplars", code) + f"?track={track}"
        self.propose = line_address("not_applicable_propose", code)
        self.has_exemplars = has_exemplars

    def side(self, one) -> SafeString:
        line = one.line
        parts = [_points_of(line.points, line.max_points)]
        if one.has_rows:
            parts.append(_link(self.rows, line.code, "查看依据"))
        if one.fix:
            fix = escape(one.fix)
            parts.append(f'<a class="btn btn-outline-secondary btn-sm" href="{fix}">去补充</a>')
        if self.has_exemplars and line.state in ("missing", "partly"):
            parts.append(_link(self.exemplars, line.code, "同类样板"))
        if one.can_propose:
            parts.append(_link(self.propose, line.code, "提出不适用"))
        return mark_safe("\n".join(parts))


def _link(address: str, requirement: str, text: str) -> str:
    url = escape(address.replace(ANY, requirement))
    return f'<a class="no-print" href="{url}">{text}</a>'


def _points_of(earned: int | None, most: int) -> str:
    return f"{'待评' if earned is None else points(earned)} / {points(most)}"


def tallies(counts) -> SafeString:
    """How many records of each kind, and the way to them."""
    links = (f'<a href="{escape(one.url)}">{escape(one.label)} {one.number}</a>' for one in counts)
    return SafeString(" · ".join(links))


# --- an application --------------------------------------------------------------------


def row_opening(line) -> SafeString:
    """One requirement up to what was said on it; the forms behind that are the template's, and
    so is the end of the row."""
    words = verdict(line, is_city=line.is_city)
    return SafeString(f'<tr id="line-{escape(line.code)}">{archived(line)}<td>{words}')


def archived(line) -> SafeString:
    """The first cells of one requirement: what is asked, what the archive holds, the points."""
    cells = (
        f'<th scope="row">{requirement_cell(line.requirement)}</th>'
        f"<td>{_archived_finding(line)}</td>"
        f'<td class="text-end text-nowrap">{_archived_points(line)}</td>'
    )
    return mark_safe(cells)


def verdict(line, *, is_city: bool) -> SafeString:
    """What was said on a requirement; the form for saying something else is the template's."""
    given = line.verdict
    if given is None:
        if line.awaits:
            return badge("待评", "wait")
        return mark_safe('<span class="text-secondary text-nowrap">系统核算</span>')
    marks = f" {badge('人工认定', 'fair')}" if given.is_override else ""
    if not line.stands:
        marks += f" {badge('内容已变化，需重新评审', 'fair')}"
    parts = [f"<div>{escape(given.get_result_display())} {points(given.points)}{marks}</div>"]
    if given.comment:
        parts.append(_sub(escape(given.comment)))
    if is_city and given.internal_comment:
        parts.append(_sub(f"内部：{escape(given.internal_comment)}"))
    if is_city:
        parts.append(_sub(f"{escape(str(given.reviewer))} {moment(given.given_at)}"))
    return mark_safe("".join(parts))


def requirement_cell(row: Requirement) -> str:
    return _requirement_cell(
        row.display_code, row.label, row.must, row.get_how_display(), row.clause, row.sentence
    )


@lru_cache(maxsize=KEPT)
def _requirement_cell(code, label, must, how, clause, sentence) -> str:
    mark = f" {badge('必备项', 'none')}" if must else ""
    return (
        f"{escape(code)} {escape(label)}{mark}{_sub(f'{escape(how)} · {escape(clause)}')}"
        '<details class="line-sub"><summary>政策原文</summary>'
        f"{escape(sentence)}</details>"
    )


def _archived_finding(line) -> str:
    frozen = line.frozen
    if frozen:
        text = f"{line_badge(frozen['state'])} {escape(frozen['found'])}"
        if frozen["missing"]:
            text += _sub(f"待补：{escape(frozen['missing'])}")
    else:
        text = badge("待评", "wait")
    if line.evidence_url:
        url = escape(line.evidence_url)
        text += _sub(f'<a href="{url}" target="_blank" rel="noopener">查看依据</a>')
    if line.returned:
        text += f'<div class="text-warning-emphasis">退回理由：{escape(line.returned)}</div>'
    return text


def _archived_points(line) -> str:
    earned = points(line.frozen["points"]) if line.frozen else "—"
    return f"{earned} / {points(line.requirement.points)}"


def _sub(html: str) -> str:
    return f'<div class="line-sub">{html}</div>'
