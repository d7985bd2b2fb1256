#!/usr/bin/env bash
# Tries the packages for Windows under wine: installs, chats with Echo on a local
# network of its own, shows the window, removes. Usage:
#
#   packaging/windows/try.sh DIST FOLDER
#
# DIST has the packages, FOLDER gets pictures of the window. Needs wine64, Xvfb,
# ImageMagick, xdotool, unzip. docs/packaging-windows-macos.md says what wine cannot
# show.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: $0 DIST FOLDER" >&2; exit 2; }
dist=$(realpath "$1")
out=$(realpath -m "$2")
mkdir -p "$out"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

setup=$(ls "$dist"/*-windows-x64-setup.exe)
zip=$(ls "$dist"/*-windows-x64.zip)
work=$(mktemp -d)
export WINEPREFIX=$work/prefix WINEARCH=win64 WINEDEBUG=-all SOTTO_PASSPHRASE=glass-river-42
network=
finish() {
	[ -z "$network" ] || kill "$network" 2>/dev/null || true
	wineserver -k 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT
step() { printf '== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
run() { timeout "${LONG:-120}" wine "$@"; }
has() { run reg query "$1" ${2:+/v "$2"} >/dev/null 2>&1; }

step "wine: $(wine --version)"
run wineboot -i
run winecfg /v win10
c=$WINEPREFIX/drive_c
if [ ! -e "$c/windows/system32/bcryptprimitives.dll" ]; then
	x86_64-w64-mingw32-gcc -shared -O2 -o "$c/windows/system32/bcryptprimitives.dll" \
		packaging/windows/wine/bcryptprimitives.c -ladvapi32
	echo "This wine has no bcryptprimitives.dll; it got one for Go programs."
fi
home=$(ls -d "$c"/users/*/AppData | grep -v Public | head -n 1)
home=${home%/AppData}
installed=$home/AppData/Local/Programs/Sotto
link="$home/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Sotto.lnk"
unlist='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\im.sotto.Sotto'

step "install, without a question"
run "$setup" /S
for file in sotto.exe sotto-cli.exe sotto.ico uninstall.exe LICENSE.txt CHANGELOG.txt licences/go/LICENSE.txt; do
	[ -s "$installed/$file" ] || fail "$file was not installed"
done
[ -s "$link" ] || fail "no Start menu entry"
has "$unlist" UninstallString || fail "not in the list of programs"
run reg query 'HKCU\Software\Classes\sotto\shell\open\command' | tr -d '\r' | grep -qF 'sotto.exe" "%1"' || fail "no handler of links"
has 'HKCU\Software\Classes\AppUserModelId\im.sotto.Sotto' DisplayName || fail "notifications have no name"

step "the same programs in the zip"
unzip -q "$zip" -d "$work/zip"
cmp "$work"/zip/*/sotto.exe "$installed/sotto.exe"
cmp "$work"/zip/*/sotto-cli.exe "$installed/sotto-cli.exe"

step "a chat on a local network"
go build -trimpath -o "$work/" ./cmd/sotto-localnet
"$work/sotto-localnet" --dir "$work/net" >"$work/net.line" &
network=$!
until [ -s "$work/net.line" ]; do kill -0 "$network"; sleep 0.2; done
echo_id=$(sed 's/.*"echo":"\([0-9a-f]*\)".*/\1/' "$work/net.line")
path="Z:$(tr / '\\' <<<"$work/net/network.json")"
cli() { run "$installed/sotto-cli.exe" --profile 'C:\alice' "$@" | tr -d '\r'; }
cli --network "$path" --json account create --name Alice >/dev/null
cli send --to "$echo_id" --text "from Windows" | tee "$work/sent"
cli --json receive --timeout 15 >"$work/received" || true
grep -qF '"text":"from Windows"' "$work/received" || fail "Echo did not answer"

step "what runs is not replaced, the program without a window neither"
run "$installed/sotto-cli.exe" --profile 'C:\alice' receive --timeout 40 >/dev/null 2>&1 &
running=$!
code=0
while kill -0 "$running" 2>/dev/null && [ "$code" -ne 2 ]; do
	code=0 # it may not have begun yet
	run "$setup" /S || code=$?
done
[ "$code" -eq 2 ] || fail "installing over sotto-cli.exe, which runs, ends with $code"
wait "$running" || true # nothing came, and it says so

step "the window"
# The display of wine; OpenGL in software is what this machine has.
export LIBGL_ALWAYS_SOFTWARE=1
if ! xvfb-run -a -s "-screen 0 1280x900x24 +extension GLX" bash -c '
	wine "$1" --profile "C:\\alice" >"$3/window.log" 2>&1 &
	for n in $(seq 90); do
		sleep 1
		id=$(xdotool search --onlyvisible --name "^Sotto" 2>/dev/null | head -n 1) || true
		[ -z "$id" ] || break
	done
	[ -n "$id" ] || { echo "no window"; exit 1; }
	sleep 12 # for pictures of whatever it draws
	import -window root "$2/windows.png"
	# Again while it runs: what is in use cannot be replaced, and is not.
	timeout 60 wine "$4" /S
	echo "installing while it runs ends with $?"
	wineserver -k || true
	' window "$installed/sotto.exe" "$out" "$work" "$setup"; then
	echo "The window does not come up under this wine; its log:"
	tail -n 5 "$work/window.log"
fi

step "remove; the profile stays"
profile=$home/AppData/Local/Sotto
mkdir -p "$profile/default"
touch "$profile/default/sotto.db"
run reg add 'HKCU\Software\Microsoft\Windows\CurrentVersion\Run' /v im.sotto.Sotto /d sotto.exe >/dev/null
run reg add 'HKCU\Software\Microsoft\Windows\CurrentVersion\Run' /v other /d other.exe >/dev/null
approved='HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run'
run reg add "$approved" /v im.sotto.Sotto-1a2b3c4d /t REG_BINARY /d 030000000000000000000000 >/dev/null
gone() { # the uninstaller goes on as a copy of itself
	for n in $(seq 60); do
		[ -e "$installed" ] || break
		sleep 1
	done
	[ ! -e "$installed" ] || fail "left behind: $(find "$installed" | head)"
	wineserver -w
}
run "$installed/uninstall.exe" /S
gone
[ ! -e "$link" ] || fail "the Start menu entry is left"
for key in "$unlist" 'HKCU\Software\Classes\sotto' 'HKCU\Software\Classes\AppUserModelId\im.sotto.Sotto'; do
	! has "$key" || fail "$key is left"
done
! has 'HKCU\Software\Microsoft\Windows\CurrentVersion\Run' im.sotto.Sotto || fail "it still starts with the system"
! has "$approved" im.sotto.Sotto-1a2b3c4d || fail "what the task manager noted is left"
has 'HKCU\Software\Microsoft\Windows\CurrentVersion\Run' other || fail "another program does not start with the system any more"
[ -e "$profile/default/sotto.db" ] || fail "the profile is gone"

step "remove with the profile, when asked"
run "$setup" /S
run "$installed/uninstall.exe" /S /PROFILE
gone
[ ! -e "$profile" ] || fail "the profile is left"
echo "Everything went as it should."
