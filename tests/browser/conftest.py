import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from accreditation.rubric import ensure_rubric_version_1

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1366, "height": 768}


@pytest.fixture
def chromium():
    path = next(
        (found for name in ("chromium", "chromium-browser", "google-chrome")
         if (found := shutil.which(name))),
        None,
    )  # fmt: skip
    if path is None:
        pytest.skip("no Chromium on this machine")
    return path


@pytest.fixture(autouse=True)
def standard(transactional_db):
    """Transactional tests start from empty tables; the standard comes with the product."""
    ensure_rubric_version_1()


@pytest.fixture
def browse(chromium, live_server):
    """browse(user, what, size=...) logs in as the user and runs `what(page)`; the console
    must stay free of errors and of violations of the content security policy. No database
    work may happen inside `what`: Playwright's loop forbids it."""

    def _browse(user, what, size=WIDE, expected=r"400 \(Bad Request\)"):
        user.set_password("Pass-word-2026")
        user.save()
        faults = []
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            page = browser.new_context(viewport=size, locale="zh-CN").new_page()
            page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(f"{live_server.url}/login/")
            page.fill("input[name=username]", user.username)
            page.fill("input[name=password]", "Pass-word-2026")
            page.click("main button[type=submit]")
            page.wait_for_url(f"{live_server.url}/**")
            page.base = live_server.url
            what(page)
            browser.close()
        # A refused upload is an answer with status 400, which Chromium also reports; a test
        # that cuts the network names what that gives.
        assert [fault for fault in faults if not re.search(expected, fault)] == []

    return _browse
