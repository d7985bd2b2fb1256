#!/usr/bin/env bash
# Builds the programs of a release for Linux (x86_64) into a folder, as the same
# bytes wherever and whenever: linked against packaging/linux/sysroot.sh, without
# paths, times or ids of this machine. Usage: build.sh FOLDER
#
#   VERSION  of the release; default: that of FyneApp.toml
#
# packaging/release.pub, where it exists, is the minisign key that statements of
# newer versions must be signed with; without it none is believed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

out=$1
root=$(packaging/linux/sysroot.sh)
key=
[ -f packaging/release.pub ] && key=$(tail -n 1 packaging/release.pub)
version=${VERSION:-$(sed -n 's/^ *Version = "\(.*\)"/\1/p' FyneApp.toml)}

export GOOS=linux GOARCH=amd64 GOAMD64=v1 GOFLAGS= GOTOOLCHAIN=local
export CGO_ENABLED=1 CC="${CC:-gcc} --sysroot=$root"
export CGO_CFLAGS="-O2 -g0 -ffile-prefix-map=$root=" CGO_CPPFLAGS= CGO_CXXFLAGS= CGO_LDFLAGS=
export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=
export PKG_CONFIG_LIBDIR=$root/usr/lib/x86_64-linux-gnu/pkgconfig:$root/usr/share/pkgconfig

# What an AppImage brings along lies beside the program; packages leave that
# folder away.
link="-s -w -buildid= -X main.version=$version -X main.releaseKey=$key"
link+=" -extldflags '-Wl,--build-id=none -Wl,-z,relro,-z,now -Wl,-rpath,\$ORIGIN/../lib/sotto'"
mkdir -p "$out"
# Parallelism changes nothing in the bytes: JOBS=1 for a busy machine.
go build -p "${JOBS:-$(nproc)}" -trimpath -buildvcs=false -ldflags "$link" -o "$out/sotto" ./cmd/sotto
CGO_ENABLED=0 go build -p "${JOBS:-$(nproc)}" -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$version" -o "$out/sotto-cli" ./cmd/sotto-cli
