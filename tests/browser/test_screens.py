"""script/screens keeps working: it logs in, finds pages by their links, draws and complains."""

import sys

import pytest
from django.conf import settings
from PIL import Image

from accounts.models import User

sys.path.insert(0, str(settings.BASE_DIR / "script"))
import screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draw(cast, station, chromium, live_server, tmp_path, monkeypatch):
    User.objects.update(is_demo=True)
    monkeypatch.setattr(screens, "CHROMIUM", chromium)
    monkeypatch.setattr(screens, "MAX_PAGES", 4)

    def _draw(*pages):
        given = ["--role", "village", "--size", "phone", "--to", str(tmp_path)]
        for page in pages:
            given += ["--page", page]
        return screens.draw_all(screens.arguments(given), live_server.url)

    return _draw


def test_pages_are_found_by_links_and_drawn_at_their_size(draw, tmp_path):
    found = draw()

    pictures = sorted(path.name for path in tmp_path.glob("*.png"))
    assert screens.table(found).count("\n") == 0, screens.table(found)
    assert len(pictures) == 4
    assert {"village-desk-phone.png", "village-password_change-phone.png"} <= set(pictures)
    with Image.open(tmp_path / "village-desk-phone.png") as picture:
        assert picture.width == screens.SIZES["phone"][0]


def test_what_is_wrong_with_a_page_is_told(draw):
    (line,) = draw("/stations/321391100201/")

    assert line.page == "/stations/321391100201/"
    assert "HTTP 404 /stations/321391100201/" in line.faults


def test_a_fresh_clone_gets_secrets_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(screens, "VAR", tmp_path / "none")
    monkeypatch.setattr(screens.serve, "VAR", screens.serve.VAR)
    folder = tmp_path / "copy"
    folder.mkdir()

    environ = screens.copy_of_the_city(folder)

    assert environ["VAR_DIR"] == str(folder)
    names = {line.split("=")[0] for line in (folder / "env").read_text().splitlines()}
    assert {"SECRET_KEY", "FIELD_KEYS", "HASH_KEY"} <= names
