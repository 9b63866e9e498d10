"""The question that a form asks about words in its free text (records/scanning.py).

It appears above the fields once something was found, with two buttons: 替换 saves the text
with 某部 and the right words, 已核实可以公开 saves it as it is and is logged. Nothing is
asked again of words that were there before."""

from collections import Counter

from django import forms

from records.fields import EncryptedTextField
from records.scanning import NAMES, Finding, Scanner, positions, replaced, seal

REPLACE, VERIFIED = "replace", "verified"
AROUND = 8


class WordsWidget(forms.Widget):
    template_name = "records/_words.html"

    def __init__(self, labels, found, texts):
        super().__init__()
        self.labels, self.found, self.texts = labels, found, texts

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        rows = []
        for field, many in self.found.items():
            times = Counter(one.word for one in many)
            first = {one.word: one for one in reversed(many)}
            rows += [
                (
                    self.labels[field],
                    _around(self.texts[field], one),
                    NAMES[one.kind],
                    one,
                    times[word],
                )
                for word, one in sorted(first.items(), key=lambda pair: pair[1].start)
            ]
        can_replace = any(one.better for many in self.found.values() for one in many)
        # A form of several on one page has a prefix.
        seen = f"{name.removesuffix(WordsField.NAME)}words_seen"
        context["widget"] |= {
            "rows": rows,
            "seal": seal(self.found),
            "seen": seen,
            "can_replace": can_replace,
        }
        return context


def _around(text: str, one: Finding) -> tuple[str, str, str]:
    before = text[max(0, one.start - AROUND) : one.start]
    return before, one.word, text[one.end : one.end + AROUND]


class WordsField(forms.Field):
    """Stands in the form only while there is something to decide."""

    NAME = "words"

    def __init__(self, labels, found, texts):
        widget = WordsWidget(labels, found, texts)
        super().__init__(label="文字核对", required=False, widget=widget)


def scan_form(form, data) -> None:
    """Look at what was typed; replace, note the confirmation, or ask."""
    texts = {name: data[name] for name in _free_text(form) if data.get(name)}
    changed = [name for name in texts if name in form.changed_data]
    scanner = Scanner()
    stored = {name: str(form.initial.get(name) or "") if form.instance.pk else "" for name in texts}
    found = {name: scanner.scan_new(texts[name], stored[name]) for name in changed}
    found = {name: many for name, many in found.items() if many}
    if not found:
        return
    answer = form.data.get(form.add_prefix(WordsField.NAME), "")
    if answer == REPLACE:
        found = _replace(form, data, found)
        texts |= {name: data[name] for name in found}
    labels = {name: str(form.fields[name].label or name) for name in found}
    if is_verified(form.data, found, form.add_prefix):
        form.verified_words = positions(labels, found)
    elif found:
        form.fields = {WordsField.NAME: WordsField(labels, found, texts)} | form.fields
        words = "、".join(dict.fromkeys(one.word for many in found.values() for one in many))
        form.add_error(WordsField.NAME, f"文字中有“{words}”，请核对后再保存。")


def is_verified(data, found, name_of=str) -> bool:
    """Confirmed, and nothing else than what was shown."""
    said = data.get(name_of(WordsField.NAME)) == VERIFIED
    return said and data.get(name_of("words_seen")) == seal(found)


def _replace(form, data, found):
    """Change the fields, in the page too should another field be wrong; what has no
    replacement stays to be decided."""
    form.data = form.data.copy()
    left = {}
    for name, many in found.items():
        data[name] = replaced(data[name], many)
        form.data[form.add_prefix(name)] = data[name]
        rest = [one for one in many if not one.better]
        if rest:
            words = {one.word for one in rest}
            left[name] = [one for one in Scanner().scan(data[name]) if one.word in words]
    return left


def _free_text(form):
    """What people write freely: not choices, numbers, addresses of pages, or proper names."""
    columns = {field.name: field for field in form._meta.model._meta.fields}
    for name, field in form.fields.items():
        column = columns.get(name)
        if (
            type(field) is forms.CharField
            and isinstance(field.widget, forms.TextInput | forms.Textarea)
            and name != "name"
            and column is not None
            and not isinstance(column, EncryptedTextField)
        ):
            yield name
