#!/usr/bin/env bash
# Makes the images again with mksquashfs 4.5: a small AppImage's contents with
# every shape of file, once compressed, once not (where tests change bytes).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
app=$work/app
mkdir -p "$app/usr/bin" "$app/usr/share/deep/er"
cat >"$app/usr/bin/hello" <<'EOF'
#!/bin/sh
# The application of the test image: `env` prints what the runtime tells it,
# `wait` runs until a signal ends it, `code N` ends with N.
case $1 in
env) echo "$APPIMAGE|$APPDIR|$ARGV0|$OWD|$HOME|$2" ;;
wait)
	trap 'echo "ended by TERM"; exit 7' TERM
	echo "$APPDIR"
	while :; do sleep 0.05; done
	;;
code) exit "$2" ;;
esac
EOF
printf '#!/bin/sh\necho other\n' >"$app/usr/bin/other"
chmod 755 "$app"/usr/bin/*
ln -s usr/bin/hello "$app/AppRun"
ln -s ../../bin "$app/usr/share/deep/bin"
seq 1 5000 >"$app/usr/share/deep/er/numbers.txt"
head -c 9000 /dev/zero >"$app/usr/share/zeros"
: >"$app/usr/share/empty"
echo small >"$app/usr/share/small"
chmod 640 "$app/usr/share/small"
printf x >"$app/usr/share/victim"
same=(-noappend -all-root -mkfs-time 0 -all-time 0 -no-xattrs -comp zstd -b 4096 -quiet -no-progress -processors 1)
mksquashfs "$app" packed.squashfs "${same[@]}"
mksquashfs "$app" plain.squashfs "${same[@]}" -noI -noD -noF
