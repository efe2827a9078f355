#!/bin/sh
# make-dist.sh [DIR]: what a release consists of, in DIR (dist): wheel, sources, the program as one file, the
# list of what is in it (SBOM), and the digests. The same commit gives the same bytes.
set -eu

cd "$(dirname "$0")/.."
out=${1:-dist}
python=.venv-dev/bin/python
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# Times inside the archives are that of the commit; permissions don't depend on who builds.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022

pip() {
    "$python" -m pip --quiet --disable-pip-version-check --no-input "$@" --no-compile
}

rm -rf "$out"
mkdir -p "$out"
"$python" -m hatchling build -t wheel -t sdist -d "$out"
wheel=$(echo "$out"/*.whl)

# One file for a machine without an index: what runtime.txt names, each by its hash, and the wheel.
pip install --require-hashes --requirement requirements/dist.txt --target "$build/tools"
pip install --require-hashes --requirement requirements/runtime.txt --target "$build/site"
pip install --no-deps --no-index --target "$build/site" "$wheel"
# What pip notes of this machine, and programs that name its interpreter.
rm -rf "$build/site/bin"
find "$build/site" -name direct_url.json -delete
find "$build/site" -name RECORD -exec sed -i -e '/direct_url.json/d' -e '/^\.\.\/\.\.\/bin\//d' {} +
find "$build/site" -name RECORD -exec sort -o {} {} \;
tag=$("$python" -c 'import sys, sysconfig; print("py%d%d-%s" % (*sys.version_info[:2], sysconfig.get_platform()))')
one_file=$out/$(basename "$wheel" -py3-none-any.whl)-$tag.pyz
PYTHONPATH=$build/tools "$python" -m shiv --reproducible --no-modify --compressed \
    --site-packages "$build/site" --console-script portwright \
    --python "/usr/bin/env python3" --output-file "$one_file"

"$python" scripts/sbom.py requirements/runtime.txt "$wheel" >"$wheel.cdx.json"
(cd "$out" && sha256sum -- *.* >SHA256SUMS)
