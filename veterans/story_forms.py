"""典型故事 and 陈列展示: written, checked, locked, withdrawn."""

from django import forms

from records.forms import PickMany, RecordForm
from veterans import near_copies, story_bank
from veterans.models import Exhibit, Story

JUST_LOCKED = "这条内容已通过两项审核并锁定，您的修改没有保存。确需修改，请核对后再点一次“保存”；保存后须重新审核。"

NO_SOURCE = "请注明史料（事迹）来源，如口述记录、档案、书籍、报道。"


class CheckedForm(RecordForm):
    """What passed both checks is locked: its text is read-only until 修改 was pressed, and
    saving another text opens the checks again (its hash is no longer the checked one)."""

    unlock = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        model = type(self.instance)
        saved = model.objects.filter(pk=self.instance.pk) if self.instance.pk else None
        self.is_checked = bool(saved) and saved.filter(story_bank.checked(model)).exists()
        opened = self.data.get("unlock") or self.initial.get("unlock")
        self.is_locked = self.is_checked and not opened
        if self.is_locked and not self._has_typed():
            for name in self._locked():
                self.fields[name].disabled = True

    def _locked(self):
        return [name for name in self.instance.checked_fields if name in self.fields]

    def _has_typed(self):
        """A page that was opened before the checks sends the fields that are locked now."""
        return self.is_bound and any(name in self.data for name in self._locked())

    def clean(self):
        data = super().clean()
        changed = [name for name in self._locked() if name in self.changed_data]
        if self.is_locked and changed:
            self.add_error(None, JUST_LOCKED)
            self.data = self.data.copy()
            self.data["unlock"] = "1"
        if data.get("withdrawn_on") and not data.get("withdrawn_reason"):
            self.add_error("withdrawn_reason", "撤下时请写明原因。")
        return data

    def before_save(self):
        self.instance.content_hash = self.instance.compute_content_hash()


class StoryForm(CheckedForm):
    class Meta:
        model = Story
        fields = [
            "theme",
            "subject",
            "war",
            "field",
            "veteran",
            "subject_name",
            "title",
            "body",
            "source",
            "consent",
            "withdrawn_on",
            "withdrawn_reason",
        ]
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "veteran": "人物在本站花名册上时选择，否则填写姓名。",
            "source": "口述记录、档案、书籍、报道等。",
            "consent": "人物健在的须取得本人同意；签字的同意书在人员页登记。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        source.required = not source.disabled
        source.error_messages["required"] = NO_SOURCE

    def clean(self):
        data = super().clean()
        if not data.get("veteran") and not data.get("subject_name"):
            self.add_error("subject_name", "请从花名册选择人物，或填写人物姓名。")
        return data

    def after_save(self, *, by):
        near_copies.index(self.instance)


class ExhibitForm(CheckedForm):
    class Meta:
        model = Exhibit
        fields = [
            "place",
            "theme",
            "section",
            "order",
            "title",
            "body",
            "forms",
            "people",
            "stories",
            "resources",
            "donor",
            "period",
            "no_forbidden_items",
            "forbidden_checked_by",
            "forbidden_checked_on",
            "withdrawn_on",
            "withdrawn_reason",
        ]
        widgets = {"stories": PickMany, "resources": PickMany}
        help_texts = {"theme": "墙面专门版块必须选择类别。"}

    def clean(self):
        data = super().clean()
        if data.get("place") == Exhibit.Place.WALL_PANEL and not data.get("theme"):
            self.add_error("theme", "服务站墙面专门版块请选择所属类别。")
        if data.get("no_forbidden_items") and not (
            data.get("forbidden_checked_by") and data.get("forbidden_checked_on")
        ):
            self.add_error("forbidden_checked_by", "已检查的，请填写检查人和检查日期。")
        return data
