# `make demo` and `make test` need Python 3.11 or newer and make; they set up everything else in .venv.
# PYTHON=/path/to/python3 chooses the interpreter, ARGS="..." is passed on to the command.

BIN := .venv/bin
# Tests of boards mostly wait, so more of them at a time than there are processors.
PYTEST = $(BIN)/python -m pytest -n 4 --dist loadscope
ARGS ?=

.PHONY: demo test check bench validate faults soak screenshots format lock clean runtime dev peers lint types layers on-screen without-qt with-qt
.NOTPARALLEL:

demo: runtime              ## a whole session with the simulated athlete; no board needed
	@$(BIN)/powerhold demo $(ARGS)

test: dev                  ## all tests
	@$(PYTEST) $(ARGS)

check: lint types layers with-qt on-screen without-qt      ## what CI runs

# A quick look does without the other libraries, which live in an environment of their own.
QUICK := $(findstring --quick,$(ARGS))
bench: $(if $(QUICK),dev,peers)    ## speed beside other libraries: writes docs/benchmarks.md; ARGS=--quick only looks
	@$(if $(QUICK),$(BIN),build/bench-venv/bin)/python -m benchmarks $(ARGS)

validate: dev              ## what the numbers are worth: writes docs/validation.md
	@$(BIN)/python -m validation $(ARGS)

faults: dev                ## every fault on every kind of board: writes docs/faults.md (some 10 minutes)
	@$(BIN)/python -m validation.faults $(ARGS)

soak: dev                  ## half an hour of random faults on a Cyton, into the same page
	@$(BIN)/python -m validation.faults soak $(ARGS)

screenshots: dev           ## the pictures in docs/images
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m ui.desktop.gallery --out docs/images $(ARGS)

format: dev                ## write the house style into the files
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: dev
	@$(BIN)/mypy

layers: dev
	@$(BIN)/lint-imports

# The windows once more on a real X display, where focus and platform differ from offscreen. One after the other:
# only one window of a display is the active one.
on-screen: dev
	@if command -v xvfb-run >/dev/null; then \
		QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1920x1080x24" $(BIN)/python -m pytest -q tests/ui --ignore=tests/ui/analysis; \
	else echo "The windows were not tried on an X display: install xvfb for that."; fi

# What is below the windows must work where there is no Qt at all: `make check` tries it there, and only there.
QT_FREE := tests/emg tests/hardware tests/calibrations tests/ui/analysis
without-qt: dev
	@$(PYTEST) -q -p no:pytest-qt -p tests.without_qt -m "not device" $(QT_FREE)

with-qt: dev
	@$(PYTEST) -q tests $(addprefix --ignore=,$(QT_FREE))
	@$(PYTEST) -q -m device $(QT_FREE)

# One lock for every platform and Python from 3.11 on; the packages come from whatever index pip is set to use.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

lock:                      ## pin the newest versions that pyproject.toml allows
	@command -v uv >/dev/null || { echo "make lock needs uv: install it (pipx install uv) and run make lock again." >&2; exit 2; }
	@$(LOCK) --upgrade --output-file requirements.txt
	@$(LOCK) --upgrade --extra dev --output-file requirements-dev.txt
	@$(LOCK) --upgrade --extra bench --constraint requirements.txt --output-file requirements-bench.txt

clean:                     ## remove what can be made again
	@rm -rf .venv build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime dev:
	@sh tools/setup.sh $@

peers:
	@sh tools/setup.sh bench
