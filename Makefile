# make site    set up everything, build both languages into _site/
# make test    set up everything, build the site, pass every test
# make help    the rest

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help site serve test lint notebooks experiments bench translated checked signatures \
    requirements clean

help:  ## Say what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 20

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit( \
	    "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + \
	    ": name another by make PYTHON=python3.x ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

site: $(READY)  ## Build both languages into _site/
	$(BIN)/python -m tools.site

serve: site  ## Open the site at http://localhost:8000
	$(BIN)/python -m http.server --bind localhost --directory _site 8000

# One worker a core; conftest.py says which tests stay together.
test: site  ## Build the site and run every test
	$(BIN)/python -m pytest -n auto --doctest-modules \
	    --nbval --nbval-sanitize-with tools/nbval.cfg --nbval-cell-timeout 120 \
	    tests nnlib book

lint: $(READY)  ## Check style and spelling of code, English and Chinese
	$(BIN)/python -m pytest -q tests/test_lint.py

notebooks: $(READY)  ## Re-execute the notebooks whose source changed
	$(BIN)/python -m tools.notebooks

experiments: $(READY)  ## Run again what takes longer than a notebook may
	$(BIN)/python -m tools.experiments

.venv/torch/.ready: $(READY) bench/requirements.txt
	$(BIN)/python -m venv .venv/torch
	.venv/torch/bin/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@

bench: .venv/torch/.ready  ## Time nnlib against PyTorch, and against plain loops
	$(BIN)/python bench/conv.py
	$(BIN)/python bench/recurrent.py
	$(BIN)/python bench/rl.py

translated: $(READY)  ## Record that the Chinese cells say what the English ones say
	$(BIN)/python -m tools.translated

checked: $(READY)  ## Evaluate every equation and write the page about it
	$(BIN)/python -m tools.checked

signatures: $(READY)  ## Record the signatures of nnlib's public functions
	$(BIN)/python tests/test_api.py

requirements: $(READY)  ## Pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --fork-strategy fewest --python-version 3.11 --upgrade \
	    --all-extras --no-header --no-annotate --quiet pyproject.toml -o requirements.txt

clean:  ## Delete what was built, and the environment
	rm -rf .venv _site _build dist
