#!/usr/bin/env bash
# Lays out the files of Sotto as they are installed (usr/…), for every kind of
# package on Linux. Usage: tree.sh PROGRAMS TREE
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bin=$1 tree=$2 share=packaging/linux/share id=im.sotto.Sotto
published=$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)
fill() { sed -e "s/@VERSION@/$VERSION/g" -e "s/@DATE@/$published/g" "$share/$1"; }

install -Dm755 -t "$tree/usr/bin" "$bin/sotto" "$bin/sotto-cli"
install -Dm644 -t "$tree/usr/share/applications" "$share/$id.desktop"
install -d "$tree/usr/share/metainfo" "$tree/usr/share/man/man1"
fill "$id.metainfo.xml" >"$tree/usr/share/metainfo/$id.metainfo.xml"
for page in sotto.1 sotto-cli.1; do
	fill "$page" | gzip -9n >"$tree/usr/share/man/man1/$page.gz"
done
install -Dm644 -t "$tree/usr/share/doc/sotto" "$share/copyright"
gzip -9n <CHANGELOG.md >"$tree/usr/share/doc/sotto/changelog.gz"
install -Dm644 assets/logo/logo-app.svg "$tree/usr/share/icons/hicolor/scalable/apps/$id.svg"
icons=$(mktemp -d)
trap 'rm -rf "$icons"' EXIT
go run -trimpath -buildvcs=false ./packaging/icons -out "$icons"
for icon in "$icons"/*.png; do
	size=$(basename "$icon" .png)
	size=${size##*-}
	install -Dm644 "$icon" "$tree/usr/share/icons/hicolor/${size}x$size/apps/$id.png"
done
chmod -R u=rwX,go=rX "$tree"
