"""The limit of the score must count what the score counts, else it would flatter it."""

from accreditation.scoring import make_context
from accreditation.scoring.facts import read_all
from accreditation.scoring.sources import ALL_SOURCES
from accreditation.scoring.sources.answers import SURVEYS, TELEPHONE
from accreditation.scoring.sources.papers import EDITIONS


def differences(rows, on):
    """(source, by hand, by the score) where the sums over the city are not the same."""
    context = make_context(on, None, is_scoped=False)
    counted = read_all(context)
    found = []
    for number, source in enumerate(ALL_SOURCES):
        width = len(source.counters(context)) - (source is EDITIONS)  # days do not add up
        hand = _sums((row[2:] for row in rows if row[0] == number), width)
        if source is SURVEYS or source is TELEPHONE:
            answers = counted.surveys if source is SURVEYS else counted.telephone
            score = _sums(answers.values(), width)
        else:
            stations = counted.whole if source.is_whole else counted.own
            score = _sums(_of(source, stations), width)
        if hand != score:
            found.append((source.name, hand, score))
    return found


def _of(source, stations):
    prefix = f"{source.name}."
    for rows in stations.values():
        yield from (counts for names, counts in rows if names[0].startswith(prefix))


def _sums(rows, width):
    rows = list(rows)
    return [sum(row[column] for row in rows) for column in range(width)]
