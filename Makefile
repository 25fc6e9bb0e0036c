SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The tools of the project come first, the Node.js 24 of node_modules among them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# npm itself may run on an older Node.js: it warns about every package that asks for 24, and installs them all the same.
NPM := npm --no-audit --no-fund --no-update-notifier --loglevel=error
STAMP := node_modules/.stamp
WEB := services/dashboard/web/dist/index.html
WEB_SOURCES := $(shell find services/dashboard/web shared/client shared/contract shared/pipeline shared/time.ts -type f -not -path '*/dist/*')

.PHONY: help install web demo dev test check format docs pin-code lock sbom bench

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

web: $(WEB) ## Build the pages of the dashboard (every target that shows them does it when needed)

$(WEB): $(STAMP) $(WEB_SOURCES)
	@vite build services/dashboard/web --logLevel warn

demo: $(WEB) ## The whole pipeline on recorded data: backfill 2021-01-04 … 2022-06-24, then serve (ONCE=1: stop)
	@exec node infra/local/demo.ts

dev: $(WEB) ## The local stack on recorded data without a backfill, until Ctrl-C
	@exec node infra/local/dev.ts

test: $(WEB) ## All tests: unit, integration, conformance and e2e, with servers of their own
	@vitest run $(TEST_ARGS)

check: $(STAMP) ## Format, lint, types, dead code and unit tests
	oxfmt --check
	oxlint
	tsc --noEmit --project .
	tsc --noEmit --project services/dashboard/web
	knip
	vitest run --project unit

format: $(STAMP) ## Format every file
	oxfmt

pin-code: $(STAMP) ## Note that code that computes an asset changed (SAME_RESULTS=1: under the same version)
	@node --disable-warning=ExperimentalWarning infra/sources/pin-code.ts $(if $(filter 1,$(SAME_RESULTS)),--same-results)

docs: $(STAMP) ## Generate the pages of docs/ that come from the code
	@node infra/docs/generate-pipeline.ts

bench: $(STAMP) ## Run the benchmarks of bench/ one after the other (BENCH=ingest: one of them)
	@for file in $(if $(BENCH),bench/$(BENCH).ts,$(sort $(wildcard bench/*.ts))); do \
	  printf '\n== %s\n%s\n\n' "$$file" "$$(sed -n '2s/^ \* //p' "$$file")"; \
	  node "$$file" || exit 1; \
	done

lock: ## Refresh package-lock.json after a change of package.json
	@$(NPM) install --package-lock-only --ignore-scripts
	@node infra/local/complete-lock.ts

sbom: $(STAMP) ## Write the bill of materials of the image, CycloneDX, to sbom.cdx.json
	@node infra/sources/sbom.ts

# Containers. They need Docker with compose, and nothing of the above.
.PHONY: up down logs ps run-all backfill psql backup restore

# Every profile, so that nothing is left out whatever was started.
COMPOSE := docker compose --profile pipeline --profile replay --profile monitoring
# The command line inside the container of the API, which knows its address and key.
MACRO = $(COMPOSE) exec -T api node infra/cli/main.ts

up: ## Containers: the whole system (REPLAY=1: on recorded data, without keys)
	@REPLAY=$(REPLAY) infra/compose/up

down: ## Containers: stop and remove them; the data stay (VOLUMES=1: remove the data too)
	@$(COMPOSE) down --remove-orphans $(if $(filter 1,$(VOLUMES)),--volumes)

logs: ## Containers: follow their logs (SERVICE=api: of one)
	@$(COMPOSE) logs --follow --tail=100 $(SERVICE)

ps: ## Containers: list them
	@$(COMPOSE) ps

run-all: ## Containers: materialize all 14 assets of the last partition now, and wait (PARTITION=)
	@$(MACRO) run $(if $(PARTITION),--partition $(PARTITION)) --watch

backfill: ## Containers: materialize what is missing in FROM= … TO=, and wait
	@test -n "$(FROM)" && test -n "$(TO)" || { echo "error: say the range: make backfill FROM=2022-01-03 TO=2022-06-24" >&2; exit 1; }
	@$(MACRO) backfill create --from $(FROM) --to $(TO) --watch

psql: ## Containers: a prompt of the database
	@docker compose exec postgres psql --username=macro --dbname=macro

backup: ## Containers: write the database to .data/backups (FILE=)
	@FILE="$(FILE)" infra/compose/backup

restore: ## Containers: replace the database by that of FILE=
	@FILE="$(FILE)" infra/compose/restore
