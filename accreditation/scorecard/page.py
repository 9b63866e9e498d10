"""What the scorecard page shows, made from a card without a further query."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.permissions import can_edit_records, is_admin, is_county
from accreditation.scorecard import markup
from accreditation.scoring.cards import Line, Scorecard
from accreditation.scoring.fix import fix_url, most_to_win
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.results import PARTS, TRACK_OF
from stations.models import Track

ITEMS = {
    "C1": "活动场所", "C2": "花名册", "C3": "志愿服务队", "C4": "工作制度",
    "C5": "活动计划", "C6": "活动台账", "C7": "关爱尊崇氛围",
    "R1": "先烈故事", "R2": "英雄故事", "R3": "先进模范", "R4": "纪念设施", "R5": "专门版块",
    "H1": "历史资源", "H2": "乡情队伍", "H3": "文化阵地", "H4": "传承典型", "H5": "专门版块",
    "U1": "绿色引领", "U2": "特色资源", "U3": "改革元素", "U4": "典型故事", "U5": "专门版块",
}  # fmt: skip
PREFIX = {"C": "共性", "R": "红色", "H": "古色", "U": "绿色"}


def fix_link(line: Line, code: str, track: str) -> str:
    """The form that fixes a line; it leads back to this line of this scorecard."""
    url = fix_url(line, code)
    return f"{url}{'&' if '?' in url else '?'}back={track}-{line.code}" if url else ""


def line_url(code: str, anchor: str, track: str = "") -> str:
    """A line of a station's scorecard, on the card of the kind it belongs to; `track` says
    which card where the line stands on all of them."""
    track = TRACK_OF.get(anchor[:1], track if track in PARTS else "")
    query = f"?track={track}" if track else ""
    return reverse("scorecard", args=[code]) + query + (f"#{anchor}" if anchor else "")


@dataclass
class PageLine:
    line: Line
    found: str
    missing: str
    fix: str
    has_rows: bool
    waived: Any = None
    can_propose: bool = False
    # The verdict on it was given before the requirement was revised.
    is_outdated: bool = False
    side: str = ""


@dataclass
class Clause:
    """One item of an annex: the policy's sentence and the requirements it breaks down into."""

    code: str
    name: str
    clause: str
    sentence: str
    lines: list[PageLine]

    @property
    def pieces(self) -> list[tuple[SafeString, PageLine | None]]:
        """The lines as HTML, cut where what was said on 不适用 (rarely anything; the template's)
        goes into a line: what stands before it, and that line."""
        return markup.pieces(self.lines)

    @property
    def points(self) -> int:
        return sum(one.line.points or 0 for one in self.lines)

    @property
    def max_points(self) -> int:
        """Without what is 待评."""
        return sum(one.line.max_points for one in self.lines if one.line.points is not None)

    @property
    def is_met(self) -> bool:
        return all(one.line.state in ("met", "not_applicable") for one in self.lines)


def clauses(
    card: Scorecard,
    track: str,
    *,
    code: str,
    reader: Any,
    waived: dict[str, Any],
    has_exemplars: bool = False,
) -> list[Clause]:
    found: dict[str, Clause] = {}
    sides = markup.Sides(code, track, has_exemplars=has_exemplars)
    for line in card.lines_of(track):
        requirement = line.requirement
        item = requirement.code.split(".")[0]
        if item not in found:
            name = f"{PREFIX[item[0]]}{item[1:]} {ITEMS.get(item, '')}"
            found[item] = Clause(item, name, requirement.clause, requirement.sentence, [])
        waiver = waived.get(requirement.code)
        one = _page_line(line, code, track, reader, waiver)
        one.side = sides.side(one)
        one.is_outdated = (track, requirement.code) in card.outdated
        found[item].lines.append(one)
    return list(found.values())


def _page_line(line: Line, code: str, track: str, reader: Any, waived: Any) -> PageLine:
    found, missing = words_for(line, reader)
    return PageLine(
        line=line,
        found=found,
        missing=missing,
        fix=fix_link(line, code, track) if can_edit_records(reader) else "",
        has_rows=has_rows(line.requirement.measure, reader),
        waived=waived,
        can_propose=is_county(reader)
        and (waived is None or waived.declined_on is not None)
        and line.state in ("missing", "partly"),
    )


def has_rows(measure: str, reader: Any) -> bool:
    if measure == "answered" and reader.role not in (User.Role.STATION, User.Role.COUNTY):
        return False
    return bool(MEASURES[measure].rows) or measure in ("sites_kept", *PERIOD_MEASURES)


PERIOD_MEASURES = ("quarter_plans", "month_plans", "ledger_months", "key_dates")


def words_for(line: Line, reader: Any) -> tuple[str, str]:
    """An administrator may not learn how many talks a station had, only their share."""
    if line.requirement.measure == "talk_room" and is_admin(reader):
        share = 100 * (line.points or 0) // line.max_points
        return f"得分比例 {share}%", ""
    return line.found, line.missing


def switches(card: Scorecard, chosen: str) -> list[dict[str, Any]]:
    return [
        {"track": track, "label": Track(track).short_label, "result": card.track(track),
         "is_chosen": track == chosen}
        for track in PARTS
    ]  # fmt: skip


def first_three(card: Scorecard, track: str) -> tuple[list[Line], int]:
    lines = most_to_win(card.lines_of(track))
    return lines, sum(line.lack for line in lines)
