import datetime as dt
from fractions import Fraction

import pytest

from accreditation.schedule import Gap, Schedule

START = dt.date(2024, 1, 1)


def days(n):
    return START + dt.timedelta(days=n)


# 0 on the first day, 10 after 100 days, still 10 until day 150, 20 on day 250.
STEPS = Schedule(START, ((days(100), 10), (days(150), 10), (days(250), 20)))


@pytest.mark.parametrize(
    ("day", "value"),
    [(-1, 0), (0, 0), (1, Fraction(1, 10)), (55, Fraction(11, 2)), (100, 10), (120, 10),
     (150, 10), (155, Fraction(21, 2)), (249, Fraction(199, 10)), (250, 20), (400, 20)],
)  # fmt: skip
def test_the_line_runs_straight_from_step_to_step_and_stays_level_after_the_last(day, value):
    assert STEPS.value_on(days(day)) == value


@pytest.mark.parametrize(("day", "due"), [(0, 0), (99, 0), (100, 10), (249, 10), (250, 20)])
def test_what_is_due_is_the_number_of_the_last_step_that_is_due(day, due):
    assert STEPS.due_on(days(day)) == due


@pytest.mark.parametrize(
    ("day", "reached", "gap"),
    [
        (55, 5, Gap(0, 0)),  # the line stands at 5.5: less than one station either way
        (55, 6, Gap(0, 0)),
        (55, 4, Gap(-1, -15)),  # the line passed 4 on day 40
        (55, 7, Gap(1, 15)),  # and asks for 7 on day 70
        (50, 4, Gap(-1, -10)),
        (50, 6, Gap(1, 10)),
        (160, 10, Gap(-1, -10)),  # the level stretch ends on day 150
        (90, 10, Gap(1, 10)),
        (250, 0, Gap(-20, -250)),
        (250, 20, Gap(0, 0)),
        (260, 19, Gap(-1, -20)),  # after the end the days go on, the stations do not
        (260, 22, Gap(2, 0)),  # more than the line ever asks for: there is no such day
        (200, 30, Gap(15, 50)),
    ],
)
def test_ahead_and_behind_are_whole_stations_and_days_of_the_line(day, reached, gap):
    assert STEPS.gap(days(day), reached) == gap


def test_words_of_a_gap():
    said = [(gap.text, gap.days_text) for gap in (Gap(-2, -41), Gap(0, 0), Gap(3, 5), Gap(1, 0))]

    assert said == [
        ("慢于序时2个", "41天"),
        ("符合序时", ""),
        ("快于序时3个", "5天"),
        ("快于序时1个", ""),
    ]


def test_a_target_of_nought_is_on_schedule():
    assert Schedule(START, ((days(100), 0),)).gap(days(50), 0) == Gap(0, 0)


def test_one_step_is_reached_on_its_day_exactly():
    line = Schedule(dt.date(2022, 9, 15), ((dt.date(2025, 12, 31), 50),))

    found = [line.gap(dt.date(2025, 12, 31), n).stations for n in (48, 49, 50, 51)]

    assert found == [-2, -1, 0, 1]
