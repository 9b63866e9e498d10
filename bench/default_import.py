"""The same file through django-import-export as it ships: a ModelResource that names the columns
and nothing else. A preview and the import after it, as its pages do them: each goes
through the rows one by one."""

import io

import tablib
from import_export import fields, resources, widgets

from veterans.models import Veteran


class PlainRoster(resources.ModelResource):
    name = fields.Field("name", "姓名")
    gender = fields.Field("gender", "性别")
    birth_date = fields.Field("birth_date", "出生年月", widgets.DateWidget("%Y.%m"))
    former_post = fields.Field("former_post", "原部队职务")
    current_post = fields.Field("current_post", "现任职务")
    political_status = fields.Field("political_status", "政治面貌")
    phone = fields.Field("phone", "联系电话")
    note = fields.Field("note", "备注", default="")

    class Meta:
        model = Veteran
        fields = (
            "id", "name", "gender", "birth_date", "former_post", "current_post",
            "political_status", "phone", "note",
        )  # fmt: skip

    def __init__(self, station):
        super().__init__()
        self.station = station

    def init_instance(self, row=None):
        return Veteran(station=self.station)


def import_by_default(content, station):
    """(the people made, or the first error)."""
    data = tablib.Dataset().load(io.BytesIO(content), format="xlsx")
    resource = PlainRoster(station)
    preview = resource.import_data(data, dry_run=True)
    done = resource.import_data(data, dry_run=False, raise_errors=True)
    assert not preview.has_errors() and len(done.rows) == len(data)
    return [row.object_id for row in done.rows]
