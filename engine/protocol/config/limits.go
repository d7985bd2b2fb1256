package config

import (
	"math"
	"time"

	"sotto/engine/protocol/bt"
)

// Limits of what is read and written.
const (
	// MaxStored is the most bytes of one stored message.
	MaxStored = 76_800
	// MaxMessage is the most bytes of a config, padded, over all its parts
	// (docs/protocol/config-messages.md §6).
	MaxMessage = 5_000_000
	// MaxPlaintext bounds a config after decompression, of user configs; group
	// configs have 2 MiB. A config of MaxMessage bytes that consists of contacts
	// unpacks to less.
	MaxPlaintext = 16 << 20
	// MaxSeqno bounds what is believed: a seqno near the end of int64 would
	// leave no room for the next one.
	MaxSeqno = math.MaxInt64 >> 8

	// MaxPictureURL is in bytes.
	MaxPictureURL = 223
	// MaxName is in bytes: display names, nicknames, group names.
	MaxName = 100
	// MaxDescription is in bytes; the shorter of the documented limits, which
	// every client takes.
	MaxDescription = 600
	// PictureKeySize is in bytes.
	PictureKeySize = 32
)

// lag is the number of revisions in a message: its own diff and those of the
// four before it.
const lag = 5

// plainLimits bound the reader of plaintexts of the account's own devices. Text
// of MaxPlaintext bytes can hold three million values; 100,000 contacts have a
// million.
var plainLimits = bt.Limits{Size: MaxPlaintext, Depth: 32, Elements: 1_200_000}

// groupLimits are for what the admins of a group write, who are other people: a
// group of 100 members takes less than a tenth.
var groupLimits = bt.Limits{Size: 2 << 20, Depth: 32, Elements: 200_000}

// Partial multi-part messages (docs/protocol/config-messages.md §6).
const (
	partChunk    = MaxStored - overhead - 50
	partsAlive   = 7 * 24 * time.Hour  // an incomplete set is remembered
	partsDone    = 14 * 24 * time.Hour // a finished one, to know duplicates
	maxPartSets  = 64
	maxPartBytes = 3 * MaxMessage // of all incomplete sets together
)

// unlimited reads what this process wrote itself.
var unlimited = bt.Limits{Size: math.MaxInt, Depth: 1 << 10, Elements: math.MaxInt}
