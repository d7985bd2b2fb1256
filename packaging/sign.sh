#!/usr/bin/env bash
# Signs a release with minisign: SHA256SUMS, which names every file, and the
# statement that tells running programs of the new version (sotto.json, see
# engine/protocol/release). Usage: sign.sh DIST
#
#   SOTTO_SIGNING_KEY   the secret key; it stays outside the repository
#   SOTTO_RELEASE_PAGE  https address where people read on, optional
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
published=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
printf '{"program":"sotto","version":"%s","published":"%s","page":"%s"}\n' \
	"$VERSION" "$published" "${SOTTO_RELEASE_PAGE:-}" >"$dist/sotto.json"
for file in SHA256SUMS sotto.json; do
	minisign -S -s "$SOTTO_SIGNING_KEY" -t "Sotto $VERSION" -c "signature of Sotto $VERSION" \
		-m "$dist/$file" -x "$dist/$file.minisig"
	# Programs believe the key in the repository and no other.
	if [ -f packaging/release.pub ]; then
		minisign -V -q -p packaging/release.pub -m "$dist/$file" -x "$dist/$file.minisig"
	fi
done
[ -f packaging/release.pub ] || echo "packaging/release.pub is missing: the programs believe no statement of a newer version."
