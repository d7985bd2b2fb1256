#!/usr/bin/env bash
# Tries the packages in clean systems: a bare Debian in a chroot, without Go and
# without headers, gets what every desktop has (X11, OpenGL), then
#   - the AppImage runs there without FUSE: two people make accounts and talk, on
#     a virtual display, with pictures of it; nothing of it is left behind;
#   - the .deb is installed with its dependencies, runs likewise, and is purged:
#     no file of it is left.
# Needs root (chroot, overlay mounts) and packaging/setup.sh test.
# Usage: try.sh DIST PICTURES [SUITE…]   (default: bookworm bullseye)
#
#   ROOTS     where the bare systems are kept (default: /var/tmp/sotto-roots)
#   APT_CONF  a file of apt's settings that the systems need to reach a mirror
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

dist=$(realpath "$1") pictures=$(realpath -m "$2")
shift 2
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bookworm bullseye)
roots=${ROOTS:-/var/tmp/sotto-roots}
# The driver's cache would count as files that are new. Its switch had another
# name in Debian 11.
export LIBGL_ALWAYS_SOFTWARE=1 MESA_SHADER_CACHE_DISABLE=true MESA_GLSL_CACHE_DISABLE=true
[ "$(id -u)" -eq 0 ] || {
	echo "Run this as root: it makes chroots." >&2
	exit 1
}
command -v debootstrap >/dev/null || {
	echo "debootstrap is not installed: apt-get install debootstrap" >&2
	exit 1
}

# Everything shared between the systems and the display: the profiles, whose
# sockets tell where things are in the window.
shared=$(mktemp -d /tmp/sotto-try-XXXXXX)
root=$shared/root
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "$@"; }
leave() {
	for at in "$root/proc" "$root/dev" "$root$shared/people" "$root"; do
		if mountpoint -q "$at"; then umount "$at" || umount -l "$at"; fi
	done
}
trap 'leave; rm -rf --one-file-system "$shared"' EXIT
mkdir -p "$root" "$shared/people" "$shared/bin" "$pictures"

go build -trimpath -o "$shared/bin/sotto-stage" ./cmd/sotto-stage

# enter SUITE: a fresh copy of a bare system, thrown away by leave.
enter() {
	local base=$roots/$1
	if [ ! -e "$base/etc/debian_version" ]; then
		echo "making a bare $1"
		mkdir -p "$roots"
		rm -rf --one-file-system "$base.part"
		debootstrap --variant=minbase "$1" "$base.part" http://deb.debian.org/debian >"$shared/debootstrap.log" 2>&1 || {
			tail "$shared/debootstrap.log" >&2
			exit 1
		}
		mv "$base.part" "$base"
	fi
	rm -rf --one-file-system "$shared/layer"
	mkdir -p "$shared/layer/upper" "$shared/layer/work"
	mount -t overlay overlay -o "lowerdir=$base,upperdir=$shared/layer/upper,workdir=$shared/layer/work" "$root"
	mount -t proc proc "$root/proc"
	mount -t tmpfs tmpfs "$root/dev"
	for device in "null 1 3" "zero 1 5" "random 1 8" "urandom 1 9"; do
		read -r name major minor <<<"$device"
		mknod -m 666 "$root/dev/$name" c "$major" "$minor"
	done
	mkdir -p "$root$shared/people" "$root/dev/shm"
	mount --bind "$shared/people" "$root$shared/people"
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	[ -z "${APT_CONF:-}" ] || cp "$APT_CONF" "$root/etc/apt/apt.conf.d/"
	inside apt-get update -qq
}

# files of the system, without what apt and dpkg keep for themselves.
files() { (cd "$root" && find . -xdev \( -path ./tmp -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path ./var/lib/dpkg \) -prune -o -print | sort); }

# talk PROGRAM PICTURES: two people talk with a program of the system.
talk() {
	printf '#!/bin/sh\nexec chroot %s %s "$@"\n' "$root" "$1" >"$shared/bin/program"
	chmod +x "$shared/bin/program"
	TMPDIR=$shared/people HOME=$shared/people "$shared/bin/sotto-stage" --program "$shared/bin/program" --out "$2"
}

for suite in "${suites[@]}"; do
	echo "== $suite"
	enter "$suite"
	echo "   C library $(inside ldd --version | head -n 1 | grep -o '[0-9.]*$'), no Go, no headers:"
	inside sh -c '! command -v go && ! dpkg-query -W -f "\${db:Status-Status}\n" "*-dev" 2>/dev/null | grep -qx installed && ! command -v fusermount && echo "   right"' || {
		echo "this system is not bare: remove $roots/$suite" >&2
		exit 1
	}

	echo "-- AppImage"
	inside apt-get install -qq --no-install-recommends libgl1 libgl1-mesa-dri libegl1 libx11-6 libwayland-client0 >"$shared/apt.log" 2>&1
	install -m755 "$dist"/Sotto-*-x86_64.AppImage "$root/opt/Sotto.AppImage"
	talk /opt/Sotto.AppImage "$pictures/$suite-appimage"
	left=$(find "$shared/people" "$root/tmp" "$root/root" -name '*appimage*' 2>/dev/null || true)
	[ -z "$left" ] || {
		echo "left behind: $left" >&2
		exit 1
	}

	echo "-- .deb"
	leave
	enter "$suite"
	files >"$shared/before"
	cp "$dist"/sotto_*_amd64.deb "$root/tmp/sotto.deb"
	inside apt-get install -qq --no-install-recommends /tmp/sotto.deb libgl1-mesa-dri >"$shared/apt.log" 2>&1 || {
		tail "$shared/apt.log" >&2
		exit 1
	}
	talk /usr/bin/sotto "$pictures/$suite-deb"
	echo "   sotto-cli talks to Echo on the network inside the program"
	inside sh -c 'cd /tmp && sotto-cli --profile /tmp/p --network local --insecure-no-passphrase account create --name Ada >/dev/null && sotto-cli --profile /tmp/p send --to echo --text "Hello from a package" && sotto-cli --profile /tmp/p receive --count 2 --timeout 60 | grep "I am Echo"' || {
		echo "no answer from Echo" >&2
		exit 1
	}
	rm -rf "$root/tmp/p" "$root/tmp/sotto-localnet"
	inside apt-get purge -qq --autoremove sotto libgl1-mesa-dri >"$shared/apt.log" 2>&1
	files >"$shared/after"
	grep -i sotto "$shared/after" && {
		echo "left behind after purging" >&2
		exit 1
	}
	# Triggers of other packages have written meanwhile: their own caches.
	comm -13 "$shared/before" "$shared/after" | grep -v -e __pycache__ >"$shared/new" || true
	[ ! -s "$shared/new" ] || {
		echo "files that were not there before:" >&2
		head "$shared/new" >&2
		exit 1
	}
	echo "   purged; no file is left that was not there before"
	leave
done
