#!/bin/sh
# After installing and after removing: what desktops keep about menus, icons and
# links is brought up to date where it is kept. Distributions with triggers do
# the same by themselves.
set -e
if [ -f /usr/share/applications/mimeinfo.cache ] && command -v update-desktop-database >/dev/null 2>&1; then
	update-desktop-database -q /usr/share/applications || true
fi
if [ -f /usr/share/icons/hicolor/icon-theme.cache ] && command -v gtk-update-icon-cache >/dev/null 2>&1; then
	gtk-update-icon-cache -q -f /usr/share/icons/hicolor || true
fi
exit 0
