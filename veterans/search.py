"""Finding a person by what somebody remembers of the name.

    张三丰 is found by   张三丰  张三  张      三丰  三      丰
                         zsf  zs  z           (initials from the surname on)
                         zhangsanfeng  zhang  zhangs  sanfeng  san

in capitals and full-width letters, too. Everything is a prefix of a stored key with an
index, so a search costs what it finds and not what the city holds. Names of more than
three characters are few; what stands in the middle of one is looked for in all of them.
"""

import unicodedata

from django.db.models import Q

import records.lookups  # noqa: F401  (`begins`)
from veterans.models import Veteran

NAME_KEYS = ("name", "given_name", "name_end")
SOUND_KEYS = ("initials", "sound", "given_sound")


def named(words: str) -> Q:
    """A subquery, so that the indexes of names are used whatever else is asked: beside the
    scope or an order, both databases would rather read through all people."""
    return Q(pk__in=Veteran.objects.order_by().filter(_keys_of(words)).values("pk"))


def _keys_of(words: str) -> Q:
    words = unicodedata.normalize("NFKC", words).strip()
    letters = "".join(words.lower().split())
    if letters.isascii() and letters.isalpha():
        return _begins(SOUND_KEYS, letters)
    return _begins(NAME_KEYS, words) | Q(name_rest__gt="", name__contains=words)


def _begins(keys, words):
    condition = Q()
    for key in keys:
        condition |= Q(**{f"{key}__begins": words})
    return condition
