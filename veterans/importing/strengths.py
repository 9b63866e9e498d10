"""特点优长: names of the list and words of one's own, in one cell."""


def read_strengths(text, known) -> tuple[list[str], str]:
    """(tags of the list, the words that stay as text). A leading list of exact tags is
    tags alone; any other text stays whole, and tags that it names are added."""
    lead, separator, rest = text.partition("；")
    parts = [part.strip() for part in lead.replace(",", "、").replace("，", "、").split("、")]
    if all(part in known for part in parts):
        tags = list(dict.fromkeys(parts))
        return tags, rest.strip() if separator else ""
    words = [w for w in _words(text) if len(w) >= 2]
    tags = [tag for tag in known if any(tag in w or w in tag for w in words)]
    return tags, text


def _words(text):
    for sign in "，,；;。.\n /":
        text = text.replace(sign, "、")
    return [word.strip() for word in text.split("、") if word.strip()]


def strengths_cell(tags, text) -> str:
    """Tags, then the words of their own: the import reads the same two back."""
    return "；".join(part for part in ("、".join(tags), text) if part)
