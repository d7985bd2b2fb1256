#!/bin/sh
# Takes the WebAssembly codecs out of the published packages and compares them
# with those that the program embeds. With --write it replaces the embedded
# ones. Needs node, npm and go; works in a temporary folder only. See
# ../THIRD_PARTY.md.
set -eu

lame=wasm-media-encoders@0.7.0
lame_sha256=1ffcadae8dd439253148dfc5e73dd1a0be89b61ba342886707d8b39123f26adc
aac=@audio/decode-aac@1.6.0
aac_sha256=9aea6ca01a25c4a6ca5430a705f55d64622acad13cba2c5a663379a4df90bcc1
heic=github.com/gen2brain/heic@v0.4.5
heic_sum=h1:Cq3hPu6wwlTJNv2t48ro3oWje54h82Q5pALeCBNgaSk=

here=$(cd "$(dirname "$0")" && pwd)
media=$here/../../media
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
cd "$work"

fail() { echo "derive.sh: $*" >&2; exit 1; }

# package NAME SHA256: unpacks an npm package into ./package
package() {
	rm -rf package
	tarball=$(npm pack --silent "$1")
	echo "$2  $tarball" | sha256sum -c - >/dev/null || fail "$1 is not the pinned package"
	tar -xzf "$tarball"
}

package "$lame" "$lame_sha256"
cp package/wasm/mp3.wasm lame.wasm

package "$aac" "$aac_sha256"
# The package carries its module inside a string; its loader unpacks it.
node "$here/derive.mjs" "$work/package/src/aac.wasm.js" "$work/faad2.wasm"

printf 'module derive\n' >go.mod
info=$(go mod download -json "$heic")
case $info in
*"\"Sum\": \"$heic_sum\""*) ;;
*) fail "$heic is not the pinned module" ;;
esac
cp "$(printf '%s\n' "$info" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')/lib/heif.wasm.gz" heif.wasm.gz

for pair in lame.wasm:voice faad2.wasm:voice heif.wasm.gz:picture; do
	file=${pair%:*}
	embedded=$media/${pair#*:}/codecs/$file
	if [ "${1-}" = --write ]; then install -m 644 "$file" "$embedded"; fi
	cmp "$file" "$embedded"
	sha256sum "$file"
done
