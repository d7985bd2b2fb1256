#!/bin/sh
# Makes the package for macOS where that is possible: on a Mac. Usage:
# packaging/macos/package.sh FOLDER
set -eu
if [ "$(uname -s)" != Darwin ]; then
	echo "No package for macOS: Apple's tools for it run on a Mac only (packaging/macos/make-dmg.sh)." >&2
	exit 0
fi
exec "$(dirname "$0")/make-dmg.sh" "$@"
