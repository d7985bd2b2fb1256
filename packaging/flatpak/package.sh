#!/bin/sh
# Makes Sotto-VERSION.flatpak where flatpak-builder and the runtime are
# installed (flatpak install flathub org.freedesktop.Sdk//VERSION and its golang
# extension). Usage: packaging/flatpak/package.sh FOLDER
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

manifest=packaging/flatpak/im.sotto.Sotto.json
version=${VERSION:-$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)}
runtime=$(sed -n 's/.*"runtime-version": "\(.*\)".*/\1/p' "$manifest")
for part in org.freedesktop.Platform org.freedesktop.Sdk org.freedesktop.Sdk.Extension.golang; do
	if ! command -v flatpak-builder >/dev/null || ! flatpak info "$part//$runtime" >/dev/null 2>&1; then
		echo "No Flatpak: it needs flatpak-builder and $part//$runtime, which are not installed here." >&2
		exit 0
	fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flatpak-builder --disable-rofiles-fuse --state-dir="$work/state" --repo="$work/repo" --force-clean \
	"$work/build" "$manifest"
flatpak build-bundle "$work/repo" "$dist/Sotto-$version.flatpak" im.sotto.Sotto
