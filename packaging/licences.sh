#!/usr/bin/env bash
# Copies the licences of everything that is linked into the programs to
# assets/licences, one folder for each module, named like it. Run it after a
# change of go.mod; a test says when it was forgotten. Needs the modules in the
# cache (packaging/setup.sh build).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

out=assets/licences
rm -rf "$out"
mkdir -p "$out/sotto" "$out/go" "$out/fonts" "$out/emoji"
cp LICENSE "$out/sotto/LICENSE.txt"
cp assets/fonts/OFL.txt "$out/fonts/LICENSE.txt"
cp assets/emoji/LICENSE.txt "$out/emoji/LICENSE.txt"
cp "$(go env GOROOT)/LICENSE" "$out/go/LICENSE.txt"

for os in linux windows darwin; do
	GOOS=$os CGO_ENABLED=1 go list -e -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' ./cmd/sotto ./cmd/sotto-cli
done | sort -u | while read -r module dir; do
	[ -n "$dir" ] || dir=$(go list -m -f '{{.Dir}}' "$module")
	mkdir -p "$out/$module"
	for file in "$dir"/LICENSE* "$dir"/LICENCE* "$dir"/UNLICENSE* "$dir"/COPYING* "$dir"/PATENTS* "$dir"/NOTICE*; do
		[ -f "$file" ] || continue
		name=$(basename "$file")
		install -m 644 "$file" "$out/$module/${name%.*}.txt"
	done
done
# Fonts that the toolkit carries.
for file in "$(go list -m -f '{{.Dir}}' fyne.io/fyne/v2)"/theme/font/LICENSE*; do
	install -m 644 "$file" "$out/fyne.io/fyne/v2/FONTS-$(basename "$file")"
done
# C sources that one of the modules carries.
glfw=$(go list -m -f '{{.Dir}}' github.com/go-gl/glfw/v3.4/glfw)
mkdir -p "$out/glfw"
install -m 644 "$glfw"/glfw/LICENSE.md "$out/glfw/LICENSE.txt"
# Codecs that are embedded as WebAssembly.
cp -R assets/codecs/licences/. "$out/"
