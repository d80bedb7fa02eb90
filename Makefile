# Maru on one machine. `make help` lists what can be made; `make up` is all that a newcomer needs.

.DEFAULT_GOAL := help
.PHONY: help up test lint bench assets lock reset
.SUFFIXES:

VENV := .venv
PY := $(VENV)/bin/python
SITE = $(shell $(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
FIT = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
PYTHON = $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c $(FIT) 2>/dev/null && echo $$python && break; done)
PIP = $(PY) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' Makefile

up: $(VENV)/embedded.stamp $(VENV)/bin/maru assets ## install what is missing and start Maru; Ctrl-C stops it
	@setpriv --pdeathsig TERM true 2>/dev/null && leash="setpriv --pdeathsig TERM"; exec $$leash $(VENV)/bin/maru up

test: $(VENV)/dev.stamp $(VENV)/bin/maru assets ## run all tests; ARGS="-k name" picks some
	@$(PY) -m pytest -n 3 --dist loadfile $(ARGS)

lint: $(VENV)/dev.stamp $(VENV)/bin/maru ## check style, types and who imports whom
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/hadolint Dockerfile

bench: $(VENV)/dev.stamp $(VENV)/bin/maru assets ## measure this machine against the figures in ARCHITECTURE.md
	@$(PY) -m tests.bench $(ARGS)

assets: $(VENV)/embedded.stamp $(VENV)/bin/maru ## fetch fonts and scripts, compile the translations
	@$(PY) -m maru.web.build

lock: $(VENV)/dev.stamp ## pin the newest packages that fit together
	$(PY) -m uv pip compile $(LOCK) --extra embedded --extra dev --upgrade --output-file requirements/dev.txt
	$(PY) -m uv pip compile $(LOCK) --extra embedded -c requirements/dev.txt --output-file requirements/embedded.txt
	$(PY) -m uv pip compile $(LOCK) -c requirements/dev.txt --output-file requirements/production.txt

LOCK := pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

reset: ## remove the data of make up, after asking
	@if test -x $(VENV)/bin/maru; then $(PY) -m maru.embedded.reset; else echo "There is nothing to reset."; fi

$(VENV)/made.stamp:
	@test -n "$(PYTHON)" || { echo "Maru needs Python 3.11 or newer with its venv module" \
		"(Debian: apt-get install python3-venv); none was found. PYTHON=/path/to/python names one."; exit 1; }
	@echo "Making a virtual environment with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/embedded.stamp: requirements/embedded.txt $(VENV)/made.stamp
	@echo "Installing Maru's packages: some 320 MB, once."
	@$(PIP) -r $<
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/embedded.stamp
	@echo "Installing the packages for development, once."
	@$(PIP) -r $<
	@touch $@

$(VENV)/bin/maru: Makefile $(VENV)/made.stamp
	@printf '%s\n%s\n' '$(CURDIR)' '$(CURDIR)/platform' > '$(SITE)/maru.pth'
	@printf '#!/bin/sh\nexec "%s" -m maru.cli "$$@"\n' '$(CURDIR)/$(PY)' > $@
	@chmod +x $@
