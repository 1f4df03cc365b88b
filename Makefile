# What a person types. `make` alone lists it.

.DEFAULT_GOAL := help
.PHONY: help up test nightly check format bench chaos lock clean

BIN := .venv/bin

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

up: ## prepare everything and run the hotline with the example bank and its demo floor; Ctrl-C ends it
	@tools/prepare run
	@exec $(BIN)/hotline up --demo

test: ## all tests, on a real Asterisk, SIPp, Mosquitto and Prometheus that they start themselves
	@tools/prepare test
	@$(BIN)/hotline fetch-asterisk
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -m "not alone"
	@$(BIN)/pytest -m alone

nightly: ## all properties and exact rows at full length
	@tools/prepare test
	@HOTLINE_TESTS=nightly $(BIN)/pytest -n 2 --dist loadfile tests/core tests/simulator

check: ## format, lint, types, import contracts, length of files
	@tools/prepare test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/architecture

format: ## let ruff put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: ## the figures of docs/benchmarks.md: a table, and bench/out/*.json
	@tools/prepare test
	@$(BIN)/hotline fetch-asterisk
	@$(BIN)/python -m bench

chaos: ## kill, freeze and cut the core at random moments, 20 rounds
	@tools/prepare test
	@$(BIN)/hotline fetch-asterisk
	@HOTLINE_CHAOS_ROUNDS=20 $(BIN)/pytest -m chaos tests/chaos

lock: ## pin the newest versions that pyproject.toml allows
	@python3 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv
	.cache/uv/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
	    --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -o requirements.lock

clean: ## remove what was made here; the cached Asterisk stays
	rm -rf .venv .hotline .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis bench/out
