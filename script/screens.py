"""Draws every page that each role can reach by links, on a copy of the demonstration city.

One example of each named address (and of each section) is drawn per role, wide and
phone-sized. What is wrong is printed as a table: errors of the server, of the console, of
the content security policy, pages that scroll sideways, ids that stand twice. Any of them
fails the run. Addresses of the access matrix (tests/access.py) that no role came to by links
are named below: some are read by scripts or opened from a form, a page among them is forgotten.
"""

import argparse
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, deque
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import serve

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
SIZES = {"wide": (1366, 768), "phone": (390, 844)}
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ROLES = ("public", "admin", "city", "viewer", "county", "town", "village")
MAX_PAGES = 600
# What nobody comes to by a link: pieces and answers that scripts fetch, pages that a form or a
# printed code opens, files inside pages. What is missing beside these was forgotten.
NOT_BY_LINK = {
    "desk_missing", "desk_today", "early_hints", "scorecard_exemplars",
    "find_people", "job_status", "file_state", "station_application_check",
    "desk_confirm", "rubric_trial", "rubric_trial_file", "survey_thanks", "sign_in",
    "file_page", "file_thumbnail", "exemplar_photo", "healthz",
}  # fmt: skip


@dataclass
class Found:
    """One line of the table."""

    role: str
    page: str
    size: str
    faults: list[str] = field(default_factory=list)


# --- the server on a copy --------------------------------------------------------------


def copy_of_the_city(folder: Path) -> dict[str, str]:
    """Secrets, database and files of var/ in a folder of its own, so that log-ins and
    notices that are read leave no trace in the real one."""
    environ = {**os.environ, "VAR_DIR": str(folder)}
    if (VAR / "env").exists():
        shutil.copy(VAR / "env", folder / "env")
    # On a fresh clone there is nothing to copy yet: the copy gets secrets of its own.
    serve.VAR = folder
    serve.make_folders()
    serve.keep_secrets()
    source = VAR / "db" / "stations.sqlite3"
    if source.exists():
        target = folder / "db" / source.name
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    if (VAR / "media").exists():
        (folder / "media").rmdir()
        (folder / "media").symlink_to((VAR / "media").resolve())
    return environ


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(environ: dict[str, str]):
    number = free_port()
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environ, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "-c", "deploy/gunicorn.conf.py",
         "-b", f"127.0.0.1:{number}"],
        cwd=ROOT, env=environ,
    )  # fmt: skip
    base = f"http://127.0.0.1:{number}"
    try:
        wait_for(base + "/healthz", server)
        yield base
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen) -> None:
    for _ in range(1500):
        if server.poll() is not None:
            sys.exit("The web server did not start.")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("The web server does not answer.")


def people() -> dict[str, str]:
    """One demonstration account per role: of the stations those with most in the ledger."""
    from django.db.models import Count

    from accounts.models import User

    demo = User.objects.filter(is_demo=True, is_active=True, must_change_password=False)
    found = {}
    for role in ("admin", "city", "viewer"):
        found[role] = demo.filter(role=role).values_list("username", flat=True).first()
    county = demo.filter(role="county").annotate(n=Count("region__children"))
    found["county"] = county.order_by("-n", "username").values_list("username", flat=True).first()
    for level in ("town", "village"):
        rows = demo.filter(role="station", region__level=level)
        rows = rows.annotate(n=Count("region__station__activitys")).order_by("-n", "username")
        found[level] = rows.values_list("username", flat=True).first()
    return {role: name for role, name in found.items() if name}


def session_of(username: str) -> str:
    """A session made beside the server: the log-in page itself is drawn as a public page."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User

    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


# --- drawing ---------------------------------------------------------------------------


def kind_of_page(path: str) -> str | None:
    """The name of the address, with its section: one example of each is drawn."""
    from django.urls import Resolver404, resolve

    try:
        match = resolve(path)
    except Resolver404:
        return None
    parts = [match.url_name, match.kwargs.get("section", ""), match.kwargs.get("kind", "")]
    return "-".join(part for part in parts if part)


def urlname(path: str) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""


def pages_of_the_matrix() -> set[str]:
    """Names of the addresses that somebody may read."""
    from tests.access import collect_rows

    return {name for name, row in collect_rows().items() if row.get and 200 in row.get.values()}


class Artist:
    def __init__(self, browser, base, folder):
        self.browser, self.base, self.folder = browser, base, folder
        self.found: list[Found] = []
        self.reached: set[str] = set()
        self.drawn: set[str] = set()

    def role(self, role, cookie, starts, only, sizes, once=False):
        pages = self.discover(role, cookie, starts) if not only else list(starts)
        self.reached |= {urlname(path) for _, path in pages}
        if once:
            pages = [(name, path) for name, path in pages if name not in self.drawn]
        self.drawn |= {name for name, _ in pages}
        for size in sizes:
            context = self.context(cookie, size)
            for name, path in pages:
                self.draw(context, role, name, path, size)
            context.close()
        print(f"{role}: {len(pages)} pages", flush=True)

    def context(self, cookie, size):
        width, height = SIZES[size]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            is_mobile=size == "phone",
            has_touch=size == "phone",
        )
        if cookie:
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.base}])
        return context

    def discover(self, role, cookie, starts):
        """Breadth first over the links, in plain HTTP: quick, and downloads do no harm."""
        context = self.context(cookie, "wide")
        waiting, seen, pages = deque(path for _, path in starts), set(), []
        while waiting and len(pages) < MAX_PAGES:
            path = waiting.popleft()
            name = kind_of_page(urlsplit(path).path)
            if not name or name in seen:
                continue
            seen.add(name)
            self.reached.add(urlname(path))
            reply = context.request.get(self.base + path, max_redirects=5, timeout=60_000)
            if "text/html" not in reply.headers.get("content-type", ""):
                if reply.status >= 400:
                    self.found.append(Found(role, path, "-", [f"HTTP {reply.status}"]))
                continue
            pages.append((name, path))
            html = reply.text()
            if double := double_ids(html):
                self.found.append(Found(role, path, "-", [f"double ids: {' '.join(double)}"]))
            waiting.extend(links(html, path))
        context.close()
        return pages

    def draw(self, context, role, name, path, size):
        page = context.new_page()
        line = Found(role, path, size)
        page.on("console", lambda message: self.console(line, message))
        page.on("pageerror", lambda error: line.faults.append(f"script: {error}"))
        page.on("response", lambda reply: self.response(line, reply))
        try:
            page.goto(self.base + path, wait_until="load", timeout=60_000)
            page.wait_for_timeout(400)  # charts and late pieces
            # Not innerWidth: a phone zooms out until all of a page that is too wide is seen.
            wide = page.evaluate("document.scrollingElement.scrollWidth") - SIZES[size][0]
            if wide > 0:
                line.faults.append(f"scrolls sideways by {wide} px")
            headings = page.locator("h1").count()
            if headings != 1:
                line.faults.append(f"{headings} main headings")
            page.screenshot(path=self.folder / f"{role}-{name}-{size}.png", full_page=True)
        except Exception as error:
            line.faults.append(str(error).splitlines()[0])
        page.close()
        if line.faults:
            self.found.append(line)

    @staticmethod
    def console(line, message):
        if message.type != "error" or "Failed to load resource" in message.text:
            return
        policy = "Content Security Policy" in message.text
        line.faults.append(("policy: " if policy else "console: ") + message.text[:160])

    @staticmethod
    def response(line, reply):
        if reply.status >= 400:
            line.faults.append(f"HTTP {reply.status} {urlsplit(reply.url).path}")


def double_ids(html: str) -> list[str]:
    found = Counter(re.findall(r'<[a-z][^<>]*?\sid="([^"]+)"', html))
    return sorted(name for name, number in found.items() if number > 1)


def links(html: str, path: str) -> list[str]:
    found = re.findall(r'<a\b[^>]*?\bhref="([^"#]+)', html)
    here = urlsplit(path).path
    rows = []
    for address in found:
        address = address.replace("&amp;", "&")
        if address.startswith("?"):
            address = here + address
        if address.startswith("/") and not address.startswith(("//", "/static/")):
            rows.append(address)
    return rows


def public_pages():
    from django.urls import NoReverseMatch, reverse

    from accreditation.models import Accreditation
    from stations.models import Station

    pages = [("login", "/login/")]
    station = Station.objects.filter(activitys__isnull=False).select_related("region").first()
    named = Accreditation.objects.first()
    for name, code in (
        ("survey", station and station.region.code),
        ("verify", named and named.verify_code),
    ):
        try:
            if code:
                pages.append((name, reverse(name, kwargs={"code": code})))
        except NoReverseMatch:
            continue
    return pages


def table(found: list[Found]) -> str:
    rows = [("role", "size", "page", "what is wrong")]
    rows += [(f.role, f.size, f.page, fault) for f in found for fault in dict.fromkeys(f.faults)]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--role", choices=ROLES, action="append", help="only this role")
    parser.add_argument("--page", action="append", help="only this address (with --role)")
    parser.add_argument("--size", choices=sorted(SIZES), action="append", help="only this size")
    parser.add_argument("--once", action="store_true", help="each page for one role only")
    parser.add_argument("--list", action="store_true", help="only find the pages, draw nothing")
    parser.add_argument("--to", type=Path, default=VAR / "screens", help="folder for the pictures")
    return parser.parse_args(given)


def draw_all(options, base) -> list[Found]:
    from playwright.sync_api import sync_playwright

    # Everything from the database is read before: playwright runs an event loop, and
    # Django refuses to query inside one.
    accounts = people()
    cookies = {role: session_of(name) for role, name in accounts.items()}
    starts = {role: [("desk", "/"), ("password_change", "/password/")] for role in cookies}
    starts["public"] = public_pages()
    of_matrix = pages_of_the_matrix()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        artist = Artist(browser, base, options.to)
        sizes = [] if options.list else options.size or list(SIZES)
        for role in options.role or ROLES:
            if role not in starts:
                artist.found.append(Found(role, "-", "-", ["no demonstration account"]))
                continue
            first = starts[role]
            if options.page:
                first = [(kind_of_page(urlsplit(p).path) or "page", p) for p in options.page]
            only = bool(options.page) or role == "public"
            artist.role(role, cookies.get(role), first, only, sizes, options.once)
        browser.close()
    if not options.role and not options.page:
        missed = sorted(of_matrix - artist.reached - NOT_BY_LINK)
        print(f"No link leads to: {' '.join(missed) or 'nothing'}")
    return artist.found


def main() -> int:
    options = arguments()
    options.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stations-screens-") as name:
        environ = copy_of_the_city(Path(name))
        with serving(environ) as base:
            os.environ.update(VAR_DIR=name, DJANGO_SETTINGS_MODULE="config.settings")
            sys.path.insert(0, str(ROOT))
            import django

            django.setup()
            found = draw_all(options, base)
    pictures = len(list(options.to.glob("*.png")))
    print(f"\n{pictures} pictures in {options.to}")
    if found:
        print(table(found))
        return 1
    print("Nothing is wrong with them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
