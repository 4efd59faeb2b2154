# Few verbs: setup, run, test, lint, fix, bench, durability. `make run PORT=8123` serves on another port.
# TORCH_INDEX may name a package index with CPU-only builds of torch (README.md, "Installation").
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt \
	$(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
DATA ?= ../shared/data

.PHONY: setup run test lint fix bench durability clean

setup: $(VENV)/installed $(VENV)/dev-installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Fundstelle needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@echo "Installing Fundstelle and its packages into $(VENV) (about 2 minutes) ..."
	$(PIP_INSTALL) --progress-bar on --editable .
	@tesseract --list-langs 2>/dev/null | grep -qx deu \
		|| echo "To read scanned pages, too: apt-get install tesseract-ocr tesseract-ocr-deu"
	@touch $@

$(VENV)/dev-installed: $(VENV)/installed
	@echo "Installing what tests and lint need ..."
	$(PIP_INSTALL) --quiet --editable '.[dev]'
	@touch $@

run: $(VENV)/installed
	@$(BIN)/fundstelle index build --if-stale
	@exec $(BIN)/fundstelle serve --watch --port $(PORT)

test: setup
	@sh tests/install_debian_packages.sh
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The benchmarks need the evaluation data (docs/evaluate.md says where the public gets it).
bench: setup
	$(BIN)/python -m benchmarks.sentences $(DATA)/omos-qa/pages_de.jsonl 0
	$(BIN)/python -m benchmarks.restoration $(DATA)/omos-qa/pages_de.jsonl
	$(BIN)/python -m benchmarks.retrieval $(DATA)/omos-qa var/bench
	$(BIN)/fundstelle evaluate omos $(DATA)/omos-qa/dev_de.json
	$(BIN)/fundstelle evaluate squad $(DATA)/xquad/train_de.json
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.distractors $(DATA)/omos-qa/pages_de.jsonl var/distractors

# Needs no evaluation data; strace and the right to mount a tmpfs for two of its parts, which say so where they are missing.
durability: setup
	$(BIN)/python -m benchmarks.durability
	$(BIN)/python -m benchmarks.swapping

# Keys and audit log stay: without keys the service would be open.
clean:
	rm -rf $(VENV) var/index var/bench var/distractors .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
