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

import records.lookups  # noqa: F401  (`begins`, `after`)
from records.fields import keyed_hashes
from records.person_numbers import plain_number
from veterans.importing.people import read_id, read_phone
from veterans.models import Veteran

NAME_KEYS = ("name", "given_name", "name_end")
SOUND_KEYS = ("initials", "sound", "given_sound")


def named(words: str) -> Q:
    """One short query per key, each through its own index: as one condition beside the scope
    and an order, both databases would rather read through all people."""
    people = Veteran.objects.order_by()
    first, *others = [people.filter(**asked).values("pk") for asked in _keys_of(words)]
    return Q(pk__in=first.union(*others, all=True))


def _keys_of(words: str) -> list[dict[str, str]]:
    words = unicodedata.normalize("NFKC", words).strip()
    letters = "".join(words.lower().split())
    if letters.isascii() and letters.isalpha():
        return [{f"{key}__begins": letters} for key in SOUND_KEYS]
    longer = {"name_rest__after": "", "name__contains": words}
    return [*({f"{key}__begins": words} for key in NAME_KEYS), longer]


def has_number(typed: str) -> Q:
    """Whose ID number or phone this is, by the keyed hashes."""
    digests = [digest for way in _ways_to_write(typed) for digest in keyed_hashes(way)]
    people = Veteran.objects.order_by()
    among_several = Q()
    for digest in digests:
        among_several |= Q(phone_hashes__contains=digest)
    found = (
        people.filter(id_hash__in=digests).values("pk"),
        people.filter(phone_hash__in=digests).values("pk"),
        people.filter(among_several, phone_hashes__gt="").values("pk"),
    )
    return Q(pk__in=found[0].union(*found[1:], all=True))


def _ways_to_write(typed) -> set[str]:
    """As it was typed, and as forms and imports store it: 0527-84350000 for 052784350000."""
    plain = plain_number(typed)
    ways = {typed.upper(), plain, read_id(plain).number}
    return (ways | {read_phone(words)[0] for words in (typed, plain)}) - {""}
