#!/usr/bin/env bash
# `make package`: everything that people install, into dist/. Each system's files
# come from packaging/<system>/package.sh, which gets a folder and finds VERSION
# and SOURCE_DATE_EPOCH in its environment; the same commit gives the same bytes
# (packaging/reproducible.sh proves it). Usage: package.sh [FOLDER]
#
#   SOTTO_SIGNING_KEY  file of a minisign secret key: signs SHA256SUMS and the
#                      statement of the new version (packaging/sign.sh)
#   SOTTO_SIGN_CERT, SOTTO_SIGN_KEY
#                      what Windows programs are signed with (packaging/windows)
#   SYSTEMS            which systems, default all: "linux windows macos flatpak"
#
# FOLDER is replaced as a whole at the end, and not at all when something fails.
set -euo pipefail
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
dist=$(realpath -m "${1:-$root/dist}")

fail() {
	printf '%s\n' "$1" >&2
	exit 1
}
# Keys, as seen from where this was called. What is wrong with them would only
# show after an hour of building.
for name in SOTTO_SIGNING_KEY SOTTO_SIGN_CERT SOTTO_SIGN_KEY; do
	[ -n "${!name:-}" ] || continue
	file=$(realpath -m "${!name}")
	[ -r "$file" ] && [ ! -d "$file" ] || fail "$name: $file cannot be read."
	[[ $file != "$root"/* ]] || fail "$name: $file lies in the repository. Keep keys outside, where no commit takes them along."
	export "$name=$file"
done

cd "$root"
systems=${SYSTEMS:-linux windows macos flatpak}
for system in $systems; do
	[ -x "packaging/$system/package.sh" ] || fail "There are no packages for \"$system\": SYSTEMS names some of linux, windows, macos, flatpak."
done
if [ -e "$dist" ] && [ ! -e "$dist/SHA256SUMS" ] && [ -n "$(ls -A "$dist")" ]; then
	fail "$dist holds other things than packages and would be replaced: name another folder, or empty it."
fi

# On lines of their own: export would hide that git has no answer.
VERSION=${VERSION:-$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)}
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export VERSION SOURCE_DATE_EPOCH TZ=UTC LC_ALL=C.UTF-8
[[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || fail "\"$VERSION\" is no version like 1.2.3 or 1.2.3-rc1."
umask 022
if [ -n "$(git status --porcelain)" ]; then
	echo "This tree differs from its commit ($commit): what is made of it is nothing to publish." >&2
fi

mkdir -p "$(dirname "$dist")"
made=$(mktemp -d "$dist.XXXXXX")
trap 'rm -rf "$made"' EXIT
chmod 755 "$made"
for system in $systems; do
	echo "== $system"
	"packaging/$system/package.sh" "$made"
done
echo "== sums and signature"
(cd "$made" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs -r -d '\n' sha256sum >SHA256SUMS)
packaging/sign.sh "$made"
rm -rf "$dist"
mv "$made" "$dist"
ls -l "$dist"
