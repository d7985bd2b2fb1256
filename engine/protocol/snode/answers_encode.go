package snode

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
)

// Answers are written as official nodes write them: compact, keys sorted.

func (s Stamp) hf(o *object) { o.ints("hf", s.HF[:]) }
func (s Stamp) t(o *object)  { o.int("t", s.T) }

// Encode writes the answer.
func (a *InfoAnswer) Encode() []byte {
	o := open(nil)
	a.hf(o)
	a.t(o)
	o.int("timestamp", a.Timestamp)
	o.ints("version", a.Version[:])
	return o.close()
}

// Encode writes the answer, which is also the body of status 421.
func (a *SwarmAnswer) Encode() []byte {
	o := open(nil)
	a.hf(o)
	o.key("snodes")
	o.b = append(o.b, '[')
	for i := range a.Snodes {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = a.Snodes[i].appendSwarmEntry(o.b)
	}
	o.b = append(o.b, ']')
	o.str("swarm", FormatSwarm(a.Swarm))
	a.t(o)
	return o.close()
}

func (n *Node) appendSwarmEntry(dst []byte) []byte {
	o := open(dst)
	o.str("address", Address(n.Legacy))
	o.str("ip", n.ipText())
	o.str("port", strconv.Itoa(int(n.Port))) // a string, for old clients
	o.int("port_https", int64(n.Port))
	o.int("port_omq", int64(n.QUICPort))
	o.int("port_quic", int64(n.QUICPort))
	o.hex("pubkey_ed25519", n.Ed25519[:])
	o.hex("pubkey_legacy", n.Legacy[:])
	o.hex("pubkey_x25519", n.X25519[:])
	return o.close()
}

func (n *Node) ipText() string {
	if !n.IP.IsValid() {
		return "0.0.0.0"
	}
	return n.IP.String()
}

// Encode writes the answer. base64 of the messages makes it a third larger
// than their data.
func (a *RetrieveAnswer) Encode() []byte {
	size := 64
	for i := range a.Messages {
		size += 140 + len(a.Messages[i].Data)*4/3
	}
	o := open(make([]byte, 0, size))
	a.hf(o)
	o.key("messages")
	o.b = append(o.b, '[')
	for i := range a.Messages {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		m := &a.Messages[i]
		e := object{b: append(o.b, '{'), empty: true}
		e.base64("data", m.Data)
		e.int("expiration", m.Expiration)
		e.str("hash", m.Hash)
		e.int("timestamp", m.Timestamp)
		o.b = e.close()
	}
	o.b = append(o.b, ']')
	o.bool("more", a.More)
	a.t(o)
	return o.close()
}

// Encode writes the answer.
func (a *ExpiriesAnswer) Encode() []byte {
	o := open(nil)
	o.raw("expiries", appendHashExpiries(nil, a.Expiries))
	return o.close()
}

func appendHashExpiries(dst []byte, list []HashExpiry) []byte {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b HashExpiry) int { return compareText(a.Hash, b.Hash) })
	dst = append(dst, '{')
	for i, e := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, e.Hash), ':')
		dst = strconv.AppendInt(dst, e.Expiry, 10)
	}
	return append(dst, '}')
}

// Encode writes the answer.
func (a *OxendAnswer) Encode() []byte {
	o := open(nil)
	a.hf(o)
	o.raw("result", a.Result)
	a.t(o)
	return o.close()
}

// NewSubAnswer makes the entry of a batch out of the answer to one request:
// either document (JSON), or an error, whose status and text it takes when it
// is an *RPCError or a *WrongSwarmError.
func NewSubAnswer(status int, document []byte, err error) SubAnswer {
	switch e := err.(type) {
	case nil:
		return SubAnswer{Code: status, Body: document}
	case *RPCError:
		return SubAnswer{Code: e.Status, Body: []byte(e.Text), Text: true}
	case *WrongSwarmError:
		return SubAnswer{Code: StatusWrongSwarm, Body: e.Swarm.Encode()}
	}
	return SubAnswer{Code: StatusFailed, Body: []byte("request failed"), Text: true}
}

func (a *SubAnswer) append(dst []byte) []byte {
	o := open(dst)
	if a.Text {
		o.str("body", string(a.Body))
	} else {
		o.raw("body", a.Body)
	}
	o.int("code", int64(a.Code))
	return o.close()
}

// Encode writes the answer.
func (a *BatchAnswer) Encode() []byte {
	size := 16
	for i := range a.Results {
		size += len(a.Results[i].Body) + 32
	}
	b := append(make([]byte, 0, size), `{"results":[`...)
	for i := range a.Results {
		if i > 0 {
			b = append(b, ',')
		}
		b = a.Results[i].append(b)
	}
	return append(b, ']', '}')
}

// Encode writes the answer.
func (a *IfElseAnswer) Encode() []byte {
	o := open(nil)
	o.bool("condition", a.Condition)
	o.int("height", a.Height)
	o.ints("hf", a.HF[:])
	if a.Result != nil {
		o.raw("result", a.Result.append(nil))
	}
	o.ints("v", a.Version[:])
	return o.close()
}

// memberResult is what Encode needs of a result.
type memberResult interface{ append(dst []byte) []byte }

// Encode writes the answer with its members sorted by key.
func (a *RecursiveAnswer[R]) Encode() []byte {
	members := slices.Clone(a.Members)
	slices.SortFunc(members, func(x, y Member[R]) int { return bytes.Compare(x.Node[:], y.Node[:]) })
	o := open(make([]byte, 0, 64+320*len(members)))
	if a.Hash != "" {
		o.str("hash", a.Hash)
	}
	a.hf(o)
	o.key("swarm")
	o.b = append(o.b, '{')
	for i := range members {
		m := &members[i]
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = append(hex.AppendEncode(append(o.b, '"'), m.Node[:]), '"', ':')
		if m.Failure != nil {
			o.b = m.Failure.append(o.b)
		} else {
			o.b = any(&m.Result).(memberResult).append(o.b)
		}
	}
	o.b = append(o.b, '}')
	a.t(o)
	return o.close()
}

// Status is 200 when at least one member succeeded, else 500.
func (a *RecursiveAnswer[R]) Status() int {
	for i := range a.Members {
		if a.Members[i].Failure == nil {
			return StatusOK
		}
	}
	return StatusFailed
}

// Succeeded counts the members without failure.
func (a *RecursiveAnswer[R]) Succeeded() int {
	n := 0
	for i := range a.Members {
		if a.Members[i].Failure == nil {
			n++
		}
	}
	return n
}

// DeletedNothing says whether no member deleted a message: the case in which a
// delete with Required answers 404.
func DeletedNothing(a *DeleteAnswer) bool {
	for i := range a.Members {
		if a.Members[i].Failure == nil && a.Members[i].Result.Deleted.Len() > 0 {
			return false
		}
	}
	return true
}

func (f *Failure) append(dst []byte) []byte {
	o := open(dst)
	if f.BadPeerResponse {
		o.bool("bad_peer_response", true)
	}
	if f.Code != "" {
		o.str("code", f.Code)
	}
	o.bool("failed", true)
	if f.QueryFailure {
		o.bool("query_failure", true)
	}
	if f.Reason != "" {
		o.str("reason", f.Reason)
	}
	if f.Timeout {
		o.bool("timeout", true)
	}
	return o.close()
}

func (r *StoreResult) append(dst []byte) []byte {
	o := open(dst)
	switch {
	case r.Already && r.Numeric:
		o.int("already", 1)
	case r.Already:
		o.bool("already", true)
	}
	o.int("expiry", r.Expiry)
	o.str("hash", r.Hash)
	o.base64("signature", r.Signature[:])
	if r.T != 0 {
		o.int("t", r.T)
	}
	return o.close()
}

func (r *DeleteResult) append(dst []byte) []byte {
	o := open(dst)
	o.raw("deleted", r.Deleted.append(nil))
	o.base64("signature", r.Signature[:])
	return o.close()
}

func (r *ExpireResult) append(dst []byte) []byte {
	o := open(dst)
	switch {
	case r.Several:
		o.int64s("expiry", r.Expiry)
	case len(r.Expiry) > 0:
		o.int("expiry", r.Expiry[0])
	}
	o.base64("signature", r.Signature[:])
	if r.HasUnchanged {
		o.raw("unchanged", appendHashExpiries(nil, r.Unchanged))
	}
	o.raw("updated", r.Updated.append(nil))
	return o.close()
}

func (r *SubaccountResult) append(dst []byte) []byte {
	o := open(dst)
	if r.HasCount {
		o.int("count", int64(r.Count))
	}
	o.base64("signature", r.Signature[:])
	return o.close()
}

func (h Hashes) append(dst []byte) []byte {
	if !h.All {
		return appendList(dst, h.List)
	}
	byNS := slices.Clone(h.ByNamespace)
	slices.SortFunc(byNS, func(a, b NamespaceHashes) int {
		return compareText(a.Namespace.String(), b.Namespace.String())
	})
	o := open(dst)
	for _, ns := range byNS {
		o.strs(ns.Namespace.String(), ns.Hashes)
	}
	return o.close()
}
