package snode

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// fields are the members of an object that its reader knows; of equal keys the
// last counts.
type fields []struct {
	name  string
	value raw
}

// raw is a JSON value as it stands.
type raw []byte

func readFields(doc []byte, names ...string) fields {
	f := make(fields, len(names))
	for i, n := range names {
		f[i].name = n
	}
	c := cursor{b: doc}
	c.keys(func(key []byte) {
		for i := range f {
			if f[i].name == string(key) {
				f[i].value = c.raw()
				return
			}
		}
	})
	return f
}

func (f fields) get(name string) raw {
	for i := range f {
		if f[i].name == name {
			return f[i].value
		}
	}
	return nil
}

// text returns the value of a string.
func (r raw) text() (string, bool) {
	if len(r) == 0 || r[0] != '"' {
		return "", false
	}
	c := cursor{b: r}
	s := c.str()
	return s, !c.bad
}

// kind is a type that nodes demand of a field.
type kind uint8

const (
	kindString     kind = iota
	kindBool            // true or false
	kindInt             // any integer
	kindTime            // milliseconds, not negative, not seconds
	kindTextOrTime      // store's timestamp: integer or decimal string; no lower limit
	kindTextOrInt       // store's ttl: integer or decimal string, not negative
	kindTimes           // one time or an array of them
	kindNamespace       // 16-bit integer
	kindScope           // 16-bit integer or "all"
	kindStrings         // array of strings, or one string
	kindInts            // array of integers
)

var kindNames = [...]string{"string", "boolean", "integer", "integer timestamp (in milliseconds)",
	"integer", "positive integer", "integer timestamp (in milliseconds)",
	"16-bit integer", `integer or "all"`, "string array", "integer array"}

type field struct {
	name string
	kind kind
}

// loaded are typed fields. The first error stays; after it all reads give zero
// values, so that a parser can be written straight down in the order in which
// official nodes complain.
type loaded struct {
	fields fields
	kinds  []kind
	err    error
}

// load reads the fields of an object and checks their types, in the order given.
func load(doc []byte, want ...field) *loaded {
	names := make([]string, len(want))
	l := &loaded{kinds: make([]kind, len(want))}
	for i, w := range want {
		names[i], l.kinds[i] = w.name, w.kind
	}
	l.fields = readFields(doc, names...)
	for i := range l.fields {
		v := l.fields[i].value
		if string(v) == "null" {
			l.fields[i].value = nil
		} else if v != nil && l.err == nil {
			l.err = check(l.fields[i].name, l.kinds[i], v)
		}
	}
	return l
}

func (l *loaded) fail(text string) {
	if l.err == nil {
		l.err = errors.New(text)
	}
}

func (l *loaded) has(name string) bool { return l.fields.get(name) != nil }

func (l *loaded) require(name string) {
	if !l.has(name) {
		l.fail("Required field '" + name + "' missing")
	}
}

// alias reads a field that has two names.
func (l *loaded) alias(name, old string) string {
	if l.has(name) && l.has(old) {
		l.fail("Cannot specify both '" + name + "' and '" + old + "'")
	}
	if l.has(old) {
		return l.text(old)
	}
	l.require(name)
	return l.text(name)
}

func (l *loaded) text(name string) string {
	if l.err != nil {
		return ""
	}
	s, _ := l.fields.get(name).text()
	return s
}

func (l *loaded) bool(name string) bool { return string(l.fields.get(name)) == "true" }

func (l *loaded) int(name string) int64 {
	v := l.fields.get(name)
	if l.err != nil || v == nil {
		return 0
	}
	if s, ok := v.text(); ok {
		v = raw(s)
	}
	n, _ := parseInt(v)
	return n
}

func (l *loaded) times(name string) (list []int64) {
	v := l.fields.get(name)
	if l.err != nil || v == nil {
		return nil
	}
	if v[0] != '[' {
		n, _ := parseInt(v)
		return []int64{n}
	}
	c := cursor{b: v}
	c.items(func() { list = append(list, c.int()) })
	return list
}

func (l *loaded) ints(name string) (list []int) {
	v := l.fields.get(name)
	if l.err != nil || v == nil {
		return nil
	}
	c := cursor{b: v}
	c.items(func() {
		// Versions have at most three parts; the rest is ignored.
		if n := c.int(); len(list) < 3 {
			list = append(list, int(n))
		}
	})
	return list
}

func (l *loaded) strings(name string) []string {
	v := l.fields.get(name)
	if l.err != nil || v == nil {
		return nil
	}
	if s, ok := v.text(); ok {
		return []string{s}
	}
	c := cursor{b: v}
	return c.strs()
}

func (l *loaded) scope() Scope {
	v := l.fields.get("namespace")
	if v != nil && v[0] == '"' {
		return Everywhere
	}
	return In(Namespace(l.int("namespace")))
}

func (l *loaded) messages() []string {
	l.require("messages")
	list := l.strings("messages")
	if l.err == nil && len(list) == 0 {
		l.fail("messages does not contain any message hashes")
	}
	for _, h := range list {
		if !ValidHash(h) {
			l.fail("invalid message hash: " + h)
		}
	}
	return list
}

// pubkey reads the account of a request that may come without a signature.
func (l *loaded) pubkey(a *Auth, pk string) {
	if l.err != nil {
		return
	}
	var ok bool
	if a.Pubkey, ok = parsePubkey(pk); !ok {
		l.fail("Pubkey must be 66 hex digits (33 bytes) long")
	}
}

// signature reads account, key and signature of a signed request.
func (l *loaded) signature(a *Auth, pk string) {
	if !l.has("pubKey") { // the old name, where a method knows it
		l.require("pubkey")
	}
	l.pubkey(a, pk)
	l.require("signature")
	if l.err != nil {
		return
	}
	if l.has("pubkey_ed25519") {
		s := l.text("pubkey_ed25519")
		var key [32]byte
		_, err := hex.Decode(key[:], []byte(s[:min(len(s), 64)]))
		switch {
		case a.Pubkey[0] != 5:
			l.fail("pubkey_ed25519 is only permitted for 05[...] pubkeys")
		case len(s) == 64 && err != nil:
			l.fail("invalid pubkey_ed25519: value is not hex")
		case len(s) != 64:
			l.fail("Invalid pubkey_ed25519: expected 64 hex char or 32 byte pubkey")
		}
		a.Ed25519 = &key
	}
	sig, ok := parseSignature(l.text("signature"))
	if !ok {
		l.fail("invalid signature: expected base64 encoded Ed25519 signature")
	}
	a.Signature = &sig
}

func (l *loaded) subaccount(a *Auth) {
	token := l.text("subaccount")
	if token == "" {
		return
	}
	if !l.has("subaccount_sig") {
		l.fail("invalid subaccount: subaccount_sig is required when using subaccount")
		return
	}
	var sub Subaccount
	var ok bool
	if sub.Token, ok = parseToken(token); !ok {
		l.fail("invalid subaccount: expected base64 or hex-encoded subaccount token")
	}
	if sub.Signature, ok = parseSignature(l.text("subaccount_sig")); !ok {
		l.fail("invalid subaccount signature: expected base64 encoded Ed25519 signature")
	}
	a.Subaccount = &sub
}

func parseSignature(s string) (sig [64]byte, ok bool) {
	if !(len(s) == 86 || (len(s) == 88 && s[86:] == "==")) {
		return sig, false
	}
	b, ok := decodeBase64([]byte(s))
	if !ok || len(b) != 64 {
		return sig, false
	}
	return [64]byte(b), true
}

// check is the type check of one field.
func check(name string, k kind, v raw) error {
	invalid := func(want string) error { return fmt.Errorf("Invalid value given for '%s': %s", name, want) }
	expected := invalid("expected " + kindNames[k])
	text, isText := v.text()
	switch k {
	case kindString:
		if !isText {
			return expected
		}
	case kindBool:
		if s := string(v); s != "true" && s != "false" {
			return expected
		}
	case kindInt:
		// Official nodes keep 32 bits.
		if n, ok := parseInt(v); !ok || n != int64(int32(n)) {
			return expected
		}
	case kindTextOrTime, kindTextOrInt:
		number, otherwise := []byte(v), expected
		if isText {
			number, otherwise = []byte(text), invalid(quoteJSON(text))
		}
		if n, ok := parseInt(number); !ok || (n < 0 && k == kindTextOrInt) {
			return otherwise
		}
	case kindTime:
		return checkTime(name, v, expected)
	case kindTimes:
		return checkTimes(name, v, expected)
	case kindNamespace, kindScope:
		if k == kindScope && text == "all" {
			return nil
		}
		if k == kindScope && isText {
			return expected
		}
		n, ok := parseInt(v)
		switch {
		case !ok && !hugeInteger(v):
			return expected
		case !ok || n != int64(Namespace(n)):
			return invalid("value out of range")
		}
	case kindStrings, kindInts:
		if isText && k == kindStrings {
			return nil
		}
		if v[0] != '[' {
			return expected
		}
		c, good := cursor{b: v}, true
		c.items(func() {
			item := raw(c.raw())
			if k == kindInts {
				n, ok := parseInt(item)
				good = good && ok && n == int64(int32(n))
			} else {
				good = good && len(item) > 0 && item[0] == '"'
			}
		})
		if !good {
			return expected
		}
	}
	return nil
}

func checkTime(name string, v raw, expected error) error {
	n, ok := parseInt(v)
	if !ok || n < 0 {
		return expected
	}
	// Less than about eleven days since 1970: seconds were meant.
	if n < 1_000_000_000 {
		return fmt.Errorf("Invalid timestamp for '%s': timestamp must be in milliseconds", name)
	}
	return nil
}

func checkTimes(name string, v raw, expected error) error {
	if v[0] != '[' {
		return checkTime(name, v, expected)
	}
	var err error
	c := cursor{b: v}
	c.items(func() {
		if e := checkTime(name, c.raw(), expected); err == nil {
			err = e
		}
	})
	return err
}

// hugeInteger: an integer that does not fit 64 bits.
func hugeInteger(v raw) bool {
	for i, ch := range v {
		if (ch < '0' || ch > '9') && (i > 0 || ch != '-') {
			return false
		}
	}
	return len(v) > 0
}

// quoteJSON shows a value as the node's JSON library prints it.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return strconv.Quote(s)
	}
	return string(b)
}
