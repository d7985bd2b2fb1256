# The targets a person uses; `make help` lists them.

GO       ?= go
BIN      := bin
OUT      := out
DIST     := dist
# One set of flags for everything that links the window: the toolkit's C code
# is slow to compile and the build cache keeps it only for equal flags.
FLAGS    := -trimpath
FUZZTIME ?= 10s
# The virtual display of tests, benchmarks and screens draws in software.
export LIBGL_ALWAYS_SOFTWARE ?= 1
export LANG ?= en_US.UTF-8

.DEFAULT_GOAL := help
.PHONY: help run build test lint bench screens fuzz package clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the programs into bin/
	@packaging/setup.sh build
	@mkdir -p $(BIN)
	$(GO) build $(FLAGS) -o $(BIN)/ ./cmd/...

run: ## start Sotto on a network of its own, with Echo to talk to
	@packaging/setup.sh run
	@mkdir -p $(BIN) $(OUT)
	$(GO) build $(FLAGS) -o $(BIN)/ ./cmd/...
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		exec $(BIN)/sotto --network local; \
	else \
		exec $(BIN)/sotto-stage --out $(OUT)/run; \
	fi

test: ## everything that CI checks
	@packaging/setup.sh test
	@packaging/check.sh

lint: ## gofmt, go vet, staticcheck, govulncheck where its database answers
	@packaging/setup.sh build
	@packaging/lint.sh

bench: ## measure, each row beside its reference in the same run
	@packaging/setup.sh test
	@mkdir -p $(BIN)
	$(GO) build $(FLAGS) -o $(BIN)/ ./cmd/...
	$(BIN)/sotto-bench

screens: ## draw every screen and state to out/screens
	@packaging/setup.sh test
	@mkdir -p $(BIN)
	$(GO) run $(FLAGS) ./cmd/sotto-screens --out $(OUT)/screens

fuzz: ## fuzz every parser, FUZZTIME each (default 10s)
	@packaging/setup.sh build
	@packaging/fuzz.sh $(FUZZTIME)

package: ## make what people install, into dist/ (docs/packaging.md)
	@packaging/setup.sh package
	@packaging/package.sh $(DIST)

clean: ## remove what was built
	rm -rf $(BIN) $(OUT) $(DIST)
