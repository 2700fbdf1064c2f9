# Every entry point of the project; `make help` lists them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help setup unit integration e2e test check format cluster clean-cluster images deploy manifests demo

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: node_modules/.package-lock.json ## install Node 24 and the packages, generate code
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund && touch $@

unit: setup ## unit tests alone (no Docker, < 20 s)
	vitest run --project unit

check: setup ## types, lint, formatting, unused code
	tsc && biome check . && knip

format: setup ## let biome write its formatting and safe fixes
	biome check --write .
