"""The roster: invented veterans, survivors and families of one station."""

import datetime as dt

from config.demo.names import COMPOUND_SURNAMES, draw_name
from config.demo.world import Person, Place, World
from records.fields import keyed_hash
from veterans.models import Honour, RosterEdition, Veteran
from veterans.names import pinyin_keys

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
# (first year, last year, weight) of birth
GENERATIONS = (
    (1938, 1949, 8),
    (1950, 1964, 30),
    (1965, 1979, 32),
    (1980, 1994, 22),
    (1995, 2003, 8),
)
FORMER_POSTS = (
    "战士", "战士", "战士", "副班长", "班长", "班长", "文书", "给养员", "炊事员", "卫生员",
    "驾驶员", "报务员", "代理排长", "排长", "司务长", "技师",
)  # fmt: skip
WORKING_POSTS = (
    "务农", "务农", "务农", "务工", "务工", "个体经营", "村（社区）工作人员", "网格员", "企业职工",
    "合作社社员", "出租车驾驶员", "物业管理员",
)  # fmt: skip
OLD_POSTS = ("务农", "务农", "退休", "退休", "村老年协会会员")
SECRETARY_POST = "村（社区）党组织书记"
WORKING_AGE = 62
BRANCHES = ("陆军", "陆军", "陆军", "陆军", "海军", "空军", "武警部队", "铁道兵", "基建工程兵")
HONOURS = (
    ("commendation", 0.09, "团级单位"),
    ("four_have", 0.1, "团级单位"),
    ("merit_3", 0.07, "师级单位"),
    ("merit_2", 0.008, "军级单位"),
    ("civil", 0.03, "县（区）有关部门"),
)
QUESTIONS = ("former_post", "current_post", "strengths", "honours")


def fill_people(world: World, place: Place) -> None:
    rng = place.rng
    place.seats = 1 if rng.random() < 0.28 else 0
    if place.level.name == "empty" and rng.random() < 0.6:
        return
    mean = world.scale.people if place.is_village else max(16, world.scale.people // 4)
    for _ in range(max(3, round(mean * rng.triangular(0.3, 2.1, 0.75)))):
        place.people.append(_person(world, place))


def fill_editions(world: World, place: Place) -> None:
    """The roster on paper of last year and of this."""
    counted = sum(person.status == "active" for person in place.people)
    for edition, age in ((1, 400), (2, 60)):
        if not place.people or not place.has():
            continue
        day = world.days_ago(age + place.rng.randrange(90))
        key = world.loader.add(
            RosterEdition,
            station_id=place.station.pk,
            edition=edition,
            row_count=counted,
            counted_rows=counted if place.has(0.97) else counted - 1,
            printed_on=day,
            moved_in=place.rng.randrange(4),
            moved_out=place.rng.randrange(3),
            deceased=place.rng.randrange(3),
            confirmed_by="站长",
            confirmed_on=day,
            **world.stamp(place, day),
        )
        if place.has():
            world.photos.attach(
                place, RosterEdition, key, "document", on=day,
                purpose="signed_scan", caption="花名册签字页",
            )  # fmt: skip


def _person(world, place):
    rng = place.rng
    kind = rng.choices(
        ("veteran", "survivor", "military_family", "other_care"), (93, 3, 3, 1)
    )[0]  # fmt: skip
    status = rng.choices(("active", "moved", "deceased", "lost"), (902, 40, 50, 8))[0]
    gender = "female" if rng.random() < (0.04 if kind == "veteran" else 0.5) else "male"
    birth = _birth(rng, status)
    name = draw_name(rng, gender=gender, birth_year=birth.year)
    life = _service_life(world, rng, birth) if kind == "veteran" else {}
    wars = _wars(rng, birth) if kind == "veteran" else []
    residence = rng.choices(("local", "away", "elsewhere"), (84, 12, 4))[0]
    age = world.today.year - birth.year
    answers = _answers(world, place, rng, kind, age)
    priority = bool(wars) or rng.random() < (0.05 if birth.year > 1955 else 0.14)
    party = rng.random() < 0.42
    declined = rng.random() < 0.04
    secretary = kind == "veteran" and status == "active" and party and _takes_seat(place, age)
    if secretary:
        answers["columns"] |= {"current_post": SECRETARY_POST, "current_post_state": "answered"}
    key = world.loader.add(
        Veteran,
        station_id=place.station.pk,
        code="".join(rng.choices(ALPHABET, k=16)),
        person_kind=kind,
        name=name,
        gender=gender,
        birth_date=birth,
        political_status="party_member" if party else rng.choice(("masses", "masses", "")),
        war_tags=wars,
        care_categories=_care(rng, kind, birth, wars, world.today),
        interview_status=_interview(place, wars, status, declined=declined),
        is_village_secretary=secretary,
        is_priority=priority and kind == "veteran" and place.level.name != "empty",
        plaque="hung" if place.has(0.97) else "none",
        residence=residence,
        grid_id=rng.choice(place.grids) if place.grids and status == "active" else None,
        status=status,
        photos_known_none=rng.random() < 0.12,
        **_pinyin(name),
        **_numbers(world, rng, birth, gender),
        **life,
        **answers["columns"],
        **world.stamp(place, world.days_ago(rng.randrange(20, 545))),
    )
    strengths = answers["strengths"]
    world.loader.link(Veteran.strengths, key, strengths)
    honoured = answers["honoured"] and _honours(world, place, key, life, wars, party=party)
    if kind == "veteran" and status != "moved":
        _photo(world, place, key)
    return Person(
        id=key, name=name, age=age, kind=kind, status=status,
        residence=residence, is_priority=priority and kind == "veteran", wars=wars,
        is_party=party, strengths=strengths, has_honour=bool(honoured), declined=declined,
    )  # fmt: skip


def _takes_seat(place, age):
    """Whether this member becomes the village's secretary."""
    if not (place.seats and 32 < age < WORKING_AGE):
        return False
    place.seats -= 1
    return True


def _photo(world, place, key):
    if place.has(0.42):
        world.photos.attach(
            place, Veteran, key, "portrait", on=None, purpose="service_life", caption="军旅生涯照片"
        )


def _birth(rng, status):
    if status == "deceased" and rng.random() < 0.5:
        first, last = 1922, 1940
    else:
        weights = [row[2] for row in GENERATIONS]
        first, last, _ = rng.choices(GENERATIONS, weights)[0]
    return dt.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


def _service_life(world, rng, birth):
    start = birth.year + rng.randint(18, 20)
    years = rng.choices((2, 3, 4, 5, 8, 12, 16, 20), (26, 22, 16, 14, 10, 6, 4, 2))[0]
    enlisted = dt.date(start, 12 if start < 2013 else rng.choice((3, 9)), 1)
    discharged = dt.date(min(start + years, world.today.year - 1), enlisted.month, 1)
    known = rng.random() < 0.93
    return {
        "enlisted_on": enlisted if known else None,
        "discharged_on": max(discharged, enlisted) if known else None,
        "branch": rng.choice(BRANCHES[: 9 if start < 1980 else 7]),
    }


def _wars(rng, birth):
    if birth.year <= 1926:
        return ["resistance"] if rng.random() < 0.4 else ["liberation"]
    if birth.year <= 1935:
        return ["korea"] if rng.random() < 0.7 else []
    if 1956 <= birth.year <= 1967 and rng.random() < 0.08:
        return ["vietnam"]
    return []


def _care(rng, kind, birth, wars, today):
    if kind == "survivor":
        return [rng.choice(("martyr_family", "duty_family", "illness_family"))]
    if kind != "veteran":
        return []
    tags = ["combat"] if wars else []
    if rng.random() < 0.02:
        tags.append("disabled")
    if today.year - birth.year >= 60 and rng.random() < 0.6:
        tags.append("rural_60")
    return tags


def _interview(place, wars, status, *, declined):
    if not wars or not place.has(0.97):
        return "not_started"
    if declined:
        return "declined"
    return "unable" if status == "deceased" and place.rng.random() < 0.3 else "done"


def _numbers(world, rng, birth, gender):
    number = world.numbers.id_number(birth, gender) if rng.random() < 0.85 else ""
    phone = world.numbers.phone() if rng.random() < world.phone_share else ""
    return {
        "birth_precision": "day" if number else "month",
        "id_number": number,
        "id_hash": keyed_hash(number),
        "id_check": "valid" if number else "none",
        "phone": phone,
        "phone_hash": keyed_hash(phone),
    }


def _pinyin(name):
    """By character, remembered: the drawn names hold none that reads in two ways."""
    cut = 2 if name[:2] in COMPOUND_SURNAMES else 1
    keys = [pinyin_keys(part) for part in (name[:cut], *name[cut:])]
    return {
        "pinyin": " ".join(pinyin for pinyin, _ in keys),
        "initials": "".join(initials for _, initials in keys),
    }


def _answers(world, place, rng, kind, age):
    """The four questions of the roster: each answered, known to be none, or left open."""
    state = {}
    for question in QUESTIONS:
        if rng.random() < place.level.answered:
            state[question] = "answered"
        else:
            state[question] = "unknown" if rng.random() < 0.3 else "blank"
    if kind != "veteran" and state["former_post"] == "answered":
        state["former_post"] = "none"
    posts = WORKING_POSTS if age < WORKING_AGE else OLD_POSTS
    strengths = []
    if state["strengths"] == "answered":
        if rng.random() < 0.62:
            strengths = rng.sample(list(world.strengths.values()), rng.choice((1, 1, 2)))
        else:
            state["strengths"] = "none"
    honoured = state["honours"] == "answered" and kind == "veteran" and rng.random() < 0.34
    if state["honours"] == "answered" and not honoured:
        state["honours"] = "none"
    return {
        "strengths": strengths,
        "honoured": honoured,
        "columns": {
            "former_post": rng.choice(FORMER_POSTS) if state["former_post"] == "answered" else "",
            "current_post": rng.choice(posts) if state["current_post"] == "answered" else "",
            **{f"{question}_state": value for question, value in state.items()},
        },
    }


def _honours(world, place, veteran_id, life, wars, *, party):
    rng = place.rng
    start = (life.get("enlisted_on") or dt.date(1990, 12, 1)).year
    drawn = [row for row in HONOURS if rng.random() < row[1] * 3]
    drawn = drawn or [rng.choice(HONOURS[:2])]
    if wars and rng.random() < 0.5:
        drawn.append(("medal", 1, "上级机关"))
    for kind, _chance, by in drawn:
        year = start + rng.randint(1, 3)
        if kind in ("civil", "medal"):
            year = rng.randint(max(start, 2005), world.today.year - 1)
        world.loader.add(
            Honour,
            veteran_id=veteran_id,
            kind=kind,
            awarded_on=dt.date(year, 1, 1),
            awarded_by=by,
            note="光荣在党50年" if party and kind == "medal" else "",
            **world.stamp(place, world.days_ago(rng.randrange(20, 500))),
        )
    return True
