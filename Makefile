# Every entry point of the project; `make help` lists them.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
.DEFAULT_GOAL := help
.PHONY: help setup unit integration browser e2e test test-pooling check format cluster clean-cluster clean-cache images deploy manifests load demo \
	bench-api bench-writes bench-statements bench-step bench-lag bench-start bench-operator bench-decide bench-fleet bench-scaling bench-budget bench-cache

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

GENERATED = app/database/generated/client.ts
setup: node_modules/.package-lock.json $(GENERATED) ## install Node 24 and the packages, generate code
node_modules/.package-lock.json: package.json package-lock.json
# By the lock file, like `npm ci`, which also asks for other platforms' packages that not every registry has.
	npm install --no-save --no-audit --no-fund --loglevel=error && touch $@
$(GENERATED): app/database/schema.prisma node_modules/.package-lock.json
	npm run --silent generate && touch $@

REPORT = --reporter=default --reporter=json --outputFile.json=reports/$@.json

unit: setup ## unit tests alone (no Docker, < 20 s)
	vitest run --project unit $(REPORT)

integration: images ## the LMS against real PostgreSQL and Redis in containers
	vitest run --project integration $(REPORT)

browser: setup ## reports in a headless Chromium (CHROMIUM, or one that is found or, as root on Debian, installed)
	vitest run --project browser $(REPORT)

e2e: deploy ## the suites that need a cluster (KUBECONFIG, or the cluster of `make cluster`)
	vitest run --project e2e --project faults $(REPORT)

# The platform starts beside the suites that need no cluster; all are run whatever fails, and then it fails.
test: setup ## all set-up and every test, cluster e2e included
	@$(MAKE) --no-print-directory --keep-going --jobs=2 check unit integration deploy; before=$$?; \
	$(MAKE) --no-print-directory --keep-going browser e2e && exit $$before

test-pooling: setup ## the connection budget on real PostgreSQL and PgBouncers: the operator killed at each call, then STEPS random events (2000) from SEED (1)
	node e2e/pooling/main.ts

check: setup ## types, lint, formatting, unused code
	tsc && biome check . && knip

format: setup ## let biome write its formatting and safe fixes
	biome check --write .

cluster: setup ## a kind cluster with our images, in Docker (installed and started if need be)
	node e2e/cluster/main.ts up

images: setup ## build the container images that changed, write dist/images.json
	node e2e/cluster/main.ts images

clean-cluster: setup ## delete the cluster; what was built stays cached
	node e2e/cluster/main.ts down

clean-cache: clean-cluster ## delete our images and the cache as well
	node e2e/cluster/main.ts forget

manifests: setup ## write dist/{app,data,monitoring,operator,profiles}.yaml
	node cdk8s/main.ts

deploy: cluster ## the whole platform on the cluster, every pod Ready
	node cdk8s/main.ts && node e2e/deploy.ts

load: setup ## load on 127.0.0.1:30080 for a minute; report in reports/load.{json,html}
	node bench/load.ts

demo: deploy ## four minutes of load on a filled platform, with a live table and an HTML report
	node bench/demo.ts

bench-api: setup ## CPU time per request of the API beside a bare Express route
	node bench/api.ts

bench-writes: setup ## CPU time and SQL statements per request of what learners write most
	node bench/writes.ts

bench-statements: setup ## SQL statements per request of each route
	node bench/statements.ts

bench-step: deploy ## seconds from a step of the load to all pods Ready, on the cluster
	node bench/step.ts

bench-lag: deploy ## seconds from the scrape that calls for more pods to the scale write, on the cluster
	node bench/lag.ts

bench-start: deploy ## seconds from the creation of an API pod to Ready, and its CPU time, on the cluster
	node bench/start.ts

bench-operator: deploy ## memory, CPU and writes of the operator at rest, on the cluster
	node bench/operator.ts

bench-decide: setup ## cost of a decision: microseconds, bytes a profile, growth over a simulated week
	node bench/decide.ts

bench-fleet: manifests ## 1,000 and 10,000 profiles: lag, memory and CPU against a real API server (KUBE_BINARY: one built before)
	node bench/fleet.ts

bench-scaling: setup ## quality of scaling beside the HPA, on generated load and the traces in folder TRACES
	node bench/scaling.ts $(TRACES)

bench-budget: setup ## milliseconds of a rebalance between 3, 10 and 50 saturated PgBouncers; cost of a pooler per query
	node bench/budget.ts

bench-cache: setup ## when which layer of the API's cache pays, by size of values, processes of a pod, and after scale-out
	node bench/cache.ts
