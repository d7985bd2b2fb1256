#!/usr/bin/env bash
# `make test`: lint, then every test. The window's tests get a display of
# their own; everything but the window also runs under the race detector.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n== %s\n' "$*"; }

step lint
packaging/lint.sh

step "tests under the race detector"
# The toolkit's C code would be compiled once more for the race detector, so
# the window's packages, which run one goroutine, go without it.
go list ./... | grep -vE '^sotto/(ui|cmd/sotto|cmd/sotto-screens|cmd/sotto-bench|cmd/sotto-stage)(/|$)' |
	xargs go test -race -timeout 30m

# What counts memory must not count the race detector's.
step "the window's tests, and those of memory"
go test -trimpath -timeout 30m ./ui/... ./cmd/...
go test -trimpath -run OfALargeProfile ./store
