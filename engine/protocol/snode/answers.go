package snode

import "net/netip"

// HardFork is [hardfork, revision] of the network, "hf" of answers.
type HardFork [2]int

// AtLeast compares hard forks.
func (h HardFork) AtLeast(major, minor int) bool {
	return h[0] > major || (h[0] == major && h[1] >= minor)
}

// MultiExpiryFork is the first hard fork that takes several expiries in one
// expire request.
var MultiExpiryFork = HardFork{19, 4}

// Stamp is what most answers carry besides their content.
type Stamp struct {
	T  int64    // the node's clock; 0 when missing
	HF HardFork // zero when missing
}

// InfoAnswer answers info.
type InfoAnswer struct {
	Version   [3]int
	Timestamp int64
	Stamp
}

// SwarmAnswer answers get_swarm and comes with status 421.
type SwarmAnswer struct {
	Snodes []Node
	Swarm  uint64
	Stamp
}

// Message is one stored message.
type Message struct {
	Hash       string
	Timestamp  int64 // of the store request
	Expiration int64
	Data       []byte
}

// RetrieveAnswer answers retrieve, in the order of storage.
type RetrieveAnswer struct {
	Messages []Message
	More     bool // ask again from the last hash
	Stamp
}

// ExpiriesAnswer answers get_expiries; unknown messages are missing. Sorted by
// hash. It has no stamp.
type ExpiriesAnswer struct{ Expiries []HashExpiry }

// HashExpiry is a message and when it ends.
type HashExpiry struct {
	Hash   string
	Expiry int64
}

// OxendAnswer answers oxend_request: the daemon's JSON.
type OxendAnswer struct {
	Result []byte
	Stamp
}

// SubAnswer is the answer to one request of a batch, sequence or ifelse.
type SubAnswer struct {
	Code int
	// Body is a JSON document, or the bare text of an error when Text is set.
	Body []byte
	Text bool
}

// BatchAnswer answers batch and sequence, in the order of the requests; after a
// failure of a sequence the rest is missing.
type BatchAnswer struct{ Results []SubAnswer }

// IfElseAnswer answers ifelse. Result is nil when the chosen branch was not given.
type IfElseAnswer struct {
	Condition bool
	Height    int64
	HF        HardFork
	Version   [3]int
	Result    *SubAnswer
}

// Failure is why a swarm member has no result. A failure without any reason is
// possible.
type Failure struct {
	Timeout         bool
	BadPeerResponse bool // also when this side cannot read the result
	QueryFailure    bool
	Code, Reason    string // what the member answered
}

// Member is the result of one node of the swarm.
type Member[R any] struct {
	Node    [32]byte // Ed25519
	Failure *Failure // nil: Result holds
	Result  R
}

// RecursiveAnswer answers a request that the node forwarded to its swarm:
// members sorted by key.
type RecursiveAnswer[R any] struct {
	Hash    string // store only
	Members []Member[R]
	Stamp
}

// Answers of recursive requests.
type (
	StoreAnswer      = RecursiveAnswer[StoreResult]
	DeleteAnswer     = RecursiveAnswer[DeleteResult] // delete, delete_all, delete_before
	ExpireAnswer     = RecursiveAnswer[ExpireResult] // expire, expire_all
	SubaccountAnswer = RecursiveAnswer[SubaccountResult]
)

// StoreResult is a member's result of store.
type StoreResult struct {
	Hash      string
	Expiry    int64
	Already   bool // the member had the message
	Signature [64]byte
	// T is the clock, only from the node asked.
	T int64
	// Numeric writes Already as 1: what comes from a peer of the node asked
	// has passed an encoding without booleans.
	Numeric bool
}

// DeleteResult is a member's result of delete, delete_all and delete_before.
type DeleteResult struct {
	Deleted   Hashes
	Signature [64]byte
}

// ExpireResult is a member's result of expire and expire_all.
type ExpireResult struct {
	// Expiry is what was applied: one value, or one for each of Updated when
	// the request named several (Several). Nil for expire_all.
	Expiry  []int64
	Several bool
	Updated Hashes
	// Unchanged is only there when the request said shorten or extend
	// (HasUnchanged). Sorted by hash.
	Unchanged    []HashExpiry
	HasUnchanged bool
	Signature    [64]byte
}

// SubaccountResult is a member's result of revoke_subaccount and
// unrevoke_subaccount.
type SubaccountResult struct {
	Count     int  // tokens that were revoked until now
	HasCount  bool // only unrevoke counts
	Signature [64]byte
}

// Hashes is a list of message hashes, or one for each namespace when the
// request was about all of them. Lists are sorted.
type Hashes struct {
	All         bool
	List        []string          // when not All
	ByNamespace []NamespaceHashes // when All
}

// NamespaceHashes are the hashes within one namespace.
type NamespaceHashes struct {
	Namespace Namespace
	Hashes    []string
}

// Len counts the hashes.
func (h Hashes) Len() int {
	n := len(h.List)
	for _, ns := range h.ByNamespace {
		n += len(ns.Hashes)
	}
	return n
}

// Result is a member's result that carries its node's signature.
type Result interface {
	nodeText(req Request) ([]byte, bool)
	signature() *[64]byte
}

// Node is a service node as lists and swarms describe it. Fields that a list
// does not have are zero.
type Node struct {
	Ed25519  [32]byte
	X25519   [32]byte
	Legacy   [32]byte // only in swarms
	IP       netip.Addr
	Port     uint16 // HTTPS, "storage_port"
	QUICPort uint16 // OMQ and QUIC
	Swarm    uint64 // NoSwarm when not told
	Version  [3]int // storage server
	// UnlockHeight is the block at which the node leaves the network, 0 if it
	// has not asked to.
	UnlockHeight int64
}

// Usable says whether a client can talk to the node: address, port and both keys.
func (n *Node) Usable() bool {
	return n.IP.Is4() && !n.IP.IsUnspecified() && n.IP != netip.AddrFrom4([4]byte{255, 255, 255, 255}) &&
		n.Port != 0 && n.Ed25519 != [32]byte{} && n.X25519 != [32]byte{}
}
