#!/usr/bin/env bash
# Linux: an AppImage, a .deb, an .rpm, the bill of materials and the licences.
# Called by packaging/package.sh with the folder to leave them in.
set -euo pipefail
dist=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=out/package/linux
rm -rf "$work"
mkdir -p "$work"
work=$(realpath "$work")
root=$(packaging/linux/sysroot.sh)

packaging/linux/build.sh "$work/bin"
packaging/linux/tree.sh "$work/bin" "$work/tree"
desktop-file-validate "$work/tree/usr/share/applications/im.sotto.Sotto.desktop"
appstreamcli validate --no-net "$work/tree/usr/share/metainfo/im.sotto.Sotto.metainfo.xml"

# What the AppImage brings: the small X11 libraries that not every base has. What
# belongs to the display and its drivers (libX11, libGL, libwayland-client) has
# to be that of the base.
packages=(libxcursor1 libxext6 libxfixes3 libxi6 libxinerama1 libxrandr2 libxrender1 libxxf86vm1)
libraries=()
for package in "${packages[@]}"; do
	version=$(sed -n "s|.*/${package}_\(.*\)_amd64\.deb|\1|p" packaging/linux/sysroot.sha256)
	libraries+=(-library "$package=$version")
done

go run -trimpath -buildvcs=false ./packaging/bom -version "$VERSION" -bill "$dist/sotto-$VERSION.cdx.json" \
	-licences "$dist/LICENCES.txt" "${libraries[@]}" "$work/bin/sotto" "$work/bin/sotto-cli"
gzip -9n <"$dist/LICENCES.txt" >"$work/tree/usr/share/doc/sotto/LICENCES.txt.gz"

packaging/linux/appimage.sh "$work" "$dist/Sotto-$VERSION-x86_64.AppImage" "$root" "${packages[@]}"

# Packages: what is in the tree, with the time of the commit.
find "$work/tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
go -C packaging/tools build -trimpath -buildvcs=false -o "$work/nfpm" github.com/goreleaser/nfpm/v2/cmd/nfpm
export TREE=$work/tree
"$work/nfpm" package -f packaging/linux/nfpm.yaml -p deb -t "$dist/sotto_${VERSION}_amd64.deb"
"$work/nfpm" package -f packaging/linux/nfpm.yaml -p rpm -t "$dist/sotto-$VERSION-1.x86_64.rpm"
