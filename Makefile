# What there is to do in a clone of this repository: `make help`.
#
# All that is needed is Python 3.10 or newer with its venv module. The targets make a virtual environment of their own
# in .venv/ and install into it, again whenever the requirements change.

.DEFAULT_GOAL := help
.PHONY: help demo test soak bench docs lint format package clean

# The Python that .venv/ is made with: `make test PYTHON=python3.12`.
PYTHON ?= python3
# Processes that run tests side by side: a number, or `auto` for one a core.
JOBS ?= auto
# Further arguments for pytest: `make test ARGS="-k caddy -x"`.
ARGS ?=
# Set for a short look at the benchmarks, which writes nothing: `make bench QUICK=1`.
QUICK ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(INSTALLED) ## See the plugin at work on an emulated AWS account, from nothing to done
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh scripts/demo.sh

test: $(INSTALLED) ## Run all tests
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

# How long `make soak` lets each of the tests go on that throw dice, and what it has them begin with.
SECONDS ?= 90
SEED ?= 0

soak: $(INSTALLED) ## Run the tests of faults and properties for a quarter of an hour
	SOAK_SECONDS=$(SECONDS) SOAK_SEED=$(SEED) $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m soak $(ARGS)

bench: $(INSTALLED) ## Measure how fast it is, side by side with others, and write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks $(if $(QUICK),--effort quick)

docs: $(INSTALLED) ## Build the documentation into build/docs/, ending at the first warning
	$(BIN)/python -m sphinx -W -n -q -b html docs build/docs

lint: $(INSTALLED) ## Check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(INSTALLED) ## Format the code and mend what can be mended automatically
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What an earlier build left in the folder would find its way into the package.
package: $(INSTALLED) ## Build the source distribution and the wheel into dist/ and check them
	rm -rf build dist *.egg-info
	$(BIN)/python -m build
	$(BIN)/twine check --strict dist/*

clean: ## Remove all that these targets made
	rm -rf $(VENV) .bench .tox .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): setup.py pyproject.toml tutorcloudfront/__about__.py
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not installed. On Debian and Ubuntu: apt install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "$(PYTHON) is older than Python 3.10. Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Installing into $(VENV)/: this takes a minute or two, once."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@
