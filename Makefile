# wasmatte: what a person types. `make help` lists it.
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules
.DEFAULT_GOAL := help

# Options, given as NAME=VALUE after the target.
PHOTO ?=
OUT   ?= build/demo
MODEL ?=
PORT  ?= 8000
TESTS ?=
WORKERS ?= 2
BROWSERS ?=
RUNS  ?= 5
ROWS  ?=
MODELS ?=
CONTENDERS ?=
PYTHONS ?=

run := tools/run.sh
all_browsers := chromium,firefox,webkitgtk

.PHONY: help demo serve test test-long test-browsers endurance test-pythons bench lint types-python types-javascript site wheels models toolchain threads kernels resampling refining clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: site  ## Cut photos out in a real headless browser: PHOTO="one.jpg two.png" OUT=folder MODEL=name
	@$(run) tools.demo --site build/site --out "$(OUT)" $(if $(MODEL),--model $(MODEL)) $(PHOTO)

serve: site  ## Serve the site on this machine, to click on: PORT=8000
	@$(run) tools.serve --root build/site --port $(PORT)

test: lint site models  ## Build what is missing and run the tests: TESTS="tests/unit -k codec" for some; WORKERS=0 for --pdb
	@BROWSERS=$(all_browsers) $(run) pytest -n $(WORKERS) --smoke=firefox,webkitgtk -m "not long" $(TESTS)

test-long: site models  ## Run those that `make test` leaves out for their time, marked long, in Chromium
	@$(run) pytest -n $(WORKERS) -m long --ignore=tests/browser/test_browsers.py $(TESTS)

test-browsers: site models  ## Run all that must work in every browser in all three: BROWSERS=chromium,firefox,webkitgtk
	@BROWSERS=$(or $(BROWSERS),$(all_browsers)) $(run) pytest tests/browser/test_browsers.py --place=native \
	  --browsers=$(or $(BROWSERS),$(all_browsers)) --support=build/browsers.md

endurance: site  ## Measure a tab's memory: fifty photos after five, and the first one after others (minutes)
	@$(run) pytest tests/browser/check_endurance.py --place=native -s

test-pythons: models  ## Run the unit tests with CPython 3.11 to 3.14, those on the PATH and the toolchain's: PYTHONS=
	@$(run) tools.pythons $(PYTHONS)

lint:  ## Check style and types
	@$(run) ruff check --quiet .
	@$(MAKE) --no-print-directory --jobs=2 --output-sync types-python types-javascript

types-python:
	@$(run) mypy

types-javascript:
	@$(run) tools.javascript

site:  ## Assemble the site in build/site, building what is missing
	@$(run) tools.site

wheels:  ## Build the wheels for Pyodide into build/wheels
	@$(run) tools.wheels

models:  ## Fetch and check the model weights into build/models
	@$(run) tools.models

toolchain:  ## Prepare the cross toolchain
	@$(run) tools.toolchain

bench: site models  ## Measure ours and its peers side by side, into build/bench: RUNS=5 BROWSERS= MODELS= CONTENDERS= ROWS=
	@BROWSERS=$(or $(BROWSERS),chromium) $(run) tests.benchmarks.bench --site build/site --models build/models \
	  --out build/bench --runs $(RUNS) --browsers $(or $(BROWSERS),chromium) $(if $(MODELS),--of $(MODELS)) \
	  $(if $(ROWS),--rows $(ROWS)) $(if $(CONTENDERS),--contenders $(CONTENDERS)) \
	  --command "$(strip make bench $(MAKEOVERRIDES))"

threads: site models  ## Measure what the engine's threads are worth, and what crossing costs (minutes)
	@$(run) tests.benchmarks.threads --site build/site --models build/models

kernels:  ## Time the kernels on the shapes of real networks, one by one
	@$(run) tests.benchmarks.kernels

resampling: models  ## Measure what each way of resampling does to edges (minutes)
	@$(run) tests.benchmarks.resampling --models build/models

refining: models  ## Measure what refining does to edges and to colours at them (minutes)
	@$(run) tests.benchmarks.refining --models build/models

clean:  ## Remove build/; the cache outside the checkout stays
	rm -rf build
