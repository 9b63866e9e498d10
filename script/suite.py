"""Runs the suite on both databases and prints the closing lines of pytest at the very end."""

import os
import subprocess
import sys
from pathlib import Path

from postgres import drop_templates, find_postgres

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS = 5


def pytest(name: str, *arguments: str, url: str = "") -> tuple[int, str]:
    """Run pytest, showing what it prints as it goes; its code and its last line."""
    print(f"\n===== {name} =====", flush=True)
    environment = {**os.environ, "PG_TEST_URL": url}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    last = ""
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    code = 0 if process.returncode == NO_TESTS else process.returncode
    return code, last


def browser() -> str:
    """Why no Chromium can be used; empty when one can."""
    if find_chromium():
        return ""
    if (
        os.geteuid() == 0
        and subprocess.run(["which", "apt-get"], capture_output=True).returncode == 0
    ):
        print("No Chromium found: installing one with apt-get ...", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"]
        packages = ["chromium", "fonts-noto-cjk"]
        subprocess.run([*apt, "update"], **quiet)
        subprocess.run([*apt, "install", "-y", "--no-install-recommends", *packages], **quiet)
    return "" if find_chromium() else "no Chromium on this machine (apt-get install chromium)"


def find_chromium() -> bool:
    names = ["chromium", "chromium-browser", "google-chrome"]
    found = [subprocess.run(["which", name], capture_output=True).returncode for name in names]
    return 0 in found


def main() -> int:
    arguments = sys.argv[1:]
    quick = "not browser" if "--long" in arguments else "not long and not browser"
    arguments = [argument for argument in arguments if argument != "--long"]
    skipped: list[str] = []
    codes = [subprocess.run([ROOT / "script" / "lint"]).returncode]
    closing = []

    def suite(name: str, *options: str, url: str = "") -> None:
        code, last = pytest(name, *options, *arguments, url=url)
        codes.append(code)
        closing.append(last)

    # The demonstration fills a database of its own: in a run apart nothing has been in it.
    suite("SQLite, the demonstration and backups", "-n", "2", "-m", quick, "config")
    suite("SQLite", "-n", "2", "-m", quick)
    if why := browser():
        skipped.append(f"browser tests: {why}")
    else:
        suite("browser", "-m", "browser")
    with find_postgres() as postgres:
        if postgres.url:
            name = "PostgreSQL, the demonstration and backups"
            suite(name, "-n", "2", "-m", quick, "config", url=postgres.url)
            suite(f"PostgreSQL ({postgres.origin})", "-n", "2", "-m", quick, url=postgres.url)
            drop_templates(postgres.url)
        else:
            skipped.append(f"the whole suite on PostgreSQL: {postgres.origin}")
    print()
    if codes[0]:
        print("LINT FAILED: see the top of this output.")
    print(f"!!!!! SKIPPED: {'; '.join(skipped)} !!!!!" if skipped else "Nothing was skipped.")
    print("\n".join(closing), flush=True)
    return max(1 if code else 0 for code in codes)


if __name__ == "__main__":
    sys.exit(main())
