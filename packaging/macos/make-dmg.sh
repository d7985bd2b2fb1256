#!/bin/sh
# Builds Sotto-VERSION-macos-universal.dmg on a Mac with Go and Apple's command
# line tools: programs for both processors, Sotto.app, signature, image,
# notarization. Usage: packaging/macos/make-dmg.sh FOLDER
#
#   SOTTO_MAC_IDENTITY   "Developer ID Application: ..." in the keychain; without
#                        it the program is signed ad hoc and runs on this Mac only
#   SOTTO_NOTARY_PROFILE what `xcrun notarytool store-credentials` was given;
#                        without it nothing is sent to Apple
#   VERSION              default: that of FyneApp.toml
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
[ "$(uname -s)" = Darwin ] || { echo "A disk image for macOS is made on a Mac." >&2; exit 1; }
mkdir -p "$1"
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."

field() { sed -n "s/^ *$1 = \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" FyneApp.toml | head -n 1; }
name=$(field Name)
VERSION=${VERSION:-$(field Version)}
export VERSION
MACOSX_DEPLOYMENT_TARGET=$(cat packaging/macos/minimum)
export MACOSX_DEPLOYMENT_TARGET
key= # that statements of newer versions must be signed with
[ -f packaging/release.pub ] && key=$(tail -n 1 packaging/release.pub)
link="-s -w -buildid= -X main.version=$VERSION -X main.releaseKey=$key"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for arch in arm64 amd64; do
	clang_arch=$arch
	[ $arch = amd64 ] && clang_arch=x86_64
	mkdir "$work/$arch"
	for program in sotto sotto-cli; do
		GOOS=darwin GOARCH=$arch CGO_ENABLED=1 CC="clang -arch $clang_arch" \
			go build -trimpath -buildvcs=false -ldflags "$link" -o "$work/$arch/$program" "./cmd/$program"
	done
done
mkdir "$work/universal"
for program in sotto sotto-cli; do
	lipo -create -output "$work/universal/$program" "$work/arm64/$program" "$work/amd64/$program"
done

packaging/macos/bundle.sh "$work/universal" "$work/image"
app=$work/image/$name.app
plutil -lint "$app/Contents/Info.plist" packaging/macos/entitlements.plist "$app"/Contents/Resources/*.lproj/InfoPlist.strings

# From the inside out: the bundle's signature covers what lies in it.
identity=${SOTTO_MAC_IDENTITY:--}
stamp=--timestamp
[ "$identity" = - ] && stamp=--timestamp=none
for part in "$app/Contents/MacOS/sotto-cli" "$app"; do
	codesign --force $stamp --options runtime --entitlements packaging/macos/entitlements.plist \
		--sign "$identity" "$part"
done
codesign --verify --strict --verbose=2 "$app"

ln -s /Applications "$work/image/Applications"
dmg=$dist/$name-$VERSION-macos-universal.dmg
rm -f "$dmg"
hdiutil create -quiet -fs HFS+ -volname "$name" -srcfolder "$work/image" -format UDZO -imagekey zlib-level=9 "$dmg"
codesign --force $stamp --sign "$identity" "$dmg"
if [ -n "${SOTTO_NOTARY_PROFILE:-}" ]; then
	xcrun notarytool submit "$dmg" --keychain-profile "$SOTTO_NOTARY_PROFILE" --wait
	xcrun stapler staple "$dmg"
	spctl --assess --type open --context context:primary-signature --verbose "$dmg"
fi
