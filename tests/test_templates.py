"""Guards on templates and static files: what the content security policy forbids is not
written, nothing comes from elsewhere, every page hangs in a frame with one main heading."""

import hashlib
import re
from pathlib import Path

from django.conf import settings

from records.registry import all_sections

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BASES = {"base.html", "base_public.html"}
VENDOR = ROOT / "static/vendor"


def name(path):
    return str(path.relative_to(ROOT / "templates"))


def text_of(path):
    return re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)


def matching(pattern):
    return [name(path) for path in TEMPLATES if re.search(pattern, text_of(path))]


def test_nothing_is_inline():
    assert matching(r"<style\b|\sstyle\s*=") == []
    assert matching(r"\son[a-z]+\s*=\s*[\"']") == []
    # A script has a source; data travels through json_script.
    assert matching(r"<script(?![^>]*\bsrc=)[^>]*>") == []
    assert matching(r"(?i)(href|src)\s*=\s*[\"']?\s*javascript:") == []


def test_nothing_comes_from_elsewhere():
    own = [p for p in (ROOT / "static").rglob("*") if p.suffix in {".css", ".js"}]
    own = [p for p in own if VENDOR not in p.parents]

    assert matching(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//") == []
    assert [p.name for p in own if re.search(r"https?://", p.read_text())] == []


def test_every_page_hangs_in_a_frame():
    """Pieces begin with an underscore or live in ui/; the picker of people is one too, and
    what bears the name of a piece of crispy's."""
    pieces = ("ui", "bootstrap5")
    pages = [p for p in TEMPLATES if not p.name.startswith("_") and p.parent.name not in pieces]
    loose = [
        name(p)
        for p in pages
        if p.name not in BASES and not re.match(r"\s*\{% extends \"", text_of(p))
    ]

    assert loose in ([], ["records/pick_people.html"])


def test_the_main_heading_stands_in_the_frame_alone():
    assert set(matching(r"<h1\b")) <= BASES
    for base in BASES:
        assert text_of(ROOT / "templates" / base).count("<h1>") == 1


def test_every_picture_says_what_it_shows():
    assert matching(r"<img\b(?![^>]*\balt=)") == []


def test_every_icon_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))
    used = {section.icon for section in all_sections()}
    for path in TEMPLATES:
        used |= set(re.findall(r'\{% icon "([^"]+)"', path.read_text()))
        used |= set(re.findall(r'\bicon="([^"]+)"', path.read_text()))

    assert used - sprite == set()


def test_vendored_files_are_those_of_the_readme():
    rows = re.findall(
        r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "README.md").read_text(), re.M
    )
    wanted = dict(rows)

    assert {n: hashlib.sha256((VENDOR / n).read_bytes()).hexdigest() for n in wanted} == wanted
    assert {p.name for p in VENDOR.iterdir() if p.suffix in {".css", ".js", ".svg"}} == set(wanted)
    assert [n for n in wanted if "sourceMappingURL" in (VENDOR / n).read_text()] == []
