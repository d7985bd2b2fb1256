#!/usr/bin/env bash
# Proves that a release is reproducible: makes the packages of this commit twice,
# in two other folders, and compares every byte. The compiled C code comes from
# the build cache the second time unless FRESH=1, which takes minutes.
# Usage: reproducible.sh [FOLDER]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=$(realpath -m "${1:-out/reproducible}")
if [ -e "$out" ] && [ ! -e "$out/first.log" ] && [ -n "$(ls -A "$out")" ]; then
	echo "$out holds something else: name another folder, or empty it." >&2
	exit 1
fi
rm -rf "$out"
mkdir -p "$out"
for n in first second; do
	# Paths of different length and depth.
	tree=$out/$n
	[ $n = first ] || tree=$out/$n/somewhere/else
	git clone -q . "$tree"
	if [ $n = second ] && [ -n "${FRESH:-}" ]; then
		export GOCACHE=$out/cache XDG_CACHE_HOME=$out/downloads
	fi
	echo "== the $n time, in $tree"
	(cd "$tree" && packaging/package.sh dist >"$out/$n.log" 2>&1) || {
		tail "$out/$n.log" >&2
		exit 1
	}
	mv "$tree/dist" "$out/dist-$n"
done
diff -r "$out/dist-first" "$out/dist-second" || {
	echo "The two builds differ." >&2
	exit 1
}
cat "$out/dist-first/SHA256SUMS"
echo "Both builds of $(git rev-parse --short HEAD) are equal, byte for byte."
