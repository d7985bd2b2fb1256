#!/usr/bin/env bash
# Installs what building, running or testing Sotto needs on Debian and Ubuntu;
# elsewhere it says what is missing. Usage: packaging/setup.sh build|run|test|package
#
#   build    the C compiler and the headers that Fyne's window needs
#   run      build, plus a virtual display where the machine has none
#   test     run, plus the programs that the tests measure against
#   package  build, plus what makes and checks packages
set -euo pipefail

need=${1:-build}
build=(gcc pkg-config libc6-dev libgl-dev libegl-dev libx11-dev libxcursor-dev libxrandr-dev
	libxinerama-dev libxi-dev libxxf86vm-dev libwayland-dev libxkbcommon-dev)
fonts=(fonts-noto-core fonts-noto-color-emoji)
screen=(xvfb xauth openbox xdotool libgl1-mesa-dri)
checks=(x11-xserver-utils protobuf-compiler minisign sqlite3 dbus-x11 procps iproute2 fonts-noto-cjk
	libimage-exiftool-perl xclip ffmpeg mpg123 sox pulseaudio pulseaudio-utils dunst xfce4-panel libglib2.0-bin)
package=(git curl squashfs-tools desktop-file-utils appstream minisign)

packages=("${build[@]}")
case $need in
build) ;;
run)
	packages+=("${fonts[@]}")
	if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then packages+=("${screen[@]}"); fi
	;;
test) packages+=("${fonts[@]}" "${screen[@]}" "${checks[@]}") ;;
package) packages+=("${package[@]}") ;;
*)
	echo "usage: $0 build|run|test|package" >&2
	exit 2
	;;
esac
[ "$need" != package ] || packages+=(gcc-mingw-w64-x86-64 nsis osslsigncode zip)

command -v go >/dev/null || {
	echo "Sotto is built with Go 1.26 or later, which is not on this machine's PATH: see https://go.dev/doc/install" >&2
	exit 1
}

if ! command -v dpkg-query >/dev/null; then
	case "$(uname -s)" in
	Linux)
		echo "This script installs packages on Debian and Ubuntu only. Elsewhere install a C compiler, pkg-config and" >&2
		echo "the development files of OpenGL, EGL, X11 (Xcursor, Xrandr, Xinerama, Xi, Xxf86vm), Wayland and xkbcommon;" >&2
		echo "for the tests also Xvfb, openbox, xdotool, sqlite3, protoc and the Noto fonts." >&2
		;;
	Darwin) command -v clang >/dev/null || { echo "Install Apple's command line tools first: xcode-select --install" >&2; exit 1; } ;;
	esac
	exit 0
fi

missing=()
for package in "${packages[@]}"; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "These packages are missing; install them as root: apt-get install ${missing[*]}" >&2
		exit 1
	}
	as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages that Sotto needs: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
if ! install; then
	"${as_root[@]}" apt-get update -q >>"$log" 2>&1 || true
	install || {
		tail -n 20 "$log" >&2
		echo "The packages could not be installed. Check the network and try again." >&2
		exit 1
	}
fi
