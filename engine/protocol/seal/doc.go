// Package seal closes and opens one-to-one messages of protocol version 1
// (docs/protocol/messages.md §1): padding, inner signature, sealed box, Envelope
// and WebSocketMessage, in the bytes that are stored in namespace 0.
//
// Most callers use Open on the way in and CloseContent on the way out; a sync
// copy for the own devices is closed to oneself. Close takes bytes that are
// encoded already. An Ephemeral made ahead of time takes a third off the cost
// of closing.
//
// Left out: groups, communities and blinded messages (packages group and
// community), protocol version 2, which Open only recognises, and every rule
// that needs to know conversations: blocking, duplicates, message requests.
package seal
