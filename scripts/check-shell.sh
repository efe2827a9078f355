#!/bin/sh
# check-shell.sh PYTHON: shellcheck over the project's own shell scripts, and over every shell script that
# Portwright exports for the example plans.
set -eu

python=$1
cd "$(dirname "$0")/.."

if ! command -v shellcheck >/dev/null; then
    echo 'shellcheck is missing: shell scripts were not checked.' >&2
    [ "${CI:-}" != true ]
    exit
fi

shellcheck .ci/run scripts/*.sh

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 1' HUP INT TERM

for plan in tests/plans/*.toml; do
    [ -e "$plan" ] || continue
    dir=$out/$(basename "$plan" .toml)
    # 1: a file had to be refused for want of an address; what was written is checked all the same
    status=0
    "$python" -m wizard export "$plan" --to "$dir" >"$out/log" 2>&1 || status=$?
    # Python ends a traceback with 1 too.
    if [ "$status" -gt 1 ] || grep -q '^Traceback' "$out/log"; then
        cat "$out/log" >&2
        echo "$plan: export ended with $status" >&2
        exit 1
    fi
done

find "$out" -name '*.sh' -print >"$out/scripts"
count=$(wc -l <"$out/scripts")
if [ "$count" -eq 0 ]; then
    echo 'no script was exported: nothing was checked.' >&2
    exit 1
fi
tr '\n' '\0' <"$out/scripts" | xargs -0 shellcheck --shell=sh
echo "shellcheck: the project's own scripts and $count exported ones are clean."
