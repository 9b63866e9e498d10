"""Signs without a shape: direction marks, zero-width blanks, soft hyphens. They come along
when text is copied from chats and web pages; a name with one looks like another name and is
not found, and a direction mark turns a whole line around. They are dropped where text comes
in: of every form by config/middleware.py, of files by whoever reads them."""

import re

MARKS = "\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
_MARKS = re.compile(f"[{MARKS}]")


def without_marks(text: str) -> str:
    return text if text.isascii() else _MARKS.sub("", text)
