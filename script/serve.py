"""What `script/run` starts: secrets, database, web server and worker, stopped together."""

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var")
STOP_SECONDS = 10


def port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    number = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError as error:
            sys.exit(
                f"Port {number} cannot be used ({error.strerror}): another program, perhaps "
                f"another script/run, has it.\nStop that one, or choose another port: "
                f"PORT={number + 80 if number < 65000 else 8080} script/run"
            )
    return number


def make_folders() -> None:
    for name in ("db", "media", "log", "broker/queue", "broker/control", "broker/processed"):
        (VAR / name).mkdir(parents=True, exist_ok=True)
    VAR.chmod(0o700)


def keep_secrets() -> bool:
    """Secrets are made once and kept in var/env, readable by their owner only. True when a
    DEMO_PASSWORD was given that differs from the one kept."""
    path = VAR / "env"
    kept = path.read_text().splitlines() if path.exists() else []
    values = dict(line.split("=", 1) for line in kept if "=" in line)
    fresh = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(50),
        "FIELD_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "HASH_KEY": lambda: secrets.token_urlsafe(32),
        "DEMO_PASSWORD": demo_password,
    }
    given = os.environ.get("DEMO_PASSWORD", "")
    renewed = bool(given) and values.get("DEMO_PASSWORD", given) != given
    if given and values.get("DEMO_PASSWORD") != given:
        kept = [line for line in kept if not line.startswith("DEMO_PASSWORD=")]
        kept.append(f"DEMO_PASSWORD={given}")
        values["DEMO_PASSWORD"] = given
    kept += [f"{name}={make()}" for name, make in fresh.items() if name not in values]
    draft = path.with_name("env.new")
    draft.touch(mode=0o600)
    draft.write_text("\n".join(kept) + "\n")
    draft.replace(path)
    return renewed


def demo_password() -> str:
    alphabet = "abcdefghjkmnpqrstuvwxyz"
    letters = "".join(secrets.choice(alphabet) for _ in range(5))
    return f"Suqian-{letters}-{secrets.randbelow(900) + 100}"


def start(*command: str) -> subprocess.Popen:
    """In a session of its own: Ctrl-C reaches this process alone, which stops the others
    in order."""
    # Whether the worker runs as root is for whoever starts this to decide (docs/deploy.md).
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    return subprocess.Popen([*python, *command], cwd=ROOT, start_new_session=True)


def start_all(number: int) -> dict[str, subprocess.Popen]:
    return {
        "web server": start(
            "gunicorn", "config.wsgi", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{number}"
        ),
        "worker": start(
            *("celery", "--quiet", "-A", "config", "worker", "-B", "--concurrency", "2"),
            *("--without-gossip", "--without-mingle", "--loglevel", "WARNING"),
            *("--logfile", str(VAR / "log" / "worker.log")),
        ),
    }


def answers(number: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{number}/healthz", timeout=5) as reply:
            return reply.status == 200
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def watch(processes: dict[str, subprocess.Popen], number: int) -> int:
    """Until one of them ends by itself, which ends all."""
    announced = False
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                print(f"The {name} has stopped by itself (code {process.returncode}).", flush=True)
                return 1
        if not announced and answers(number):
            announced = True
            print(f"\n  http://127.0.0.1:{number}/\n  Ctrl-C stops it.", flush=True)
        time.sleep(0.5 if announced else 0.1)


def stop_all(processes: dict[str, subprocess.Popen]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        # Whatever is left of its session, pool workers included. A job that was running
        # is found by its missing heartbeat at the next start.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


class Stopped(Exception):
    pass


def interrupt(signum, frame) -> None:
    raise Stopped


def main() -> int:
    number = port()
    make_folders()
    options = ["--new-demo-password"] if keep_secrets() else []
    prepared = subprocess.run([sys.executable, "manage.py", "prepare", *options], cwd=ROOT)
    if prepared.returncode:
        return prepared.returncode
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, interrupt)
    processes: dict[str, subprocess.Popen] = {}
    try:
        processes = start_all(number)
        return watch(processes, number)
    except Stopped:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        stop_all(processes)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
