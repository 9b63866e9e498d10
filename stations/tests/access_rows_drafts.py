from django.urls import reverse

from tests.access import Row

KEEP = {
    "county": 200, "town": 200, "manager": 200, "other_county": 404, "outsider": 404, "*": 403,
}  # fmt: skip


def _data(world):
    form = reverse("record_new", args=[world.station.code, "notes", "note"])
    return {"form": form, "fields": "{}"}


ROWS = {
    # Without a form's address there is nothing to find; who may is told by the POST.
    "drafts": Row(get={"*": 404}, post=KEEP, data=_data),
    "draft_discard": Row(post=KEEP, data=_data),
}
