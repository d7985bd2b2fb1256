// Package identity implements who an account is: the recovery phrase, the key
// pairs that follow from it, the identifiers of the Session network, ONS
// names, safety numbers and XEd25519 signatures (docs/protocol/identity.md).
//
// Most callers need [New] or [Restore] for an [Account], [ParseSessionID] for
// text typed by a person, [ParseID] for anything that comes from the network,
// and [IDFromEd25519] for the sender of a message.
//
// The package is pure: randomness comes from the io.Reader that a caller
// passes. Left out on purpose: blinded identifiers (package community derives
// them), storage of keys, and any word list but the English one, the only one
// that official applications create or accept.
package identity
