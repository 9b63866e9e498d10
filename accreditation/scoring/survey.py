"""Whose answers speak for a station: its own, its town's, or the county's by telephone."""

from dataclasses import dataclass, field

from accreditation.scoring.statements import Row
from accreditation.scoring.tree import Place, Tree, county_of

# Of the source "surveys": answers first, then the four questions; of all sources or by
# telephone.
ALL, PHONE = (0, 2, 4, 6, 8), (1, 3, 5, 7, 9)
Sum = tuple[int, int]


@dataclass
class Answers:
    rows: dict[int, Row]
    tree: Tree
    at_least: int
    _sums: dict[str, Sum] = field(default_factory=dict)

    def of(self, place: Place) -> tuple[int, int, str]:
        """Own answers (a town's: of its subtree); under five the town's; then the county's by
        telephone: (answers, satisfied, whose). Nobody has enough: `whose` is empty."""
        own = self._sum(self.tree.whole(place), ALL)
        if own[0] >= self.at_least:
            return (*own, "own")
        town = self.tree.places.get(self.tree.town(place) or 0)
        if town:
            found = self._once(town.path, self.tree.whole(town), ALL)
            if found[0] >= self.at_least:
                return (*found, "town")
        found = self._once(county_of(place.path), self.tree.county(place), PHONE)
        if found[0] >= self.at_least:
            return (*found, "county")
        return own[0], 0, ""

    def _once(self, path: str, members: list[int], columns: tuple[int, ...]) -> Sum:
        if path not in self._sums:
            self._sums[path] = self._sum(members, columns)
        return self._sums[path]

    def _sum(self, members: list[int], columns: tuple[int, ...]) -> Sum:
        chosen = [self.rows[pk] for pk in members if pk in self.rows]
        answers = sum(row[columns[0]] for row in chosen)
        return answers, sum(row[n] for row in chosen for n in columns[1:])
