#!/bin/sh
# Builds the packages for Windows (x86-64) into a folder:
#
#   Sotto-VERSION-windows-x64-setup.exe  installs for one user, without an administrator
#   Sotto-VERSION-windows-x64.zip        the same programs, to unpack anywhere
#   Sotto-VERSION-windows-x64.cdx.json   what they are made of (CycloneDX)
#
# Usage: packaging/windows/package.sh FOLDER
#
# VERSION and SOURCE_DATE_EPOCH may be given; otherwise they come from
# FyneApp.toml and from the last commit. With SOTTO_SIGN_CERT and SOTTO_SIGN_KEY
# (PEM files) programs, installer and uninstaller are signed, with
# SOTTO_SIGN_TIMESTAMP (address of an RFC 3161 server) also stamped; only what
# is not stamped is byte-equal when it is built again.
set -eu
[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
dist=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
here=$PWD/packaging/windows

field() { sed -n "s/^ *$1 = \"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" FyneApp.toml | head -n 1; }
name=$(field Name) id=$(field ID) build=$(field Build)
version=${VERSION:-$(field Version)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
# 1.2.3-rc1 with build 4 is 1.2.3.4 where Windows wants four numbers.
numbers=$(printf %s "$version" | sed 's/[^0-9.].*//').$build

for tool in x86_64-w64-mingw32-gcc x86_64-w64-mingw32-windres makensis zip; do
	command -v "$tool" >/dev/null || { echo "$tool is missing: run packaging/setup.sh package" >&2; exit 1; }
done
key= # that statements of newer versions must be signed with
[ -f packaging/release.pub ] && key=$(tail -n 1 packaging/release.pub)
link="-s -w -buildid= -X main.version=$version -X main.releaseKey=$key"
sign=
if [ -n "${SOTTO_SIGN_CERT:-}${SOTTO_SIGN_KEY:-}" ]; then
	command -v osslsigncode >/dev/null || { echo "osslsigncode is missing: run packaging/setup.sh package" >&2; exit 1; }
	for file in "${SOTTO_SIGN_CERT:-}" "${SOTTO_SIGN_KEY:-}"; do
		[ -r "$file" ] || { echo "SOTTO_SIGN_CERT and SOTTO_SIGN_KEY both name a PEM file; \"$file\" cannot be read." >&2; exit 1; }
	done
	sign=$here/sign.sh
fi

work=$(mktemp -d)
trap 'rm -rf "$work" cmd/sotto/resource_windows_amd64.syso cmd/sotto-cli/resource_windows_amd64.syso' EXIT
trap 'exit 1' HUP INT TERM
files=$work/$name-$version
mkdir "$files"

# program FOLDER TEXT builds cmd/FOLDER with icon, manifest and version. The
# resources lie beside the source while the compiler runs, and git ignores them.
program() {
	cat >"$work/resource.h" <<END
#define VERSION_NUMBERS $(printf %s "$numbers" | tr . ,)
#define VERSION_TEXT "$version"
#define PROGRAM_NAME "$name"
#define PROGRAM_FILE "$1"
#define PROGRAM_TEXT "$2"
END
	x86_64-w64-mingw32-windres -O coff -I "$work" -I packaging/windows \
		-o "cmd/$1/resource_windows_amd64.syso" packaging/windows/sotto.rc
	GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc \
		go build -p "${JOBS:-$(nproc)}" -trimpath -buildvcs=false -ldflags "$3" -o "$files/$1.exe" "./cmd/$1"
	rm "cmd/$1/resource_windows_amd64.syso"
	[ -z "$sign" ] || "$sign" "$files/$1.exe"
}
go run -trimpath -buildvcs=false ./packaging/iconfile "$work"
# What somebody has set for other builds would make other programs.
export GOFLAGS= GOAMD64=v1 GOTOOLCHAIN=local CGO_ENABLED=1
export CGO_CFLAGS="-O2 -g" CGO_CPPFLAGS= CGO_CXXFLAGS= CGO_LDFLAGS=
program sotto "$name" "$link -H=windowsgui"
CGO_ENABLED=0
program sotto-cli "$name without a window" "$link"
base=$name-$version-windows-x64
go run -trimpath -buildvcs=false ./packaging/bom -version "$version" -bill "$dist/$base.cdx.json" "$files/sotto.exe" "$files/sotto-cli.exe"

# Windows' own editors know no other ends of lines when they are old.
text() { sed 's/$/\r/' "$1" >"$2"; }
text LICENSE "$files/LICENSE.txt"
text CHANGELOG.md "$files/CHANGELOG.txt"
cp -R assets/licences "$files/licences"
find "$files" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
find "$files" -type d -exec chmod 755 {} +
find "$files" -type f -exec chmod 644 {} +

rm -f "$dist/$base.zip" "$dist/$base-setup.exe"

cp "$work/sotto.ico" "$files/"
set -- -V2 -INPUTCHARSET UTF8 -DNAME="$name" -DID="$id" -DVERSION="$version" -DVERSION_NUMBERS="$numbers" \
	-DFILES="$files" -DOUT="$work/$base-setup.exe"
[ -z "$sign" ] || set -- "$@" -DSIGN="$sign"
makensis "$@" packaging/windows/sotto.nsi
[ -z "$sign" ] || "$sign" "$work/$base-setup.exe"
mv "$work/$base-setup.exe" "$dist/$base-setup.exe"

# The zip has one thing that the installer has not: a start that keeps the
# profile beside the program.
rm "$files/sotto.ico"
printf '@start "" "%%~dp0sotto.exe" --profile "%%~dp0profile"\r\n' >"$files/sotto-portable.cmd"
find "$files" -exec touch -d "@$SOURCE_DATE_EPOCH" {} +
(cd "$work" && find "$name-$version" -type f | LC_ALL=C sort | TZ=UTC zip -X -9 -q -@ "$dist/$base.zip")
chmod 644 "$dist/$base.zip" "$dist/$base-setup.exe"
