#!/usr/bin/env bash
# `make package`: everything that people install, into dist/. Each system's files
# come from packaging/<system>/package.sh, which gets the folder and finds
# VERSION, COMMIT and SOURCE_DATE_EPOCH in its environment; the same commit gives
# the same bytes (packaging/reproducible.sh proves it).
#
#   SOTTO_SIGNING_KEY  file of a minisign secret key: signs SHA256SUMS and the
#                      statement of the new version
#   SYSTEMS            which systems, default all: "linux windows macos flatpak"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dist=$(realpath -m "${1:-dist}")
export VERSION=${VERSION:-$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)}
export COMMIT=${COMMIT:-$(git rev-parse HEAD)}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export TZ=UTC LC_ALL=C.UTF-8
umask 022

if [ -n "$(git status --porcelain 2>/dev/null)" ]; then
	echo "This tree differs from its commit ($COMMIT): what is made of it is nothing to publish." >&2
fi
rm -rf "$dist"
mkdir -p "$dist"
for system in ${SYSTEMS:-linux windows macos flatpak}; do
	[ -x "packaging/$system/package.sh" ] || continue
	echo "== $system"
	"packaging/$system/package.sh" "$dist"
done
echo "== sums and signature"
(cd "$dist" && find . -type f ! -name SHA256SUMS ! -name '*.minisig' -printf '%P\n' | sort | xargs -d '\n' sha256sum >SHA256SUMS)
packaging/sign.sh "$dist"
ls -l "$dist"
