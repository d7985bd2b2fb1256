// Package engine is the messenger: it owns an account, its conversations and
// everything that happens to them (ARCHITECTURE.md, "The engine's face").
//
// A program calls Create or Open, starts Run in a goroutine of its own, and
// then speaks to the Engine from wherever it likes: commands are methods, one
// per intention, which return when the intent is durable in the store; queries
// read a snapshot and return values that the caller owns; Subscribe gives a
// mailbox of events that say what has changed. Errors are *model.Error with one
// of the closed set of reasons.
//
// Inside, one goroutine (the loop of Run) owns all state that is not in the
// store and makes every change of the store. Workers do network and bursts of
// cryptography on copies and post closures back to the loop. Nothing outlives
// Run. Code on the loop never calls a public method.
//
// Left out: what goes over the wire (package transport), how it looks there
// (protocol/...), how it is kept (package store), what the user sees.
package engine
