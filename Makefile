# Everything a developer or a visitor types. `make` alone lists it.
# Paths are relative and Python is called by name: the checkout may lie in a folder with spaces.

PORT ?= 8000
SERVE ?= 1
ARGS ?=
WORKERS ?= 2
PYTHON := .venv/bin/python
SETUP := python3 .ci/setup.py

.DEFAULT_GOAL := help
.PHONY: help setup demo serve test quick check fmt messages requirements stop clean

help:  ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

setup:  ## install what is missing: system packages, uv, Python, the pinned packages
	@$(SETUP) test

demo:  ## set up, fill the demonstration and serve it (PORT=8000, SERVE=0 to stop before serving)
	@$(SETUP) app
	@$(PYTHON) manage.py demo --port $(PORT) $(if $(filter 0 no false,$(SERVE)),--no-serve)

serve:  ## serve what is there, reloading on each change (PORT=8000)
	@$(SETUP) app
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py runserver 127.0.0.1:$(PORT)

test:  ## set up and run the whole suite, browser tests included (ARGS="tests/house -x", WORKERS=2)
	@$(SETUP) test
	@$(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

quick:  ## the tests that need no database and no browser, in seconds
	@$(SETUP) test
	@$(PYTHON) -m pytest -q -x -n $(WORKERS) -m "not browser and not database" $(ARGS)

check:  ## lint, import contracts, types, forgotten migrations
	@$(SETUP) test
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])"
	@$(PYTHON) -m mypy
	@$(PYTHON) manage.py makemigrations --check --dry-run --verbosity 0

fmt:  ## put the code into its form and sort the imports
	@$(SETUP) test
	@$(PYTHON) -m ruff format --quiet .
	@$(PYTHON) -m ruff check --fix --quiet .

messages:  ## collect the texts to translate into locale/ and compile them
	@$(SETUP) test
	@$(PYTHON) manage.py messages

requirements:  ## pin the newest packages that pyproject.toml allows (needs the network)
	@$(SETUP) test
	@python3 .ci/pin.py

stop:  ## stop the built-in PostgreSQL server
	@$(PYTHON) -m incubator.core.pgserver stop

clean: stop  ## remove the demonstration's database, files and everything that make installed here
	@rm -rf .pg .files .static .uv .venv .mypy_cache .ruff_cache
