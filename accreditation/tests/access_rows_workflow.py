"""Access to applications, batches, accreditations and doubts."""

import datetime as dt

from django.utils import timezone

from accreditation.models import Accreditation, Application, Batch, Doubt, Objection, Problem
from accreditation.tests.workflow_world import a_programme
from tests.access import Row

OUT = {"outsider": 404, "other_county": 404, "leader": 404}
# Wrong person 403 before anything else; the right one is told what is not possible (409) or
# what is not filled in (422).


def programme():
    return a_programme()


def an_application(state, **fields):
    def make(world):
        rows = Application.objects.filter(number="2026-90001")
        row = rows.first() or Application.objects.create(
            programme=programme(), station=world.station, track="red", number="2026-90001",
            state=state, **fields,
        )  # fmt: skip
        return {"number": row.number}

    return make


def code(world):
    return {"code": world.station.region.code}


def a_batch(world):
    row = Batch.objects.first() or Batch.objects.create(programme=programme(), name="一批")
    return {"pk": row.pk}


def an_accreditation(world):
    row = Accreditation.objects.first() or Accreditation.objects.create(
        programme=programme(), station=world.station, county=world.tree.county, track="red",
        number="2025R001", named_on=dt.date(2025, 1, 1),
    )  # fmt: skip
    return {"pk": row.pk}


def a_verify_code(world):
    an_accreditation(world)
    return {"code": Accreditation.objects.get().verify_code}


def a_doubt(world):
    row = Doubt.objects.first() or Doubt.objects.create(
        kind="same_file", station=world.station, key="k"
    )
    return {"pk": row.pk}


def a_problem(world):
    an_application("city_review")(world)
    row = Problem.objects.first() or Problem.objects.create(
        station=world.station, application=Application.objects.get(), problem="问题", owner="张",
        due_on=timezone.localdate(),
    )  # fmt: skip
    return {"pk": row.pk}


def an_objection(world):
    batch = Batch.objects.get(pk=a_batch(world)["pk"])
    row = Objection.objects.first()
    if row is None:
        application = Application.objects.create(
            programme=batch.programme, station=world.station, track="red", number="2026-90002",
            state="public_notice", batch=batch,
        )  # fmt: skip
        row = Objection.objects.create(
            application=application, batch=batch, received_on=timezone.localdate(),
            channel="letter", text="内容", handler_one=world.cast.city,
            handler_two=world.cast.city2,
        )  # fmt: skip
    return {"code": row.code}


def step(state, allowed, status=302, data=None, **fields):
    return Row(
        kwargs=an_application(state, **fields),
        post={"*": 403, **dict.fromkeys(allowed, status), **OUT},
        data=(lambda world: data) if data else None,
    )


CITY = ("city", "city2")
WRITERS = ("county", "town", "manager")
STAFF = {"leader": 403, "*": 200}
CITY_GET = {"city": 200, "city2": 200, "*": 403}
CITY_POST = {"city": 422, "city2": 422, "*": 403}
WHY = {"comment": "理由"}
RETURNED = {"returned_from": "city_review", "returned_to": "station"}

ROWS = {
    "applications": Row(get=STAFF),
    "application": Row(kwargs=an_application("draft"), get={"*": 200, **OUT}),
    "application_submit": step("city_review", WRITERS, 409),
    "application_resubmit": step("draft", ("admin", *CITY, *WRITERS), 409),
    "application_withdraw": step("city_review", WRITERS, 409, WHY),
    "application_endorse": step("city_review", ("town",), 409),
    "application_pull": step("town_review", ("county",), 409),
    "application_recommend": step("draft", ("county",), 409),
    "application_do_not_recommend": step("county_review", ("county",), 422),
    "application_return_application": step("county_review", ("county",), 422),
    "application_send_to_site_visit": step("draft", CITY, 409),
    "application_visit": step("site_visit", CITY, 422),
    "application_send_to_decision": step("site_visit", CITY, 409),
    "application_decide": step("decision", CITY, 422),
    "application_reject": step("city_review", CITY, 422),
    "application_take_over_review": step("city_review", CITY, 409, WHY),
    "application_problem": step("city_review", (*CITY, "county"), 422),
    "application_objection": step("public_notice", CITY, 422),
    "application_verdict": step(
        "city_review", CITY, 409, {"requirement": "C1.2", "result": "partly", "points": "99"}
    ),
    "application_confirm_met": step("city_review", CITY, 302),
    "application_statement": step("draft", WRITERS, 422),
    "application_problem_close": Row(
        kwargs=a_problem,
        post={"*": 403, "city": 409, "city2": 409, "county": 409, **OUT},
        data=lambda world: {"closed_on": "2099-01-01", "closing_note": "已改"},
    ),
    "objection_close": Row(kwargs=an_objection, post={"city": 422, "city2": 422, "*": 404}),
    "station_application": Row(kwargs=code, get={"*": 200, **OUT, "leader": 403}),
    "station_application_check": Row(kwargs=code, get={"*": 200, **OUT, "leader": 403}),
    "station_application_start": Row(
        kwargs=code, post={"*": 403, **dict.fromkeys(WRITERS, 302), **OUT, "leader": 403}
    ),
    "batches": Row(get=CITY_GET),
    "batch_new": Row(post=CITY_POST),
    "batch": Row(kwargs=a_batch, get=CITY_GET),
    "batch_assign": Row(kwargs=a_batch, post={"city": 409, "city2": 409, "*": 403}),
    "batch_notice": Row(kwargs=a_batch, post=CITY_POST),
    "batch_naming": Row(kwargs=a_batch, get=CITY_GET),
    "batch_name": Row(kwargs=a_batch, post=CITY_POST),
    "accreditations": Row(get=STAFF),
    "accreditation": Row(kwargs=an_accreditation, get={"*": 200, **OUT}),
    "accreditation_new": Row(get=CITY_GET, post=CITY_POST),
    "accreditation_template": Row(get=CITY_GET),
    "accreditation_import": Row(post=CITY_POST),
    "accreditation_import_confirm": Row(post={"city": 302, "city2": 302, "*": 403}),
    **{
        f"accreditation_{verb}": Row(
            kwargs=an_accreditation, post={"city": 422, "city2": 422, "*": 403, **OUT}
        )
        for verb in ("recheck", "pass", "rectify", "rectified", "revoke", "merge")
    },
    "doubts": Row(get=STAFF),
    "doubt_close": Row(
        kwargs=a_doubt,
        post={"*": 403, "city": 409, "city2": 409, "county": 409, **OUT, "leader": 403},
    ),
    "doubt_explain": Row(
        kwargs=a_doubt,
        post={"*": 403, **dict.fromkeys(WRITERS, 409), **OUT, "leader": 403},
    ),
    "verify": Row(kwargs=a_verify_code, get={"*": 200, "anonymous": 200}),
}
