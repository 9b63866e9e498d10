from django.core import signing

from activities.surveys import samples
from tests.access import Row
from tests.factories import VeteranFactory

# A record page of a village station: its keepers and those above it.
READ = {
    "admin": 200, "city": 200, "city2": 200, "county": 200, "town": 200, "manager": 200,
    "other_county": 404, "outsider": 404, "leader": 403,
}  # fmt: skip
ABOVE = {"admin": 200, "city": 200, "city2": 200, "county": 200, "other_county": 200, "*": 403}
COUNTY = {"county": 200, "other_county": 200, "*": 403}
PUBLIC = {"*": 200, "anonymous": 200}


def _code(world):
    return {"code": world.station.code}


def _answer(world):
    return {"respondent": "veteran", "token": signing.dumps("x", salt="survey.form")}


def _slips(world):
    return {
        "given_on": "2026-01-01", "r1-who": "1", "r1-honour": "5", "r1-belonging": "5",
        "r1-gain": "9", "r1-overall": "5",
    }  # fmt: skip


def _sample(world):
    person = VeteranFactory(station=world.station, phone="13800000000")
    sample = samples.draw(world.tree.county, 5, actor=world.cast.county)
    assert person.pk in sample.calls.values_list("veteran", flat=True)
    return {"pk": sample.pk}


ROWS = {
    "survey": Row(
        kwargs=_code,
        get=PUBLIC,
        # Without an account it is refused for what it lacks, not for who sends it.
        post={"*": 400, "anonymous": 400},
        data=_answer,
    ),
    "survey_thanks": Row(kwargs=_code, get=PUBLIC),
    "survey_poster": Row(kwargs=_code, get=READ),
    "survey_code": Row(kwargs=_code, get={"leader": 403, "*": 404}),
    "survey_paper": Row(
        kwargs=_code,
        get=READ | {"admin": 403, "city": 403, "city2": 403},
        post={
            "county": 400,
            "town": 400,
            "manager": 400,
            "other_county": 404,
            "outsider": 404,
            "*": 403,
        },
        data=_slips,
    ),
    "phone_samples": Row(get=COUNTY, post=COUNTY, data=lambda world: {"size": 1}),
    "phone_sample": Row(
        kwargs=_sample,
        get=COUNTY | {"other_county": 404},
        post=COUNTY | {"other_county": 404},
    ),
    "phone_sample_numbers": Row(kwargs=_sample, post=COUNTY | {"other_county": 404}),
}
