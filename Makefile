# One verb for each thing a developer does; `run` and `test` set themselves up.
PYTHON ?= python3
VENV   ?= .venv
BIN     = $(VENV)/bin
STAMP   = $(VENV)/.ready

.PHONY: run test docs words long glass check fix bench lock wheelhouse supply clean

run: $(STAMP)
	@$(BIN)/wardroom demo

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup

words: $(STAMP)
	$(BIN)/python docs/words.py

long: $(STAMP)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q -n 2 --dist loadgroup

glass: $(STAMP)
	HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -q -n 2 --dist worksteal tests/tui/test_glass.py tests/tui/test_hostile.py

check: $(STAMP)
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(STAMP)
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

docs: $(STAMP)
	$(BIN)/python docs/generate.py

BENCHES = screens start bytes_per_key cpu_per_key ssh_wire import_speed kills keys first_case colleague typing_loss screening nasty_strings awkward_mail upgrade purge flips logins fresh_clone sync fuzz_sync schedules

bench: $(STAMP)
	@missed=0; for name in $(BENCHES); do $(BIN)/python benchmarks/$$name.py || missed=1; echo; done; exit $$missed

lock: $(STAMP)
	$(PYTHON) -m pip install -q uv
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.lock
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(PYTHON) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --group supply -o requirements-supply.lock

# Everything an installation without a network needs, for the machine and Python it is made on.
wheelhouse: $(STAMP)
	rm -rf dist/wheelhouse && mkdir -p dist/wheelhouse
	$(BIN)/python -m pip download -q --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.lock -d dist/wheelhouse
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps . -w dist/wheelhouse
	cp requirements.lock share/wardroom/install.sh dist/wheelhouse
	cd dist/wheelhouse && sha256sum * > SHA256SUMS
	tar -C dist -czf dist/wardroom-wheelhouse.tar.gz wheelhouse
	@ls -l dist/wardroom-wheelhouse.tar.gz

# What we depend on: a bill of materials (CycloneDX), the licences, and known weaknesses where the index tells them.
SUPPLY = $(VENV)-supply/bin
supply: $(STAMP)
	test -d $(VENV)-supply || $(PYTHON) -m venv $(VENV)-supply
	$(SUPPLY)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-supply.lock
	mkdir -p dist
	$(SUPPLY)/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible --of JSON \
		-o dist/wardroom.cdx.json requirements.lock
	$(BIN)/python docs/licences.py $(SUPPLY)/pip-licenses
	@$(BIN)/python docs/advisories.py $(SUPPLY)/pip-audit

$(STAMP): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	$(BIN)/python -m compileall -q src
	@touch $@

clean:
	rm -rf $(VENV) $(VENV)-supply .mypy_cache .ruff_cache .pytest_cache .hypothesis
