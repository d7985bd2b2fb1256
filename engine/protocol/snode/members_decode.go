package snode

import (
	"bytes"
	"encoding/hex"
	"slices"
)

// DecodeStore reads the answer of store.
func DecodeStore(body []byte) (*StoreAnswer, error) {
	return decodeRecursive(body, (*cursor).storeKey)
}

// DecodeDelete reads the answer of delete, delete_all and delete_before.
func DecodeDelete(body []byte) (*DeleteAnswer, error) {
	return decodeRecursive(body, (*cursor).deleteKey)
}

// DecodeExpire reads the answer of expire and expire_all.
func DecodeExpire(body []byte) (*ExpireAnswer, error) {
	return decodeRecursive(body, (*cursor).expireKey)
}

// DecodeSubaccount reads the answer of revoke_subaccount and unrevoke_subaccount.
func DecodeSubaccount(body []byte) (*SubaccountAnswer, error) {
	return decodeRecursive(body, (*cursor).subaccountKey)
}

// maxMembers bounds a swarm; real ones have about ten.
const maxMembers = 1000

func decodeRecursive[R any](body []byte, read func(c *cursor, key []byte, r *R)) (*RecursiveAnswer[R], error) {
	a, c := &RecursiveAnswer[R]{}, &cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		switch string(key) {
		case "hash":
			a.Hash = c.hash()
		case "swarm":
			seen = true
			c.keys(func(node []byte) {
				if len(a.Members) >= maxMembers {
					c.fail()
					return
				}
				a.Members = append(a.Members, decodeMember(c, node, read))
			})
		default:
			c.stamp(key, &a.Stamp)
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	slices.SortFunc(a.Members, func(x, y Member[R]) int { return bytes.Compare(x.Node[:], y.Node[:]) })
	return a, nil
}

func decodeMember[R any](c *cursor, node []byte, read func(c *cursor, key []byte, r *R)) (m Member[R]) {
	if len(node) != 64 {
		c.fail()
		return m
	}
	if _, err := hex.Decode(m.Node[:], node); err != nil {
		c.fail()
		return m
	}
	// A member's result is what that member said. One that says nonsense has
	// failed; it must not spoil what the others did.
	sub := &cursor{b: c.raw()}
	failed, f := false, Failure{}
	sub.keys(func(key []byte) {
		switch string(key) {
		case "failed":
			failed, _ = sub.truth()
		case "timeout":
			f.Timeout, _ = sub.truth()
		case "bad_peer_response":
			f.BadPeerResponse, _ = sub.truth()
		case "query_failure":
			f.QueryFailure, _ = sub.truth()
		case "code":
			f.Code = sub.textOrWord()
		case "reason":
			f.Reason = sub.textOrWord()
		default:
			read(sub, key, &m.Result)
		}
	})
	if !failed && !sub.bad && complete(&m.Result) {
		return m
	}
	if !failed || sub.bad {
		f = Failure{BadPeerResponse: true}
	}
	var none R
	m.Failure, m.Result = &f, none
	return m
}

// complete says whether a result has what every successful one has.
func complete(result any) bool {
	switch r := result.(type) {
	case *StoreResult:
		return r.Hash != "" && r.Signature != [64]byte{}
	case Result:
		return *r.signature() != [64]byte{}
	}
	return false
}

// textOrWord reads a string or a number as text.
func (c *cursor) textOrWord() string {
	if c.peek() == '"' {
		return c.str()
	}
	return string(c.word())
}

func (c *cursor) sig() (s [64]byte) {
	b := c.base64()
	if len(b) != 64 {
		c.fail()
		return s
	}
	return [64]byte(b)
}

func (c *cursor) storeKey(key []byte, r *StoreResult) {
	switch string(key) {
	case "hash":
		r.Hash = c.hash()
	case "expiry":
		r.Expiry = c.int()
	case "already":
		r.Already, r.Numeric = c.truth()
	case "t":
		r.T = c.int()
	case "signature":
		r.Signature = c.sig()
	}
}

func (c *cursor) deleteKey(key []byte, r *DeleteResult) {
	switch string(key) {
	case "deleted":
		r.Deleted = c.hashes()
	case "signature":
		r.Signature = c.sig()
	}
}

func (c *cursor) expireKey(key []byte, r *ExpireResult) {
	switch string(key) {
	case "expiry":
		if r.Several = c.peek() == '['; r.Several {
			c.items(func() { r.Expiry = append(r.Expiry, c.int()) })
		} else {
			r.Expiry = []int64{c.int()}
		}
	case "updated":
		r.Updated = c.hashes()
	case "unchanged":
		r.Unchanged, r.HasUnchanged = c.hashExpiries(), true
	case "signature":
		r.Signature = c.sig()
	}
}

func (c *cursor) subaccountKey(key []byte, r *SubaccountResult) {
	switch string(key) {
	case "count":
		r.Count, r.HasCount = int(c.int()), true
	case "signature":
		r.Signature = c.sig()
	}
}

// hashes reads a list, or a dict of lists by namespace. An empty dict that has
// passed the peers' encoding may be null.
func (c *cursor) hashes() (h Hashes) {
	if c.null() {
		return h
	}
	if c.peek() == '[' {
		h.List = c.hashList()
		return h
	}
	h.All = true
	c.keys(func(key []byte) {
		n, ok := parseInt(key)
		if !ok || n != int64(Namespace(n)) {
			c.fail()
			return
		}
		h.ByNamespace = append(h.ByNamespace, NamespaceHashes{Namespace(n), c.hashList()})
	})
	return h
}
