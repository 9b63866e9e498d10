"""The printing service: one document, the same on PDF and in Word."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from docx.oxml.ns import qn
from PIL import Image

from records.printing import (
    Break,
    Column,
    Contents,
    Document,
    Facts,
    Heading,
    Opinion,
    Paragraph,
    PhotoPage,
    Photos,
    Picture,
    Signature,
    Table,
    Title,
    as_response,
    docx,
    file_name,
    marks,
    pdf,
)  # fmt: skip
from records.printing.pictures import picture_bytes
from tests.factories import UserFactory
from tests.prints import (
    docx_text,
    open_docx,
    page_count,
    pdf_pages,
    pdf_text,
)  # fmt: skip

NASTY = '#panic("x") $a_b$ *c* `d` <e> \\f &amp; {{ g }} @h [i]'


def _jpeg(width=64, height=48, colour=(90, 120, 60)):
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return out.getvalue()


def _every_block():
    picture = Picture(content=_jpeg())
    document = Document(
        "一份文件", unit="甲村退役军人服务站", marks=("演示数据", "代拟稿"), note="页脚说明"
    )
    return document.add(
        Title("大标题", ("副标题一", "副标题二")),
        Contents(),
        Heading("第一部分", new_page=True),
        Heading("小节", level=2),
        Paragraph("第一段。\n第二段。", size="large"),
        Table([Column("序号"), Column("姓名", 3)], [["1", "张三"], [picture, "李四"]], total="合计2"),
        Table([Column("空列")], []),
        Facts([("名称", "甲村", True), ("电话", "123"), ("地址", "村部")], picture=picture),
        Break(),
        Heading("第二部分"),
        Photos([(picture, "图一"), (picture, "图二"), (picture, "图三")]),
        PhotoPage(picture, [("时间", "三月"), ("地点", "村部")], heading="一页一照"),
        Signature(),
        Opinion("县级意见"),
        Opinion("乡镇意见", "同意上报。", "王五"),
    )  # fmt: skip


WORDS = [
    "甲村退役军人服务站", "演示数据", "代拟稿", "页脚说明", "大标题", "副标题二", "目录", "第一部分",
    "小节", "第二段。", "序号", "张三", "合计2", "暂无记录", "电话", "村部", "第二部分", "图三",
    "一页一照", "时间", "填表人", "审核人", "站长", "县级意见", "同意上报。", "王五", "（盖章）",
]  # fmt: skip


def test_every_block_stands_in_the_pdf_with_page_numbers():
    pages = pdf_pages(pdf(_every_block()))

    text = "".join(pages)
    assert [word for word in WORDS if word not in text] == []
    for number, page in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in page
        assert "代拟稿" in page
    assert "第一部分" in pages[0]
    assert "第二段。" not in pages[0]


def test_every_block_stands_in_the_docx():
    text = docx_text(docx(_every_block()))

    assert [word for word in WORDS if word not in text] == []
    assert "PAGE" in text
    assert "NUMPAGES" in text


def test_the_contents_of_the_docx_stand_a_line_each_until_the_field_is_filled_in():
    paragraphs = [one.text for one in open_docx(docx(_every_block())).paragraphs]

    at = paragraphs.index("目录")
    assert paragraphs[at + 1 : at + 3] == ["第一部分", "第二部分"]


def test_the_page_numbers_of_the_docx_have_the_size_of_the_words_beside_them():
    foot = open_docx(docx(_every_block())).sections[0].footer.paragraphs[0]

    assert foot.text.endswith("第 1 页　共 1 页")
    assert (len(foot.paragraph_format.tab_stops), len(foot.style.paragraph_format.tab_stops)) == (
        1,
        0,
    )
    assert {run.font.size.pt for run in foot.runs} == {9.0}
    assert all(len(run._r.findall(qn("w:fldChar"))) <= 1 for run in foot.runs)


def test_a_pdf_has_the_pages_it_needs_and_no_more():
    assert page_count(pdf(Document("题").add(Paragraph("一段")))) == 1
    assert page_count(pdf(_every_block())) == 5
    # A break before the first block, or two in a row, make no empty page.
    document = Document("题").add(Break(), Paragraph("一"), Break(), Break(), Paragraph("二"))
    assert page_count(pdf(document)) == 2


def test_what_looks_like_a_command_is_text_in_every_block():
    document = Document(NASTY, unit=NASTY, marks=(NASTY,), note=NASTY).add(
        Title(NASTY, (NASTY,)), Contents(NASTY), Heading(NASTY), Paragraph(NASTY),
        Table([Column(NASTY)], [[NASTY]], total=NASTY), Facts([(NASTY, NASTY)]),
        Photos([(Picture(content=_jpeg()), NASTY)]),
        PhotoPage(Picture(content=_jpeg()), [(NASTY, NASTY)], heading=NASTY),
        Signature((NASTY,)), Opinion(NASTY, NASTY, NASTY),
    )  # fmt: skip

    seen = "".join(NASTY.split())
    assert pdf_text(pdf(document)).count('#panic("x")') >= 15
    assert docx_text(docx(document)).count(seen) >= 15


def test_signs_that_no_paper_has_are_left_out_instead_of_failing():
    document = Document("题").add(Paragraph("a\x00b\x0bc\ud800d\uffffe\r\nf"))

    assert pdf(document).startswith(b"%PDF-")
    assert "abcdef" in docx_text(docx(document))


def test_a_long_address_may_break_so_that_it_does_not_run_over_the_edge():
    document = Document("题").add(Table([Column("网址")], [["https://example.com/" + "x" * 80]]))

    cell = open_docx(docx(document)).tables[0].rows[1].cells[0].text
    assert "\u200b" in cell
    assert cell.replace("\u200b", "") == "https://example.com/" + "x" * 80


def test_a_long_table_repeats_its_header():
    rows = [[str(n), f"人员{n}"] for n in range(200)]
    document = Document("题", landscape=True).add(Table([Column("序号"), Column("姓名")], rows))

    table = open_docx(docx(document)).tables[0]
    assert len(table.rows) == 201
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    assert open_docx(docx(document)).sections[0].page_width.mm == pytest.approx(297, abs=1)


def test_a_long_table_repeats_its_header_in_the_pdf():
    rows = [[str(n), f"人员{n}"] for n in range(200)]
    document = Document("题").add(Table([Column("序号"), Column("姓名")], rows))

    pages = pdf_pages(pdf(document))
    assert len(pages) > 3
    assert all("序号姓名" in page for page in pages)


def test_word_gets_the_fonts_of_the_office_for_chinese_characters():
    out = open_docx(docx(Document("题").add(Title("标题"), Paragraph("正文"))))

    fonts = [
        run._element.rPr.rFonts.get(qn("w:eastAsia")) for p in out.paragraphs for run in p.runs
    ]
    assert fonts == ["宋体", "仿宋"]


def test_pictures_are_shrunk_and_a_lost_one_does_not_stop_the_print():
    name = default_storage.save("p/large.jpg", ContentFile(_jpeg(3000, 2000)))
    small = picture_bytes(Picture(name=name, side=600))
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (600, 400)

    broken = default_storage.save("p/broken.jpg", ContentFile(b"\xff\xd8\xff nothing"))
    document = Document("题").add(
        Photos([(Picture(name=broken), "破损"), (Picture(name="p/gone.jpg"), "丢失")])
    )
    assert "照片缺失" in docx_text(docx(document))
    assert pdf(document).startswith(b"%PDF-")


def test_progress_is_told_of_every_picture():
    told = []
    document = Document("题").add(Photos([(Picture(content=_jpeg()), str(n)) for n in range(3)]))

    pdf(document, progress=told.append)
    docx(document, progress=told.append)

    assert told == [1, 2, 3, 1, 2, 3]


def test_file_names_say_what_it_is_and_are_safe():
    assert file_name("甲村/站", "花名册", "", 2026, extension="pdf") == "甲村站_花名册_2026.pdf"
    assert file_name("a:b*c", "..", extension="docx") == "abc.docx"


def test_a_print_is_kept_by_nobody_on_the_way():
    response = as_response(Document("题").add(Title("一份制度")), "docx", name="甲村_题.docx")

    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
    assert "一份制度" in docx_text(response.content)


@pytest.mark.django_db
def test_invented_data_is_marked_on_every_print():
    assert marks("代拟稿", "") == ("代拟稿",)
    UserFactory(is_demo=True)
    assert marks("代拟稿") == ("演示数据", "代拟稿")
