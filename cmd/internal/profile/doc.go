// Package profile finds the folder of a profile and the way into it: which
// folder is the default of this system, what a new profile is protected with,
// and where the passphrase of an old one comes from.
//
// A new profile is protected by the passphrase in SOTTO_PASSPHRASE, else by what
// is typed at the terminal, else by the key ring of the system; it goes without
// only when that was asked for (--insecure-no-passphrase). How it is protected
// is kept in the profile, so nothing has to be said again.
package profile
