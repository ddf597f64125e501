# `make demo` and `make test` need Python 3.11 or newer and make; they set up everything else in .venv.
# PYTHON=/path/to/python3 chooses the interpreter, ARGS="..." is passed on to the command.

BIN := .venv/bin
# A process of pytest that dies ends the run: it would wait for ever for the tests that were its own.
PYTEST = $(BIN)/python -m pytest --dist loadscope --no-loadscope-reorder --max-worker-restart=0
ARGS ?=

# Compiled modules are kept even where the environment says not to: a dozen processes of pytest read every test,
# and take half as long over it when the ones before them have.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check bench validate faults hazards soak screenshots docs dist bundle words format lock clean runtime dev peers publisher lint types layers on-screen without-qt with-qt
.NOTPARALLEL:

demo: runtime              ## a whole session with the simulated athlete; no board needed
	@$(BIN)/powerhold demo $(ARGS)

test: dev                  ## all tests
	@$(PYTEST) -n 4 $(ARGS)

check: lint types layers with-qt on-screen without-qt      ## what CI runs

# A quick look does without the other libraries, which live in an environment of their own.
QUICK := $(findstring --quick,$(ARGS))
bench: $(if $(QUICK),dev,dev peers)    ## speed beside other libraries: writes docs/benchmarks.md and docs/program-speed.md; ARGS=--quick only looks
	@$(if $(QUICK),$(BIN),build/bench-venv/bin)/python -m benchmarks $(ARGS)
	@$(if $(QUICK),:,$(BIN)/python -m benchmarks.whole)

validate: dev              ## what the numbers are worth: writes docs/validation.md
	@$(BIN)/python -m validation $(ARGS)

faults: dev                ## every fault on every kind of board: writes docs/faults.md (some 10 minutes)
	@$(BIN)/python -m validation.faults $(ARGS)

hazards: dev               ## takes each protection of HAZARDS.md away and sees its test fail (some 15 minutes)
	@$(BIN)/python -m validation.hazards $(ARGS)

soak: dev                  ## half an hour of random faults on a Cyton, into the same page
	@$(BIN)/python -m validation.faults soak $(ARGS)

screenshots: dev           ## the pictures in docs/images
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m ui.desktop.gallery --out docs/images $(ARGS)

dist: publisher            ## the wheel and the source archive, in dist/
	@build/publish-venv/bin/python -m tools.dist

bundle: publisher          ## a folder that needs no Python, and its archive, in dist/; tried as people use it
	@build/publish-venv/bin/python -m tools.bundle
	@build/publish-venv/bin/python packaging/smoke.py dist/powerhold/powerhold

docs: publisher            ## the guide as a site: build/docs/index.html
	@build/publish-venv/bin/sphinx-build -q -W --keep-going -b html docs build/docs $(ARGS)
	@echo "The guide is build/docs/index.html."

words: dev                 ## take new words into the catalogue and compile it; says which are not translated
	@$(BIN)/python -m tools.words

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

# What people do to windows is tried on real X displays, where focus and platform differ from offscreen.
on-screen: dev
	@if command -v Xvfb >/dev/null; then \
		QT_QPA_PLATFORM=xcb $(PYTEST) -n 3 -q -p tests.on_screen tests $(addprefix --ignore=,$(QT_FREE)); \
	else echo "The windows were not tried on an X display: install xvfb for that."; fi

# What is below the windows must work where there is no Qt at all: `make check` tries it there, and only there.
QT_FREE := tests/emg tests/hardware tests/calibrations tests/ui/analysis tests/ui/cohort tests/ui/importing tests/ui/kept tests/ui/words
# Tests of boards mostly wait, so many of them run at a time, beside those that compute and let them go first.
BOARDS = $(shell grep -rl 'mark\.device' --include='test_*.py' $(QT_FREE))
without-qt: dev
	@log=$$(mktemp); \
	$(PYTEST) -n 6 -q -m device $(BOARDS) >"$$log" 2>&1 & boards=$$!; \
	trap 'kill $$boards; rm -f "$$log"' INT TERM; \
	nice $(PYTEST) -n 2 -q -p no:pytest-qt -p tests.without_qt -m "not device" $(QT_FREE); status=$$?; \
	wait $$boards || status=$$?; \
	cat "$$log"; rm -f "$$log"; exit $$status

with-qt: dev
	@$(PYTEST) -n 3 -q $(if $(shell command -v Xvfb),-p tests.off_screen) tests $(addprefix --ignore=,$(QT_FREE))

# One lock for every platform and Python from 3.11 on; the packages come from whatever index pip is set to use.
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

lock:                      ## pin the newest versions that pyproject.toml allows
	@command -v uv >/dev/null || { echo "make lock needs uv: install it (pipx install uv) and run make lock again." >&2; exit 2; }
	@$(LOCK) --upgrade --output-file requirements.txt
	@$(LOCK) --upgrade --extra dev --output-file requirements-dev.txt
	@$(LOCK) --upgrade --extra bench --constraint requirements.txt --output-file requirements-bench.txt
	@$(LOCK) --upgrade --extra publish --constraint requirements.txt --output-file requirements-publish.txt

clean:                     ## remove what can be made again
	@rm -rf .venv build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime dev:
	@sh tools/setup.sh $@

peers:
	@sh tools/setup.sh bench

publisher:
	@sh tools/setup.sh publish
