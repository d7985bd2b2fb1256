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
	bucketFiles         = "files"
	bucketPictures      = "pictures"
)

var allBuckets = []string{
	bucketMeta, bucketState, bucketConversations, bucketNumbers, bucketMessages, bucketOrder,
	bucketOutbox, bucketSeen, bucketLastHash, bucketDeferred, bucketIndex, bucketIndexDead,
	bucketIndexAgain, bucketFiles, bucketPictures,
}

// keyForms describes the keys of each bucket as docs/schema.md does, with their
// lengths.
var keyForms = map[string]struct {
	form string
	size int
}{
	bucketMeta:          {"`schema`", 6},
	bucketState:         {"blind(name)", blindSize},
	bucketConversations: {"blind(conversation id)", blindSize},
	bucketNumbers:       {"number (4, BE)", 4},
	bucketMessages:      {"message number (8, BE)", 8},
	bucketOrder:         {"list (4, BE) ‖ label (8, BE)", 12},
	bucketOutbox:        {"sequence (8, BE)", 8},
	bucketSeen:          {"blind(account, namespace, storage hash)", blindSize},
	bucketLastHash:      {"blind(node, account, namespace)", blindSize},
	bucketDeferred:      {"blind(sender, sent time) ‖ sequence (8, BE)", blindSize + 8},
	bucketIndex:         {"segment (8, BE) ‖ kind (1) ‖ block (4, BE)", 13},
	bucketIndexDead:     {"message number (8, BE)", 8},
	bucketIndexAgain:    {"message number (8, BE)", 8},
	bucketFiles:         {"blind(digest of the content)", blindSize},
	bucketPictures:      {"blind(URL, key)", blindSize},
}

// Names of records in bucketState; a blob's follows its prefix.
const (
	stateAccount  = "account"
	stateSettings = "settings"
	stateIndex    = "index"
	stateBlob     = "blob:"
)

// keySchema is the only key of bucketMeta.
var keySchema = []byte("schema")

// fillPercent is how full bbolt packs pages of buckets that grow at the end.
const fillPercent = 0.95

var appended = map[string]bool{bucketMessages: true, bucketOutbox: true, bucketIndex: true}
