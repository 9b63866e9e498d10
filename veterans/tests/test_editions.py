"""花名册版次: the roster as a book, its editions and what they say of each other."""

import datetime as dt
import io

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document
from docx.oxml.ns import qn

from accounts.models import AuditEntry
from records import jobs
from records.files import link, store_upload
from records.finishing import finish_photo
from records.models import Job
from records.printing import docx
from tests.factories import UserFactory, VeteranFactory
from tests.prints import docx_text, pdf_pages, pdf_text
from veterans.editions import book as books
from veterans.editions.workflow import print_edition
from veterans.models import Honour, RosterEdition, Strength, Veteran

ID = "321322195503074219"


@pytest.fixture
def manager(cast):
    return cast.manager


@pytest.fixture
def person(station):
    one = VeteranFactory(
        station=station, name="张建国", pinyin="zhangjianguo", former_post="班长",
        former_post_state="answered", current_post_state="none", gender="male",
        birth_date=dt.date(1955, 3, 1), id_number=ID, phone="13812345678",
        strengths_state="answered", honours_state="answered", political_status="party_member",
        enlisted_on=dt.date(1974, 12, 1), discharged_on=dt.date(1979, 1, 1),
        former_unit="某部",
    )  # fmt: skip
    one.strengths.add(Strength.objects.order_by("sort_order")[0])
    Honour.objects.create(veteran=one, kind="merit_3", awarded_on=dt.date(1978, 1, 1))
    return one


def _photo(station, person, purpose="service_life"):
    from records.tests.test_printing import _jpeg

    upload = SimpleUploadedFile("photo.jpg", _jpeg(600, 800))
    attachment = store_upload(upload, station=station, by=None)
    return link(attachment, person, purpose=purpose)


def _printed(station, by):
    edition, _ = print_edition(station, by=by)
    return edition


def _content(name):
    with default_storage.open(name) as file:
        return file.read()


def _show(login, user, station):
    return login(user).get(reverse("editions", args=[station.region.code]))


# --- the book ------------------------------------------------------------------------


def test_the_book_has_the_columns_of_annex_1_in_its_order(station, manager, person):
    text = pdf_text(_content(_printed(station, manager).pdf))

    order = ["姓名", "原部队职务", "现任职务", "特点优长", "荣誉奖励"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    for word in ("张建国", "班长", "三等功", "1955.03", "中共党员", "版次：第1版", "人数：1人",
                 "填表人", "审核人", "站长", "内部资料注意保管", "第1页共1页"):  # fmt: skip
        assert word in text
    assert "军旅生涯" in text


def test_numbers_stand_there_masked_and_the_former_unit_not_at_all(station, manager, person):
    text = docx_text(_content(_printed(station, manager).word))

    assert "32*************219" in text
    assert "138****5678" in text
    for secret in (ID, "13812345678", "某部"):
        assert secret not in text


def test_one_photo_per_person_and_of_the_service_life_first(station, person):
    _photo(station, person, "portrait")
    second = _photo(station, person, "service_life")
    finish_photo(second.attachment_id)
    second.attachment.refresh_from_db()

    row = books.collect(station).chapters[0].people[0]

    assert second.attachment.thumbnail
    assert row[books.PHOTO_COLUMN].name == second.attachment.thumbnail


def test_a_photo_whose_small_one_is_not_made_yet_stands_in_the_book(station, person):
    link = _photo(station, person)

    row = books.collect(station).chapters[0].people[0]

    assert row[books.PHOTO_COLUMN].name == link.attachment.file.name


def test_who_is_no_veteran_or_cannot_be_found_stands_apart_and_is_not_counted(station, person):
    VeteranFactory(station=station, name="李遗属", person_kind="survivor")
    VeteranFactory(station=station, name="王失联", status="lost")
    VeteranFactory(station=station, name="赵迁出", status="moved")
    VeteranFactory(station=station, name="钱去世", status="deceased")

    book = books.collect(station)
    text = docx_text(docx(books.lay_out(book, edition=1)))

    assert book.keys == [person.pk]
    assert "其他优抚对象（不计入退役军人人数）" in text
    assert "李遗属" in text
    assert "王失联" in text
    assert "赵迁出" not in text
    assert "钱去世" not in text


def test_dates_and_numbers_keep_their_line_in_the_word_file(station, person):
    """At 9 points a digit is 4.5 wide; with Word's own margins they broke in two."""
    table = Document(io.BytesIO(docx(books.lay_out(books.collect(station), edition=1)))).tables[0]
    margins = table._tbl.tblPr.find(qn("w:tblCellMar"))
    margin = sum(int(side.get(qn("w:w"))) for side in margins) / 20
    widths = {cell.text: cell.width.pt - margin for cell in table.rows[0].cells}

    for heading in ("出生年月", "入伍时间", "退役时间"):
        assert widths[heading] > 7 * 4.5
    assert widths["公民身份号码\n联系电话\n（已脱敏）"] > 18 * 4.5


def test_days_are_left_to_the_record_and_the_paper_has_months(station):
    VeteranFactory(
        station=station, name="王五", birth_date=dt.date(1978, 1, 8), birth_precision="day",
        enlisted_on=dt.date(1996, 12, 3), enlisted_precision="day",
        discharged_on=dt.date(2000, 1, 1), discharged_precision="year",
    )  # fmt: skip
    book = books.collect(station)
    cells = dict(zip((c.label for c in books.COLUMNS), book.chapters[0].people[-1], strict=True))

    days = [cells[name] for name in ("出生年月", "入伍时间", "退役时间")]
    assert days == ["1978.01", "1996.12", "2000"]


def test_a_towns_book_has_a_chapter_for_each_village(tree, town_station, cast):
    for region, name in (
        (tree.town, "镇上人"),
        (tree.village, "一村人"),
        (tree.village2, "二村人"),
    ):
        VeteranFactory(station=tree.stations[region.code], name=name)
    VeteranFactory(station=tree.stations[tree.other_village.code], name="外县人")

    edition = _printed(town_station, cast.town)
    text = docx_text(_content(edition.word))

    assert edition.row_count == 3
    assert "目录" in text
    for word in ("甲一村", "甲二村", "镇上人", "一村人", "二村人", "合计：退役军人3人"):
        assert word in text
    assert "外县人" not in text


def test_an_empty_roster_prints_a_page_that_says_so(station, manager):
    edition = _printed(station, manager)

    assert edition.row_count == 0
    assert "暂无记录" in docx_text(_content(edition.word))


def test_invented_data_is_marked_on_every_page_of_the_book(station, manager):
    UserFactory(is_demo=True)
    for _ in range(60):
        VeteranFactory(station=station)

    pages = pdf_pages(_content(_printed(station, manager).pdf))

    assert len(pages) > 1
    assert all("演示数据" in page and "原部队职务" in page for page in pages[:-1])


def test_a_book_of_many_costs_no_query_per_person(
    station, person, django_assert_num_queries
):  # fmt: skip
    ContentType.objects.get_for_model(Veteran)
    for _ in range(30):
        VeteranFactory(station=station)
    _photo(station, person)

    with django_assert_num_queries(4):
        books.collect(station)


# --- editions ------------------------------------------------------------------------


def test_printing_makes_an_edition_that_counts_once_it_is_signed(station, manager, person, login):
    edition = _printed(station, manager)
    assert (edition.edition, edition.row_count) == (1, 1)
    assert edition.printed_on == timezone.localdate()
    page = _show(login, manager, station).content.decode()
    assert "未上传签字扫描件" in page
    assert "未填签字件上的人数" in page

    RosterEdition.objects.filter(pk=edition.pk).update(counted_rows=2)
    upload = SimpleUploadedFile("scan.pdf", b"%PDF-1.4 signed")
    link(store_upload(upload, station=station, by=manager), edition, purpose="signed_scan")
    page = _show(login, manager, station).content.decode()
    assert "签字件上的人数比系统多1人" in page

    RosterEdition.objects.filter(pk=edition.pk).update(counted_rows=1)
    assert "已签字归档" in _show(login, manager, station).content.decode()


def test_printing_again_without_a_change_gives_the_same_edition(station, manager, person):
    first = _printed(station, manager)
    again, is_new = print_edition(station, by=manager)
    assert (again.pk, is_new) == (first.pk, False)

    Veteran.objects.filter(pk=person.pk).update(current_post="村书记")
    second, is_new = print_edition(station, by=manager)
    assert (second.edition, is_new) == (2, True)


def test_a_signed_edition_is_never_given_again_as_new_paper(station, manager, person):
    first = _printed(station, manager)
    RosterEdition.objects.filter(pk=first.pk).update(confirmed_on=timezone.localdate())

    second, is_new = print_edition(station, by=manager)

    assert (second.edition, is_new) == (2, True)


def test_changes_are_counted_against_the_edition_before(station, manager, person, login):
    others = [VeteranFactory(station=station) for _ in range(4)]
    _printed(station, manager)
    left, died, merged, kept = others
    Veteran.objects.filter(pk=left.pk).update(status="moved")
    Veteran.objects.filter(pk=died.pk).update(status="deceased")
    # Two rows of one person became one: nobody left.
    Veteran.objects.filter(pk=merged.pk).update(status="moved", merged_into=kept)
    VeteranFactory(station=station, name="新来的")

    second = _printed(station, manager)

    assert (second.found_in, second.found_out, second.found_deceased) == (1, 1, 1)
    RosterEdition.objects.filter(pk=second.pk).update(moved_in=2, moved_out=1, deceased=1)
    page = _show(login, manager, station).content.decode()
    assert "新来的" in page
    assert died.name in page
    assert page.count("不一致") == 1


def test_an_edition_entered_by_hand_does_not_break_the_comparison(station, manager, person):
    _printed(station, manager)
    RosterEdition.objects.create(station=station, edition=2, confirmed_on=timezone.localdate())
    VeteranFactory(station=station)

    third = _printed(station, manager)

    assert (third.edition, third.found_in) == (3, 1)


def test_the_files_are_given_exactly_as_printed(station, manager, person, login):
    edition = _printed(station, manager)
    stored = _content(edition.pdf)
    Veteran.objects.filter(pk=person.pk).update(name="改了名")

    response = login(manager).get(reverse("edition_file", args=[station.region.code, 1, "pdf"]))

    assert response.content == stored
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert AuditEntry.objects.filter(action="roster.download", actor=manager).count() == 1


def test_a_file_that_is_not_the_printed_one_is_not_given(station, manager, person, login):
    edition = _printed(station, manager)
    default_storage.delete(edition.word)
    default_storage.save(edition.word, ContentFile(b"something else"))
    address = reverse("edition_file", args=[station.region.code, 1, "docx"])

    response = login(manager).get(address, follow=True)

    assert "与打印时不一致" in response.content.decode()


def test_a_print_that_was_overtaken_leaves_nothing_behind(station, manager, person, monkeypatch):
    """Between reading and writing somebody else printed: no double number, no file."""
    real = books.lay_out

    def overtaken(book, **values):
        RosterEdition.objects.create(station=station, edition=1)
        return real(book, **values)

    monkeypatch.setattr(books, "lay_out", overtaken)
    before = (
        set(default_storage.listdir("editions")[1]) if default_storage.exists("editions") else set()
    )

    with pytest.raises(jobs.JobError, match="刚才有人打印"):
        print_edition(station, by=manager)

    assert RosterEdition.objects.filter(station=station).count() == 1
    after = (
        set(default_storage.listdir("editions")[1]) if default_storage.exists("editions") else set()
    )
    assert after == before


# --- the page and the job ------------------------------------------------------------


def test_the_button_prints_in_the_background(
    station, manager, person, login, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = login(manager).post(reverse("edition_print", args=[station.region.code]))

    assert response.status_code == 302
    row = Job.objects.get(kind="roster-book")
    assert row.state == Job.State.DONE
    assert row.message.startswith("第1版，1人。")
    assert row.result_name == f"甲一村_退役军人花名册_{timezone.localdate():%Y%m%d}_v1.pdf"
    assert row.result.read() == _content(RosterEdition.objects.get().pdf)
    # Run twice: the same edition, not a second one.
    edition, is_new = print_edition(station, by=manager)
    assert (edition.edition, is_new) == (1, False)


def test_the_job_looks_at_the_scope_that_the_person_has_now(
    station, manager, person, tree, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=False):
        row = jobs.enqueue(
            "roster-book", title="打印", by=manager, parameters={"station": station.region.code}
        )
    manager.region = tree.other_village
    manager.save()

    jobs.run_job(row.pk)

    row.refresh_from_db()
    assert row.state == Job.State.FAILED
    assert "不在您的管理范围内" in row.message
    assert not RosterEdition.objects.exists()


def test_the_page_costs_the_same_with_many_editions(
    station, manager, person, login, django_assert_max_num_queries
):
    client = login(manager)
    for number in range(12):
        VeteranFactory(station=station)
        RosterEdition.objects.create(
            station=station, edition=number + 1, row_count=number, found_in=0, people=[person.pk]
        )

    with django_assert_max_num_queries(13):
        client.get(reverse("editions", args=[station.region.code]))


def test_a_printed_edition_keeps_its_date_whatever_is_sent(station, manager, person, login):
    edition = _printed(station, manager)
    address = reverse("record", args=[station.region.code, "editions", "edition", edition.pk])
    page = login(manager).get(address).content.decode()
    assert "由系统打印，日期不改" in page
    data = {
        "version": edition.version, "printed_on": "2020-01-01", "counted_rows": "1",
        "moved_in": "0", "moved_out": "0", "deceased": "0", "confirmed_by": "王站长",
        "confirmed_on": str(timezone.localdate()),
    }  # fmt: skip
    login(manager).post(address, data)

    edition.refresh_from_db()
    assert edition.printed_on == timezone.localdate()
    assert edition.counted_rows == 1


def test_a_town_counts_its_villages_when_an_edition_is_entered_by_hand(
    tree, town_station, station, cast, login
):
    VeteranFactory(station=station)
    address = reverse("record_new", args=[town_station.region.code, "editions", "edition"])
    login(cast.town).post(address, {"printed_on": str(timezone.localdate())})

    assert RosterEdition.objects.get(station=town_station).row_count == 1


def test_an_edition_on_paper_is_not_deleted(station, manager, person, login):
    printed, _ = print_edition(station, by=manager)
    by_hand = RosterEdition.objects.create(station=station, edition=2, printed_on="2022-09-20")
    client = login(manager)

    def address(edition, name):
        return reverse(name, args=[station.region.code, "editions", "edition", edition.pk])

    answer = client.post(address(printed, "record_delete"))
    assert answer.status_code == 403 and "由系统打印" in answer.content.decode()
    page = client.get(address(printed, "record")).content.decode()
    assert address(printed, "record_delete") not in page

    upload = SimpleUploadedFile("scan.pdf", b"%PDF-1.4 signed")
    scan = link(store_upload(upload, station=station, by=manager), by_hand, purpose="signed_scan")
    answer = client.post(address(by_hand, "record_delete"))
    assert answer.status_code == 403 and "签字扫描件" in answer.content.decode()
    assert RosterEdition.objects.count() == 2

    scan.delete()
    assert (
        address(by_hand, "record_delete") in client.get(address(by_hand, "record")).content.decode()
    )
    client.post(address(by_hand, "record_delete"))
    assert list(RosterEdition.objects.all()) == [printed]
