# The commands of this project. `make setup` needs Python >= 3.11, make and the package registries, nothing else.

PYTHON ?= python3
STACK ?= EndToEnd
ARGS ?=
# Node.js comes from PyPI into the virtual environment, so that every machine synthesizes with the same one.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export CDK_DISABLE_CLI_TELEMETRY := true
# Importing aws-cdk-lib without byte code takes three times as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup lock dist run prove test coverage test-long check synth bench docs clean

help:
	@echo "make setup   virtual environment, pinned packages, Node.js, CDK CLI"
	@echo "make run     run a workflow on the local AWS        (STACK=EndToEnd ARGS='--json')"
	@echo "make prove   take each permission away, see the run refused (STACK=EndToEnd ARGS='--json')"
	@echo "make test    tests                                  (ARGS='-m \"not slow\"' for the fast ones)"
	@echo "make coverage   the tests again, with the share of lines that they run"
	@echo "make test-long  proofs of whole stacks, and further cases of the slow tests"
	@echo "make check   ruff, import-linter and mypy"
	@echo "make synth   synthesize every stack to cdk.out"
	@echo "make bench   measure the check, synthesis, the local AWS and the processing script"
	@echo "make docs    pages that are generated: docs/rules.md"
	@echo "make dist    wheels of the three packages, in dist/"
	@echo "make lock    hashes of the pins, after a change of requirements or of a package's dependencies"
	@echo "make clean   remove everything that these commands have made"

setup: .venv/installed node_modules/installed

.venv/installed: requirements-lock.txt rules/pyproject.toml constructs/pyproject.toml local_aws/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed: make setup PYTHON=python3.12")'
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-lock.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e ./rules -e ./constructs -e ./local_aws
	touch $@

node_modules/installed: package-lock.json .venv/installed
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

# After a change of requirements*.txt or of a package's dependencies.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --custom-compile-command "make lock" \
		--no-emit-package sagemaker-rules --no-emit-package sagemaker-workflows --no-emit-package local-aws \
		requirements-dev.txt --output-file requirements-lock.txt

dist: setup
	rm -rf dist
	python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist \
		./rules ./constructs ./local_aws

run: setup
	python -m local_aws run $(STACK) $(ARGS)

prove: setup
	python -m local_aws prove $(STACK) $(ARGS)

test: setup
	python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m "not long" $(ARGS)

# Tracing takes 60 % more time with Python 3.11.
coverage: setup
	$(MAKE) test ARGS='--cov --cov-report= $(ARGS)'
	@echo "coverage: $$(coverage report --format=total) % of lines (without jobs and functions, which are processes of their own)"

test-long: setup
	python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m long $(ARGS)

check: setup
	ruff check .
	ruff format --check .
	lint-imports
	mypy

synth: setup
	npx cdk synth --quiet

bench: setup
	python benchmarks/check.py
	python benchmarks/synthesis.py
	python benchmarks/local_aws.py
	python benchmarks/standardization.py $(ARGS)

docs: setup
	python -m sagemaker_rules.rulebook_page > docs/rules.md

clean:
	rm -rf .venv node_modules cdk.out dist .local_aws .coverage .import_linter_cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
