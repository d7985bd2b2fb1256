package snode

import "strconv"

// Namespace is a compartment of an account's storage (service-nodes.md §4).
type Namespace int16

const (
	Default            Namespace = 0   // 05: one-to-one messages, sync copies
	UserProfile        Namespace = 2   // 05: config
	Contacts           Namespace = 3   // 05: config
	ConvoInfoVolatile  Namespace = 4   // 05: config
	UserGroups         Namespace = 5   // 05: config
	GroupMessages      Namespace = 11  // 03
	GroupKeys          Namespace = 12  // 03
	GroupInfo          Namespace = 13  // 03: config
	GroupMembers       Namespace = 14  // 03: config
	RevokedRetrievable Namespace = -11 // 03: "you were removed", readable when revoked
	LegacyClosedGroup  Namespace = -10 // retired; never signed
)

// Limits of storage, in milliseconds and bytes.
const (
	MinTTL         = 10 * 1000                // shortest life of a message
	PublicMaxTTL   = 14 * 24 * 60 * 60 * 1000 // longest in a public inbox
	PrivateMaxTTL  = 30 * 24 * 60 * 60 * 1000 // longest elsewhere
	MaxData        = 76_800                   // bytes of one message
	MaxBatch       = 20                       // subrequests of a batch or sequence
	MaxRevocations = 50                       // tokens kept revoked for one account
	MaxRequestBody = 10 << 20                 // bytes of an HTTP body
	RetrieveMax    = 7_800_000                // upper limit for the counted size of an answer
	HashLength     = 43                       // characters of a message hash
)

// PublicInbox: anybody may store without a signature.
func (n Namespace) PublicInbox() bool { return n%10 == 0 }

// PublicOutbox: holds one message that anybody may read; to store needs the
// right to write and to delete, since it replaces.
func (n Namespace) PublicOutbox() bool { return n < 0 && -int(n)%20 == 1 }

// ReadableByAll: retrieve needs no signature.
func (n Namespace) ReadableByAll() bool { return n.PublicOutbox() || n == LegacyClosedGroup }

// Unrevocable: a revoked subaccount may still read.
func (n Namespace) Unrevocable() bool { return n < 0 && -int(n)%100 == 11 }

// MaxTTL is the longest life of a message in milliseconds.
func (n Namespace) MaxTTL() int64 {
	if n.PublicInbox() {
		return PublicMaxTTL
	}
	return PrivateMaxTTL
}

// String is the decimal form.
func (n Namespace) String() string { return strconv.Itoa(int(n)) }

// signed is the form within signed texts: empty for namespace 0.
func (n Namespace) signed() string {
	if n == 0 {
		return ""
	}
	return n.String()
}

// Scope is a namespace or all of them: what delete_all, delete_before and
// expire_all act on. The zero Scope is namespace 0.
type Scope struct {
	All       bool
	Namespace Namespace // when not All
}

// In is the scope of one namespace.
func In(n Namespace) Scope { return Scope{Namespace: n} }

// Everywhere is the scope of all namespaces.
var Everywhere = Scope{All: true}

func (s Scope) signed() string {
	if s.All {
		return "all"
	}
	return s.Namespace.signed()
}
