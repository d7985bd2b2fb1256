#!/usr/bin/env bash
# Runs every fuzz target of the tree, one after another. Usage: fuzz.sh 10s
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:-10s}

git grep -lE '^func Fuzz[A-Z]' -- '*_test.go' | while read -r file; do
	grep -oE '^func Fuzz[A-Za-z0-9_]+' "$file" | cut -d' ' -f2 | while read -r target; do
		echo "== $(dirname "$file") $target"
		go test -run '^$' -fuzz "^${target}\$" -fuzztime "$time" "./$(dirname "$file")"
	done
done
