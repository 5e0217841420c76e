# Needs Python 3.11+, Java 17+ and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LAKE ?= lake
LANDING ?= sample/landing
PORT ?= 3000

.DEFAULT_GOAL := help
.PHONY: help setup demo test types test-plain test-spark test-pipeline test-all ui format clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY)  ## everything into .venv: pinned packages, Delta's two jars, an archive of the JVM's classes

$(READY): requirements.lock pyproject.toml transforms/jars.py transforms/class_archive.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: $$($(PYTHON) -V 2>&1) is too old: Python 3.11 or newer is needed. Pass one with PYTHON=python3.11"; exit 2; }
	@command -v java >/dev/null || [ -n "$$JAVA_HOME" ] || \
		{ echo "error: no java on the PATH: install Java 17 or newer, or set JAVA_HOME"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m transforms.jars
	$(BIN)/python -m transforms.class_archive
	@touch $@

demo: setup  ## the whole pipeline on sample/ into ./lake
	$(BIN)/lakehouse run --landing $(LANDING) --lake $(LAKE)
	@echo "Look: make ui (tables, checks, runs) · $(LAKE)/reports/deid.html · $(BIN)/lakehouse status --lake $(LAKE)"

test: setup  ## lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory -j3 test-pipeline test-spark types test-plain

# Three at a time, their dots mixed: two JVMs, because one waits for its driver half of the time, beside what needs none.
types:
	$(BIN)/mypy
WITH_JVM := spark or pipeline or dagster
test-plain:
	$(BIN)/python -m pytest -m "not slow and not ($(WITH_JVM))"
test-spark:
	$(BIN)/python -m pytest -m "not slow and spark and not (pipeline or dagster)"
test-pipeline:
	$(BIN)/python -m pytest -m "not slow and (pipeline or dagster)"

test-all: setup  ## the tests that take hours: runs cut off at every write, and repeated
	$(BIN)/python -m pytest -m slow

ui: setup  ## Dagster UI on the same lake, http://localhost:3000
	$(BIN)/lakehouse ui --landing $(LANDING) --lake $(LAKE) --port $(PORT)

format:  ## format the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## remove the demo's lake; the environment stays
	rm -rf $(LAKE)
