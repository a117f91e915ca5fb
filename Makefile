# What a newcomer needs: `make demo` shows the product, `make test` proves it. Everything made stands in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check format servers bench torture lock clean

help: ## say what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(VENV)/.installed ## make .venv with .venv/bin/replyd, from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "replyd needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ rm -rf $(VENV); echo 'This Python has no venv. On Debian: apt-get install python3-venv' >&2; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: install ## show a dozen replies on their way through; ARGS=--once ends by itself
	@$(BIN)/replyd demo $(ARGS)

test: install ## all tests; what is missing is skipped, with the command that gets it
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: install ## format, lint, types, and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install ## put every file into the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

servers: ## Debian packages of the real servers that tests use
	@if [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory .servers; else sudo $(MAKE) --no-print-directory .servers; fi

.PHONY: .servers
.servers:
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends dovecot-imapd poppler-utils postgresql strace

bench: install ## replies a second against the floors, measured in one run
	$(BIN)/python -m tests.benchmarks $(ARGS)

torture: install ## the whole crash test: every system call, and random moments over 300 replies
	REPLYD_TORTURE=1 $(BIN)/python -m pytest tests/acceptance/test_crash.py --timeout 7200 -x $(ARGS)

lock: install ## write requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock

clean: ## remove what was made
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist
