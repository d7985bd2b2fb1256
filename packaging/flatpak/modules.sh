#!/usr/bin/env bash
# Writes modules.json: where flatpak-builder fetches the Go modules of the
# programs, each with its hash, because nothing inside of it may use the network.
# They lie as in a file tree that GOPROXY takes. Run it after a change of go.mod;
# a test says when it was forgotten. Needs the modules in the cache, as
# proxy.golang.org gives them out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C

cache=$(go env GOMODCACHE)/cache/download
# source PATH VERSION EXTENSION
source_of() {
	local path sum
	path=$(sed 's/[A-Z]/!\L&/g' <<<"$1")
	sum=$(sha256sum "$cache/$path/@v/$2.$3" | cut -d ' ' -f 1)
	printf '%s\n    {"type": "file", "url": "https://proxy.golang.org/%s/@v/%s.%s", "sha256": "%s", "dest": "modules/%s/@v"}' \
		"$comma" "$path" "$2" "$3" "$sum" "$path"
	comma=,
}
# What go.mod names is read, what the programs use is unpacked.
mapfile -t required < <(sed -n 's/^\t\([^ ]*\) v.*/\1/p' go.mod)
named=$(go list -m -f '{{if not .Main}}{{.Path}} {{.Version}}{{end}}' "${required[@]}" | sort)
used=$(GOOS=linux CGO_ENABLED=1 go list -tags flatpak -deps \
	-f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}' \
	./cmd/sotto ./cmd/sotto-cli ./packaging/... | sort -u)
out=packaging/flatpak/modules.json
comma=
{
	printf '['
	while read -r path version; do
		source_of "$path" "$version" mod
	done <<<"$named"
	while read -r path version; do
		source_of "$path" "$version" zip
	done < <(sed '/^$/d' <<<"$used")
	printf '\n]\n'
} >"$out.new"
mv "$out.new" "$out"
