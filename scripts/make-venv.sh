#!/bin/sh
# make-venv.sh DIR LOCK: a virtual environment in DIR with what the lock file LOCK names, and Portwright
# itself, editable. What is there already and still fits is kept. PYTHON chooses the interpreter.
set -eu

dir=$1
lock=$2
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

# The first of the names that runs and is new enough. Running it counts, not finding it: a version
# manager leaves names on the PATH for versions that it does not have.
find_python() {
    # shellcheck disable=SC2086  # PYTHON may hold a command with arguments
    for name in ${PYTHON:-python3.11 python3 python3.12 python3.13 python3.14}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return 0
        fi
    done
    return 1
}

if ! python=$(find_python); then
    say "Portwright needs Python 3.11 or newer, and ${PYTHON:-python3} is not."
    say "On Debian 12 or newer: apt-get install python3 python3-venv"
    say "Elsewhere name one: make PYTHON=/path/to/python3.11 …"
    exit 1
fi

# Debian ships venv without ensurepip; both come with pythonX.Y-venv.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "Installing $package: $python can't make virtual environments without it."
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq >/dev/null
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null
    else
        say "$python can't make virtual environments here: it lacks the module ensurepip."
        say "As root, once: apt-get install $package      (then the same make again)"
        exit 1
    fi
fi

# What the environment was made from. Scripts in it hold its absolute path, so a moved checkout counts too.
key="$("$python" -c 'import sys; print(sys.version, sys.base_prefix)') $PWD $(cksum <"$lock")"

if [ ! -x "$dir/bin/python" ] || [ "$(cat "$dir/.locked" 2>/dev/null)" != "$key" ]; then
    say "Making $dir from $lock (once; about half a minute) …"
    "$python" -m venv --clear "$dir"
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --require-hashes --requirement "$lock"
    printf '%s\n' "$key" >"$dir/.locked"
fi

"$dir/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --no-deps --no-build-isolation --editable .

# Byte code for the checkout too: whoever starts it may not be allowed to write here, or may forbid Python to.
"$dir/bin/python" -m compileall -q wizard screens exporters || say "No byte code could be written; it works without."

printf '%s\n' "$PWD" >"$dir/.ready"
