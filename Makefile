# `make` lists what there is. Everything happens in .venv; PYTHON names another interpreter.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OXLINT := npx --yes oxlint@1.94.0
TSC := npx --yes -p typescript@5.9.3 tsc
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# As many processes as there are cores, four at the most; ids of tests must be the same in each of them.
TESTING := -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal
PYTEST := $(BIN)/python $(TESTING)
# An instruction that says which branch is gone through is taken out of the code once it has said so: this costs a third
# of the time, where a tracer makes a test three times as long.
SLIPCOVER := $(BIN)/python -m slipcover
REACHED := $(VENV)/reached.json

.PHONY: help demo test check oldest bare covered slow long mutation lint types declarations bench bench-compile bench-strips fuzz notebook site program-page clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.demo  ## train, check the gradients, draw: writes pictures to out/
	$(BIN)/python -m nn.demo out

# With COVERED=1 they must go through every branch of engine/. Ctrl-C at any moment could come while an instruction is
# taken out, so that tests of it run by themselves.
test: $(VENV)/.test  ## run the tests, but for the slow ones
ifdef COVERED
	$(PYTEST) -m "signals and not slow"
	$(SLIPCOVER) --json --out $(REACHED) $(TESTING) -m "not slow and not signals"
	@$(SLIPCOVER) --merge $(REACHED) --out $(REACHED) --fail-under 100 >$(REACHED).txt || (cat $(REACHED).txt; false)
else
	$(PYTEST) -m "not slow"
endif

check: slow  ## run all tests, each once, which must go through every branch of engine/
	$(MAKE) test COVERED=1

oldest:  ## run the tests with the oldest versions of all packages, in an environment of their own
	$(MAKE) VENV=.venv-oldest .venv-oldest/.oldest
	.venv-oldest/bin/python -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal -m "not slow"

bare:  ## run the tests without any optional package, NumPy among them: the others say what they need
	$(MAKE) VENV=.venv-bare .venv-bare/.bare
	.venv-bare/bin/python -m pytest -m "not slow"

covered: $(VENV)/.test  ## run the tests of engine/ that are not slow: alone, too, they must go through every branch of it
	$(SLIPCOVER) --json --out $(REACHED) $(TESTING) tests/engine -m "not slow and not signals"
	@$(SLIPCOVER) --merge $(REACHED) --out $(REACHED) --fail-under 100

# A file goes to one process as a whole, so that its notebooks, demo and browser are started once.
slow: $(VENV)/.test  ## run the slow tests: notebooks, the browser, the demo, random programs; PART="--splits 3 --group 1" runs a part
	$(PYTEST) --dist loadfile -m slow $(PART)

long: $(VENV)/.test  ## run all tests with all random programs that they have, four times as many: each night
	GLASSGRAD_LONG=1 $(PYTEST) --dist loadfile

# All of it takes days: MUTATION="--sample 2 --seed 7" tries two mutants of each file, MUTATION=nn/blocks those of a folder.
mutation: $(VENV)/.mutation  ## break engine/ and nn/ in one place after another: do their tests notice?
	$(BIN)/python -m tests.mutation $(MUTATION)

lint: $(VENV)/.lint  ## check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if $(OXLINT) --version >/dev/null 2>&1 && $(TSC) --version >/dev/null 2>&1; \
	  then $(OXLINT) && $(TSC) --project engine/stepper/player && $(TSC) --project notebooks/site; \
	  else echo "npx is not there: the scripts of the stepper and of the site have not been looked at"; fi

types: $(VENV)/.lint $(VENV)/.test  ## check the types, strictly
	$(BIN)/mypy
	$(BIN)/pyright --warnings
	$(BIN)/ty check --error-on-warning

declarations: $(VENV)/.test  ## tell type checkers and editors of the rows of the table: writes into engine/value.py
	$(BIN)/python -m tests.declarations

bench: $(VENV)/.bench  ## speed and memory against micrograd, accuracy against scikit-learn, in the same run
	$(BIN)/python -m tests.benchmarks.against_micrograd
	$(BIN)/python -m tests.benchmarks.deep_chain
	$(BIN)/python -m tests.benchmarks.fold
	$(BIN)/python -m tests.benchmarks.page
	$(BIN)/python -m tests.benchmarks.accuracy

bench-compile: $(VENV)/.bench-compile  ## compiled programs beside C, JAX, CasADi, PyTorch, NumPy, micrograd and eager runs: four minutes
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.peers
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.compiled
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.tape
	OMP_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.strict
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.epochs

bench-strips: $(VENV)/.bench-compile  ## many examples: time and memory of strips beside the whole batch; many minutes
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.strips

fuzz: $(VENV)/.fuzz  ## random graphs against 50-digit arithmetic and PyTorch, planted faults, hostile files, compiled programs; several minutes
	$(BIN)/python -m tests.fuzz.against_pytorch
	$(BIN)/python -m tests.fuzz.accuracy
	$(BIN)/python -m tests.fuzz.planted_faults
	$(BIN)/python -m tests.fuzz.state_machine
	$(BIN)/python -m tests.fuzz.model_files
	$(BIN)/python -m tests.fuzz.killed_saves
	$(BIN)/python -m tests.fuzz.compiled
	$(BIN)/python -m tests.fuzz.compiled 2000 0 native
	$(BIN)/python -m tests.fuzz.rules
	$(BIN)/python -m tests.fuzz.networks
	$(BIN)/python -m tests.fuzz.inner_gradients
	$(BIN)/python -m tests.fuzz.choices
	$(BIN)/python -m tests.fuzz.decisions
	$(BIN)/python -m tests.fuzz.decisions 50 0 native
	$(BIN)/python -m tests.fuzz.tapes
	$(BIN)/python -m tests.fuzz.strict
	$(BIN)/python -m tests.fuzz.loops
	$(BIN)/python -m tests.fuzz.loops 1000 0 native
	$(BIN)/python -m tests.fuzz.running
	$(BIN)/python -m tests.fuzz.running 1000 0 native
	$(BIN)/python -m tests.fuzz.levels
	$(BIN)/python -m tests.fuzz.levels 300 0 numpy
	$(BIN)/python -m tests.fuzz.elementary

notebook: $(VENV)/.notebook  ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks/01_value.ipynb

# It has the page that runs Python where `make program-page` has built that: `make program-page site` makes both.
site: $(VENV)/.site  ## build the site from notebooks, docstrings and notebooks/site, offline: writes to out/site
	$(BIN)/python notebooks/site/build.py out/site

# Two packages of npm are fetched once, and the wheel is built anew.
program-page: $(VENV)/.demo  ## build the page that runs Python in the browser and steps through it: writes to out/program
	$(BIN)/python notebooks/site/program/build.py out/program

clean:  ## remove the environment and all that was made
	rm -rf $(VENV) .venv-oldest .venv-bare out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .mutation
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade "pip>=25.1"
	touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[train,draw]"
	touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[train,draw]" --group test
	touch $@

$(VENV)/.oldest: $(VENV)/.made pyproject.toml
	$(BIN)/python -m tests.oldest > $(VENV)/oldest.txt
	$(PIP) --editable . --requirement $(VENV)/oldest.txt
	touch $@

$(VENV)/.bare: $(VENV)/.made pyproject.toml
	$(PIP) --editable . "pytest>=9.1" "hypothesis>=6.100"
	touch $@

$(VENV)/.mutation: $(VENV)/.test pyproject.toml
	$(PIP) --group mutation
	touch $@

$(VENV)/.lint: $(VENV)/.made pyproject.toml
	$(PIP) --group lint
	touch $@

$(VENV)/.bench: $(VENV)/.made pyproject.toml
	$(PIP) --editable . --group bench
	touch $@

$(VENV)/.bench-compile: $(VENV)/.made pyproject.toml
	$(PIP) --editable . --group bench-compile
	touch $@

$(VENV)/.fuzz: $(VENV)/.made pyproject.toml
	$(PIP) --editable . --group fuzz
	touch $@

$(VENV)/.notebook: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[train,draw,notebook]"
	touch $@

$(VENV)/.site: $(VENV)/.made pyproject.toml
	$(PIP) --editable ".[train,draw,export,jax,pandas]" --group site
	touch $@
