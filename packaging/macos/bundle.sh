#!/bin/sh
# Lays out Sotto.app; runs on any system. Usage:
#
#   packaging/macos/bundle.sh PROGRAMS FOLDER
#
# PROGRAMS is a folder with sotto and sotto-cli for macOS. FOLDER/Sotto.app is
# written anew. VERSION may be given; otherwise it comes from FyneApp.toml.
set -eu
[ $# -eq 2 ] || { echo "usage: $0 PROGRAMS FOLDER" >&2; exit 2; }
programs=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."

field() { sed -n "s/^ *$1 = \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" FyneApp.toml | head -n 1; }
name=$(field Name)
version=${VERSION:-$(field Version)}
app=$out/$name.app
rm -rf "$app"
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
# macOS takes three numbers and nothing else for a version.
sed -e "s/@NAME@/$name/" -e "s/@ID@/$(field ID)/" -e "s/@BUILD@/$(field Build)/" \
	-e "s/@VERSION@/$(printf %s "$version" | sed 's/[^0-9.].*//')/" \
	-e "s/@MINIMUM@/$(cat packaging/macos/minimum)/" packaging/macos/Info.plist >"$app/Contents/Info.plist"
printf 'APPL????' >"$app/Contents/PkgInfo"
cp "$programs/sotto" "$programs/sotto-cli" "$app/Contents/MacOS/"
cp -R packaging/macos/lproj/*.lproj "$app/Contents/Resources/"
icons=$(mktemp -d)
trap 'rm -rf "$icons"' EXIT
go run -trimpath -buildvcs=false ./packaging/iconfile "$icons"
cp "$icons/sotto.icns" "$app/Contents/Resources/"
cp -R assets/licences "$app/Contents/Resources/licences"
cp LICENSE "$app/Contents/Resources/LICENSE.txt"
find "$app" -type d -exec chmod 755 {} +
find "$app" -type f -exec chmod 644 {} +
chmod 755 "$app/Contents/MacOS/sotto" "$app/Contents/MacOS/sotto-cli"
