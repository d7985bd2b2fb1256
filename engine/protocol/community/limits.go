package community

// Bounds of what is read from a server. A transport should stop reading an
// answer at MaxAnswer (MaxFileAnswer for a download, MaxBatchAnswer for a
// batch); Decode refuses longer ones.
const (
	// MaxAnswer is the most bytes of one JSON answer: a full page of messages.
	MaxAnswer = 16 << 20
	// MaxBatchAnswer is the most bytes of an answer to a Batch.
	MaxBatchAnswer = 32 << 20
	// MaxFile is the largest upload in bytes (protocol/communities.md §5.7).
	MaxFile = 10_000_000
	// MaxFileAnswer leaves room for servers that took a somewhat larger file.
	MaxFileAnswer = MaxFile + MaxFile/2

	// MaxPage is the most rows of one page; servers clamp to it.
	MaxPage = 256
	// DefaultPage is what a server gives when no limit is asked for.
	DefaultPage = 100
	// MaxReactors and DefaultReactors are the same for the people listed with a
	// reaction.
	MaxReactors     = 20
	DefaultReactors = 4

	// MaxData is the most bytes of a message's padded content.
	MaxData = 256 << 10
	// MaxDirect is the most bytes of an encrypted direct message.
	MaxDirect = 256 << 10
	// MaxEmoji is the most code points of a reaction.
	MaxEmoji = 12
	// MaxReactions is how many different reactions of one message are kept.
	MaxReactions = 256
	// MaxRooms is how many rooms of a server's list are kept.
	MaxRooms = 1000
	// MaxModerators is how many names of each moderator list are kept.
	MaxModerators = 1000
	// MaxPins is how many pinned messages of a room are kept.
	MaxPins = 1000
	// MaxCapabilities is how many capabilities of a server are kept.
	MaxCapabilities = 64
	// MaxBatch is how many calls a batch may have here; servers have no limit.
	MaxBatch = 500
	// MaxFilesPerMessage is how many uploads one message may carry.
	MaxFilesPerMessage = 64
	// MaxRoomName and MaxRoomDescription are where longer texts are cut, in
	// bytes of UTF-8.
	MaxRoomName        = 400
	MaxRoomDescription = 4000
	// MaxToken is the most characters of a room token.
	MaxToken = 64
	// MaxBaseURL is the most bytes of a server's URL.
	MaxBaseURL = 267
)
