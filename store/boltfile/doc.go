// Package boltfile reads the pages of a bbolt file with every length checked,
// for files that may be damaged: bbolt itself trusts its pages and panics,
// faults or recurses without end on bad ones.
//
// Check walks the branch pages before bbolt is let near the file; Walk and
// Loose hand out whatever records can be reached. Nothing here writes, knows
// keys or decrypts; whether a record is what was stored is for the caller's
// authentication to say.
//
// The file is little-endian on every system Sotto runs on. Layout
// (go.etcd.io/bbolt/internal/common): page = id u64, flags u16, count u16,
// overflow u32, elements of 16 bytes, then keys and values.
package boltfile
