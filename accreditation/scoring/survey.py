"""Whose answers speak for a station: its own, its town's, or the county's by telephone."""

from dataclasses import dataclass, field

from accreditation.scoring.statements import Row
from accreditation.scoring.tree import Place, Tree, county_of

# How many answers, and to how many of their four questions a good one.
QUESTIONS = slice(1, 5)
Sum = tuple[int, int]


@dataclass
class Answers:
    """Rows of the sources "surveys" and "telephone" by station; the latter are of the tree's
    county-level unit alone, if it has one."""

    rows: dict[int, Row]
    by_telephone: dict[int, Row]
    tree: Tree
    at_least: int
    _sums: dict[str, Sum] = field(default_factory=dict)

    def of(self, place: Place) -> tuple[int, int, str]:
        """Own answers (a town's: of its subtree); under five the town's; then the county's by
        telephone: (answers, satisfied, whose). Nobody has enough: `whose` is empty."""
        own = self._sum(self.tree.whole(place), self.rows)
        if own[0] >= self.at_least:
            return (*own, "own")
        town = self.tree.places.get(self.tree.town(place) or 0)
        if town:
            found = self._once(town.path, self.tree.whole(town), self.rows)
            if found[0] >= self.at_least:
                return (*found, "town")
        members = list(self.by_telephone) if self.tree.county_path else self.tree.county(place)
        found = self._once(county_of(place.path), members, self.by_telephone)
        if found[0] >= self.at_least:
            return (*found, "county")
        return own[0], 0, ""

    def _once(self, path: str, members: list[int], rows: dict[int, Row]) -> Sum:
        if path not in self._sums:
            self._sums[path] = self._sum(members, rows)
        return self._sums[path]

    def _sum(self, members: list[int], rows: dict[int, Row]) -> Sum:
        chosen = [rows[pk] for pk in members if pk in rows]
        return sum(row[0] for row in chosen), sum(sum(row[QUESTIONS]) for row in chosen)
