#!/usr/bin/env bash
# Signs a release with minisign: SHA256SUMS, which names every file, and the
# statement that tells running programs of the new version (sotto.json, see
# engine/protocol/release). Usage: sign.sh DIST
#
#   SOTTO_SIGNING_KEY   the secret key; it stays outside the repository
#   SOTTO_RELEASE_PAGE  https address where people read on, optional
#
# VERSION and SOURCE_DATE_EPOCH are in the environment. A version that is not
# finished (1.2.3-rc1) gets no statement: nobody is told to fetch it.
#
# Signatures hold no time, so that they are the same for the same files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

dist=$1
if [ -z "${SOTTO_SIGNING_KEY:-}" ]; then
	echo "Not signed: SOTTO_SIGNING_KEY names no key."
	exit 0
fi
[ -r "$SOTTO_SIGNING_KEY" ] || {
	echo "The signing key $SOTTO_SIGNING_KEY cannot be read." >&2
	exit 1
}
page=${SOTTO_RELEASE_PAGE:-}
[[ -z $page || $page =~ ^https://[^[:space:]\"\\]+$ ]] || {
	echo "SOTTO_RELEASE_PAGE is no https address: $page" >&2
	exit 1
}
files=(SHA256SUMS)
if [[ $VERSION =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
	files+=(sotto.json)
	printf '{"program":"sotto","version":"%s","published":"%s","page":"%s"}\n' \
		"$VERSION" "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" "$page" >"$dist/sotto.json"
fi
for file in "${files[@]}"; do
	minisign -S -s "$SOTTO_SIGNING_KEY" -t "Sotto $VERSION" -c "signature of Sotto $VERSION" \
		-m "$dist/$file" -x "$dist/$file.minisig"
	# Programs believe the key in the repository and no other.
	if [ -f packaging/release.pub ]; then
		minisign -V -q -p packaging/release.pub -m "$dist/$file" -x "$dist/$file.minisig"
	fi
done
[ -f packaging/release.pub ] || echo "packaging/release.pub is missing: the programs believe no statement of a newer version."
