"""Phones among the remarks: offered for an empty 联系电话, and masked in the remark where the
number stands in its own column, for remarks are shown to every reader as they are."""

import re
from collections.abc import Callable

from records.fields import keyed_hashes
from veterans.importing.cells import narrow
from veterans.phones import BETWEEN, joined, numbers_of

# What is typed for the phone when somebody takes the offer.
OFFER = "联系电话是空的，备注里有"
FROM_NOTE = "（备注里的号码）"
# Mobile phones in one piece or in 3-4-4, and lines with their area; other figures of a remark
# are years, certificates and cards.
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]*)?(?P<mobile>1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)"
    r"|(?<!\d)(?P<area>0\d{2,3})[\s-]?(?P<local>[2-9]\d{6,7})(?!\d)"
)
_WHOSE = "儿子|女儿|儿媳|女婿|长子|次子|长女|次女|妻子|爱人|配偶|丈夫|老伴|父亲|母亲|孙子|孙女|外甥|侄子|侄女|侄儿|哥哥|弟弟|姐姐|妹妹|邻居|亲戚|家属|子|女|妻|父|母|兄|弟|姐|妹|侄"  # fmt: skip
_BEFORE = re.compile(rf"(?:^|[\W\d_其])(?P<whose>{_WHOSE})\w{{0,4}}[\s:：,，(]*$")
_BEHIND = re.compile(rf"\s*\((?P<whose>{_WHOSE})\w{{0,3}}\)")


def offered(note: str, most: int = 120) -> str:
    """The phones of a remark, with whose they are, as 联系电话 would keep them."""
    text, parts = narrow(note), []
    for match in _PHONE.finditer(text):
        whose = _BEFORE.search(text[: match.start()]) or _BEHIND.match(text, match.end())
        owner = f"({whose['whose']})" if whose else ""
        parts.append(f"{_number(match)}{owner}")
    return joined(list(dict.fromkeys(parts)), most)


def without(note: str, is_known: Callable[[str], bool]) -> str:
    """The remark with the numbers that are known elsewhere masked 3-4-4."""
    text = narrow(note)
    if not _PHONE.search(text):
        return note
    # narrow() changes no lengths: what is found in one stands in the other.
    shown, last = [], 0
    for match in _PHONE.finditer(text):
        number = _number(match)
        if is_known(number):
            shown += [note[last : match.start()], f"{number[:3]}****{number[-4:]}"]
            last = match.end()
    return "".join([*shown, note[last:]])


def known_by(phone: str) -> Callable[[str], bool]:
    return frozenset(numbers_of(phone)).__contains__


def known_by_hashes(hashes: frozenset[str]) -> Callable[[str], bool]:
    return lambda number: not hashes.isdisjoint(keyed_hashes(number))


def count(phone: str) -> int:
    return len(phone.split(BETWEEN)) if phone else 0


def _number(match):
    if match["area"]:
        return f"{match['area']}-{match['local']}"
    return re.sub(r"\D", "", match["mobile"])
