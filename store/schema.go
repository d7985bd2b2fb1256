package store

// The buckets of sotto.db. docs/schema.md describes each; a test compares.
const (
	bucketMeta          = "meta"
	bucketState         = "state"
	bucketConversations = "conversations"
	bucketNumbers       = "numbers"
	bucketMessages      = "messages"
	bucketOrder         = "order"
	bucketOutbox        = "outbox"
	bucketSeen          = "seen"
	bucketLastHash      = "lasthash"
	bucketDeferred      = "deferred"
	bucketIndex         = "index"
	bucketIndexDead     = "index-dead"
	bucketIndexAgain    = "index-again"
)

var allBuckets = []string{
	bucketMeta, bucketState, bucketConversations, bucketNumbers, bucketMessages, bucketOrder,
	bucketOutbox, bucketSeen, bucketLastHash, bucketDeferred, bucketIndex, bucketIndexDead,
	bucketIndexAgain,
}

// keySchema is the only key of bucketMeta.
var keySchema = []byte("schema")

// fillPercent is how full bbolt packs pages of buckets that grow at the end.
const fillPercent = 0.95

var appended = map[string]bool{bucketMessages: true, bucketOutbox: true, bucketIndex: true}
