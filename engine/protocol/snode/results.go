package snode

import (
	"crypto/ed25519"
	"slices"
	"strconv"
)

// SignResult signs a member's result with its node's key. All other fields of
// the result must be final, its lists sorted.
func SignResult(req Request, r Result, node ed25519.PrivateKey) error {
	text, ok := r.nodeText(req)
	if !ok {
		return ErrSigner
	}
	*r.signature() = [64]byte(ed25519.Sign(node, text))
	return nil
}

// VerifyResult says whether a result to req was signed by node (its Ed25519
// key): that this node really deleted, stored or changed what it says.
func VerifyResult(req Request, r Result, node [32]byte) bool {
	text, ok := r.nodeText(req)
	return ok && ed25519.Verify(node[:], text, r.signature()[:])
}

// CountVerified counts the members whose results carry a good signature.
func CountVerified[R any, P interface {
	*R
	Result
}](req Request, members []Member[R]) int {
	n := 0
	for i := range members {
		if m := &members[i]; m.Failure == nil && VerifyResult(req, P(&m.Result), m.Node) {
			n++
		}
	}
	return n
}

func (r *StoreResult) signature() *[64]byte      { return &r.Signature }
func (r *DeleteResult) signature() *[64]byte     { return &r.Signature }
func (r *ExpireResult) signature() *[64]byte     { return &r.Signature }
func (r *SubaccountResult) signature() *[64]byte { return &r.Signature }

func (r *StoreResult) nodeText(req Request) ([]byte, bool) {
	_, ok := req.(*StoreRequest)
	return []byte(r.Hash), ok
}

func (r *DeleteResult) nodeText(req Request) ([]byte, bool) {
	var b []byte
	switch q := req.(type) {
	case *DeleteRequest:
		b = appendStrings([]byte(q.Pubkey.String()), q.Messages)
	case *DeleteAllRequest:
		b = strconv.AppendInt([]byte(q.Pubkey.String()), q.Timestamp, 10)
	case *DeleteBeforeRequest:
		b = strconv.AppendInt([]byte(q.Pubkey.String()), q.Before, 10)
	default:
		return nil, false
	}
	return appendStrings(b, r.Deleted.Sorted()), true
}

func (r *ExpireResult) nodeText(req Request) ([]byte, bool) {
	switch q := req.(type) {
	case *ExpireRequest:
		b := appendInts([]byte(q.Pubkey.String()), r.Expiry)
		b = appendStrings(b, q.Messages)
		b = appendStrings(b, r.Updated.Sorted())
		for _, u := range r.Unchanged {
			b = strconv.AppendInt(append(b, u.Hash...), u.Expiry, 10)
		}
		return b, true
	case *ExpireAllRequest:
		b := strconv.AppendInt([]byte(q.Pubkey.String()), q.Expiry, 10)
		return appendStrings(b, r.Updated.Sorted()), true
	}
	return nil, false
}

func (r *SubaccountResult) nodeText(req Request) ([]byte, bool) {
	q, ok := req.(*RevokeRequest)
	if !ok {
		return nil, false
	}
	return appendTokens(strconv.AppendInt([]byte(q.Pubkey.String()), q.Timestamp, 10), q.Tokens), true
}

// Sorted returns all hashes, whatever their namespace, in byte order: the order
// within signatures.
func (h Hashes) Sorted() []string {
	if !h.All && slices.IsSorted(h.List) {
		return h.List
	}
	all := slices.Clone(h.List)
	for _, ns := range h.ByNamespace {
		all = append(all, ns.Hashes...)
	}
	slices.Sort(all)
	return all
}

// Normalize sorts the lists, and the namespaces as JSON objects sort them.
func (h *Hashes) Normalize() {
	slices.Sort(h.List)
	slices.SortFunc(h.ByNamespace, func(a, b NamespaceHashes) int {
		return compareText(a.Namespace.String(), b.Namespace.String())
	})
	for _, ns := range h.ByNamespace {
		slices.Sort(ns.Hashes)
	}
}

func compareText(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
