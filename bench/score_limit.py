"""The limit of the score: every count that the 84 requirements need, for all stations and the
three tracks, in ONE statement written by hand, with the days as plain text.

It gives a row per source and station (source, station, counts ...), as little as one could
ask for: nobody adds villages up to their town here, holds a count against a threshold or
earns a point. Sites and guests of another station's team are rows of their own at the end.
`script/bench` refuses to measure against it unless it counts what the score counted.
"""

import datetime as dt

from django.contrib.contenttypes.models import ContentType

from accreditation.scoring.dates import last_months, months_before, years_before

VETERAN = "v.status = 'active' AND v.person_kind = 'veteran'"
SITES = "('memorial_place', 'memorial_venue', 'memorial_facility', 'relic_site')"
REFORM = "('reform_venue', 'major_project', 'reform_landmark')"
FIVE = (
    "('celebrity_memorial', 'protected_relic', 'science_museum', 'industrial_heritage',"
    " 'former_residence')"
)
KEYS = (
    "spring_festival", "lei_feng_month", "july_first", "august_first", "martyrs_day",
    "national_day",
)  # fmt: skip
TRACKS = ("red", "historical", "rural")


class Days:
    def __init__(self, on, vendor):
        self.on, self.vendor = on, vendor
        self.year_ago = years_before(on, 1)
        self.two_years = months_before(on, 24)

    def year(self, column):
        return f"{column} > '{self.year_ago}' AND {column} <= '{self.on}'"

    def born_after(self, age):
        return f"'{years_before(self.on, age + 1)}'"

    def between(self, first, last):
        """Whole days from one date column to another."""
        if self.vendor == "sqlite":
            return f"(julianday({last}) - julianday({first}))"
        return f"({last} - {first})"

    @property
    def text(self):
        return f"'{self.on}'" if self.vendor == "sqlite" else f"DATE '{self.on}'"

    @property
    def recorded(self):
        if self.vendor == "sqlite":
            return "date(a.recorded_at, '+8 hours')"
        return "(a.recorded_at AT TIME ZONE 'Asia/Shanghai')::date"


def kind(app, model):
    return ContentType.objects.get_by_natural_key(app, model).pk


def tag(name):
    return f"a.tags LIKE '%,{name},%'"


def linked(app, model, more="", photo=False):
    join = " JOIN records_attachment f ON f.id = l.attachment_id" if photo else ""
    what = " AND f.kind = 'photo'" if photo else ""
    return (
        f"SELECT l.object_id FROM records_attachmentlink l{join}"
        f" WHERE l.content_type_id = {kind(app, model)}{what}{more}"
    )


def people(d):
    """(sets read once, FROM, WHERE, conditions). PostgreSQL joins grouped scans, SQLite looks
    up sets: each is the faster one there."""
    year = d.year("a.happened_on")
    acts = "activities_participation p JOIN activities_activity a ON a.id = p.activity_id"
    visit = "p.role = 'visited' AND a.kind IN ('visit', 'talk')"
    served = "p.role = 'volunteer' AND a.kind = 'volunteering'"
    taking = "p.role IN ('participant', 'speaker', 'volunteer')"
    member = (
        "SELECT m.veteran_id FROM volunteers_membership m JOIN volunteers_team t"
        " ON t.id = m.team_id JOIN veterans_veteran w ON w.id = m.veteran_id"
        " AND w.station_id = t.station_id"
        f" WHERE (m.left_on IS NULL OR m.left_on > '{d.on}') AND m.joined_on <= '{d.on}'"
        " AND t.is_active AND t.kinds LIKE '%,{0},%'"
    )
    green = " UNION ".join(
        f"SELECT x.veteran_id FROM veterans_enterprise_{who} x JOIN veterans_enterprise e"
        " ON e.id = x.enterprise_id WHERE e.is_green"
        " AND e.kind IN ('family_farm', 'cooperative', 'firm')"
        for who in ("owners", "workers")
    )
    sets = {
        "team": "SELECT DISTINCT * FROM (" + member.format("lei_feng") + ") x",
    }
    source = "veterans_veteran v"
    if d.vendor == "sqlite":
        sets["took"] = f"SELECT DISTINCT p.veteran_id FROM {acts} WHERE {year} AND {taking}"
        took = "v.id IN (SELECT veteran_id FROM took)"
        often = (
            f"v.id IN (SELECT p.veteran_id FROM {acts} WHERE {year} AND {served}"
            " AND p.veteran_id IN (SELECT veteran_id FROM team)"
            " GROUP BY p.veteran_id HAVING COUNT(*) >= 2)"
        )
        seen = (
            f"v.id IN (SELECT p.veteran_id FROM {acts} JOIN veterans_veteran w"
            f" ON w.id = p.veteran_id WHERE {year} AND {visit} AND w.is_priority"
            " AND (NOT a.by_phone OR w.residence <> 'local'))"
        )
    else:
        source += (
            " LEFT JOIN (SELECT p.veteran_id,"
            f" bool_or({taking}) AS took,"
            f" COUNT(*) FILTER (WHERE {served}) AS served,"
            f" bool_or({visit}) AS called, bool_or({visit} AND NOT a.by_phone) AS seen"
            f" FROM {acts} WHERE {year} GROUP BY p.veteran_id) part ON part.veteran_id = v.id"
        )
        took, often = "part.took", "part.served >= 2"
        seen = "(part.seen OR part.called AND v.residence <> 'local')"
    of_team = "v.id IN (SELECT veteran_id FROM team)"
    states = [f"v.{name}_state IN ('answered', 'none')" for name in
              ("former_post", "current_post", "strengths", "honours")]  # fmt: skip
    photos = linked("veterans", "veteran", " AND l.purpose = 'service_life'", photo=True)
    young = f"(v.birth_date IS NULL OR v.birth_date > {d.born_after(70)})"
    return sets, source, VETERAN, [
        "TRUE", *states, "NOT v.photos_known_none",
        f"NOT v.photos_known_none AND v.id IN ({photos})",
        "v.id NOT IN (SELECT veteran_id FROM veterans_datafault WHERE closed_at IS NULL)",
        young, young, of_team, f"{of_team} AND {often}",
        f"v.id IN ({member.format('hometown')})",
        (f"v.residence = 'local' AND (v.birth_date IS NULL"
        f" OR v.birth_date > {d.born_after(80)} OR {took})"),
        f"v.residence = 'local' AND {took}",
        "v.is_priority", f"v.is_priority AND {seen}",
        f"v.birth_date > {d.born_after(59)} AND v.birth_date <= {d.born_after(15)}",
        f"v.id IN ({green})",
        ("v.id IN (SELECT veteran_id FROM veterans_honour) OR v.id IN (SELECT veteran_id"
        " FROM veterans_story WHERE withdrawn_on IS NULL AND veteran_id IS NOT NULL)"),
    ]  # fmt: skip


def ledger(d):
    months = last_months(d.on)
    year = d.year("a.happened_on")
    first = min(months[0][0], d.year_ago + dt.timedelta(days=1))
    act = kind("activities", "activity")
    evidence = (
        "SELECT {0} FROM records_attachmentlink l JOIN records_attachment f"
        f" ON f.id = l.attachment_id WHERE l.content_type_id = {act}"
        " AND (f.kind IN ('photo', 'audio', 'video') OR l.purpose IN ('sign_in', 'receipt'))"
    )
    if d.vendor == "sqlite":
        shown = f"EXISTS ({evidence.format(1)} AND l.object_id = a.id)"
    else:
        shown = f"a.id IN ({evidence.format('l.object_id')})"
    news = (
        "SELECT activity_id FROM activities_publicity WHERE url <> '' AND activity_id IS NOT NULL"
    )
    scan = linked("activities", "activity", " AND l.purpose = 'paper_ledger'")
    late = f"NOT (a.is_late_entry AND a.id IN ({scan}))"
    held = (
        "a.id IN (SELECT x.activity_id FROM activities_activity_resources x"
        " JOIN stations_resource r ON r.id = x.resource_id WHERE {0})"
    )
    part = "a.id IN (SELECT activity_id FROM activities_participation)"
    speaker = "a.id IN (SELECT activity_id FROM activities_participation WHERE role = 'speaker')"
    kinds = [f"a.kind = '{k}'" for k in ("talk", "volunteering", "study", "recreation", "visit")]
    filled = "a.place <> '' AND a.organiser <> '' AND a.content <> '' AND a.outcome <> ''"
    days = d.between("COALESCE(a.ends_on, a.happened_on)", d.recorded)
    conditions = [
        "TRUE", *kinds, f"{filled} AND (a.other_headcount > 0 OR {part})",
        f"({shown} OR a.id IN ({news}))", late, f"{late} AND {days} <= 15",
        *(tag(name) for name in ("red", "green", "environment", "training")),
        f"a.kind = 'volunteering' AND t.kinds LIKE '%,hometown,%' AND {tag('heritage')}",
        f"{tag('heritage')} AND {speaker}", "a.kind = 'commemoration'",
        "a.kind = 'commemoration' AND k.code = 'martyrs_day'",
        held.format(f"r.kind IN {REFORM}"), held.format("r.theme = 'historical'"),
    ]  # fmt: skip
    source = (
        "activities_activity a LEFT JOIN volunteers_team t ON t.id = a.team_id"
        " LEFT JOIN activities_keydate k ON k.id = a.key_date_id"
    )
    return {}, source, f"a.happened_on >= '{first}' AND a.happened_on <= '{d.on}'", [
        *(f"{year} AND {condition}" for condition in conditions),
        *(f"a.happened_on BETWEEN '{a}' AND '{b}'" for a, b in months),
    ]  # fmt: skip


def pairs(d):
    """Sites by region, uses and visits of sites, guests of another station's team."""
    kept = "CASE WHEN r.keeper <> '' OR r.keeper_missing_reported THEN 1 ELSE 0 END"
    use = "stations_resourceuse w JOIN stations_resource r ON r.id = w.resource_id"
    guests = (
        "SELECT {0}, v.station_id, t.station_id, v.id, 0 FROM volunteers_membership m"
        " JOIN volunteers_team t ON t.id = m.team_id JOIN veterans_veteran v"
        " ON v.id = m.veteran_id AND v.station_id <> t.station_id"
        f" WHERE {VETERAN} AND t.is_active AND t.kinds LIKE '%,{{1}},%'"
        f" AND (m.left_on IS NULL OR m.left_on > '{d.on}') AND m.joined_on <= '{d.on}'"
    )
    return [
        f"SELECT 100, r.region_id, r.id, {kept}, 0 FROM stations_resource r WHERE r.kind IN {SITES}",
        f"SELECT 101, w.station_id, r.id, {kept}, 0 FROM {use} WHERE r.kind IN {SITES}",
        (
            "SELECT DISTINCT 102, a.station_id, r.id, 0, 0 FROM activities_activity_resources x"
            " JOIN activities_activity a ON a.id = x.activity_id"
            " JOIN stations_resource r ON r.id = x.resource_id"
            f" WHERE {d.year('a.happened_on')} AND r.kind IN {SITES}"
        ),
        guests.format(103, "lei_feng"),
        guests.format(104, "hometown"),
    ]


def score_sql(on, vendor, programme):
    """The one statement, and how many sources it counts."""
    from bench import score_small as small

    d = Days(on, vendor)
    arms = [(*people(d)[1:3], "v.station_id", people(d)[3])]
    arms.append((*ledger(d)[1:3], "a.station_id", ledger(d)[3]))
    arms += [
        arm(d)
        for arm in (
            small.plans, small.items, small.war, small.facilities, small.regulations,
            small.duties, small.stories, small.told, small.shown, small.published,
            small.exhibits, small.checked, small.shown_people, small.uses, small.editions,
            small.films(programme), small.titles, small.surveys, small.telephone,
            small.teams, small.groups,
            small.answered("activities_reception"), small.answered("activities_servicerecord"),
            small.confirmations,
        )
    ]  # fmt: skip
    width = max(len(counts) for *_, counts in arms)
    selects = [_arm(number, arm, width) for number, arm in enumerate(arms)]
    selects += [select.replace(", 0 FROM", ", 0" * (width - 2) + " FROM") for select in pairs(d)]
    heads = [f"{name}(veteran_id) AS MATERIALIZED ({body})" for name, body in people(d)[0].items()]
    return f"WITH {', '.join(heads)} " + " UNION ALL ".join(selects)


def _arm(number, arm, width):
    source, where, station, counts = arm
    columns = [text if "FILTER" in text else f"COUNT(*) FILTER (WHERE {text})" for text in counts]
    columns += ["0"] * (width - len(counts))
    return (
        f"SELECT {number}, {station}, {', '.join(columns)} FROM {source} WHERE {where}"
        f" GROUP BY {station}"
    )
