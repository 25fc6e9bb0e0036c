SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The tools of the project come first, the Node.js 24 of node_modules among them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# npm itself may run on an older Node.js: it warns about every package that asks for 24, and installs them all the same.
NPM := npm --no-audit --no-fund --no-update-notifier --loglevel=error
STAMP := node_modules/.stamp

.PHONY: help install demo dev test check format docs lock

help: ## Print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

install: $(STAMP) ## Install the packages and Node.js 24 into node_modules (every target does it when needed)

$(STAMP): package.json package-lock.json
	@command -v npm >/dev/null || { echo "error: npm is missing: install Node.js 20 or later with npm" >&2; exit 1; }
	@echo "installing packages …"
	@$(NPM) ci
	@case "$$(node --version)" in v1?.*|v20.*|v21.*|v22.*|v23.*) \
	  echo "error: Node.js 24 or later is needed on this platform, found $$(node --version)" >&2; exit 1;; esac
	@touch $@

demo: $(STAMP) ## The whole pipeline on recorded data: backfill 2021-01-04 … 2022-06-24, then serve (ONCE=1: stop)
	@exec node infra/local/demo.ts

dev: $(STAMP) ## The local stack on recorded data without a backfill, until Ctrl-C
	@exec node infra/local/dev.ts

test: $(STAMP) ## All tests: unit, integration, conformance and e2e, with servers of their own
	@vitest run $(TEST_ARGS)

check: $(STAMP) ## Format, lint, types, dead code and unit tests
	oxfmt --check
	oxlint
	tsc --noEmit --project .
	knip
	vitest run --project unit

format: $(STAMP) ## Format every file
	oxfmt

docs: $(STAMP) ## Generate the pages of docs/ that come from the code
	@node infra/docs/generate-pipeline.ts

lock: ## Refresh package-lock.json after a change of package.json
	@$(NPM) install --package-lock-only --ignore-scripts
	@node infra/local/complete-lock.ts
