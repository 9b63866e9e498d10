import datetime as dt
import io
import re

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as Word

from accounts.models import AuditEntry
from accreditation.forecast.gaps import closest, heat_map
from accreditation.forecast.observed import ASSUMED, STAGES, observe, read_courses
from accreditation.forecast.outlook import forecast
from accreditation.models import ProgrammeStage, StageSummary, StationScore
from accreditation.progress import progress
from accreditation.scoring import score_stations
from accreditation.scoring.stored import read_gaps, store_scores
from accreditation.tests.progress_world import (
    a_naming,
    a_programme,
    a_score,
    a_target,
    a_village,
    an_application,
)
from accreditation.workdays import last_workday
from stations.models import Station

pytestmark = pytest.mark.django_db
D = dt.date
URL = "/accreditation/forecast/"
WAY = ("draft", "county_review", "city_review", "site_visit", "decision", "public_notice")


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-23 09:00+08:00", tick=False):
        yield D(2026, 11, 23)


@pytest.fixture
def programme(tree):
    programme = a_programme(is_current=True)
    a_target(programme, tree.city, "red", 10)
    a_target(programme, tree.county, "red", 4)
    return programme


def gone(programme, county, track, end, first=D(2026, 1, 1), days=10):
    """An application that went the whole way, `days` in every stage, to its `end`."""
    steps = [(state, first + dt.timedelta(days=days * n)) for n, state in enumerate(WAY)]
    steps.append((end, first + dt.timedelta(days=days * len(WAY))))
    return an_application(programme, a_village(county), track, steps)


def look(programme, tree, on=D(2026, 11, 23)):
    result = progress(programme, on=on, city=tree.city)
    return result, forecast(result)


def test_with_too_few_observations_the_assumptions_are_used_and_said(programme, tree, cast, login):
    for _ in range(4):
        gone(programme, tree.county, "red", "accredited")

    observed = observe(read_courses(tree.city, D(2026, 11, 23)), D(2026, 11, 23))

    for state in STAGES:
        stage = observed.stages[state]
        assert (stage.percent, stage.days) == ASSUMED[state]
        assert stage.is_rate_assumed and stage.is_days_assumed
    html = login(cast.leader).get(URL).content.decode()
    assert html.count("假设</span>") == 2 * len(STAGES)


def test_rates_and_medians_come_from_the_last_two_years(programme, tree):
    for n in range(12):
        gone(programme, tree.county, "red", "accredited" if n < 9 else "rejected", days=7)
    for _ in range(20):  # long ago
        gone(programme, tree.county, "red", "rejected", first=D(2023, 1, 1), days=90)

    stage = observe(read_courses(tree.city, D(2026, 11, 23)), D(2026, 11, 23)).stages["city_review"]

    assert (stage.percent, stage.ended, stage.days, stage.stays) == (75, 12, 7, 12)
    assert not stage.is_rate_assumed and not stage.is_days_assumed


def test_what_was_returned_counts_as_one_ended_application_with_each_stay(programme, tree):
    steps = [
        ("draft", D(2026, 1, 1)), ("county_review", D(2026, 1, 11)), ("returned", D(2026, 1, 21)),
        ("county_review", D(2026, 2, 1)), ("not_recommended", D(2026, 2, 5)),
    ]  # fmt: skip
    an_application(programme, a_village(tree.town), "red", steps)

    stages = observe(read_courses(tree.city, D(2026, 11, 23)), D(2026, 11, 23)).stages

    assert (stages["county_review"].ended, stages["county_review"].stays) == (1, 2)
    assert (stages["draft"].ended, stages["draft"].stays) == (1, 2)
    assert stages["city_review"].ended == 0


def test_the_outlook_adds_the_chances_to_what_is_recognised(programme, tree):
    a_naming(programme, a_village(tree.town), tree.county, "red", D(2026, 2, 1))
    for state in ("city_review", "decision"):
        an_application(
            programme, a_village(tree.town), "red",
            [("draft", D(2026, 9, 1)), (state, D(2026, 11, 1))],
        )  # fmt: skip
    result, found = look(programme, tree)

    one = found.outlook(result.units[0], "red")

    # 75 % and 90 % by assumption: 1.65 more, rounded; of 70 % that pass 1 needs 2.
    assert (one.recognised, one.expected, one.gap, one.to_submit) == (1, 3, 1, 2)
    assert one.spread == 1
    days = sum(ASSUMED[s][1] for s in STAGES[2:])
    assert one.submit_by == last_workday(D(2027, 12, 31) - dt.timedelta(days=days))
    assert one.text == "预计还差1个，最迟2027年9月30日前再报送2个"
    assert found.outlook(result.units[1], "red").expected == 0


def test_who_cannot_finish_in_time_is_not_expected(tree):
    short = a_programme("短", D(2026, 1, 1), D(2026, 12, 20), is_current=True)
    a_target(short, tree.city, "red", 2)
    an_application(
        short, a_village(tree.town), "red",
        [("draft", D(2026, 11, 1)), ("county_review", D(2026, 11, 10))],
    )  # fmt: skip
    an_application(
        short, a_village(tree.town), "red",
        [("draft", D(2026, 6, 1)), ("public_notice", D(2026, 11, 20))],
    )  # fmt: skip
    result, found = look(short, tree)

    one = found.outlook(result.city, "red")

    assert (one.expected, one.late, one.gap) == (1, 1, 1)
    assert one.is_too_late and "最迟报送日为2026年9月21日" in one.text


def test_the_last_day_is_a_working_day():
    assert last_workday(D(2026, 10, 5)) == D(2026, 9, 30)  # the national holiday
    assert last_workday(D(2026, 11, 22)) == D(2026, 11, 20)
    assert last_workday(D(2026, 11, 23)) == D(2026, 11, 23)


def test_a_programme_that_is_over_has_no_forecast(tree, cast, login):
    over = a_programme("旧", D(2022, 9, 15), D(2025, 12, 31), is_current=True)
    assert look(over, tree)[1] is None
    assert "不再预测" in login(cast.leader).get(URL).content.decode()


def test_a_past_day_knows_nothing_of_later_steps(programme, tree):
    gone(programme, tree.county, "red", "accredited", first=D(2026, 1, 1), days=10)

    _, found = look(programme, tree, on=D(2026, 1, 25))

    assert [course.state for course in found.courses] == ["city_review"]


# --- what is lacking ---------------------------------------------------------------------------


def scored(station, track, gaps, own="red", **fields):
    Station.objects.filter(pk=station.pk).update(track=own)
    row = a_score(station, track, ready=False)
    StationScore.objects.filter(pk=row.pk).update(gaps=gaps, **fields)
    return row


def share(lines, code):
    return next(line.shares for line in lines if line.requirement.code == code)


def test_stored_gaps_are_what_the_scorecard_lacks(station):
    store_scores(on=D(2026, 11, 23), stations=Station.objects.filter(pk=station.pk))
    card = score_stations(Station.objects.filter(pk=station.pk), on=D(2026, 11, 23))[station.pk]

    for track in ("red", "historical", "rural"):
        stored = StationScore.objects.get(station=station, track=track)
        assert read_gaps(stored.gaps) == {
            line.code: line.lack
            for line in card.lines_of(track)
            if line.state in ("partly", "missing")
        }
        assert len(read_gaps(stored.gaps)) == stored.lines_missing


def test_the_heat_map_counts_those_that_lack_it(programme, tree):
    scored(tree.stations["321322100"], "red", "C1.1=200 R2.1=100")
    scored(tree.stations["321322100201"], "red", "R2.1=100")
    scored(tree.stations["321391100"], "rural", "C1.1=200 U1.1=50", own="rural")
    scored(tree.stations["321391100201"], "red", "C1.1=200", own="")
    result, _ = look(programme, tree)

    lines = heat_map(programme, city=tree.city, units=result.units)
    everybody = heat_map(programme, city=tree.city, units=result.units, of_all=True)

    assert share(lines, "C1.1") == [(1, 2), (1, 1), (2, 3)]
    assert share(lines, "R2.1") == [(2, 2), (0, 0), (2, 2)]
    assert share(lines, "U1.1") == [(0, 0), (1, 1), (1, 1)]
    assert share(everybody, "C1.1") == [(1, 2), (2, 2), (3, 4)]
    assert share(everybody, "R2.1") == [(2, 2), (0, 0), (2, 2)]


def test_the_table_and_the_picture_show_the_same(programme, tree, cast, login):
    scored(tree.stations["321322100"], "red", "C1.1=200 R2.1=100")

    page = login(cast.leader).get(URL, {"part": "C"})

    html = page.content.decode()
    body = re.search(r'class="table table-vcenter heat-table">(.*?)</table>', html, re.S)[1]
    shown = [
        re.findall(r"(\d+)%<div", row) for row in re.findall(r"<tr>(.*?)</tr>", body, re.S)[1:]
    ]
    drawn = page.context["heat_data"]
    assert len(shown) == len(drawn["requirements"]) == 42
    assert [int(n) for row in shown for n in row] == [n for _, _, n in drawn["cells"]]


@pytest.mark.parametrize("of", ["", "all"])
def test_every_number_leads_to_the_stations_that_it_counts(programme, tree, cast, login, of):
    scored(tree.stations["321322100"], "red", "C1.1=200 R2.1=100")
    scored(tree.stations["321322100201"], "red", "C1.1=150 R2.1=100 C7.4=50")
    scored(tree.stations["321391100"], "rural", "C1.1=200 U1.1=50", own="rural")
    scored(tree.stations["321391100"], "red", "R2.1=300", own="rural")
    scored(tree.stations["321391100201"], "red", "C1.1=200", own="")
    client = login(cast.city)

    page = client.get(URL, {"of": of})

    cells = [cell for line in page.context["heat"] for cell in line["cells"] if cell["lacking"]]
    assert len(cells) == 9
    for cell in cells:
        listed = client.get(cell["url"]).context["page"].paginator
        assert listed.count == cell["lacking"]
    first = next(line for line in page.context["heat"] if line["requirement"].code == "C1.1")
    html = client.get(first["cells"][0]["url"]).content.decode()
    assert "/stations/321322100201/scorecard/?track=red#C1.1" in html and "1.50" in html


def test_a_number_leads_only_where_its_reader_may_go(programme, tree, cast, login):
    scored(tree.stations["321322100"], "red", "C1.1=200")
    scored(tree.stations["321391100"], "red", "C1.1=200")

    def linked(person):
        (line,) = login(person).get(URL).context["heat"]
        return [bool(cell["url"]) for cell in line["cells"]]

    assert linked(cast.city) == [True, True, True]
    assert [cell for cell in linked(cast.county) if cell] == [True]
    assert not any(linked(cast.leader))
    other = login(cast.county).get("/accreditation/lacking/C1.1/", {"unit": "321391"})
    assert other.status_code == 404


def test_the_closest_are_near_and_have_nothing_running(programme, tree, cast):
    near = scored(tree.stations["321322100"], "red", "C1.1=200", computed=7400)
    nearer = scored(tree.stations["321322100201"], "red", "C1.1=200", computed=7500)
    scored(tree.stations["321322100202"], "red", "C1.1=200", computed=3000)
    applied = scored(tree.stations["321391100"], "red", "C1.1=200")
    an_application(programme, applied.station, "red", [("draft", D(2026, 11, 1))])

    # 80 of 100 is 76 of 95: 2 and 1 points short.
    own = [(row.pk, row.short) for row in closest(cast.county, programme, "red")]
    city = [row.pk for row in closest(cast.city, programme, "red")]

    assert own == [(nearer.pk, 100), (near.pk, 200)]
    assert city == [near.pk, nearer.pk]  # by 行政区划
    assert not closest(cast.other_county, programme, "red").exists()
    assert not closest(cast.leader, programme, "red").exists()


def test_a_reader_sees_sums_and_no_station(programme, tree, cast, login):
    one = scored(tree.stations["321322100"], "red", "C1.1=200")
    an_application(programme, a_village(tree.town), "red", [("draft", D(2026, 11, 1))])
    client = login(cast.leader)

    html = client.get(URL).content.decode()

    assert "预计到" in html and "老兵谈心室" in html
    assert one.station.name not in html
    assert (
        "/accreditation/applications/" not in re.search(r'id="funnel".*?</section>', html, re.S)[0]
    )
    assert client.get("/accreditation/closest/").status_code == 403


def test_every_number_of_the_funnel_leads_to_a_list_of_as_many(programme, tree, cast, login):
    for county in (tree.county, tree.zone):
        for state in ("draft", "city_review", "city_review"):
            an_application(
                programme, a_village(county), "red",
                [("draft", D(2026, 9, 1)), (state, D(2026, 11, 1))],
            )  # fmt: skip
    seen = 0
    for person in (cast.city, cast.county):
        client = login(person)
        html = client.get(URL).content.decode()
        funnel = re.search(r'id="funnel".*?</section>', html, re.S)[0]
        for url, number in re.findall(r'href="([^"]*)">(\d+)<', funnel):
            page = client.get(url.replace("&amp;", "&")).context["page"]
            assert page.paginator.count == int(number), url
            seen += 1
    assert seen == 8


@pytest.mark.parametrize("n", [1, 12])
@pytest.mark.parametrize("who", ["city", "leader", "county"])
def test_the_same_number_of_queries_whatever_the_size(
    programme, tree, cast, login, who, n, django_assert_max_num_queries
):
    for _ in range(n):
        gone(programme, tree.county, "red", "accredited")
        scored(a_village(tree.town), "red", "C1.1=200")
    client = login(getattr(cast, who))
    client.get("/healthz")

    with django_assert_max_num_queries(12):
        assert client.get(URL).status_code == 200


# --- the briefing ------------------------------------------------------------------------------


def test_the_briefing_is_a_draft_with_the_numbers_of_its_day(programme, tree, cast, login):
    a_naming(programme, tree.stations["321322100"], tree.county, "red", D(2026, 2, 1))
    scored(tree.stations["321322100201"], "red", "C1.1=200")
    client = login(cast.leader)

    word = Word(io.BytesIO(client.get("/accreditation/briefing/docx/").content))
    book = openpyxl.load_workbook(io.BytesIO(client.get("/accreditation/briefing/xlsx/").content))

    text = "\n".join(p.text for p in word.paragraphs)
    assert "截至2026年11月23日" in text and "预计数按近两年" in text
    assert "代拟稿" in "".join(p.text for p in word.sections[0].header.paragraphs)
    assert book.sheetnames == ["进度", "预测", "短板"]
    sheet = book["进度"]
    assert "数据截至 2026-11-23" in sheet["A2"].value and "代拟稿" in sheet["A2"].value
    rows = {row[0]: row[1:3] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert rows["沭阳县"] == (1, 4) and rows["宿迁市合计"] == (1, 10)
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1)  # one where nothing is said
        assert sheet.page_setup.fitToHeight == 0 and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert AuditEntry.objects.filter(action="print", actor=cast.leader).count() == 2


def test_the_briefing_of_a_county_has_its_own_row_only(programme, cast, login):
    answer = login(cast.other_county).get("/accreditation/briefing/xlsx/?as_of=2026-06-30")

    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    names = [row[0] for row in book["进度"].iter_rows(min_row=4, max_col=1, values_only=True)]
    assert names[:2] == ["湖滨新区", "宿迁市合计"] and "沭阳县" not in names
    assert "2026-06-30" in book["进度"]["A2"].value
    assert "短板" not in book.sheetnames  # scores are kept for today only


def test_a_name_that_looks_like_a_formula_is_text(programme, tree, cast, login):
    tree.county.name = "=1+1"
    tree.county.save()

    content = login(cast.city).get("/accreditation/briefing/xlsx/").content

    cell = openpyxl.load_workbook(io.BytesIO(content))["进度"]["A4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


# --- summaries of the stages -------------------------------------------------------------------


@pytest.fixture
def stage(programme):
    return ProgrammeStage.objects.create(
        programme=programme, kind="demonstration", starts_on=D(2024, 1, 1), ends_on=D(2025, 1, 1)
    )


def pdf(name="总结.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def test_a_unit_hands_in_a_summary_and_replaces_it(stage, tree, cast, login):
    client = login(cast.county)
    url = "/accreditation/summaries/demonstration/"

    for name in ("总结.pdf", "总结改.pdf"):
        assert client.post(url, {"upload": pdf(name), "note": "第一年"}).status_code == 302

    row = StageSummary.objects.get()
    assert (row.region, row.file.original_name) == (tree.county, "总结改.pdf")
    assert AuditEntry.objects.filter(action="stage_summary.save").count() == 2
    assert "总结改.pdf" in login(cast.city).get("/accreditation/summaries/").content.decode()
    elsewhere = login(cast.other_county).get("/accreditation/summaries/").content.decode()
    assert "总结改.pdf" not in elsewhere
    # The stages are written anew whenever their dates change; the summary stays.
    stage.programme.stages.all().delete()
    assert StageSummary.objects.filter(programme=stage.programme).exists()


def test_the_forms_of_three_stages_share_no_id(stage, cast, login):
    for kind in ("improvement", "brand"):
        ProgrammeStage.objects.create(
            programme=stage.programme, kind=kind, starts_on=D(2025, 1, 2), ends_on=D(2026, 1, 1)
        )
    page = login(cast.county).get("/accreditation/summaries/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert "id_brand_note" in ids and len(ids) == len(set(ids))


def test_a_wrong_file_is_said_and_nothing_is_kept(stage, cast, login):
    answer = login(cast.county).post(
        "/accreditation/summaries/demonstration/",
        {"upload": SimpleUploadedFile("a.exe", b"MZ\x90\x00aaaa"), "note": "留下的字"},
    )

    assert answer.status_code == 422
    assert "留下的字" in answer.content.decode() and "a.exe" in answer.content.decode()
    assert not StageSummary.objects.exists()


def test_there_is_no_summary_of_a_stage_that_is_not(stage, cast, login):
    client = login(cast.county)
    assert client.post("/accreditation/summaries/brand/", {"upload": pdf()}).status_code == 404
    assert client.post("/accreditation/summaries/moon/", {"upload": pdf()}).status_code == 404
