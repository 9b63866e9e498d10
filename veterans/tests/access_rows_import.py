from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access import Row
from veterans.importing import batches, writing
from veterans.models import ImportRow

FOLDER = Path(__file__).parent / "rosters"
WRITERS = {"county": 200, "town": 200, "manager": 200, "other_county": 200, "outsider": 200,
           "*": 403}  # fmt: skip
OWN = {"county": 200, "town": 200, "manager": 200, "other_county": 404, "outsider": 404,
       "*": 403}  # fmt: skip
OWN_ACT = {"county": 302, "town": 302, "manager": 302, "other_county": 404, "outsider": 404,
           "*": 403}  # fmt: skip


def _ready(world):
    content = (FOLDER / "decide.xlsx").read_bytes()
    batch = batches.start(content, name="decide.xlsx", station=world.station)
    batches.read(batch)
    return batch


def _code(world):
    return {"code": _ready(world).code}


def _written(world):
    batch = _ready(world)
    writing.write(batch)
    return {"code": batch.code}


def _row(world):
    batch = _ready(world)
    return {"code": batch.code, "pk": ImportRow.objects.filter(batch=batch, outcome="ask")[0].pk}


def _upload(world):
    file = SimpleUploadedFile("花名册.xlsx", (FOLDER / "clean.xlsx").read_bytes())
    return {"station": world.station.pk, "file": file}


ROWS = {
    "veterans_import": Row(get=WRITERS),
    "veterans_template": Row(get=WRITERS),
    "roster_export": Row(post={"leader": 403, "*": 302}),
    "import_upload": Row(
        post={"county": 302, "town": 302, "manager": 302, "other_county": 400, "outsider": 400,
              "*": 403},
        data=_upload,
    ),
    "import_batch": Row(kwargs=_code, get=OWN),
    "import_sheets": Row(kwargs=_code, post=OWN_ACT),
    "import_row": Row(kwargs=_row, post=OWN_ACT, data=lambda world: {"decision": "skip"}),
    "import_decide_all": Row(kwargs=_code, post=OWN_ACT, data=lambda world: {"decision": "skip"}),
    "import_confirm": Row(kwargs=_code, post=OWN_ACT),
    "import_undo": Row(kwargs=_written, post=OWN_ACT),
    "import_discard": Row(kwargs=_code, post=OWN_ACT),
    "import_bad_rows": Row(kwargs=_code, post=OWN),
}  # fmt: skip
