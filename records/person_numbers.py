"""Numbers of a person among the words that somebody types into a search: they are to stand
in no address, for browsers, proxies and log files keep those."""

import re
import unicodedata

# An ID number or a phone, full-width too, however it is spaced: \d knows both widths.
_NUMBER = re.compile(r"\d(?:[\s-]?\d){6,}")
# Codes of regions and numbers of applications are other numbers than these.
_OF_A_PERSON = re.compile(r"\d{17}[\dX]|[1-9]\d{14}|(?:86)?1[3-9]\d{9}")


def holds_number(text: str) -> bool:
    """Whether this can be a number of a person, or a part of one."""
    return bool(_NUMBER.search(text))


def plain_number(text: str) -> str:
    """As it is written without blanks, signs and full-width figures."""
    return re.sub(r"[\s+-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_persons_number(text: str) -> bool:
    """Whether the text is an ID number or a mobile phone and nothing else."""
    return bool(_OF_A_PERSON.fullmatch(plain_number(text)))
