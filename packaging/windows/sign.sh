#!/bin/sh
# Signs one Windows program with Authenticode, in its place: package.sh runs it,
# and makensis for the uninstaller. Usage: packaging/windows/sign.sh FILE
set -eu
: "${SOTTO_SIGN_CERT:?a PEM file with the certificate and those above it}"
: "${SOTTO_SIGN_KEY:?a PEM file with its key}"
in=$1
set -- sign -certs "$SOTTO_SIGN_CERT" -key "$SOTTO_SIGN_KEY" -h sha256 -n Sotto
# The signature says when: the time of the commit, so that it comes out the same
# again, or what the server of time stamps says.
if [ -n "${SOTTO_SIGN_TIMESTAMP:-}" ]; then
	set -- "$@" -ts "$SOTTO_SIGN_TIMESTAMP"
elif [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
	set -- "$@" -time "$SOURCE_DATE_EPOCH"
fi
osslsigncode "$@" -in "$in" -out "$in.signed" >/dev/null
mv "$in.signed" "$in"
