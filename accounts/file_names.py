"""What a refusal calls the file it is about: of several one knows which, and what the name
itself carries along does no harm on the page."""

import re

from django import forms
from django.core.exceptions import ValidationError

from accounts.marks import without_marks


def clean_name(name: str) -> str:
    """The user's file name without path, control and direction signs, at most 120 long."""
    name = re.split(r"[\\/]", name)[-1]
    name = re.sub(r"[\x00-\x1f\x7f]", "", without_marks(name)).strip()
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:110]}{dot}{extension[:8]}" if dot else name[:120] or "未命名"


def about(upload, sentence: str) -> str:
    return f"“{clean_name(upload.name or '')}”：{sentence}"


class NamedFileField(forms.FileField):
    """A file that is refused by its field is named like one that is refused by its reader."""

    def clean(self, data, initial=None):
        try:
            return super().clean(data, initial)
        except ValidationError as error:
            if not data:
                raise  # nothing was chosen
            raise ValidationError([about(data, text) for text in error.messages]) from None
