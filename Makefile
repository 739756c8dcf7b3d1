# Two commands for users: `make run` and `make test`. Each creates .venv when it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1

.PHONY: run test lint types unit soak bench clean

run: $(VENV)/.installed
	$(BIN)/isgkg serve --host $(HOST) --port $(PORT)

test: lint types unit

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed
	$(BIN)/mypy

unit: $(VENV)/.installed
	$(BIN)/pytest -n 2 --dist loadfile

soak: $(VENV)/.installed
	$(BIN)/pytest -m soak

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

# Bare Debian has no ensurepip: make the environment without pip and let the system's pip fill it.
$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV) || ($(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install pip)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
