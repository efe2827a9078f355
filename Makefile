# Portwright. `make` alone lists what there is to make.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The interpreter that environments are made with: make PYTHON=python3.13 …
PYTHON ?=
export PYTHON

RUN := .venv#          what a user has: requirements/runtime.txt
DEV := .venv-dev#      and what tests and checks need: requirements/dev.txt
LOCK := .venv-lock#    the program that writes the two
UV := uv==0.13.8

PYTEST := $(DEV)/bin/python -m pytest
# What computes runs beside what waits for programs: four at once on two cores; on more, as many as there are, up to
# eight (each takes 300 MB).
AT_ONCE = $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$((cores < 4 ? 4 : cores > 8 ? 8 : cores)))
QUICK := tests/wizard tests/exporters tests/screens tests/project
UNIT := not lab and not ssh and not browser and not slow

# A virtual environment holds absolute paths: one that was made elsewhere, or whose Python is gone, is stale.
fresh = $(shell [ -x $(1)/bin/python ] && cat $(1)/.ready 2>/dev/null)
stale = $(if $(filter-out $(call fresh,$(1)),$(CURDIR)),stale)

.PHONY: help
help: ## lists the targets
	@grep -hE '^[a-z]+:.* ## ' $(MAKEFILE_LIST) | sort | awk -F ':.* ## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# --- using it --------------------------------------------------------------------------------------

.PHONY: run
run: $(RUN)/.ready ## starts Portwright; make run ARGS="show plan.toml" passes a command
	@exec $(RUN)/bin/portwright $(ARGS)

# --- tests and checks ------------------------------------------------------------------------------

.PHONY: test
test: $(DEV)/.ready system ## every test: unit tests, walks, lab, ssh, browser, slow ones
	@$(PYTEST) -n $(AT_ONCE) --dist worksteal

.PHONY: quick
quick: $(DEV)/.ready ## the unit tests, about a minute; make quick ARGS="-k toshiba" chooses
	@$(PYTEST) -n 2 -m "$(UNIT) and not flow" $(QUICK) $(ARGS)

.PHONY: check
check: $(DEV)/.ready system ## ruff, mypy, import-linter, shellcheck
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports
	sh scripts/check-shell.sh $(CURDIR)/$(DEV)/bin/python

.PHONY: format
format: $(DEV)/.ready ## lets ruff mend layout and imports
	@$(DEV)/bin/ruff check --fix --quiet . || true
	@$(DEV)/bin/ruff format .

.PHONY: long
long: $(DEV)/.ready ## the long runs: random plans through two compiles, damaged files, hang-ups at any moment (hours)
	@PORTWRIGHT_PLANS=20000 $(PYTEST) -n 2 tests/wizard/rules/test_compile_reference.py \
	    tests/wizard/rules/test_order_and_features.py $(ARGS)
	@PORTWRIGHT_FUZZ=200000 $(PYTEST) -s -n 2 tests/wizard/plan/test_planfile_fuzz.py $(ARGS)
	@$(DEV)/bin/python -m pip install --quiet --require-hashes --requirement requirements/fuzz.txt
	@$(DEV)/bin/python -m tests.wizard.plan.guided -runs=300000
	@PORTWRIGHT_CALLS=100000 $(PYTEST) --timeout 0 tests/lab/test_lab_disk_errors.py $(ARGS)
	@PORTWRIGHT_KEYS=100000 $(PYTEST) -n 2 tests/pty/test_random_keys.py $(ARGS)
	@PORTWRIGHT_BLOWS=1000 $(PYTEST) -s -n 5 tests/pty/test_any_moment.py tests/ssh/test_over_ssh.py -k any_moment $(ARGS)

.PHONY: bench
bench: $(DEV)/.ready ## measurements: tests/bench/bench_*.py, with their numbers
	@set -e; for script in tests/bench/bench_*.py; do \
	    $(DEV)/bin/python -m "tests.bench.$$(basename "$$script" .py)"; echo; \
	done

.PHONY: snapshots
snapshots: $(DEV)/.ready ## takes the pictures in snapshots/ anew (Python 3.11); look at the difference
	@$(PYTEST) --snapshot-update
	@git status --short -- snapshots

.PHONY: tour
tour: $(DEV)/.ready ## plays the tour on a real terminal: docs/pictures/tour.cast and tour.svg (after make snapshots)
	@$(DEV)/bin/python -m tests.tour

.PHONY: docs
docs: $(DEV)/.ready ## writes what docs/ and examples/ have of the program anew; look at the difference
	@$(DEV)/bin/python -m tests.golden.docs
	@git status --short -- docs examples

# --- upkeep ----------------------------------------------------------------------------------------

.PHONY: lock
lock: $(LOCK)/bin/uv ## writes requirements/*.txt anew; make lock UPGRADE=--upgrade takes newer releases
	@for name in runtime dev; do \
	    extras='--extra pdf'; [ $$name = runtime ] || extras='--all-extras --constraint requirements/runtime.txt'; \
	    sources=requirements/runtime.in; [ $$name = runtime ] || sources="$$sources requirements/dev.in"; \
	    $(LOCK)/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	        --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	        $$extras --output-file requirements/$$name.txt pyproject.toml $$sources || exit; \
	done

.PHONY: freeze
freeze: $(DEV)/.ready ## keeps the facts as they are in data/history/; make freeze ARGS="--release 0.2.0"
	@$(DEV)/bin/python scripts/freeze_catalog.py $(ARGS)

.PHONY: dist
dist: $(DEV)/.ready ## builds a release into dist/: wheel, sources, one file that runs without an index, SBOM, digests
	@sh scripts/make-dist.sh

.PHONY: clean
clean: ## removes environments, caches and what builds and failed tests left
	rm -rf .venv .venv-dev .venv-lock .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache \
	    build dist snapshots-failed
	find wizard screens exporters tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Programs that the tests call: nft, sshd, shellcheck, …
.PHONY: system
system:
	@sh scripts/setup-system.sh

# --- environments ----------------------------------------------------------------------------------

.PHONY: stale
stale:

$(RUN)/.ready: requirements/runtime.txt pyproject.toml scripts/make-venv.sh $(call stale,$(RUN))
	@sh scripts/make-venv.sh $(RUN) requirements/runtime.txt

$(DEV)/.ready: requirements/dev.txt pyproject.toml scripts/make-venv.sh $(call stale,$(DEV))
	@sh scripts/make-venv.sh $(DEV) requirements/dev.txt

$(LOCK)/bin/uv:
	@$${PYTHON:-python3} -m venv --clear $(LOCK)
	@$(LOCK)/bin/python -m pip install --quiet --disable-pip-version-check '$(UV)'
