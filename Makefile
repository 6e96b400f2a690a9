# Every target sets up .venv by itself; nothing but Python 3.11+, make and a compiler is needed.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: run demo test lint docs reference bench clean
.DEFAULT_GOAL := test

# Set up again when the dependencies change, not on every call.
$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; call make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@touch $(READY)

run: $(READY)  ## run the daemon on config.yaml
	$(BIN)/monitor run

demo: $(READY)  ## run the daemon for half a minute on a sample news web, offline
	$(BIN)/monitor demo

lint: $(READY)  ## style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Compiled once here: the tests start the daemon some hundred times, each of its processes anew.
test: lint  ## all checks and tests
	$(BIN)/python -m compileall -q pipeline crawler monitor tests
	$(BIN)/pytest -n 4 --dist worksteal

reference: $(READY)  ## make docs/reference anew from the code
	$(BIN)/python -m monitor.manual.reference docs/reference

docs: reference  ## the documentation site, in build/site
	$(BIN)/properdocs build --quiet --strict --config-file mkdocs.yml

bench: $(READY)  ## measurements that need nothing outside this folder
	$(BIN)/python -m benchmarks.floors
	$(BIN)/python -m benchmarks.store
	$(BIN)/python -m benchmarks.schedule
	$(BIN)/python -m benchmarks.status
	$(BIN)/python -m benchmarks.idle

clean:  ## remove what make and the tools made; never a database
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
