#!/usr/bin/env bash
# gofmt, go vet and staticcheck must be clean; govulncheck runs where its
# database can be reached and says so where not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# The flags of everything that links the window: checking compiles it as well,
# and the minutes that the toolkit's C code takes are spent once.
GOFLAGS="$(go env GOFLAGS) -trimpath"
export GOFLAGS

unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
	echo "not formatted by gofmt:" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet ./...
go tool staticcheck ./...
if timeout 5 bash -c 'exec 3<>/dev/tcp/vuln.go.dev/443' 2>/dev/null; then
	go tool govulncheck ./...
else
	echo "govulncheck: its database cannot be reached from here, not run"
fi
