# A newcomer needs two commands: `make demo` and `make test`. They write to .venv, node_modules and var only.
#
#   make demo [PORT=8010] [RESET=1]     the whole program on this machine, with fictional people
#   make test [ARGS="-k meeting"]       every test, on servers of its own and every core
#   make bench [SCALE=small]            the measured goals
#   make lint                           what .ci/run demands besides the tests
#   make requirements                   pin the newest packages that fit pyproject.toml and package.json
#
# PYTHON=python3.12 chooses the interpreter that .venv is made from.

.DEFAULT_GOAL := help
.PHONY: help demo test bench lint requirements environment environment-dev catalogues clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

PY := .venv/bin/python
LOGS := var/logs
PIP := $(PY) -m pip install --no-deps --require-hashes --only-binary :all: --no-compile --retries 2
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

demo: environment
	@$(PY) -m samverkan.embedded demo

test: environment-dev
	@$(PY) -m samverkan.embedded test $(or $(ARGS),-q -n auto --maxschedchunk=2)

bench: environment-dev
	@$(PY) -m samverkan.embedded bench $(ARGS)

# The addresses lead nowhere: none of these opens a connection.
lint: export SAMVERKAN_MODE = production
lint: export SECRET_KEY = $(shell $(PY) -c 'import secrets; print(secrets.token_urlsafe(48))' 2>/dev/null)
lint: export READER_KEY = $(SECRET_KEY)
lint: export ALLOWED_HOSTS = samverkan.example.org
lint: export BASE_URL = https://samverkan.example.org
lint: export DATABASE_URL = postgresql://samverkan_app:none@127.0.0.1:1/samverkan
lint: export REDIS_URL = redis://127.0.0.1:1/0
lint: export EMAIL_URL = smtp://127.0.0.1:1
lint: environment-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) manage.py check --deploy --fail-level WARNING

environment: .venv/.demo node_modules/.demo catalogues
environment-dev: .venv/.dev node_modules/.dev catalogues
catalogues: $(CATALOGUES)

# Debian's python3 comes without ensurepip; pyenv leaves shims that answer with an error.
.venv/.made:
	@for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11); do \
	  if $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "Samverkan needs Python 3.11 or newer and found none: install it (on Debian 12: apt install python3 python3-venv) or name it with PYTHON=/path/to/python3."; \
	  exit 1; \
	fi; \
	if ! $$python -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python cannot make a virtual environment: install its venv module (on Debian: apt install python3-venv)."; \
	  exit 1; \
	fi; \
	echo "Making .venv with $$($$python --version) ..."; \
	$$python -m venv --clear .venv
	@touch $@

# A wheel only: nobody needs a compiler, and no build step fetches what the list does not pin.
.venv/.demo .venv/.dev: .venv/.%: requirements/%.txt .venv/.made
	@mkdir -p $(LOGS)
	@echo "Installing Python packages ($<), about half a minute ..."
	@$(PIP) -r $< > $(LOGS)/install-python.log 2>&1 || { \
	  echo "The Python packages could not be installed: check the network (or pip's own settings) and try again; $(LOGS)/install-python.log says what pip said."; \
	  exit 1; }
	@touch $@

node_modules/.demo: package.json package-lock.json .venv/.made
	@$(call fetch-front-end,--omit=dev)
	@touch $@

node_modules/.dev: package.json package-lock.json .venv/.made
	@$(call fetch-front-end,)
	@touch node_modules/.demo $@

# No scripts of packages are run: vnu-jar's would download a Java of its own.
define fetch-front-end
mkdir -p $(LOGS); \
if [ "$$(npm --version 2>/dev/null | cut -d. -f1)" -ge 7 ] 2>/dev/null; then \
  echo "Fetching Bootstrap and its kin with npm ..."; \
else \
  echo "Fetching Bootstrap and its kin; there is no npm here, so Node.js comes from pip first ..."; \
  $(PIP) -r requirements/node.txt > $(LOGS)/install-node.log 2>&1 || { \
    echo "Node.js could not be installed: check the network (or install npm) and try again; $(LOGS)/install-node.log says what pip said."; \
    exit 1; }; \
  PATH="$(CURDIR)/.venv/bin:$$PATH"; export PATH; \
fi; \
npm ci $(1) --fetch-retries=1 --ignore-scripts --no-audit --no-fund --loglevel=error > $(LOGS)/install-front-end.log 2>&1 || { \
  echo "The front-end files could not be fetched: check the network (or npm's own settings) and try again; $(LOGS)/install-front-end.log says what npm said."; \
  exit 1; }
endef

%.mo: %.po .venv/.demo
	@$(PY) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@

COMPILE := $(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --no-annotate --custom-compile-command "make requirements" pyproject.toml

requirements: .venv/.dev
	@$(COMPILE) --group dev --output-file requirements/dev.txt
	@$(COMPILE) --group demo --constraint requirements/dev.txt --output-file requirements/demo.txt
	@$(COMPILE) --constraint requirements/dev.txt --output-file requirements/base.txt
	@$(filter-out pyproject.toml,$(COMPILE)) --group node --output-file requirements/node.txt
	@npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean:
	rm -rf .venv node_modules var
