package snode

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"unicode/utf8"
)

// Encode writes {"method":…,"params":{…}}: the body of /storage_rpc/v1 and the
// payload of an onion request for a node.
func Encode(r Request) []byte { return AppendRequest(nil, r) }

// AppendRequest appends Encode(r) to dst.
func AppendRequest(dst []byte, r Request) []byte {
	dst = append(dst, `{"method":"`...)
	dst = append(dst, r.Method()...)
	dst = append(dst, `","params":`...)
	dst = r.appendParams(dst)
	return append(dst, '}')
}

// object writes the members of a JSON object, in the order of the calls. None
// of the values needs more escaping than its method does.
type object struct {
	b     []byte
	empty bool
}

func open(dst []byte) *object { return &object{b: append(dst, '{'), empty: true} }

func (o *object) close() []byte { return append(o.b, '}') }

func (o *object) key(k string) {
	if !o.empty {
		o.b = append(o.b, ',')
	}
	o.empty = false
	o.b = append(append(append(o.b, '"'), k...), '"', ':')
}

func (o *object) int(k string, n int64) {
	o.key(k)
	o.b = strconv.AppendInt(o.b, n, 10)
}

func (o *object) bool(k string, v bool) {
	o.key(k)
	o.b = strconv.AppendBool(o.b, v)
}

func (o *object) str(k, v string) {
	o.key(k)
	o.b = appendString(o.b, v)
}

func (o *object) hex(k string, v []byte) {
	o.key(k)
	o.b = append(hex.AppendEncode(append(o.b, '"'), v), '"')
}

func (o *object) base64(k string, v []byte) {
	o.key(k)
	o.b = append(base64.StdEncoding.AppendEncode(append(o.b, '"'), v), '"')
}

func (o *object) strs(k string, list []string) {
	o.key(k)
	o.b = appendList(o.b, list)
}

func (o *object) ints(k string, list []int) {
	o.key(k)
	o.b = append(o.b, '[')
	for i, n := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = strconv.AppendInt(o.b, int64(n), 10)
	}
	o.b = append(o.b, ']')
}

func (o *object) int64s(k string, list []int64) {
	o.key(k)
	o.b = append(o.b, '[')
	for i, n := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.b = strconv.AppendInt(o.b, n, 10)
	}
	o.b = append(o.b, ']')
}

func (o *object) raw(k string, v []byte) {
	o.key(k)
	o.b = append(o.b, v...)
}

func appendList(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, s)
	}
	return append(dst, ']')
}

// appendString appends a JSON string. Only quotes, backslashes and control
// characters are escaped, as official nodes do; bytes that are not UTF-8
// become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}

const hexDigits = "0123456789abcdef"

// begin writes the account and what proves the right to ask.
func (a *Auth) begin(dst []byte) *object {
	o := open(dst)
	o.hex("pubkey", a.Pubkey[:])
	return o
}

func (a *Auth) end(o *object) []byte {
	if a.Ed25519 != nil {
		o.hex("pubkey_ed25519", a.Ed25519[:])
	}
	if a.Signature != nil {
		o.base64("signature", a.Signature[:])
	}
	if a.Subaccount != nil {
		o.base64("subaccount", a.Subaccount.Token[:])
		o.base64("subaccount_sig", a.Subaccount.Signature[:])
	}
	return o.close()
}

func (o *object) namespace(n Namespace) {
	if n != 0 {
		o.int("namespace", int64(n))
	}
}

func (o *object) scope(s Scope) {
	if s.All {
		o.str("namespace", "all")
		return
	}
	o.namespace(s.Namespace)
}

func (*InfoRequest) appendParams(dst []byte) []byte { return append(dst, '{', '}') }

func (r *SwarmRequest) appendParams(dst []byte) []byte {
	o := open(dst)
	o.hex("pubkey", r.Pubkey[:])
	return o.close()
}

func (r *StoreRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.namespace(r.Namespace)
	o.int("timestamp", r.Timestamp)
	if r.SigTimestamp != 0 {
		o.int("sig_timestamp", r.SigTimestamp)
	}
	if r.Expiry != 0 {
		o.int("expiry", r.Expiry)
	} else {
		o.int("ttl", r.TTL)
	}
	o.base64("data", r.Data)
	return r.end(o)
}

func (r *RetrieveRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.namespace(r.Namespace)
	if r.Timestamp != 0 {
		o.int("timestamp", r.Timestamp)
	}
	if r.LastHash != "" {
		o.str("last_hash", r.LastHash)
	}
	if r.MaxCount != 0 {
		o.int("max_count", int64(r.MaxCount))
	}
	if r.MaxSize != 0 {
		o.int("max_size", int64(r.MaxSize))
	}
	return r.end(o)
}

func (r *DeleteRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.strs("messages", r.Messages)
	if r.Required {
		o.bool("required", true)
	}
	return r.end(o)
}

func (r *DeleteAllRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.scope(r.Scope)
	o.int("timestamp", r.Timestamp)
	return r.end(o)
}

func (r *DeleteBeforeRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.scope(r.Scope)
	o.int("before", r.Before)
	return r.end(o)
}

func (r *ExpireRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.strs("messages", r.Messages)
	if len(r.Expiry) == 1 {
		o.int("expiry", r.Expiry[0])
	} else {
		o.int64s("expiry", r.Expiry)
	}
	if r.Shorten {
		o.bool("shorten", true)
	}
	if r.Extend {
		o.bool("extend", true)
	}
	return r.end(o)
}

func (r *ExpireAllRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.scope(r.Scope)
	o.int("expiry", r.Expiry)
	return r.end(o)
}

func (r *ExpiriesRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.int("timestamp", r.Timestamp)
	o.strs("messages", r.Messages)
	return r.end(o)
}

func (r *RevokeRequest) appendParams(dst []byte) []byte {
	o := r.begin(dst)
	o.int("timestamp", r.Timestamp)
	list := make([]string, len(r.Tokens))
	for i, t := range r.Tokens {
		list[i] = base64.StdEncoding.EncodeToString(t[:])
	}
	key := "revoke"
	if r.Undo {
		key = "unrevoke"
	}
	o.strs(key, list)
	return r.end(o)
}

func (r *OxendRequest) appendParams(dst []byte) []byte {
	o := open(dst)
	o.str("endpoint", r.Endpoint)
	if r.Params != nil {
		o.raw("params", r.Params)
	}
	return o.close()
}

func (r *BatchRequest) appendParams(dst []byte) []byte {
	dst = append(dst, `{"requests":[`...)
	for i, sub := range r.Requests {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendRequest(dst, sub)
	}
	return append(dst, ']', '}')
}

func (r *IfElseRequest) appendParams(dst []byte) []byte {
	o := open(dst)
	o.raw("if", r.If.append(nil))
	if r.Then != nil {
		o.raw("then", AppendRequest(nil, r.Then))
	}
	if r.Else != nil {
		o.raw("else", AppendRequest(nil, r.Else))
	}
	return o.close()
}

func (c *Condition) append(dst []byte) []byte {
	o := open(dst)
	for _, p := range []struct {
		key  string
		list []int
	}{{"hf_at_least", c.HFAtLeast}, {"hf_before", c.HFBefore},
		{"v_at_least", c.VersionAtLeast}, {"v_before", c.VersionBefore}} {
		if len(p.list) > 0 {
			o.ints(p.key, p.list)
		}
	}
	if c.HeightAtLeast != nil {
		o.int("height_at_least", *c.HeightAtLeast)
	}
	if c.HeightBefore != nil {
		o.int("height_before", *c.HeightBefore)
	}
	return o.close()
}
