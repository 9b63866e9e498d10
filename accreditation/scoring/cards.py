"""What a score says: a card per station and a line per requirement."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from accreditation.scoring.facts import Facts
from accreditation.scoring.measures import MEASURES
from accreditation.scoring.not_applicable import Proposal
from accreditation.scoring.numbers import FULL, Found, round_points
from accreditation.scoring.results import PARTS, TrackResult
from accreditation.scoring.tree import Place


@dataclass(frozen=True)
class Line:
    """One requirement at one station; the words are made when somebody reads them."""

    requirement: Any
    state: str
    points: int | None
    max_points: int
    result: Found
    reason: str = ""

    @property
    def code(self) -> str:
        return str(self.requirement.code)

    @property
    def n(self) -> int:
        return self.result.n

    @property
    def of(self) -> int:
        return self.result.of

    @property
    def found(self) -> str:
        if self.state == "not_applicable":
            return f"不适用（已确认）：{self.reason}"
        return MEASURES[self.requirement.measure].found(self.result)

    @property
    def missing(self) -> str:
        if self.state in ("met", "not_applicable"):
            return ""
        return MEASURES[self.requirement.measure].missing(self.result)

    @property
    def lack(self) -> int:
        """Points still to be had here."""
        return 0 if self.points is None else self.max_points - self.points


@dataclass
class Scorecard:
    facts: Facts
    on: dt.date
    rubric: Any
    standard: Any
    found: list[Found]
    not_applicable: dict[str, str] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], tuple[int, bool]] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    # (track, code) of verdicts on a requirement that has been revised since: to be given again.
    outdated: set[tuple[str, str]] = field(default_factory=set)

    @property
    def requirements(self) -> list[Any]:
        requirements: list[Any] = self.standard.requirements
        return requirements

    @property
    def place(self) -> Place:
        return self.facts.place

    @property
    def station_id(self) -> int:
        return self.facts.place.pk

    @property
    def frozen(self) -> dict[str, Any]:
        """What an archive keeps to work the score out again."""
        from accreditation.scoring.frozen import keep

        return keep(self)

    @cached_property
    def lines(self) -> dict[str, Line]:
        rows = zip(self.requirements, self.found, strict=True)
        return {requirement.code: self._line(requirement, found) for requirement, found in rows}

    def _line(self, requirement: Any, found: Found) -> Line:
        full = requirement.points
        if requirement.code in self.not_applicable:
            reason = self.not_applicable[requirement.code]
            return Line(requirement, "not_applicable", full, full, found, reason)
        points = _points(found, full)
        return Line(requirement, _state(found, points), points, full, found)

    def lines_of(self, track: str) -> list[Line]:
        return [line for code, line in self.lines.items() if code[0] in ("C", PARTS[track])]

    @cached_property
    def _tracks(self) -> dict[str, TrackResult]:
        common = self._sum("C")
        return {
            track: self._result(track, common, self._sum(part)) for track, part in PARTS.items()
        }

    def track(self, track: str) -> TrackResult:
        return self._tracks[str(track)]

    @cached_property
    def best_track(self) -> str:
        """The track this station is closest to (no ranking of stations, but of tracks)."""
        return max(PARTS, key=lambda track: self.track(track).computed)

    def short_of(self, track: str) -> int:
        """How many lines of the track could earn more today."""
        waived = self.not_applicable
        return sum(
            1
            for part in ("C", PARTS[track])
            for mark in self.standard.marks.get(part, ())
            if mark.code not in waived
            and (share := self.found[mark.at].share) is not None
            and share[0] < share[1]
        )

    def _sum(self, part: str) -> tuple[int, int, list[str]]:
        """Points, the maximum without what is 待评, and musts that are short; numbers only,
        because a sum over the city reads no words."""
        points = maximum = 0
        musts = []
        for mark in self.standard.marks.get(part, ()):
            earned = self.earned[mark.at]
            if earned is not None:
                points, maximum = points + earned, maximum + mark.points
            if mark.must and earned != mark.points:
                musts.append(mark.code)
        return points, maximum, musts

    @cached_property
    def earned(self) -> list[int | None]:
        """Points by the place of a requirement in the rubric."""
        rows = zip(self.requirements, self.found, strict=True)
        return [
            row.points if row.code in self.not_applicable else _points(found, row.points)
            for row, found in rows
        ]

    def _result(
        self,
        track: str,
        common: tuple[int, int, list[str]],
        own: tuple[int, int, list[str]],
    ) -> TrackResult:
        confirmed_common, common_musts = self._confirmed(track, "C")
        confirmed_own, own_musts = self._confirmed(track, PARTS[track])
        return TrackResult(
            computed=common[0] + own[0],
            computed_max=common[1] + own[1],
            common=common[0],
            common_max=common[1],
            own=own[0],
            own_max=own[1],
            musts_missing=common[2] + own[2],
            confirmed=confirmed_common + confirmed_own,
            confirmed_common=confirmed_common,
            confirmed_own=confirmed_own,
            confirmed_musts_missing=common_musts + own_musts,
            has_verdicts=any(key[0] == track for key in self.verdicts),
        )

    def _confirmed(self, track: str, part: str) -> tuple[int, list[str]]:
        """The latest verdict where there is one; without it only `auto` earns. A computed
        `auto` result changes by an override alone."""
        total, musts = 0, []
        for mark in self.standard.marks.get(part, ()):
            points = self._confirmed_points(track, mark)
            total += points
            if mark.must and points != mark.points:
                musts.append(mark.code)
        return total, musts

    def _confirmed_points(self, track: str, mark: Any) -> int:
        full: int = mark.points
        verdict = self.verdicts.get((track, mark.code))
        if mark.code in self.not_applicable:
            return full
        if verdict and (verdict[1] or not mark.is_auto):
            return min(verdict[0], full)
        return (self.earned[mark.at] or 0) if mark.is_auto else 0


def _points(found: Found, full: int) -> int | None:
    share = found.share
    if share is None:
        return None
    part, whole = share
    if part == 0:
        return 0
    return full if part == whole else round_points(full, share)


def _state(found: Found, points: int | None) -> str:
    if points is None:
        return "pending"
    if found.share == FULL or (found.share and found.share[0] >= found.share[1]):
        return "met"
    return "partly" if points else "missing"
