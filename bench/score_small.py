"""The small tables of the limit of the score (score_limit.py): (FROM, WHERE, station, counts)."""

from accreditation.scoring.dates import last_months, last_quarters
from bench.score_limit import FIVE, KEYS, REFORM, TRACKS, kind, linked


def passed(model, day):
    """Both latest checks of the present text passed, by two names, neither its maker's."""
    latest = (
        "SELECT {0} FROM records_contentcheck c WHERE c.passed AND c.aspect = '{1}'"
        f" AND c.content_type_id = {kind('veterans', model)} AND c.object_id = s.id"
        " AND c.content_hash = s.content_hash AND c.checker_name <> COALESCE(u.full_name, '')"
        " AND NOT EXISTS (SELECT 1 FROM records_contentcheck n"
        " WHERE n.content_type_id = c.content_type_id AND n.object_id = c.object_id"
        " AND n.aspect = c.aspect AND n.content_hash = c.content_hash"
        " AND (n.checked_at > c.checked_at OR n.checked_at = c.checked_at AND n.id > c.id))"
    )
    first = latest.format("c.checker_name", "political")
    second = latest.format(1, "historical")
    return f"EXISTS ({second} AND c.checker_name <> ({first} LIMIT 1))"


def plans(d):
    found = [f"p.period = 'year' AND p.year = {d.on.year - n}" for n in (0, 1)]
    for start, _ in last_quarters(d.on):
        number = (start.month + 2) // 3
        found.append(f"p.period = 'quarter' AND p.year = {start.year} AND p.number = {number}")
    for start, _ in last_months(d.on):
        found.append(f"p.period = 'month' AND p.year = {start.year} AND p.number = {start.month}")
    where = f"p.state = 'approved' AND p.year BETWEEN {d.on.year - 2} AND {d.on.year}"
    return "activities_plan p", where, "p.station_id", found


def items(d):
    done = "i.id IN (SELECT plan_item_id FROM activities_activity WHERE plan_item_id IS NOT NULL)"
    past = f"i.planned_on > '{d.year_ago}' AND i.planned_on < '{d.on}'"
    found = [past, f"{past} AND (i.cancelled_reason <> '' OR {done})"]
    year = d.year("i.planned_on")
    found += [f"{year} AND k.code = '{code}' AND i.cancelled_reason = ''" for code in KEYS]
    found += [
        f"i.planned_on BETWEEN '{a}' AND '{b}' AND i.place <> '' AND i.owner <> ''"
        for a, b in last_months(d.on)
    ]
    first = min(last_months(d.on)[0][0], d.year_ago)
    source = "activities_planitem i LEFT JOIN activities_keydate k ON k.id = i.key_date_id"
    where = f"i.planned_on >= '{first}' AND i.planned_on <= '{d.on}'"
    return source, where, "i.station_id", found


def war(d):
    where = "v.person_kind = 'veteran' AND v.status IN ('active', 'deceased') AND v.war_tags <> ''"
    return "veterans_veteran v", where, "v.station_id", [
        "TRUE", "v.interview_status <> 'not_started'", "v.interview_status <> 'declined'",
    ]  # fmt: skip


def facilities(d):
    photo = f"f.id IN ({linked('stations', 'facility', photo=True)})"
    found = []
    for name, more in (
        ("talk_room", [photo]), ("recreation_room", ["TRUE", photo]),
        ("reading_area", ["TRUE", photo, "f.book_count IS NOT NULL"]), ("honour_wall", [photo]),
        ("honour_board", [photo]), ("bulletin_board", [photo, d.year("f.changed_on")]),
        ("memorabilia_cabinet", [photo]),
    ):  # fmt: skip
        found += [f"f.kind = '{name}' AND {condition}" for condition in more]
    return "stations_facility f", "TRUE", "f.station_id", found


def regulations(d):
    text = f"(r.body <> '' OR r.id IN ({linked('stations', 'regulation')}))"
    days = [f"r.{n} > '{d.two_years}' AND r.{n} <= '{d.on}'" for n in ("adopted_on", "reviewed_on")]
    names = ("study", "recreation", "visit", "reception", "report", "coordination", "filing")
    return "stations_regulation r", "TRUE", "r.station_id", [
        f"r.kind = '{name}' AND {text} AND ({' OR '.join(days)})" for name in names
    ]  # fmt: skip


def duties(d):
    return "stations_duty y", "y.holder <> '' AND y.body <> ''", "y.station_id", [
        "y.kind = 'organisation'", "y.kind = 'person'",
    ]  # fmt: skip


CHECKED = "veterans_{0} s LEFT JOIN accounts_user u ON u.id = s.created_by_id"


def stories(d):
    used = (
        "(s.id IN (SELECT x.story_id FROM veterans_exhibit_stories x JOIN veterans_exhibit e"
        " ON e.id = x.exhibit_id WHERE e.withdrawn_on IS NULL)"
        " OR s.id IN (SELECT story_id FROM activities_activity_stories)"
        " OR s.id IN (SELECT story_id FROM activities_publicity WHERE story_id IS NOT NULL))"
    )
    where = f"s.withdrawn_on IS NULL AND {passed('story', d)}"
    return CHECKED.format("story"), where, "s.station_id", [
        "s.theme = 'rural'", f"s.theme = 'rural' AND {used}",
        "s.theme = 'red' AND s.subject = 'martyr' AND s.source <> ''",
        "s.theme = 'red' AND s.subject = 'war_veteran'",
        "s.theme = 'red' AND s.subject = 'party_model'",
        "s.theme = 'historical' AND s.subject = 'inheritor'",
    ]  # fmt: skip


PARTY = "s.withdrawn_on IS NULL AND s.theme = 'red' AND s.subject = 'party_model' AND "


def told(d):
    more = (
        " JOIN activities_activity_stories x ON x.story_id = s.id"
        f" JOIN activities_activity a ON a.id = x.activity_id AND a.happened_on <= '{d.on}'"
    )
    return CHECKED.format("story") + more, PARTY + passed("story", d), "s.station_id", ["TRUE"]


def shown(d):
    more = (
        " JOIN veterans_exhibit_stories x ON x.story_id = s.id"
        " JOIN veterans_exhibit e ON e.id = x.exhibit_id AND e.withdrawn_on IS NULL"
    )
    return CHECKED.format("story") + more, PARTY + passed("story", d), "s.station_id", ["TRUE"]


def published(d):
    more = f" JOIN activities_publicity x ON x.story_id = s.id AND x.published_on <= '{d.on}'"
    return CHECKED.format("story") + more, PARTY + passed("story", d), "s.station_id", ["TRUE"]


def exhibits(d):
    has = "e.id IN (SELECT x.exhibit_id FROM veterans_exhibit_{0} x JOIN {1} WHERE {2})"
    people = has.format(
        "people", "veterans_veteran v ON v.id = x.veteran_id JOIN veterans_exhibit o"
        " ON o.id = x.exhibit_id", "v.station_id = o.station_id",
    )  # fmt: skip
    martyr = has.format("stories", "veterans_story s ON s.id = x.story_id", "s.subject = 'martyr'")
    resource = "stations_resource r ON r.id = x.resource_id"
    fallen = has.format("resources", resource, "r.kind = 'martyr'")
    historical = has.format("resources", resource, "r.theme = 'historical'")
    photo = f"e.id IN ({linked('veterans', 'exhibit', photo=True)})"
    found = [
        f"e.place = 'honour_wall' AND ({people} OR {martyr} OR {fallen})",
        "e.place = 'memorabilia_cabinet' AND e.no_forbidden_items",
        f"{historical} AND {photo} AND NOT (e.place = 'wall_panel' AND e.theme = 'historical')",
    ]
    for track in TRACKS:
        panel = f"e.place = 'wall_panel' AND e.theme = '{track}'"
        found += [panel, f"{panel} AND {photo}"]
    return "veterans_exhibit e", "e.withdrawn_on IS NULL", "e.station_id", found


def checked(d):
    where = f"s.withdrawn_on IS NULL AND s.place = 'wall_panel' AND {passed('exhibit', d)}"
    themes = [f"s.theme = '{track}'" for track in TRACKS]
    return CHECKED.format("exhibit"), where, "s.station_id", themes


def shown_people(d):
    told_of = "SELECT veteran_id FROM veterans_story WHERE withdrawn_on IS NULL AND veteran_id IS NOT NULL"
    who = (
        f"(x.veteran_id IN (SELECT veteran_id FROM veterans_honour) OR x.veteran_id IN ({told_of}))"
    )
    found = [f"e.place = 'honour_board' AND {who}"]
    found += [
        f"e.place = 'wall_panel' AND e.theme = '{track}' AND x.veteran_id IN"
        f" ({told_of} AND theme = '{track}')"
        for track in TRACKS
    ]
    source = "veterans_exhibit_people x JOIN veterans_exhibit e ON e.id = x.exhibit_id"
    where = "e.withdrawn_on IS NULL AND e.place IN ('wall_panel', 'honour_board')"
    return source, where, "e.station_id", [
        f"COUNT(DISTINCT x.veteran_id) FILTER (WHERE {condition})" for condition in found
    ]  # fmt: skip


def uses(d):
    joint = (
        "EXISTS (SELECT 1 FROM activities_activity_resources x JOIN activities_activity a"
        " ON a.id = x.activity_id JOIN activities_activity_partners p ON p.activity_id = a.id"
        " WHERE x.resource_id = w.resource_id AND a.station_id = w.station_id"
        f" AND a.happened_on <= '{d.on}')"
    )
    agreed = f"w.id IN ({linked('stations', 'resourceuse')})"
    source = "stations_resourceuse w JOIN stations_resource r ON r.id = w.resource_id"
    return source, "TRUE", "w.station_id", [
        "r.source <> '' AND r.kind IN ('martyr', 'red_event')",
        "r.source <> '' AND r.theme = 'historical'",
        "r.kind IN ('hometown_hall', 'historic_district')", f"r.kind IN {FIVE}",
        "r.source <> '' AND r.theme = 'rural' AND r.description <> ''",
        f"r.kind IN {REFORM} AND ({agreed} OR {joint})",
    ]  # fmt: skip


def editions(d):
    signed = linked("veterans", "rosteredition", " AND l.purpose = 'signed_scan'")
    confirmed = (
        f"n.confirmed_on <= '{d.on}' AND n.moved_in IS NOT NULL AND n.moved_out IS NOT NULL"
        " AND n.deceased IS NOT NULL"
    )
    days = d.between("n.confirmed_on", d.text)
    return "veterans_rosteredition n", "TRUE", "n.station_id", [
        f"{d.year('n.printed_on')} AND n.counted_rows = n.row_count AND n.id IN ({signed})",
        confirmed, f"CAST(MIN({days}) FILTER (WHERE {confirmed}) AS INTEGER)",
    ]  # fmt: skip


def titles(d):
    valid = f"(h.valid_until IS NULL OR h.valid_until >= '{d.on}') AND h.awarded_on <= '{d.on}'"
    return "stations_title h", "TRUE", "h.station_id", [f"{valid} AND h.level <> 'town'"]


def surveys(d):
    found = [f"q.{answer} >= 4" for answer in ("honour", "belonging", "gain", "overall")]
    where = f"q.respondent = 'veteran' AND {d.year('q.given_on')}"
    return "activities_surveyresponse q", where, "q.station_id", ["TRUE", *found]


def telephone(d):
    source, where, station, found = surveys(d)
    return source, f"{where} AND q.source = 'phone'", station, found


def teams(d):
    lei_feng, hometown = (
        f"t.is_active AND t.kinds LIKE '%,{name},%'" for name in ("lei_feng", "hometown")
    )
    led = f"{lei_feng} AND v.status = 'active' AND v.person_kind = 'veteran'"
    charter = linked("volunteers", "team", " AND l.purpose = 'charter'")
    source = "volunteers_team t LEFT JOIN veterans_veteran v ON v.id = t.leader_id"
    return source, "TRUE", "t.station_id", [
        lei_feng, led, f"{led} AND t.id IN ({linked('volunteers', 'team')})",
        hometown, f"{hometown} AND t.id IN ({charter})",
    ]  # fmt: skip


def groups(d):
    fitting = (
        "SELECT m.group_id FROM volunteers_membership m JOIN volunteers_team o"
        " ON o.id = m.team_id JOIN volunteers_group h ON h.id = m.group_id"
        " JOIN veterans_veteran v ON v.id = m.veteran_id"
        " JOIN veterans_veteran_strengths z ON z.veteran_id = v.id"
        " AND z.strength_id = h.strength_id WHERE o.is_active AND o.kinds LIKE '%,lei_feng,%'"
        f" AND (m.left_on IS NULL OR m.left_on > '{d.on}') AND m.joined_on <= '{d.on}'"
        " AND v.status = 'active' AND v.person_kind = 'veteran'"
    )
    source = "volunteers_group g JOIN volunteers_team t ON t.id = g.team_id"
    return source, "TRUE", "t.station_id", [f"g.leader_id IS NOT NULL AND g.id IN ({fitting})"]


def answered(table):
    def arm(d):
        done = f"o.answered_on <= '{d.on}'"
        sent = f"o.passed_on_on <= '{d.on}'"
        waited, answer, handed = (
            d.between("o.received_on", to) for to in (d.text, "o.answered_on", "o.passed_on_on")
        )
        return f"{table} o", d.year("o.received_on"), "o.station_id", [
            f"{waited} >= 15 OR {done} OR {sent}",
            f"{done} AND {answer} <= 15 OR {sent} AND {handed} <= 15",
        ]  # fmt: skip

    return arm


def confirmations(d):
    found = []
    for name in ("red_resource_count", "martyr_story_count", "historical_resource_count",
                 "no_war_veterans"):  # fmt: skip
        found += [f"b.kind = '{name}'",
                  f"COALESCE(SUM(b.number) FILTER (WHERE b.kind = '{name}'), 0)"]  # fmt: skip
    where = f"b.{ON} <= '{d.on}'"
    return "records_countyconfirmation b", where, "b.station_id", found


ON = '"on"'


def films(programme):
    def arm(d):
        where = f"m.made_on <= '{d.on}'"
        if programme:
            days = f"'{programme.starts_on}' AND '{programme.ends_on}'"
            where += f" AND m.made_on BETWEEN {days}"
        return "activities_film m", where, "m.station_id", ["m.duration <= 900"]

    return arm
