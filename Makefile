# The commands of this project. `make setup` needs Python >= 3.11, make and the package registries, nothing else.

PYTHON ?= python3
STACK ?= EndToEnd
ARGS ?=
# Node.js comes from PyPI into the virtual environment, so that every machine synthesizes with the same one.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export CDK_DISABLE_CLI_TELEMETRY := true
# Importing aws-cdk-lib without byte code takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run prove test test-long check synth bench clean

help:
	@echo "make setup   virtual environment, pinned packages, Node.js, CDK CLI"
	@echo "make run     run a workflow on the local AWS        (STACK=EndToEnd ARGS='--json')"
	@echo "make prove   take each permission away, see the run refused (STACK=EndToEnd ARGS='--json')"
	@echo "make test    tests                                  (ARGS='-m \"not slow\"' for the fast ones)"
	@echo "make test-long  further cases of the slow tests"
	@echo "make check   ruff and mypy"
	@echo "make synth   synthesize every stack to cdk.out"
	@echo "make bench   measure the local AWS and the processing script"
	@echo "make clean   remove everything that these commands have made"

setup: .venv/installed node_modules/installed

.venv/installed: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make setup PYTHON=python3.12")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

node_modules/installed: package-lock.json .venv/installed
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

run: setup
	python -m local_aws run $(STACK) $(ARGS)

prove: setup
	python -m local_aws prove $(STACK) $(ARGS)

test: setup
	python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m "not long" $(ARGS)

test-long: setup
	python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -m long $(ARGS)

check: setup
	ruff check .
	ruff format --check .
	mypy

synth: setup
	npx cdk synth --quiet

bench: setup
	python benchmarks/local_aws.py
	python benchmarks/standardization.py $(ARGS)

clean:
	rm -rf .venv node_modules cdk.out .local_aws .pytest_cache .mypy_cache .ruff_cache .hypothesis
