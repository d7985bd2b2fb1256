// Package store keeps a profile on disk, encrypted: conversations, messages,
// the outbox, what was already handled, settings, and a full-text index.
//
// A profile is a folder: sotto.db (bbolt), attachments/, profile.json (no
// secrets: format version, network, key slots) and lock. Inspect looks at one,
// Create and Open return a *Store, View and Update run transactions, whose
// methods take and return model types. Compact gives space back, Salvage saves
// what still authenticates in a damaged file.
//
// Every value is sealed with XChaCha20-Poly1305 under a key derived from the
// random database key, with bucket and key as associated data; keys that would
// tell something are blinded. docs/schema.md lists every bucket and says what
// somebody with the file but without the key can learn.
//
// What is left out: attachment files (only their folder), the meaning of outbox
// and deferred kinds (the engine's), any clock of its own for protocol time.
package store
