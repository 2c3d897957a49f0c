# Needs Python 3.10 or newer and a package index; everything else goes into .venv.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JAVASCRIPT := tests/sdks/javascript

# Without bytecode each of the many interpreters that tests start would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test quick coverage environment environments test-more test-walks test-neighbours test-aio test-description test-pinned test-sdks test-browser screenshot fuzz thorough bench bench-check bench-imports bench-large bench-steps soak mutants check checks lint types schemas reference fidelity docs dist clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# What is installed where: groups of pyproject.toml, and about how long it takes.
INSTALL := $(PYTHON) scripts/install.py
RULES := pyproject.toml scripts/install.py

# The tests of a few pages need playwright where there is a browser for it.
BROWSER := $(if $(shell command -v chromium || command -v chromium-browser || command -v google-chrome),browser)

# Where there is no npm, the tests say so.
NODE_MODULES := $(if $(shell command -v npm 2>/dev/null),$(JAVASCRIPT)/node_modules/.package-lock.json)

# With ALL=1, where all of these will be needed, pip looks for everything at once.
EVERYTHING := tests lint typing browser more docs dist

$(VENV)/.tests: $(RULES)
	@$(INSTALL) $(VENV) $(if $(ALL),$(EVERYTHING),tests $(BROWSER))
	@touch $@ $(if $(ALL),$(VENV)/.lint $(VENV)/.check)

$(VENV)/.lint: $(RULES) | $(VENV)/.tests
	@$(INSTALL) $(VENV) lint
	@touch $@

$(VENV)/.check: $(RULES) | $(VENV)/.lint
	@$(INSTALL) $(VENV) typing browser more docs dist
	@touch $@

# Make has the times of files in mind, so that this is a run of its own.
environment: ## Install all of .venv at once: the tests, and what checks styles, types and docs
	+@$(MAKE) --no-print-directory ALL=1 $(VENV)/.tests
	+@$(MAKE) --no-print-directory $(VENV)/.check

$(VENV)/.coverage: $(RULES) | $(VENV)/.tests
	@$(INSTALL) $(VENV) coverage
	@touch $@

# What pins another botocore than the newest boto3 needs has an environment of its own, named after
# its dependency group. So have the neighbours, and the demo, which needs little.
$(VENV)-%/.installed: $(RULES)
	@$(INSTALL) $(VENV)-$* $*
	@touch $@

# CI runs it in the environment of the tests, which has all that it needs: DEMO=.venv/.tests
DEMO ?= $(VENV)-demo/.installed
DEMO_BIN := $(dir $(DEMO))bin
# How many calls fail, one by one.
BUDGET ?= 250

demo: $(DEMO) ## Run the example: a small migration tool, its tests, and whether it survives
	@echo "A small migration tool: the state of Migration Hub after a wave, then its tests. They are"
	@echo "repeated $(BUDGET) times, each time with one call failing; 250 take 30 s."
	$(DEMO_BIN)/python examples/show.py
	@echo
	$(DEMO_BIN)/python -m pytest -c examples/pytest.ini examples --mgh-explore --mgh-explore-budget=$(BUDGET)
	@echo
	@echo "To try next:"
	@echo "  change examples/liftoff/migrate.py, and run 'make demo' again: do its tests notice?"
	@echo "  $(DEMO_BIN)/python -m pip install --editable '.[server]'"
	@echo "  $(DEMO_BIN)/pytest-mgh serve    # the hub over HTTP, with a page to look at"
	@echo "  make test                         # every rule of the simulation, 2 to 3 minutes"

test: $(VENV)/.tests ## Run the test suite: every rule of the simulation, in 2 to 3 minutes
	@echo "Testing on every processor: 2 to 3 minutes on two. 'make quick' takes 20 s, 'make check' does the rest."
	$(BIN)/python -m pytest -n auto

quick: $(VENV)/.tests $(VENV)/.lint ## Run the tests that a change needs, or those of a folder: ROOM=access; 20 s
	$(BIN)/python scripts/quick.py $(ROOM)

coverage: $(VENV)/.coverage ## Run the test suite, and fail if it misses too many branches
	@echo "Testing with every branch counted: 5 to 8 minutes on two processors."
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	$(BIN)/python scripts/branch_coverage.py

thorough: $(VENV)/.tests ## Look for bugs with a hundred times as many examples
	@echo "Testing with a hundred times as many examples: an hour or more; each dot is a test."
	$(BIN)/python -m pytest -n auto --hypothesis-profile=thorough tests/proof

# CI runs two of them at a time: first what most often fails, then the longest.
CHECKS := lint types schemas docs dist test-sdks test-more test-neighbours test-browser test-pinned test-walks demo

check: ## Run what `make test` leaves out: styles, types, docs, other tools, many examples
	@echo "Running what 'make test' leaves out, one after the other: 10 to 15 minutes on two processors;"
	@echo ".ci/run takes two parts at a time."
	+@$(MAKE) --no-print-directory environment
	+@$(MAKE) --no-print-directory $(CHECKS)

checks:
	@printf '%s\n' $(CHECKS)

# Installs all that `make check` needs; with --jobs=2 it takes half the time.
environments: environment $(patsubst %,$(VENV)-%/.installed,demo awscli neighbours pinned) $(NODE_MODULES)

lint: $(VENV)/.lint ## Check style, format, and which room imports what
	@echo "Checking style, format, the container and the imports: 10 s."
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/hadolint docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker/compose.yaml
	$(BIN)/lint-imports --no-logo --no-cache

types: $(VENV)/.check ## Check types, as mypy and pyright see them
	@echo "Checking types with mypy and twice with pyright: 1 to 2 minutes, each silent for 20 to 40 s."
	$(BIN)/mypy
	PATH="$(abspath $(BIN)):$$PATH" pyright
	PATH="$(abspath $(BIN)):$$PATH" pyright --verifytypes pytest_mgh --ignoreexternal > $(VENV)/verifytypes.txt \
	  || { grep -B2 error $(VENV)/verifytypes.txt; exit 1; }

schemas: $(VENV)/.tests ## Check the schemas against the installed botocore
	@echo "Making the schemas anew, to compare them: 5 s."
	$(BIN)/python scripts/make_schemas.py --check

reference: $(VENV)/.tests ## Write the reference of the API into docs/api/, from the docstrings
	$(BIN)/python scripts/make_reference.py

fidelity: $(VENV)/.tests ## Mark the rows of docs/fidelity/ that verification/ has seen on AWS
	$(BIN)/python scripts/mark_fidelity.py

clean: ## Remove what make has made
	rm -rf $(VENV) $(VENV)-* tests/sdks/javascript/node_modules build dist mutants site .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

docs: $(VENV)/.check ## Build the documentation into site/; any warning fails
	@echo "Building the documentation: 10 s."
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

dist: $(VENV)/.check ## Build the package into dist/, and check what an index would show
	@echo "Building the package: 10 s."
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m twine check --strict dist/*

test-more: $(VENV)/.tests ## Test with three times as many examples, and each mutant of the bridge alone
	@echo "Testing with three times as many examples: some minutes on two processors; each dot is a test."
	$(BIN)/python -m pytest -n auto --hypothesis-profile=more tests/proof \
	  tests/bridge/test_anonymizer.py tests/bridge/test_mutants.py tests/bridge/test_verify_command.py \
	  tests/access/test_globs.py tests/protocol/test_json_pieces.py tests/state \
	  tests/report/exploration tests/hub/test_checkpoint.py tests/hub/test_snapshot.py \
	  tests/server/test_control.py \
	  tests/server/test_moto.py::test_moto_answers_other_services

test-walks: $(VENV)/.tests ## Test the least policy of the example without each of its actions
	@echo "Running the example without each action that its least policy allows, one by one: 40 s."
	$(BIN)/python -m pytest tests/walks

test-aio: $(VENV)-pinned/.installed ## Run the tests of asynchronous clients; nox runs those of the newest aiobotocore
	@echo "Testing clients of aioboto3, and of the aiobotocore that it pins: half a minute."
	$(VENV)-pinned/bin/python -m pytest tests/transports/test_aiobotocore.py tests/transports/test_backoff.py \
	  tests/transports/test_aioboto3.py

test-pinned: test-aio test-description

test-neighbours: $(VENV)-neighbours/.installed ## Test beside the other plugins and mocks that suites have
	@echo "Testing beside other plugins: 1 to 2 minutes on two processors."
	$(VENV)-neighbours/bin/python -m pytest -n auto tests/neighbours

test-description: $(VENV)-pinned/.installed ## Test that the server answers as its description says
	@echo "Making the requests that the server describes: a minute."
	$(VENV)-pinned/bin/python -m pytest tests/server/test_control_description.py

$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json
	@echo "Installing the AWS SDK for JavaScript, about 10 s."
	npm ci --prefix $(JAVASCRIPT) --no-fund --no-audit
	@touch $@

test-sdks: $(VENV)/.check $(VENV)-awscli/.installed $(NODE_MODULES) ## Test with the AWS CLI, and the SDKs for JavaScript and Go
	@echo "Testing with the AWS CLI and other SDKs: 1 to 2 minutes on two processors."
	$(BIN)/python -m pytest -n auto tests/sdks

test-browser: $(VENV)/.check ## Test the console in a browser; where there is none, say so
	$(if $(BROWSER),@echo "Testing the console in a browser: 1 to 2 minutes on two processors.")
	$(if $(BROWSER),$(BIN)/python -m pytest -n auto tests/browser,@echo "There is no Chromium or Chrome: its tests are left out.")

screenshot: $(VENV)/.check ## Take the pictures of the console in docs/
	$(BIN)/python scripts/screenshot.py

BENCH := $(VENV)-bench/bin/python -m benchmarks --asynchronous-python $(VENV)-aiobotocore/bin/python

bench: $(VENV)-bench/.installed $(VENV)-aiobotocore/.installed ## Measure what the mock costs, beside its peers
	$(BENCH) --write

bench-check: $(VENV)-bench/.installed $(VENV)-aiobotocore/.installed ## Measure, and fail beyond a budget
	$(BENCH) --check

bench-imports: $(VENV)-bench/.installed ## Measure what a first call imports, and at COMMIT: half a minute
	$(VENV)-bench/bin/python -m benchmarks.imports $(COMMIT) > benchmarks/imports.md

bench-large: $(VENV)-bench/.installed ## Measure calls beside large requests, and a million tasks: 5 minutes
	$(VENV)-bench/bin/python -m benchmarks.large > benchmarks/large.md
	$(VENV)-bench/bin/python -m benchmarks.million >> benchmarks/large.md

bench-steps: $(VENV)-bench/.installed ## Measure what the mock itself takes for a call
	$(VENV)-bench/bin/python -m pytest benchmarks

soak: $(VENV)-bench/.installed ## Let 16 connections call all services of a server for a minute
	$(VENV)-bench/bin/python -m benchmarks.soak

# atheris has wheels for some Pythons only; RUNS is how many requests it makes.
RUNS ?= 20000
fuzz: $(VENV)-fuzz/.installed ## Let atheris look for requests that the pipeline cannot answer
	$(VENV)-fuzz/bin/python tests/proof/fuzz_pipeline.py -runs=$(RUNS)

ONLY ?=

mutants: $(VENV)-mutation/.installed ## Change access and services in 7,000 places, and check that tests fail
	$(VENV)-mutation/bin/python scripts/mutants.py $(patsubst %,'%',$(ONLY))
