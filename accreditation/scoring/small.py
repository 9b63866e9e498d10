"""Facts from the small tables of a station: places, rules, panels, stories, resources ..."""

from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from accreditation.scoring.context import Context, kind_of
from accreditation.scoring.ledger import REFORM
from accreditation.scoring.people import memberships, with_honour_or_story
from accreditation.scoring.source import Counters, Source
from accreditation.scoring.sql import DaysBetween
from activities.models import Activity, Film, Publicity, Reception, ServiceRecord, SurveyResponse
from records.models import Attachment, AttachmentLink, ContentCheck, CountyConfirmation
from stations.models import (
    AwardLevel,
    Duty,
    Facility,
    Regulation,
    Resource,
    ResourceUse,
    Title,
    Track,
)
from veterans.models import Exhibit, RosterEdition, Story, Veteran
from volunteers.models import Group, Team

SITES = (
    Resource.Kind.MEMORIAL_PLACE,
    Resource.Kind.MEMORIAL_VENUE,
    Resource.Kind.MEMORIAL_FACILITY,
    Resource.Kind.RELIC_SITE,
)
FIVE_KINDS = (
    Resource.Kind.CELEBRITY_MEMORIAL,
    Resource.Kind.PROTECTED_RELIC,
    Resource.Kind.SCIENCE_MUSEUM,
    Resource.Kind.INDUSTRIAL_HERITAGE,
    Resource.Kind.FORMER_RESIDENCE,
)


def with_files(c: Context, model: Any, **conditions: Any) -> Q:
    rows = AttachmentLink.objects.filter(content_type=kind_of(model), **conditions)
    return c.has(rows, "object_id", is_by_row=c.is_scoped)


def with_photo(c: Context, model: Any) -> Q:
    return with_files(c, model, attachment__kind=Attachment.Kind.PHOTO)


# --- places, rules, duties ------------------------------------------------------------


def _facility_counters(c: Context) -> Counters:
    kind, photo = Facility.Kind, with_photo(c, Facility)
    reading, bulletin = Q(kind=kind.READING_AREA), Q(kind=kind.BULLETIN_BOARD)
    changed = Q(changed_on__gt=c.months_ago("bulletin_board"), changed_on__lte=c.on)
    return {
        "talk_photo": Q(kind=kind.TALK_ROOM) & photo,
        "recreation": Q(kind=kind.RECREATION_ROOM),
        "recreation_photo": Q(kind=kind.RECREATION_ROOM) & photo,
        "reading": reading,
        "reading_photo": reading & photo,
        "reading_books": reading & Q(book_count__isnull=False),
        "wall_photo": Q(kind=kind.HONOUR_WALL) & photo,
        "board_photo": Q(kind=kind.HONOUR_BOARD) & photo,
        "bulletin_photo": bulletin & photo,
        "bulletin_changed": bulletin & changed,
        "cabinet_photo": Q(kind=kind.MEMORABILIA_CABINET) & photo,
    }


FACILITIES = Source("facilities", lambda c: Facility.objects.all(), _facility_counters)

REGULATION_KINDS = [k for k in Regulation.Kind if k != Regulation.Kind.OTHER]


def _regulation_counters(c: Context) -> Counters:
    text = ~Q(body="") | with_files(c, Regulation)
    found = {}
    for kind in REGULATION_KINDS:
        since = c.months_ago(f"regulation_{kind}")
        fresh = Q(adopted_on__gt=since, adopted_on__lte=c.on) | Q(
            reviewed_on__gt=since, reviewed_on__lte=c.on
        )
        found[kind.value] = Q(kind=kind) & text & fresh
    return found


REGULATIONS = Source("regulations", lambda c: Regulation.objects.all(), _regulation_counters)


def _duty_counters(c: Context) -> Counters:
    full = ~Q(holder="") & ~Q(body="")
    return {
        "organisation": full & Q(kind=Duty.Kind.ORGANISATION),
        "person": full & Q(kind=Duty.Kind.PERSON),
    }


DUTIES = Source("duties", lambda c: Duty.objects.all(), _duty_counters)

# --- texts that are checked -----------------------------------------------------------


def passed(model: Any) -> Exists:
    """Both aspects passed on the text as it stands: the latest check of each, by two
    people, neither of whom made it."""
    political, historical = ContentCheck.Aspect.POLITICAL, ContentCheck.Aspect.HISTORICAL
    checks = ContentCheck.objects.filter(content_type=kind_of(model)).order_by()
    later = checks.filter(
        object_id=OuterRef("object_id"),
        aspect=OuterRef("aspect"),
        content_hash=OuterRef("content_hash"),
    ).filter(
        Q(checked_at__gt=OuterRef("checked_at"))
        | Q(checked_at=OuterRef("checked_at"), pk__gt=OuterRef("pk"))
    )
    good = checks.filter(~Exists(later), passed=True)
    second = good.filter(
        object_id=OuterRef("object_id"),
        content_hash=OuterRef("content_hash"),
        aspect=historical,
    ).exclude(checker_name=OuterRef("checker_name"))
    first = good.filter(
        object_id=OuterRef("pk"), content_hash=OuterRef("content_hash"), aspect=political
    )
    maker = OuterRef("created_by__full_name")
    nobody = Value("")
    first = first.exclude(checker_name=Coalesce(maker, nobody))
    second = second.exclude(checker_name=Coalesce(OuterRef("maker"), nobody))
    return Exists(first.annotate(maker=Coalesce(maker, nobody)).filter(Exists(second)))


def passed_stories(c: Context) -> QuerySet[Any]:
    return Story.objects.filter(passed(Story), withdrawn_on=None)


def _story_counters(c: Context) -> Counters:
    shown = Exhibit.stories.through.objects.filter(exhibit__withdrawn_on=None)
    told = Activity.stories.through.objects.all()
    published = Publicity.objects.filter(story__isnull=False).order_by()
    used = (
        Q(pk__in=shown.values("story_id"))
        | Q(pk__in=told.values("story_id"))
        | Q(pk__in=published.values("story_id"))
    )
    subject = Story.Subject
    rural, red = Q(theme=Track.RURAL), Q(theme=Track.RED)
    return {
        "rural": rural,
        "rural_used": rural & used,
        "martyr": red & Q(subject=subject.MARTYR) & ~Q(source=""),
        "war": red & Q(subject=subject.WAR_VETERAN),
        "party": red & Q(subject=subject.PARTY_MODEL),
        "inheritor": Q(theme=Track.HISTORICAL, subject=subject.INHERITOR),
    }


STORIES = Source("stories", passed_stories, _story_counters)


def _party_stories(c: Context) -> QuerySet[Any]:
    rows = passed_stories(c).filter(c.near("station"))
    return rows.filter(theme=Track.RED, subject=Story.Subject.PARTY_MODEL).order_by().values("pk")


def _once(c: Context) -> Counters:
    return {"all": Q(pk__isnull=False)}


STORY_USES = [
    Source(
        "told",
        lambda c: Activity.stories.through.objects.filter(
            story__in=_party_stories(c), activity__happened_on__lte=c.on
        ),
        _once,
        station="story__station_id",
    ),
    Source(
        "shown",
        lambda c: Exhibit.stories.through.objects.filter(
            story__in=_party_stories(c), exhibit__withdrawn_on=None
        ),
        _once,
        station="story__station_id",
    ),
    Source(
        "published",
        lambda c: Publicity.objects.filter(story__in=_party_stories(c), published_on__lte=c.on),
        _once,
        station="story__station_id",
    ),
]

# --- what is shown --------------------------------------------------------------------


def _shows(c: Context, rows: QuerySet[Any]) -> Q:
    return c.has(rows, "exhibit_id", is_by_row=c.is_scoped)


def _exhibit_counters(c: Context) -> Counters:
    place, photo = Exhibit.Place, with_photo(c, Exhibit)
    people, stories, resources = (
        getattr(Exhibit, name).through.objects for name in ("people", "stories", "resources")
    )
    shows_people = _shows(c, people.filter(veteran__station_id=F("exhibit__station_id")))
    martyrs = _shows(c, stories.filter(story__subject=Story.Subject.MARTYR)) | _shows(
        c, resources.filter(resource__kind=Resource.Kind.MARTYR)
    )
    historical = _shows(c, resources.filter(resource__theme=Track.HISTORICAL))
    panel = Q(place=place.WALL_PANEL)
    found = {
        "wall": Q(place=place.HONOUR_WALL) & (shows_people | martyrs),
        "cabinet": Q(place=place.MEMORABILIA_CABINET, no_forbidden_items=True),
        "historical": historical & photo & ~(panel & Q(theme=Track.HISTORICAL)),
    }
    for track in Track:
        found[f"panel_{track}"] = panel & Q(theme=track)
        found[f"panel_{track}_photo"] = panel & Q(theme=track) & photo
    return found


EXHIBITS = Source(
    "exhibits", lambda c: Exhibit.objects.filter(withdrawn_on=None), _exhibit_counters
)


def _checked_panels(c: Context) -> QuerySet[Any]:
    return Exhibit.objects.filter(
        passed(Exhibit), withdrawn_on=None, place=Exhibit.Place.WALL_PANEL
    )


CHECKED = Source(
    "checked", _checked_panels, lambda c: {track.value: Q(theme=track) for track in Track}
)


def _panel_person_counters(c: Context) -> Counters:
    """Distinct people: somebody shown on two panels counts once."""
    place = Exhibit.Place
    board = Q(exhibit__place=place.HONOUR_BOARD) & with_honour_or_story(c, "veteran_id")
    found = {"board": Count("veteran_id", distinct=True, filter=board)}
    for track in Track:
        stories = Story.objects.filter(theme=track, withdrawn_on=None, veteran__isnull=False)
        on_panel = Q(exhibit__place=place.WALL_PANEL, exhibit__theme=track)
        on_panel &= c.has(stories, "veteran_id", is_by_row=c.is_scoped, own="veteran_id")
        found[track.value] = Count("veteran_id", distinct=True, filter=on_panel)
    return found


PANEL_PEOPLE = Source(
    "shown_people",
    lambda c: Exhibit.people.through.objects.filter(
        exhibit__withdrawn_on=None,
        exhibit__place__in=[Exhibit.Place.WALL_PANEL, Exhibit.Place.HONOUR_BOARD],
    ),
    _panel_person_counters,
    station="exhibit__station_id",
)

# --- resources ------------------------------------------------------------------------


def _use_counters(c: Context) -> Counters:
    sourced = ~Q(resource__source="")
    joint = Activity.resources.through.objects.filter(
        resource_id=OuterRef("resource_id"),
        activity__station_id=OuterRef("station_id"),
        activity__happened_on__lte=c.on,
        activity__partners__isnull=False,
    )
    agreed = with_files(c, ResourceUse)
    historical = Q(resource__theme=Track.HISTORICAL)
    kind = Resource.Kind
    return {
        "martyr": sourced & Q(resource__kind__in=[kind.MARTYR, kind.RED_EVENT]),
        "historical": historical & sourced,
        "hometown": Q(resource__kind__in=[kind.HOMETOWN_HALL, kind.HISTORIC_DISTRICT]),
        "five": Q(resource__kind__in=FIVE_KINDS),
        "rural": Q(resource__theme=Track.RURAL) & sourced & ~Q(resource__description=""),
        "reform": Q(resource__kind__in=REFORM) & (agreed | Exists(joint)),
    }


USES = Source("uses", lambda c: ResourceUse.objects.all(), _use_counters)

# --- the roster on paper, film, survey, titles ----------------------------------------


def _edition_counters(c: Context) -> Counters:
    printed = Q(printed_on__gt=c.months_ago("roster_paper"), printed_on__lte=c.on)
    signed = with_files(c, RosterEdition, purpose=AttachmentLink.Purpose.SIGNED_SCAN)
    confirmed = Q(
        confirmed_on__lte=c.on,
        moved_in__isnull=False,
        moved_out__isnull=False,
        deceased__isnull=False,
    )
    days = DaysBetween(F("confirmed_on"), Value(c.on))
    return {
        "printed": printed & signed & Q(counted_rows=F("row_count")),
        "confirmed": confirmed,
        "days": Min(days, filter=confirmed),
    }


EDITIONS = Source("editions", lambda c: RosterEdition.objects.all(), _edition_counters)


def _film_rows(c: Context) -> QuerySet[Any]:
    rows = Film.objects.filter(made_on__lte=c.on)
    if c.film_from and c.film_until:
        rows = rows.filter(made_on__gte=c.film_from, made_on__lte=c.film_until)
    return rows


FILMS = Source("films", _film_rows, lambda c: {"short": Q(duration__lte=c.p("film", "seconds"))})


def _title_counters(c: Context) -> Counters:
    valid = Q(valid_until=None) | Q(valid_until__gte=c.on)
    return {"valid": valid & Q(awarded_on__lte=c.on) & ~Q(level=AwardLevel.TOWN)}


TITLES = Source("titles", lambda c: Title.objects.all(), _title_counters)


def _survey_counters(c: Context) -> Counters:
    good, phone = c.p("survey", "satisfied"), Q(source=SurveyResponse.Source.PHONE)
    found: Counters = {"all": Q(pk__isnull=False), "phone": phone}
    for answer in ("honour", "belonging", "gain", "overall"):
        found[answer] = Q(**{f"{answer}__gte": good})
        found[f"phone_{answer}"] = phone & found[answer]
    return found


SURVEYS = Source(
    "surveys",
    lambda c: SurveyResponse.objects.filter(
        c.year("given_on"), respondent=SurveyResponse.Respondent.VETERAN
    ),
    _survey_counters,
    is_wide=True,
)

# --- teams ----------------------------------------------------------------------------


def _team_counters(c: Context) -> Counters:
    lei_feng = Q(is_active=True, kinds__contains=f",{Team.Kind.LEI_FENG},")
    hometown = Q(is_active=True, kinds__contains=f",{Team.Kind.HOMETOWN},")
    led = Q(leader__status=Veteran.Status.ACTIVE, leader__person_kind=Veteran.PersonKind.VETERAN)
    return {
        "all": lei_feng,
        "led": lei_feng & led,
        "full": lei_feng & led & with_files(c, Team),
        "hometown": hometown,
        "charter": hometown & with_files(c, Team, purpose=AttachmentLink.Purpose.CHARTER),
    }


TEAMS = Source("teams", lambda c: Team.objects.all(), _team_counters, is_whole=True)


def _group_counters(c: Context) -> Counters:
    matching = memberships(c, Team.Kind.LEI_FENG).filter(
        c.near("team__station"),
        group__isnull=False,
        veteran__strengths=F("group__strength"),
        veteran__status=Veteran.Status.ACTIVE,
        veteran__person_kind=Veteran.PersonKind.VETERAN,
    )
    return {"matched": Q(leader__isnull=False) & Q(pk__in=matching.values("group_id"))}


GROUPS = Source(
    "groups",
    lambda c: Group.objects.all(),
    _group_counters,
    station="team__station_id",
    is_whole=True,
)

# --- what people came with ------------------------------------------------------------


def _answer_counters(c: Context) -> Counters:
    days = c.p("answered", "days")
    answered = Q(answered_on__isnull=False, answered_on__lte=c.on)
    passed_on = Q(passed_on_on__isnull=False, passed_on_on__lte=c.on)
    due = Q(waited__gte=days) | answered | passed_on
    quick = answered & Q(answer_days__lte=days) | passed_on & Q(pass_days__lte=days)
    return {"due": due, "quick": quick}


def _answerable(model: Any) -> Any:
    def rows(c: Context) -> QuerySet[Any]:
        return model.objects.filter(c.year("received_on")).annotate(
            waited=DaysBetween(F("received_on"), Value(c.on)),
            answer_days=DaysBetween(F("received_on"), F("answered_on")),
            pass_days=DaysBetween(F("received_on"), F("passed_on_on")),
        )

    return rows


RECEPTIONS = Source("receptions", _answerable(Reception), _answer_counters, is_whole=True)
SERVICES = Source("services", _answerable(ServiceRecord), _answer_counters, is_whole=True)

# --- what the county confirmed --------------------------------------------------------


def _confirmation_counters(c: Context) -> Counters:
    found: Counters = {}
    for kind in CountyConfirmation.Kind:
        found[kind.value] = Q(kind=kind)
        found[f"{kind}_number"] = Coalesce(Sum("number", filter=Q(kind=kind)), 0)
    return found


CONFIRMATIONS = Source(
    "confirmations",
    lambda c: CountyConfirmation.objects.filter(on__lte=c.on),
    _confirmation_counters,
)

SMALL = [
    FACILITIES,
    REGULATIONS,
    DUTIES,
    STORIES,
    *STORY_USES,
    EXHIBITS,
    CHECKED,
    PANEL_PEOPLE,
    USES,
    EDITIONS,
    FILMS,
    TITLES,
    SURVEYS,
    TEAMS,
    GROUPS,
    RECEPTIONS,
    SERVICES,
    CONFIRMATIONS,
]
