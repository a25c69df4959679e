# The project's one entry. `make` alone prints the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BUILD := build
ARGS ?=
export CCACHE_DIR ?= $(CURDIR)/$(BUILD)/ccache

UI_SOURCES := $(shell find ui -path ui/node_modules -prune -o -path ui/dist -prune -o -type f -print)
UI_BUILT := $(BUILD)/ui.stamp
PROGRAM := $(BUILD)/release/geniai

.PHONY: help
help: ## Print the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: demo
demo: packages-demo build ## Build everything and start the demo; ARGS="--check --json" goes to it
	@exec $(PROGRAM) demo $(ARGS)

.PHONY: test
test: packages-test build dev tests-ready ## Install what is needed, build, run every test
	@tools/with-node node tests/run.mjs

.PHONY: build
build: packages-build $(UI_BUILT) ## Build the optimised program: build/release/geniai
	@cmake --preset release >/dev/null
	@cmake --build $(BUILD)/release

.PHONY: dev
dev: packages-test $(UI_BUILT) ## Build program and tests with sanitizers: build/dev
	@cmake --preset dev >/dev/null
	@cmake --build $(BUILD)/dev

.PHONY: tsan
tsan: packages-test $(UI_BUILT) ## Run the unit tests of what is concurrent under the thread sanitizer
	@cmake --preset tsan >/dev/null
	@cmake --build $(BUILD)/tsan --target unit_tests
	@TSAN_OPTIONS=halt_on_error=1 $(BUILD)/tsan/unit_tests --gtest_filter='Server*:Password*:Rule*'

.PHONY: quality
quality: dev ## Record what new rules reach on the labelled set; ACCEPT="why" if it is less than before
	@GENIAI_RECORD_QUALITY=1 GENIAI_ACCEPT_QUALITY="$(ACCEPT)" $(BUILD)/dev/unit_tests --gtest_brief=1 --gtest_filter='RulesQuality*'

.PHONY: bench bench-sync bench-gateway bench-rules bench-outage bench-batch
bench: bench-sync bench-gateway bench-rules bench-outage bench-batch ## Measure everything that has a measurement
bench-gateway: packages-demo build ## Calls admitted a second, in flight, and at the limits; 15 minutes
	@cmake --build $(BUILD)/release --target gateway_load admission_load
	@tools/with-node node bench/gateway.mjs
bench-rules: packages-demo build ## The rules against Python's re and the sync, 15 minutes
	@cmake --build $(BUILD)/release --target classify_rate plain_pipe
	@tools/with-node node bench/rules.mjs
bench-outage: packages-demo build ## Five minutes without a provider: calls, recovery, nothing lost; 6 minutes
	@tools/with-node node bench/outage.mjs
bench-batch: packages-demo build ## 50,000 questions by the provider's batches: time, memory, price; 10 minutes
	@tools/with-node node bench/batch.mjs
bench-sync: packages-demo build ## Sync against a plain pipe, 25 minutes; ROUNDS=5 SIZES=200000,20000
	@cmake --build $(BUILD)/release --target plain_pipe
	@tools/with-node node bench/sync.mjs $(addprefix --sizes=,$(SIZES)) $(addprefix --rounds=,$(ROUNDS))

.PHONY: docs
docs: build ## Write docs/cli.md from the program's own descriptions
	@$(PROGRAM) docs > docs/cli.md

.PHONY: fmt
fmt: packages-lint ## Format the lines of C++ that changed since the last commit
	@git clang-format --quiet --force HEAD -- src bench

.PHONY: lint
lint: packages-lint dev ## clang-tidy on what changed since the last commit
	@cmake --preset dev -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DCMAKE_UNITY_BUILD=OFF >/dev/null
	@git diff --name-only HEAD -- 'src/*.cc' | xargs -r clang-tidy -p $(BUILD)/dev --quiet

.PHONY: check
check: test ## What CI runs

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf $(BUILD) ui/dist ui/node_modules tests/node_modules

packages-%:
	@tools/install-packages $*

# The page is built once and carried inside the program, compressed beforehand.
$(UI_BUILT): $(UI_SOURCES)
	@mkdir -p $(BUILD)
	@rm -rf ui/dist
	@cd ui && ../tools/with-node npm ci --silent --no-audit --no-fund
	@cd ui && ../tools/with-node npm run --silent build
	@find ui/dist -type f -regex '.*\.\(js\|css\|html\|svg\)' -exec gzip -9kn {} +
	@touch $@

.PHONY: tests-ready
tests-ready: $(BUILD)/tests.stamp
$(BUILD)/tests.stamp: tests/package-lock.json
	@cd tests && ../tools/with-node npm ci --silent --no-audit --no-fund
	@touch $@
