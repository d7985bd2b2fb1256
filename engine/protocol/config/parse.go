package config

import (
	"errors"
	"slices"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/bt"
)

// verifier reports whether a signature fits the text before the key "~".
type verifier func(prefix []byte, signature []byte) bool

// parse reads a plaintext (docs/protocol/config-messages.md §4) and holds it
// against everything the official core checks. Text that is written laxly
// (leading zeros, -0, bytes behind the end) is read as the core reads it: its
// hash is that of the bytes as they came.
//
// With verify set the message must be signed. With trust a signature is kept
// without a look at it: that of an own dump, which was checked before.
func parse(plain []byte, limits bt.Limits, verify verifier, trust bool) (*message, error) {
	m, err := parseStrict(plain, limits, verify, trust)
	if errors.Is(err, bt.ErrNumber) || errors.Is(err, bt.ErrTrailing) {
		canonical, lax := bt.Canonical(plain, limits)
		if lax != nil || verify != nil {
			// Our serialization of such a message could not carry its signature.
			return nil, err
		}
		if m, err = parseStrict(canonical, limits, nil, trust); err == nil {
			m.hash = blake2b.Sum256(plain)
		}
	}
	return m, err
}

func parseStrict(plain []byte, limits bt.Limits, verify verifier, trust bool) (*message, error) {
	p := newParser(plain, limits)
	m := new(message)
	if err := p.message(m, verify, trust); err != nil {
		return nil, err
	}
	if err := p.r.Close(); err != nil {
		return nil, malformed(err)
	}
	m.hash = blake2b.Sum256(plain)
	if !p.dropped {
		m.text = p.text
	}
	return m, nil
}

// parser reads one plaintext. All strings of the result are parts of one copy of
// it, and all entries and dicts parts of a few slabs.
type parser struct {
	r       *bt.Reader
	plain   []byte
	text    string
	stack   []entry // of the dicts that are being read, innermost last
	entries []entry // slab
	dicts   []dict  // slab
	dropped bool    // something was left out: the serialization is another
}

func newParser(plain []byte, limits bt.Limits) *parser {
	return &parser{r: bt.NewReader(plain, limits), plain: plain, text: string(plain)}
}

// from returns the text from an offset to where the reader is.
func (p *parser) from(start int) string { return p.text[start:p.r.Offset()] }

func (p *parser) bytes() (string, error) {
	b, err := p.r.Bytes()
	if err != nil {
		return "", err
	}
	end := p.r.Offset()
	return p.text[end-len(b) : end], nil
}

func (p *parser) key() (string, error) {
	b, err := p.r.Key()
	if err != nil {
		return "", err
	}
	end := p.r.Offset()
	return p.text[end-len(b) : end], nil
}

func (p *parser) message(m *message, verify verifier, trust bool) error {
	if err := p.r.EnterDict(); err != nil {
		return malformed(err)
	}
	last, haveData := "", false
	for p.r.More() {
		start := p.r.Offset()
		key, err := p.key()
		if err != nil {
			return malformed(err)
		}
		if last == "" && key != "#" || !haveData && key > "&" || last == "~" {
			return malformed(errKeys)
		}
		switch key {
		case "#":
			m.seqno, err = p.r.Int()
			if err == nil && (m.seqno < 0 || m.seqno > MaxSeqno) {
				return ErrSeqno
			}
		case "&":
			m.data, err = p.dict(true)
			haveData = true
		case "<":
			m.lagged, err = p.lagged(m.seqno)
		case "=":
			from := p.r.Offset()
			if err = checkDiff(p.r); err == nil {
				m.diff = p.from(from)
			}
		case "~":
			err = p.signature(m, start, verify, trust)
		default:
			if key > "~" {
				return malformed(errKeys)
			}
			from := p.r.Offset()
			if err = p.r.Skip(); err == nil {
				m.unknown = append(m.unknown, rawKey{key, p.from(from)})
			}
		}
		if err != nil {
			return p.wrap(err)
		}
		last = key
	}
	if err := p.r.Leave(); err != nil {
		return malformed(err)
	}
	// The core reads past the end of a message that ends before its "=".
	if !haveData || last < "=" {
		return malformed(errKeys)
	}
	if m.diff == "" {
		m.diff, p.dropped = emptyDiff, true
	}
	if verify != nil && last != "~" {
		return ErrSignature
	}
	return nil
}

func (p *parser) wrap(err error) error {
	var syntax *bt.SyntaxError
	switch {
	case errors.Is(err, ErrSeqno), errors.Is(err, ErrSignature), errors.Is(err, ErrFormat):
		return err
	case errors.As(err, &syntax):
		return malformed(syntax)
	}
	return malformed(err)
}

// signature reads the value of "~", whose key starts at start.
func (p *parser) signature(m *message, start int, verify verifier, trust bool) error {
	signature, err := p.bytes()
	if err != nil {
		return err
	}
	switch {
	case len(signature) != 64:
		return ErrSignature
	case verify != nil:
		if !verify(p.plain[:start], []byte(signature)) {
			return ErrSignature
		}
		m.signature = signature
	case trust:
		m.signature = signature
	default:
		p.dropped = true // nobody vouches for it
	}
	return nil
}

// dict reads the data. Below the top nothing may be empty.
func (p *parser) dict(top bool) (*dict, error) {
	if err := p.r.EnterDict(); err != nil {
		return nil, err
	}
	base := len(p.stack)
	for p.r.More() {
		key, err := p.key()
		if err != nil {
			return nil, err
		}
		e := entry{key: key}
		switch p.r.Peek() {
		case bt.KindInt:
			e.kind = kindInt
			e.num, err = p.r.Int()
		case bt.KindDict:
			e.kind = kindDict
			e.sub, err = p.dict(false)
		case bt.KindList:
			e.kind = kindSet
			e.sub, err = p.set()
		default:
			e.kind = kindString
			e.text, err = p.bytes()
		}
		if err != nil {
			return nil, err
		}
		p.push(e)
	}
	if err := p.r.Leave(); err != nil {
		return nil, err
	}
	return p.pop(base, top)
}

func (p *parser) set() (*dict, error) {
	if err := p.r.EnterList(); err != nil {
		return nil, err
	}
	base := len(p.stack)
	for p.r.More() {
		e, err := p.element()
		if err != nil {
			return nil, err
		}
		if n := len(p.stack); n > base && compareElement(&p.stack[n-1], &e) >= 0 {
			return nil, errSet
		}
		p.push(e)
	}
	if err := p.r.Leave(); err != nil {
		return nil, err
	}
	return p.pop(base, false)
}

// element reads an integer or a string.
func (p *parser) element() (entry, error) {
	switch p.r.Peek() {
	case bt.KindInt:
		v, err := p.r.Int()
		return intEntry(v), err
	case bt.KindDict, bt.KindList:
		return entry{}, errSet
	}
	v, err := p.bytes()
	return stringEntry(v), err
}

// push doubles the stack where it is full: append would grow a large one by a
// quarter, and leave five times its size behind.
func (p *parser) push(e entry) {
	if len(p.stack) == cap(p.stack) {
		p.stack = slices.Grow(p.stack, len(p.stack)+32)
	}
	p.stack = append(p.stack, e)
}

// pop makes a dict of what lies on the stack above base.
func (p *parser) pop(base int, mayBeEmpty bool) (*dict, error) {
	n := len(p.stack) - base
	if n == 0 && !mayBeEmpty {
		return nil, errEmpty
	}
	const slab = 256
	if len(p.dicts) == 0 {
		p.dicts = make([]dict, slab/4)
	}
	d := &p.dicts[0]
	p.dicts = p.dicts[1:]
	if n > slab {
		d.entries = make([]entry, n)
	} else {
		if len(p.entries) < n {
			p.entries = make([]entry, slab*4)
		}
		d.entries = p.entries[:n:n]
		p.entries = p.entries[n:]
	}
	copy(d.entries, p.stack[base:])
	p.stack = p.stack[:base]
	return d, nil
}

// lagged reads rows of [seqno, hash, diff]. Rows that are too old for a message
// of this seqno are left out.
func (p *parser) lagged(own int64) ([]lagged, error) {
	if err := p.r.EnterList(); err != nil {
		return nil, err
	}
	var rows []lagged
	for p.r.More() {
		if err := p.r.EnterList(); err != nil {
			return nil, err
		}
		var l lagged
		var err error
		if l.seqno, err = p.r.Int(); err != nil {
			return nil, err
		}
		if l.seqno >= own {
			return nil, ErrSeqno
		}
		if l.seqno <= own-lag {
			for p.r.More() {
				if err := p.r.Skip(); err != nil {
					return nil, err
				}
			}
			p.dropped = true
		} else {
			hash, err := p.r.Bytes()
			if err != nil {
				return nil, err
			}
			if len(hash) != len(l.hash) {
				return nil, errLagged
			}
			copy(l.hash[:], hash)
			if n := len(rows); n > 0 && rows[n-1].compare(l.revision) >= 0 {
				return nil, errLagged
			}
			from := p.r.Offset()
			if err := checkDiff(p.r); err != nil {
				return nil, err
			}
			l.diff = p.from(from)
			rows = append(rows, l)
		}
		if err := p.r.Leave(); err != nil {
			return nil, err
		}
	}
	return rows, p.r.Leave()
}
