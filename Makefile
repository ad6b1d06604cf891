# Needs Python >= 3.11, make and git; everything else goes into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run demo test soak check bench bench-http lock clean

BIN := .venv/bin
INSTALLED := .venv/installed
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --quiet

help: ## Say what there is
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

run: $(INSTALLED) ## Start the service with its example files; Ctrl-C stops it
	@$(BIN)/gristmill up --with-examples

demo: $(INSTALLED) ## Process the example files, keep their results, and exit
	@$(BIN)/gristmill demo

# Much of the suite waits for processes, so files run beside each other; the tests of a file do
# not, since they share its servers.
test: $(INSTALLED) ## Run every test
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

soak: $(INSTALLED) ## Run the tests that find more the longer they run, for over an hour
	SOAK=1 $(BIN)/pytest tests/simulation tests/databases tests/end_to_end/kills \
	    --numprocesses auto

check: $(INSTALLED) ## Lint, formatting, types, import contracts, Docker files
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	@# pyproject.toml says for which machines there are wheels of these two.
	[ ! -x $(BIN)/hadolint ] || $(BIN)/hadolint docker/Dockerfile
	[ ! -x $(BIN)/docker-compose ] || $(BIN)/docker-compose -f docker/compose.yaml config --quiet

bench: $(INSTALLED) ## Measure the engine beside others; SIZE="100MB 5GB" chooses
	@$(BIN)/python -m tests.benchmarks $(SIZE)

bench-http: $(INSTALLED) ## Measure uploads beside Werkzeug's parser, statuses, and memory
	@$(BIN)/python -m tests.benchmarks.edge $(MEGABYTES)

lock: ## Resolve the dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/"; exit 1; }
	$(COMPILE) pyproject.toml --group dev --all-extras -o requirements.lock
	$(COMPILE) pyproject.toml --all-extras -c requirements.lock -o docker/requirements-run.lock
	$(COMPILE) --group build -c requirements.lock -o docker/requirements-build.lock

clean: ## Remove what make and the tools built; ./gristmill-data stays
	rm -rf .venv dist gristmill-demo .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made again whenever the lock or the project's description changes.
$(INSTALLED): requirements.lock pyproject.toml
	@[ -x $(BIN)/python ] || { python=$$(./.ci/find-python) && "$$python" -m venv .venv; }
	@echo "Installing what requirements.lock names into .venv"
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install \
	    --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check --quiet install \
	    --no-deps --no-build-isolation --editable .
	@touch $@
