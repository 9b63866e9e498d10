"""Columns are sealed and opened as the library would do it one by one."""

import base64
import datetime as dt

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from records.fields import as_stored, decrypt_all
from records.tokens import open_all, seal_all
from tests.factories import VeteranFactory
from veterans.models import Veteran

KEY, OLD, LOST = (base64.urlsafe_b64encode(sign * 32).decode() for sign in (b"k", b"o", b"l"))
texts = st.lists(st.text(max_size=70))


@given(texts)
def test_the_library_opens_what_is_sealed_here(column):
    tokens = seal_all(column, KEY)
    assert [Fernet(KEY).decrypt(token).decode() if token else "" for token in tokens] == column


@given(texts, texts)
def test_what_the_library_sealed_is_opened_here_whichever_key_it_used(new, old):
    tokens = [Fernet(KEY).encrypt(text.encode()).decode() for text in new]
    tokens += [Fernet(OLD).encrypt(text.encode()).decode() for text in old]
    tokens[1::3] = [""] * len(tokens[1::3])
    expected = [text if token else "" for text, token in zip(new + old, tokens, strict=True)]
    assert open_all(tokens, [KEY, OLD]) == expected


def test_nothing_is_nothing():
    assert seal_all([], KEY) == [] == open_all([], [KEY])
    assert seal_all(["", None, ""], KEY) == ["", "", ""] == open_all([""] * 3, [KEY])


def test_the_same_text_never_looks_the_same():
    raw = [base64.urlsafe_b64decode(token) for token in seal_all(["一样" * 20] * 200, KEY)]
    blocks = [body[start : start + 16] for body in raw for start in range(9, len(body) - 32, 16)]
    assert len(set(blocks)) == len(blocks) > 200


def test_a_token_says_when_it_was_made():
    (token,) = seal_all(["x"], KEY)
    made = dt.datetime.fromtimestamp(Fernet(KEY).extract_timestamp(token), dt.UTC)
    assert abs(timezone.now() - made) < dt.timedelta(minutes=1)


def test_whatever_byte_is_changed_it_does_not_open():
    (token,) = seal_all(["321322196001011234"], KEY)
    raw = base64.urlsafe_b64decode(token)
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(InvalidToken):
            open_all([token, base64.urlsafe_b64encode(changed).decode()], [KEY, OLD])


@pytest.mark.parametrize("broken", ["x", "不是", "gAAAAA==", "A" * 100, "gAAAAABm" * 12])
def test_what_is_no_token_does_not_open(broken):
    with pytest.raises(InvalidToken):
        open_all([broken], [KEY])


def test_a_lost_key_is_said():
    with pytest.raises(InvalidToken):
        open_all(seal_all(["321322196001011234"], LOST), [KEY, OLD])


def test_a_column_is_read_closed_and_opened_at_once(station):
    for phone in ("13800000001", "", "13800000002"):
        VeteranFactory(station=station, phone=phone)
    people = Veteran.objects.order_by("pk").annotate(sealed=as_stored("phone"))
    column = list(people.values_list("sealed", flat=True))
    assert "13800000001" not in "".join(column)
    assert decrypt_all(column) == ["13800000001", "", "13800000002"]


def test_a_cell_as_long_as_a_sheet_allows(station):
    long = "某" * 32_767
    tokens = seal_all([long, "", long[:-1]], KEY)
    assert open_all(tokens, [OLD, KEY]) == [long, "", long[:-1]]
    assert Fernet(KEY).decrypt(tokens[0]).decode() == long
