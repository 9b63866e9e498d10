"""Files in and out: rosters as workbooks, photos, photos that look alike. What is written is
taken back, so that the next measurement meets the same city."""

import io
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bench import clock
from bench.default_import import import_by_default
from bench.measure import Line, median_time, queries_of
from records.files import store_upload
from records.lookalikes import near
from records.models import Attachment
from records.pictures import MAX_SIDE, THUMBNAIL_SIDE, read_photo, read_small
from stations.models import Region, Station
from veterans.exporting import SAFE, export_roster
from veterans.importing import batches, undoing, writing
from veterans.importing.pipeline import read_roster
from veterans.models import Veteran

IMPORTED = 10_000
BY_DEFAULT = 1_000  # row by row: its rate does not hang on the number of rows
UPLOADED = 20
HEADINGS = ("姓名", "性别", "出生年月", "原部队职务", "现任职务", "政治面貌", "联系电话", "备注")
EXPORTED = (
    "pk", "name", "former_post", "current_post", "strengths_text", "honours_state", "gender",
    "birth_date", "id_number", "political_status", "enlisted_on", "discharged_on", "branch",
    "phone", "person_kind", "war_tags", "residence", "plaque", "status", "station__name", "note",
)  # fmt: skip


def measure_files():
    yield from _export()
    yield from _import()
    yield from _thumbnails()
    yield _upload()
    yield _alike()


def _once(function):
    """(milliseconds, megabytes by which the process grew at its highest)."""
    status = Path("/proc/self/status")
    if status.exists():
        Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    started = time.perf_counter()
    function()
    spent = (time.perf_counter() - started) * 1000
    return spent, max(1, _memory("VmHWM") - before)


def _best(rounds, *functions):
    """The quickest (milliseconds, megabytes) of each, measured in turns: whatever else the
    machine does can only slow them down."""
    found = [[_once(function) for function in functions] for _ in range(rounds)]
    return [min(runs) for runs in zip(*found, strict=True)]


def _memory(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0


def _export():
    people = Veteran.objects.all()
    city = Region.objects.order_by("path").first()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.xlsx"
        (limit, least), (spent, memory) = _best(
            2,
            lambda: _plain_export(people, f"{folder}/plain.xlsx"),
            lambda: export_roster(people, path, region=city),
        )
    number = people.count()
    yield Line(f"export of {number} people", spent, limit, 1.5, 0, 0)
    yield Line(f"export of {number} people, peak MB", memory, least, 1.5, 0, 0)


def _plain_export(people, path):
    book = Workbook(path, SAFE)
    page = book.add_worksheet()
    for number, row in enumerate(people.values_list(*EXPORTED).iterator(chunk_size=1000)):
        for column, cell in enumerate(row):
            if cell:
                page.write_string(number, column, str(cell))
    book.close()


def _workbook(rows=IMPORTED):
    """People that nobody knows yet."""
    draw = random.Random(1)
    out = io.BytesIO()
    book = Workbook(out, SAFE)
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, HEADINGS)
    for number in range(1, rows + 1):
        name = "".join(draw.choice("东南西北春夏秋冬山水云石林江海") for _ in range(3))
        born = f"{draw.randint(1940, 2000)}.{draw.randint(1, 12):02}"
        phone = f"139{draw.randint(0, 99_999_999):08}"
        page.write_row(number, 0, [name, "男", born, "战士", "务农", "群众", phone, ""])
    book.close()
    return out.getvalue()


def _rolled_back(function):
    with transaction.atomic():
        function()
        transaction.set_rollback(True)


def _import():
    """Each in its own transactions, as a user would: one around all of it would hold the
    only write lock of SQLite while files are read. Taken back after each has been measured.
    By processor time, in turns: a clock would count what else the machine does."""
    content, small = _workbook(), _workbook(BY_DEFAULT)
    station = Station.objects.select_related("region").filter(region__level="village").first()
    made, written = [], []

    def plain():
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        people = [
            Veteran(station=station, name=row[0], gender="male", former_post=row[3], note=row[7])
            for row in rows.to_python()[1:]
        ]
        made.extend(person.pk for person in Veteran.objects.bulk_create(people, batch_size=500))

    def default():
        made.extend(import_by_default(small, station))

    def product():
        reading = read_roster(content, station=station)
        batch = batches.start(content, name="roster.xlsx", station=station)
        batches.store(batch, reading)
        writing.write(batch)
        written.append(batch)

    def taken_back():
        _delete(made)
        made.clear()
        while written:
            undoing.undo(written[-1], by=None)
            written.pop().delete()

    _, memory = _once(product)
    taken_back()
    rounds = [[_spent(run, taken_back) for run in (plain, default, product)] for _ in range(3)]
    limit, by_default, spent = (statistics.median(times) for times in zip(*rounds, strict=True))
    by_default *= IMPORTED / BY_DEFAULT
    what = f"import of {IMPORTED} rows with preview ({memory:.0f} MB)"
    yield Line(what, spent, limit, 4, 0, 0)
    what = f"the same by django-import-export's default ({by_default / spent:.1f} times as long)"
    yield Line(what, spent, by_default, 1 / 6, 0, 0)


def _spent(run, afterwards):
    before = clock.spent()
    try:
        run()
        return clock.spent() - before
    finally:
        afterwards()


def _delete(keys):
    for start in range(0, len(keys), 500):
        Veteran.objects.filter(pk__in=keys[start : start + 500]).delete()


def _photo(width, height, quality=90):
    """Noise of eight shades: as hard to compress as leaves and gravel."""
    small = Image.frombytes("L", (width // 4, height // 4), os.urandom(width * height // 16))
    out = io.BytesIO()
    small.resize((width, height)).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _thumbnails():
    """What the worker makes of a photo, and the thumbnail alone for a page that comes first."""
    data = _photo(4000, 3000)

    def plain(*sides):
        image = Image.open(io.BytesIO(data))
        image.draft("RGB", (sides[0], sides[0]))
        for side in sides:
            image.thumbnail((side, side))
            image.save(io.BytesIO(), "JPEG", quality=88)

    what = "photo of 12 megapixels to"
    limit, spent = _in_turns(
        7, lambda: plain(MAX_SIDE, THUMBNAIL_SIDE), lambda: read_photo(data, "a.jpg")
    )
    yield Line(f"{what} {MAX_SIDE} and {THUMBNAIL_SIDE}", spent, limit, 1.3, 0, 0)
    limit, spent = _in_turns(7, lambda: plain(THUMBNAIL_SIDE), lambda: read_small(data, "a.jpg"))
    yield Line(f"{what} {THUMBNAIL_SIDE}", spent, limit, 1.3, 0, 0)


def _in_turns(rounds, *functions):
    """The median processor time of each: a busy machine slows both alike."""
    spent = [[] for _ in functions]
    for _ in range(rounds):
        for times, function in zip(spent, functions, strict=True):
            started = time.process_time()
            function()
            times.append((time.process_time() - started) * 1000)
    return [statistics.median(times) for times in spent]


def _upload():
    """What the sender waits for: the worker decodes later. Each photo beside its bare write."""
    data = _photo(4000, 3000, 88)
    station = Station.objects.first()
    stored, spent, memory, limit = [], 0, 0, 0

    def product():
        upload = SimpleUploadedFile("a.jpg", data, "image/jpeg")
        stored.append(store_upload(upload, station=station, by=None))

    with tempfile.TemporaryDirectory(dir=settings.MEDIA_ROOT) as folder:

        def plain():
            with open(f"{folder}/{len(stored)}.jpg", "wb") as out:
                out.write(data)
                os.fsync(out.fileno())

        for _ in range(UPLOADED):
            limit += _once(plain)[0]
            milliseconds, grown = _once(lambda: _rolled_back(product))
            spent, memory = spent + milliseconds, max(memory, grown)
    for attachment in stored:
        default_storage.delete(attachment.file.name)
    megabytes = len(data) / 1024 / 1024
    what = f"{UPLOADED} photos of {megabytes:.1f} MB stored ({memory:.0f} MB)"
    return Line(what, spent, limit, 2, 0, 0)


def _alike():
    """Against one look-up of the same column, by its whole value."""
    photos = Attachment.objects.exclude(perceptual_hash="")
    asked = "9f3c5a1e7b2d4860"

    def one():
        return list(photos.filter(perceptual_hash=asked).values_list("pk"))

    def product():
        return list(near([asked]))

    limit, spent = median_time(one, 5), median_time(product, 5)
    what = f"photos like one among {photos.count()}"
    return Line(what, spent, limit, 20, queries_of(product), 1)
