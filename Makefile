# `make` lists the targets. Paths are relative, so folder names with spaces work.

SHELL := /bin/sh
PYTHON_IN_VENV := .venv/bin/python
# Whoever needs a tor binary gets the one that `make setup` found (ONIONCHAT_TOR overrides it).
WITH_TOR = ONIONCHAT_TOR="$$(cat .cache/tor-path)"

export HYPOTHESIS_STORAGE_DIRECTORY := .cache/hypothesis

# An installed .venv that was copied or moved along belongs to another folder: make it anew.
MOVED := $(shell [ "$$(cat .venv/.place 2>/dev/null)" = "$$(pwd -P)" ] || echo moved)

FAST := not loopback and not tor and not gui
# Tests without real processes share nothing, so they use every core.
SPREAD := -n $(shell nproc 2>/dev/null || echo 2) --dist worksteal
# Whose tests take every branch of the protocol. Counting branches costs half as much time again,
# so the others do without; `make coverage` counts all.
PROTOCOL := $(addprefix tests/unit/,contacts crypto identity journal link linking rooms session sync wire) tests/vectors
# A list with a comma must not stand in a `call` itself.
WHOLE := onionchat/protocol/*,onionchat/names.py

# $(call stage,name,command): a headline before, the time after, stop if it fails.
define stage
@printf '\n=== %s\n' '$(1)'; start=$$(date +%s); \
if $(2); then status=passed; code=0; else code=$$?; status="FAILED (exit status $$code)"; fi; \
printf '=== %s: %s, %d s\n' '$(1)' "$$status" "$$(($$(date +%s) - start))"; exit $$code
endef

# $(call if-tests,folder,command): pytest calls "no tests collected" a failure, which it is as soon
# as the folder has a test file.
if-tests = $(if $(wildcard tests/$(1)/test_*.py tests/$(1)/*/test_*.py),$(2),echo "no tests in tests/$(1) yet")

.DEFAULT_GOAL := help
.PHONY: help setup compiler demo simulate test test-fast coverage bench fuzz crash mutate properties lint format gui menu run screenshots pictures translations clean tor qt qt-if-possible trouble moved

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/.stamp tor qt-if-possible ## make .venv with everything in it and find or fetch a tor binary
	@echo "ready: .venv, tor is $$(cat .cache/tor-path)"

.venv/.stamp: pyproject.toml tools/make-venv $(MOVED)
	@tools/make-venv

# Cheap when there is a tor, and always right when it was removed or upgraded meanwhile.
tor:
	@mkdir -p .cache && tor-config/get-tor >.cache/tor-path.$$$$ && mv .cache/tor-path.$$$$ .cache/tor-path

compiler:
	@tools/need-compiler

# Qt's libraries: the window and its tests cannot do without, the command line can.
qt: .venv/.stamp
	@tools/need-qt

qt-if-possible: .venv/.stamp
	@tools/need-qt || true

demo: setup ## two people chat over a private Tor network on this machine (KEEP=1 leaves it running)
	@$(WITH_TOR) $(PYTHON_IN_VENV) -m onionchat.testing.demo $(if $(filter 1,$(KEEP)),--keep)

simulate: .venv/.stamp ## whole nodes in virtual time (SEEDS= MINUTES= FIRST_SEED= JOBS= ONLY= BUG= TRACE=1 PLANTED=1)
	@$(PYTHON_IN_VENV) -m onionchat.testing.simulation $(if $(SEEDS),--seeds $(SEEDS)) \
		$(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(FIRST_SEED),--first $(FIRST_SEED)) $(if $(JOBS),--jobs $(JOBS)) $(if $(ONLY),--only $(ONLY)) \
		$(if $(BUG),--bug $(BUG)) $(if $(filter 1,$(TRACE)),--trace) \
		$(if $(PLANTED),--planted $(if $(filter-out 1,$(PLANTED)),$(PLANTED)))

test: setup compiler qt ## everything CI checks: lint, fast tests, the window, then real processes and Tor
	$(call stage,lint,$(MAKE) --no-print-directory lint)
	$(call stage,the protocol,$(PYTHON_IN_VENV) -m pytest -q $(SPREAD) -m '$(FAST)' $(PROTOCOL) --cov --cov-report=)
	$(call stage,every branch of the protocol,$(PYTHON_IN_VENV) -m coverage report --include='$(WHOLE)' --fail-under=100)
	$(call stage,other tests without real processes,$(PYTHON_IN_VENV) -m pytest -q $(SPREAD) -m '$(FAST)' $(addprefix --ignore=,$(PROTOCOL)))
# pytest-twisted's reactor and Qt's event loop do not share a process.
	$(call stage,the window,$(call if-tests,gui,QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m pytest -q -p no:twisted -n 2 --dist loadfile -m 'not tor' tests/gui --durations=5))
	$(call stage,two windows over Tor,$(call if-tests,gui,$(WITH_TOR) QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) -m pytest -q -p no:twisted -m tor tests/gui --durations=5))
	$(call stage,loopback tests,$(call if-tests,loopback,$(WITH_TOR) $(PYTHON_IN_VENV) -m pytest -q -n 2 -m loopback --durations=5))
# Those two mostly wait, so two tests side by side, for Tor each with a network of its own.
	$(call stage,Tor tests,$(call if-tests,tor,$(WITH_TOR) $(PYTHON_IN_VENV) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m tor --durations=5))

coverage: .venv/.stamp ## which branches the tests without real processes take (htmlcov/index.html)
	@$(PYTHON_IN_VENV) -m pytest -q $(SPREAD) -m '$(FAST)' --cov --cov-report=term --cov-report=html

test-fast: .venv/.stamp ## the quick tests alone (ARGS=… goes to pytest)
	@$(PYTHON_IN_VENV) -m pytest -q $(SPREAD) -m '$(FAST) and not slow' $(ARGS)

bench: setup ## benchmarks, each a ratio of two arms (ARGS=… goes to them)
	@$(WITH_TOR) $(PYTHON_IN_VENV) -m benchmarks $(ARGS)

fuzz: .venv/.stamp ## fuzz every decoder and state machine (MINUTES=10, TARGET=one)
	@$(PYTHON_IN_VENV) -c 'import atheris' 2>/dev/null || \
		$(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@$(PYTHON_IN_VENV) -m fuzz --minutes $(or $(MINUTES),10) $(if $(TARGET),--target $(TARGET))

mutate: .venv/.stamp ## mutation testing of the protocol, by mutmut and an own runner (PATHS=…)
	@$(PYTHON_IN_VENV) -c 'import mutmut' 2>/dev/null || \
		$(PYTHON_IN_VENV) -m pip install --quiet --disable-pip-version-check -e '.[mutate]'
	@$(PYTHON_IN_VENV) -m mutation $(PATHS)

properties: .venv/.stamp ## algebraic properties of merging (CASES=100000, FIRST=0)
	@$(PYTHON_IN_VENV) -m properties --cases $(or $(CASES),100000) --first $(or $(FIRST),0)

trouble: setup ## faults of Tor, and when a contact reaches us again (TRIALS=20, ARGS=…)
	@$(WITH_TOR) $(PYTHON_IN_VENV) -m onionchat.testing.trouble --trials $(or $(TRIALS),20) $(ARGS)

crash: .venv/.stamp ## kill the store and fail its disk at every write (CYCLES=1000, STRIDE=1, WAY=one, without kills)
	@$(PYTHON_IN_VENV) -m onionchat.testing.crashes $(if $(CYCLES),--cycles $(CYCLES)) \
		$(if $(STRIDE),--stride $(STRIDE)) $(if $(WAY),--way "$(WAY)")

lint: .venv/.stamp ## style, types, import contracts, news fragments
	$(PYTHON_IN_VENV) -m ruff check
	$(PYTHON_IN_VENV) -m ruff format --check
	$(PYTHON_IN_VENV) -m mypy
	.venv/bin/lint-imports --no-logo --cache-dir .cache/import_linter
	$(PYTHON_IN_VENV) tools/check-newsfragments

format: .venv/.stamp ## let ruff put the code in order
	$(PYTHON_IN_VENV) -m ruff check --fix
	$(PYTHON_IN_VENV) -m ruff format

gui: setup qt ## the window: make gui ARGS="--profile DIR"
	@$(WITH_TOR) $(PYTHON_IN_VENV) -m onionchat_gui $(ARGS)

menu: setup qt ## an entry in the desktop's menu that starts the window of this folder (REMOVE=1 takes it away)
	@$(PYTHON_IN_VENV) tools/menu-entry $(if $(filter 1,$(REMOVE)),remove)

screenshots: qt ## pictures of the window's main states, into build/screenshots (IN=de: in German)
	@QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) tests/gui/screenshots.py build/screenshots$(IN:%=/%) $(IN)

pictures: qt ## the pictures of the documentation, made anew into docs/pictures: look at them, then commit
	@QT_QPA_PLATFORM=offscreen $(PYTHON_IN_VENV) tests/gui/pictures.py docs/pictures

translations: qt ## sentences of the window: catalogues follow the sources, and are compiled
	@PATH="$(CURDIR)/.venv/bin:$$PATH" tools/translations

run: setup ## the command line: make run ARGS="--help"
	@$(WITH_TOR) .venv/bin/onionchat $(ARGS)

clean: ## remove everything that make can make again
	rm -rf .venv .cache build dist htmlcov *.egg-info .coverage .hypothesis
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name .git -prune -o -type d -name __pycache__ -exec rm -rf {} +
