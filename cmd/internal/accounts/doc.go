// Package accounts finds the profiles that one window shows, and keeps their
// order.
//
// The profiles lie beside each other in a base folder: default, which is the
// first, and account-ID (16 hexadecimal digits) for each that was added. Beside them
// accounts.json tells their order and which was shown last. It says nothing of
// who they are: names stand in the profiles, sealed. Only a label that the user
// wants to read while an account is locked is kept in it.
//
// The folders are the truth and the file is a note about them: one that is
// missing, damaged or foreign loses the order and no account. [Open] reads both;
// docs/schema.md has the format.
package accounts
