"""What the lines of a track add up to, and the floors that it is held against."""

from dataclasses import dataclass

PARTS = {"red": "R", "historical": "H", "rural": "U"}
TRACK_OF = {part: track for track, part in PARTS.items()}
TOTAL, COMMON, OWN = 10000, 6000, 4000
# The floors, in hundredths of a point of the full mark.
PASS_TOTAL, PASS_COMMON, PASS_OWN = 8000, 4500, 2800


@dataclass(frozen=True)
class TrackResult:
    computed: int
    computed_max: int
    common: int
    common_max: int
    own: int
    own_max: int
    musts_missing: list[str]
    confirmed: int
    confirmed_common: int
    confirmed_own: int
    confirmed_musts_missing: list[str]
    has_verdicts: bool

    @property
    def pending(self) -> int:
        """Points that nobody can say yet."""
        return TOTAL - self.computed_max

    @property
    def is_ready(self) -> bool:
        """The floors, taken pro rata of what can be computed, and every must."""
        return (
            not self.musts_missing
            and self.computed * TOTAL >= PASS_TOTAL * self.computed_max
            and self.common * COMMON >= PASS_COMMON * self.common_max
            and self.own * OWN >= PASS_OWN * self.own_max
        )

    @property
    def is_passed(self) -> bool:
        return (
            not self.confirmed_musts_missing
            and self.confirmed >= PASS_TOTAL
            and self.confirmed_common >= PASS_COMMON
            and self.confirmed_own >= PASS_OWN
        )
