#!/bin/sh
# Builds and installs inside of flatpak-builder, which sets FLATPAK_DEST and
# SOURCE_DATE_EPOCH; the manifest says where the modules come from.
set -eu
cd "$(dirname "$0")/../.."
VERSION=$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(stat -c %Y FyneApp.toml)}
export VERSION SOURCE_DATE_EPOCH
key= # that statements of newer versions must be signed with
[ -f packaging/release.pub ] && key=$(tail -n 1 packaging/release.pub)
link="-s -w -buildid= -X main.version=$VERSION -X main.releaseKey=$key"
go build -tags flatpak -trimpath -buildvcs=false -ldflags "$link" -o programs/ ./cmd/sotto ./cmd/sotto-cli
packaging/linux/tree.sh programs tree
cp -R tree/usr/. "$FLATPAK_DEST/"
