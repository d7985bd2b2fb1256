#!/usr/bin/env bash
# Makes the AppImage: a static program of ours (appimage/runtime) in front of a
# squashfs image. Usage: appimage.sh WORK OUT SYSROOT PACKAGE…
# where PACKAGEs are Debian packages whose libraries are brought along.
#
#   SOTTO_UPDATE_INFORMATION  where newer AppImages are announced, in the form of
#                             the AppImage specification ("zsync|https://…");
#                             without it the section is there and empty
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$1 out=$2 root=$3 id=im.sotto.Sotto
shift 3
app=$work/app
cp -a "$work/tree" "$app"
mkdir -p "$app/usr/lib/sotto"
for package in "$@"; do
	# libxcursor1 → libXcursor.so.1
	find "$root/usr/lib/x86_64-linux-gnu" -type l -iname "${package%[0-9]}.so.${package: -1}" | while read -r library; do
		install -m644 "$library" "$app/usr/lib/sotto/$(basename "$library")"
	done
	install -Dm644 "$root/usr/share/doc/$package/copyright" "$app/usr/share/doc/$package/copyright"
done
[ "$(find "$app/usr/lib/sotto" -type f | wc -l)" -eq $# ] || {
	echo "appimage: a library is missing in $root" >&2
	exit 1
}
# Desktops look for these at the top.
ln -s usr/bin/sotto "$app/AppRun"
ln -s "usr/share/applications/$id.desktop" "$app/$id.desktop"
cp "$app/usr/share/icons/hicolor/256x256/apps/$id.png" "$app/$id.png"
ln -s "$id.png" "$app/.DirIcon"

# No time of today; the order of blocks does not depend on threads.
env -u SOURCE_DATE_EPOCH mksquashfs "$app" "$work/image.squashfs" -noappend -all-root -no-xattrs -comp zstd -Xcompression-level 6 -b 1M \
	-mkfs-time "$SOURCE_DATE_EPOCH" -all-time "$SOURCE_DATE_EPOCH" -quiet -no-progress
CGO_ENABLED=0 GOOS=linux GOARCH=amd64 GOAMD64=v1 go build -trimpath -buildvcs=false \
	-ldflags "-s -w -buildid= -X main.version=$VERSION" -o "$work/runtime" ./packaging/linux/appimage/runtime
go run -trimpath -buildvcs=false ./packaging/linux/appimage -runtime "$work/runtime" -image "$work/image.squashfs" \
	-update "${SOTTO_UPDATE_INFORMATION:-}" -out "$out"
