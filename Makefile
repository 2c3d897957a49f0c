# Needs Python 3.10 or newer and a package index; everything else goes into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# Without bytecode each of the many interpreters that tests start would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test coverage test-aio test-description test-sdks test-browser screenshot fuzz thorough bench bench-check bench-steps soak mutants check lint types schemas docs clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

demo: $(VENV)-demo/.installed ## Run the example: a small migration tool and its tests
	$(VENV)-demo/bin/python -m pytest -c examples/pytest.ini examples
	$(VENV)-demo/bin/python examples/show.py

test: $(VENV)/.installed ## Run the whole test suite
	$(BIN)/python -m pytest -n auto

coverage: $(VENV)/.installed ## Run the whole test suite, and fail if it misses too many branches
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python scripts/branch_coverage.py

thorough: $(VENV)/.installed ## Hunt bugs with twenty times as many examples
	$(BIN)/python -m pytest -n auto --hypothesis-profile=thorough tests/proof

check: lint types schemas docs demo coverage test-aio test-description test-sdks ## Run all checks

lint: $(VENV)/.installed ## Check style, format, and which room imports what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo --no-cache

types: $(VENV)/.installed ## Check types
	$(BIN)/mypy

schemas: $(VENV)/.installed ## Check the schemas against the installed botocore
	$(BIN)/python scripts/make_schemas.py --check

clean: ## Remove what make has made
	rm -rf $(VENV) $(VENV)-* tests/sdks/javascript/node_modules build dist mutants site .mypy_cache .pytest_cache .ruff_cache

# aiobotocore pins another botocore than the newest boto3 needs, aioboto3 another aiobotocore, and
# schemathesis another pytest: each has an environment of its own, named after its dependency group.
# So have the AWS CLI and the docs, and the demo, which needs little.
$(VENV)-%/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)-$*
	$(VENV)-$*/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)-$*/bin/python -m pip install --quiet --editable . --group $*
	@touch $@

docs: $(VENV)-docs/.installed ## Build the documentation into site/; any warning fails
	NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs build --strict

test-aio: $(VENV)-aiobotocore/.installed $(VENV)-aioboto3/.installed ## Run the tests of asynchronous clients
	$(VENV)-aiobotocore/bin/python -m pytest tests/transports/test_aiobotocore.py tests/transports/test_backoff.py
	$(VENV)-aioboto3/bin/python -m pytest tests/transports/test_aioboto3.py

test-description: $(VENV)-schemathesis/.installed ## Test that the server answers as its description says
	$(VENV)-schemathesis/bin/python -m pytest tests/server/test_control_description.py

JAVASCRIPT := tests/sdks/javascript

$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json
	npm ci --prefix $(JAVASCRIPT) --no-fund --no-audit
	@touch $@

test-sdks: $(VENV)/.installed $(VENV)-awscli/.installed $(JAVASCRIPT)/node_modules/.package-lock.json ## Test with the real AWS CLI and the AWS SDK for JavaScript
	$(BIN)/python -m pytest -n auto tests/sdks

test-browser: $(VENV)/.installed ## Run the tests of the console page; they need Chromium or Chrome
	$(BIN)/python -m pytest -n 2 tests/server/test_console_page.py

screenshot: $(VENV)/.installed ## Take the pictures of the console in docs/
	$(BIN)/python scripts/screenshot.py

BENCH := $(VENV)-bench/bin/python -m benchmarks --asynchronous-python $(VENV)-aiobotocore/bin/python

bench: $(VENV)-bench/.installed $(VENV)-aiobotocore/.installed ## Measure what the mock costs, beside its peers
	$(BENCH) --write

bench-check: $(VENV)-bench/.installed $(VENV)-aiobotocore/.installed ## Measure, and fail beyond a budget
	$(BENCH) --check

bench-steps: $(VENV)-bench/.installed ## Measure what the mock itself takes for a call
	$(VENV)-bench/bin/python -m pytest benchmarks

soak: $(VENV)-bench/.installed ## Let 16 connections call the server for a minute
	$(VENV)-bench/bin/python -m benchmarks.server

# atheris has wheels for some Pythons only; RUNS is how many requests it makes.
RUNS ?= 20000
fuzz: $(VENV)-fuzz/.installed ## Let atheris look for requests that the pipeline cannot answer
	$(VENV)-fuzz/bin/python tests/proof/fuzz_pipeline.py -runs=$(RUNS)

ONLY ?=

mutants: $(VENV)-mutation/.installed ## Change access, services and paging at 4,000 places: do tests fail?
	$(VENV)-mutation/bin/python scripts/mutants.py $(ONLY)
