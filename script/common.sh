# Sourced by the other scripts: finds Python, keeps .venv in step with the locked
# requirements (installed only when the file has changed).
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PYTHON=.venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1

say() { printf '%s\n' "$*"; }
give_up() { printf '%s\n' "$*" >&2; exit 1; }

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local candidate
    for candidate in "${PYTHON3:-}" python3 python3.13 python3.12 python3.11 python3.14 python; do
        if [ -n "$candidate" ] && new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

make_venv() {
    local base
    if [ -x $PYTHON ] && new_enough $PYTHON; then return; fi
    base=$(find_python) || give_up "Python 3.11 or newer is needed and was not found" \
        "(python3 here: $(python3 --version 2>&1 || true))." \
        "Install it, or name one: PYTHON3=/path/to/python3 $0"
    say "Making .venv with $("$base" --version) ..."
    rm -rf .venv
    if ! "$base" -m venv .venv >.venv-error 2>&1; then
        cat .venv-error >&2
        rm -rf .venv .venv-error
        give_up "This Python cannot make a virtual environment." \
            "On Debian and Ubuntu: apt-get install python3-venv"
    fi
    rm -f .venv-error
}

# install FILE: only when its contents differ from what was installed last.
install() {
    local stamp=.venv/installed-$1 sum
    sum=$($PYTHON -c 'import hashlib,sys; print(hashlib.sha256(open(sys.argv[1],"rb").read()).hexdigest())' "$1")
    if [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then return; fi
    say "Installing $1 (takes a minute) ..."
    if ! $PYTHON -m pip install --quiet --require-hashes -r "$1" >.venv/pip.log 2>&1; then
        grep -v '^WARNING' .venv/pip.log >&2
        give_up "The packages of $1 could not be installed: see the lines above." \
            "The package index must be reachable; nothing else is needed."
    fi
    printf '%s\n' "$sum" >"$stamp"
}
