#!/usr/bin/env bash
# Unpacks the libraries and headers that the release is linked against: those of
# Debian 11 (C library 2.31), so that the program asks for no newer one, whatever
# this machine has, and is the same bytes wherever it is built. The packages and
# their hashes are in sysroot.sha256. Prints the folder; nothing is installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

list=$PWD/sysroot.sha256
# Another list, or other changes to what is in it, is another folder.
id=$(cat "$list" sysroot.sh | sha256sum | cut -c1-12)
root=${XDG_CACHE_HOME:-$HOME/.cache}/sotto/sysroot-$id
if [ -d "$root" ]; then
	echo "$root"
	exit 0
fi

mkdir -p "$(dirname "$root")"
work=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/root" "$work/packages"
echo "Fetching the headers and libraries of Debian 11 that the release is linked against" >&2
while read -r sum path; do
	file=$work/packages/$(basename "$path")
	# A release that is not supported any more moves to the archive.
	for mirror in http://deb.debian.org/debian http://archive.debian.org/debian; do
		curl -fsSL --retry 3 -o "$file" "$mirror/${path//+/%2B}" && break
	done
	echo "$sum  $file" | sha256sum --check --quiet - >&2 || {
		echo "$path could not be fetched, or is not what it should be. Check the network and try again." >&2
		exit 1
	}
	dpkg-deb --fsys-tarfile "$file" | tar -x -C "$work/root" --keep-directory-symlink --exclude=./usr/share/man
done <"$list"
# Links from root to root would leave the folder.
find "$work/root" -type l -lname '/*' | while read -r link; do
	ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$work/root$(readlink "$link")")" "$link"
done
# GLFW calls what is newer than these headers through a pointer, if it is there
# when the program runs, but takes a constant from them.
sed -i 's|^struct wl_proxy;$|&\n\n#define WL_MARSHAL_FLAG_DESTROY (1 << 0)|' "$work/root/usr/include/wayland-client-core.h"
# Nothing is linked statically, so that what that needs is not here.
find "$work/root/usr" -name '*.pc' -exec sed -i '/^Requires\.private:/d' {} +
mv -T "$work/root" "$root" 2>/dev/null || [ -d "$root" ] # another build was quicker
echo "$root"
