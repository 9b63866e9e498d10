from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import is_county
from records.fields import hash_of, hash_version, keyed_hash, keyed_hashes
from records.forms import PickMany, RecordForm
from records.widgets import Segmented, Suggest
from stations.forms import not_in_future
from veterans.editions.book import counted
from veterans.faults.detection import check_people
from veterans.faults.runs import tell_superiors
from veterans.id_numbers import read_id_number
from veterans.importing.cells import NOTE, is_ditto
from veterans.importing.people import STRAY_DIGITS, read_name, read_phone
from veterans.models import (
    AnswerState,
    Enterprise,
    Honour,
    RosterEdition,
    Veteran,
)
from veterans.names import pinyin_keys
from veterans.suggestions import suggestions

# (text field, state field): what is typed counts as 已填, the words for "none" as 无.
ANSWERS = (("former_post", "former_post_state"), ("current_post", "current_post_state"))
ID_TAKEN = "这个公民身份号码已在花名册中，同一人只能在一个服务站在册。"
NONE_WORDS = {"无", "没有", "暂无", "/", "—", "-"}


class VeteranForm(RecordForm):
    """A person of the roster. The ID number and the phone are never shown here: an empty
    box leaves what is stored, a typed value replaces it."""

    partial_dates = {
        "birth_date": "birth_precision",
        "enlisted_on": "enlisted_precision",
        "discharged_on": "discharged_precision",
    }

    class Meta:
        model = Veteran
        fields = [
            "name",
            "gender",
            "person_kind",
            "birth_date",
            "id_number",
            "phone",
            "political_status",
            "enlisted_on",
            "discharged_on",
            "branch",
            "former_post",
            "former_post_state",
            "current_post",
            "current_post_state",
            "strengths",
            "strengths_text",
            "strengths_state",
            "honours_state",
            "photos_known_none",
            "care_categories",
            "war_tags",
            "interview_status",
            "is_priority",
            "is_village_secretary",
            "plaque",
            "residence",
            "grid",
            "status",
            "status_on",
            "note",
        ]
        widgets = {
            "former_post": Suggest(attrs={"data-answers": "former_post_state"}),
            "current_post": Suggest(attrs={"data-answers": "current_post_state"}),
            "strengths_text": Suggest(attrs={"data-answers": "strengths_state"}),
            "former_post_state": Segmented,
            "current_post_state": Segmented,
            "strengths_state": Segmented,
            "honours_state": Segmented,
            "id_number": forms.TextInput(attrs={"autocomplete": "off", "maxlength": 18}),
            "phone": forms.TextInput(attrs={"autocomplete": "off", "maxlength": 60}),
            "strengths": PickMany,
        }
        help_texts = {
            "former_post": "只填职务，不填部队番号、代号。",
            "current_post": "务农、经商等如实填写。",
            "phone": "有几个号码的，用“；”隔开。",
            "status_on": "变更在册状态时填写；不填按今天。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["strengths"].queryset = self.fields["strengths"].queryset.filter(is_active=True)
        if not is_county(self.user):
            del self.fields["is_priority"]
        for field in self.fields.values():
            if isinstance(field.widget, Segmented):
                field.widget.label = field.label
        for name, words in suggestions(self.user, self.station).items():
            self.fields[name].widget.suggestions = words
        for name, masked in (
            ("id_number", self.instance.masked_id_number),
            ("phone", self.instance.masked_phone),
        ):
            self.initial[name] = ""
            self.fields[name].required = False
            if masked:
                stored = f"已存：{masked}（已脱敏）。不修改请留空，删除请填“无”。"
                self.fields[name].help_text = stored + self.fields[name].help_text
        self._stored = (self.instance.id_number, self.instance.phone)

    def clean_name(self):
        """As an import keeps it: what is stored alike is found alike."""
        read = read_name(self.cleaned_data["name"])
        if not read.name:
            raise ValidationError("请填写姓名。")
        if read.is_gone or any(note.level == NOTE for note in read.notes):
            raise ValidationError("姓名里不要写括号、符号和说明，请写到备注或相应的项目里。")
        return read.name

    def clean_id_number(self):
        typed = self.cleaned_data["id_number"].strip().upper()
        if typed in NONE_WORDS:
            return ""
        if typed and len(typed) != 18:
            raise ValidationError("公民身份号码应为18位，请核对；暂时没有可以留空。")
        return typed or self._stored[0]

    def clean_phone(self):
        """As an import keeps it: what is stored alike is found alike."""
        typed = self.cleaned_data["phone"].strip()
        if not typed:
            return self._stored[1]
        if typed in NONE_WORDS:
            return ""
        phone, notes, _ = read_phone(typed)
        is_read = phone and not any(note.message == STRAY_DIGITS for note in notes)
        if not is_read and not 7 <= sum(c.isdigit() for c in typed) <= 13:
            raise ValidationError("联系电话位数不对，请核对。")
        return phone or typed

    def clean(self):
        data = super().clean()
        today = timezone.localdate()
        for name, label in (
            ("birth_date", "出生年月"),
            ("enlisted_on", "入伍时间"),
            ("discharged_on", "退役时间"),
        ):
            if data.get(name) and data[name] > today:
                self.add_error(name, f"{label}不能晚于今天。")
        self._refuse_ditto(data)
        for text, state in ANSWERS:
            if data.get(text, "").strip() in NONE_WORDS:
                data[text], data[state] = "", AnswerState.NONE
            elif data.get(text) and self._chose_no_answer(state, data):
                self.add_error(text, "填写了内容，又选了“无”或“不详”：请删去内容，或改选“已填”。")
            elif data.get(text):
                data[state] = AnswerState.ANSWERED
            elif data.get(state) == AnswerState.ANSWERED:
                self.add_error(text, "选了“已填”，请填写内容；确实没有请选“无”。")
        if data.get("strengths") or data.get("strengths_text"):
            data["strengths_state"] = AnswerState.ANSWERED
        elif data.get("strengths_state") == AnswerState.ANSWERED:
            self.add_error("strengths_text", "选了“已填”，请勾选或填写特点优长；确实没有请选“无”。")
        self._apply_id_number(data.get("id_number", ""))
        if self.instance.merged_into_id:
            self.add_error(None, "这条记录已并入另一条，不能再修改；请修改保留的那一条。")
        self._date_status(data, today)
        return data

    def _refuse_ditto(self, data):
        """In a list it would be read as what stands above it."""
        for name in ("former_post", "current_post", "branch"):
            if is_ditto(data.get(name, "")):
                self.add_error(name, "请写出完整内容，不要写“同上”。")

    def _chose_no_answer(self, state, data):
        return state in self.changed_data and data.get(state) in (
            AnswerState.NONE,
            AnswerState.UNKNOWN,
        )

    def _date_status(self, data, today):
        """A status holds from a day on: today, unless another was typed."""
        if data.get("status_on") and data["status_on"] > today:
            self.add_error("status_on", "状态变更日期不能晚于今天。")
        elif "status" in self.changed_data and "status_on" not in self.changed_data:
            data["status_on"] = today if self.instance.pk else None

    def _apply_id_number(self, number):
        person = self.instance
        person.id_hash = keyed_hash(number)
        if not number:
            person.id_check = Veteran.IdCheck.NONE
            return
        read = read_id_number(number)
        person.id_check = Veteran.IdCheck.VALID if read.is_valid else Veteran.IdCheck.INVALID
        # The constraint compares under one key; rows under the one before it are looked up.
        others = Veteran.objects.filter(id_hash__in=keyed_hashes(number)[1:], id_check="valid")
        is_replaced = settings.OLD_HASH_KEYS and read.is_valid
        if is_replaced and others.filter(status="active").exclude(pk=person.pk).exists():
            self.add_error("id_number", ID_TAKEN)

    def _get_validation_exclusions(self):
        # id_hash and id_check are computed above: the uniqueness of a person is checked here.
        return super()._get_validation_exclusions() - {"id_hash", "id_check", "status"}

    def before_save(self):
        person = self.instance
        person.phone_hash, person.hash_version = keyed_hash(person.phone), hash_version()
        person.phone_hashes = hash_of(Veteran, "phone_hashes", person.phone)
        person.pinyin, person.initials = pinyin_keys(person.name)

    def after_save(self, *, by):
        """What was repaired is closed at once, what went wrong is asked at once."""
        tell_superiors(check_people([self.instance.pk]).opened)


class HonourForm(RecordForm):
    partial_dates = {"awarded_on": "awarded_precision"}

    class Meta:
        model = Honour
        fields = ["veteran", "kind", "awarded_on", "awarded_by", "count", "note"]
        help_texts = {"awarded_by": "写到“某部”为止，不写部队番号。"}

    def attach_owner(self):
        """Belongs to a person, chosen in the form out of the station's roster."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"station"}

    def after_save(self, *, by):
        """An honour answers the roster's question about honours."""
        Veteran.objects.filter(pk=self.instance.veteran_id).exclude(
            honours_state=AnswerState.ANSWERED
        ).update(honours_state=AnswerState.ANSWERED)


class EnterpriseForm(RecordForm):
    class Meta:
        model = Enterprise
        fields = [
            "name",
            "kind",
            "other_kind",
            "trade",
            "is_green",
            "owners",
            "workers",
            "founded_on",
            "scale",
        ]


class RosterEditionForm(RecordForm):
    class Meta:
        model = RosterEdition
        fields = [
            "printed_on",
            "counted_rows",
            "moved_in",
            "moved_out",
            "deceased",
            "confirmed_by",
            "confirmed_on",
        ]
        help_texts = {
            "counted_rows": "签字件上写的人数，应与系统人数一致。",
            "confirmed_on": "核对花名册的日期；核对时填写新增、迁出、去世人数，没有填0。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        edition = self.instance
        if edition.pdf:
            self.fields["printed_on"].disabled = True
            self.fields["printed_on"].help_text = "由系统打印，日期不改。"
            self.fields[
                "counted_rows"
            ].help_text = f"签字件上写的人数；系统打印时为{edition.row_count}人，两数应一致。"
        for name, found in (
            ("moved_in", edition.found_in),
            ("moved_out", edition.found_out),
            ("deceased", edition.found_deceased),
        ):
            if found is not None:
                self.fields[name].help_text = f"系统与上一版比对：{found}人。"

    def clean(self):
        data = super().clean()
        if not data.get("printed_on") and not data.get("confirmed_on"):
            self.add_error("printed_on", "请填写打印日期或核对日期，至少一项。")
        if data.get("confirmed_on"):
            not_in_future(data["confirmed_on"], "核对日期")
            for name in ("moved_in", "moved_out", "deceased", "confirmed_by"):
                if data.get(name) in (None, ""):
                    self.add_error(name, "核对花名册时必须填写，没有变动填0。")
        return data

    def before_save(self):
        """A new edition takes the next number and freezes how many are on the roster."""
        edition = self.instance
        if edition.pk is None:
            last = RosterEdition.objects.filter(station=self.station).order_by("-edition").first()
            edition.edition = last.edition + 1 if last else 1
            edition.row_count = counted(self.station).count()

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"edition"}
