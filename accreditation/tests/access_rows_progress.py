from accreditation.models import BuildList, Programme
from accreditation.tests.progress_world import a_programme, a_rubric
from tests.access import Row

READERS = {"city": 200, "city2": 200, "admin": 200, "county": 200, "other_county": 200, "*": 403}
MANAGERS = {"city": 200, "city2": 200, "admin": 200, "*": 403}


def with_a_programme(world):
    a_programme()
    return {}


def own_county(world):
    a_programme()
    return {"code": "321322"}


def one_programme(world):
    return {"pk": a_programme().pk}


def one_listed(world):
    row = BuildList.objects.create(
        programme=a_programme(), station=world.station, track="red", year=2026
    )
    return {"pk": row.pk}


def a_new_programme(world):
    return {
        "name": "新方案",
        "starts_on": "2026-01-01",
        "ends_on": "2028-12-31",
        "rubric": a_rubric().pk,
    }


def the_same_programme(world):
    return a_new_programme(world) | {"version": Programme.objects.get().version}


ROWS = {
    "progress": Row(get={"*": 200}),
    # An anonymous caller is sent away before the address is looked at.
    "named_stations": Row(kwargs=with_a_programme, get={"*": 200}),
    "targets": Row(kwargs=with_a_programme, get=READERS),
    "targets_region": Row(
        kwargs=own_county,
        get={**READERS, "other_county": 404},
        post={"county": 302, "other_county": 404, "*": 403},
        data=lambda world: {"seen": "", "due-0": "2026-12-31", "red-0": "3"},
    ),
    "targets_confirm": Row(kwargs=own_county, post={"city": 302, "city2": 302, "*": 403}),
    "targets_return": Row(
        kwargs=own_county,
        post={"city": 302, "city2": 302, "*": 403},
        data=lambda world: {"reason": "请分年填报"},
    ),
    "county_plan": Row(
        kwargs=own_county,
        get={**READERS, "other_county": 404},
        post={"county": 302, "other_county": 404, "*": 403},
        data=lambda world: {"leader": "张三", "version": 1},
    ),
    "build_list": Row(kwargs=with_a_programme, get=READERS),
    "build_list_add": Row(
        kwargs=with_a_programme,
        post={"county": 302, "other_county": 200, "*": 403},
        data=lambda world: {"station": world.station.code, "track": "red", "year": "2026"},
    ),
    "build_list_remove": Row(
        kwargs=one_listed,
        post={
            "county": 302, "city": 403, "city2": 403, "admin": 403, "town": 403, "manager": 403,
            "*": 404,
        },
    ),
    "manage_programmes": Row(get=MANAGERS),
    "programme_new": Row(
        get=MANAGERS,
        post={"city": 302, "city2": 302, "admin": 302, "*": 403},
        data=a_new_programme,
    ),
    "programme_edit": Row(
        kwargs=one_programme,
        get=MANAGERS,
        post={"city": 302, "city2": 302, "admin": 302, "*": 403},
        data=the_same_programme,
    ),
    "programme_make_current": Row(
        kwargs=one_programme, post={"city": 302, "city2": 302, "admin": 302, "*": 403}
    ),
}  # fmt: skip
