package snode

import (
	"bytes"
	"encoding/json"
)

// maxDepth bounds the nesting of documents from the network.
const maxDepth = 64

// cursor walks over a JSON document without building anything: the answers of
// a busy account are megabytes of messages, and generic decoding costs several
// times the rest of their way. After the first error all calls do nothing.
//
// It reads every valid document rightly. It is lenient where the content does
// not matter: a value that is skipped only needs balanced brackets.
type cursor struct {
	b   []byte
	i   int
	bad bool
}

func (c *cursor) fail() { c.bad = true }

// peek returns the first byte of the next token, 0 at the end.
func (c *cursor) peek() byte {
	for c.i < len(c.b) {
		switch ch := c.b[c.i]; ch {
		case ' ', '\t', '\n', '\r':
			c.i++
		default:
			return ch
		}
	}
	return 0
}

func (c *cursor) take(ch byte) bool {
	if !c.bad && c.peek() == ch {
		c.i++
		return true
	}
	return false
}

func (c *cursor) want(ch byte) bool {
	if c.take(ch) {
		return true
	}
	c.fail()
	return false
}

// end demands that nothing but white space is left.
func (c *cursor) end() {
	if c.peek() != 0 || c.i < len(c.b) {
		c.fail()
	}
}

// keys walks over the members of an object: key by key, f reads the value.
// Keys are unescaped.
func (c *cursor) keys(f func(key []byte)) {
	if !c.want('{') {
		return
	}
	if c.take('}') {
		return
	}
	for !c.bad {
		key := c.text()
		if !c.want(':') {
			return
		}
		c.peek() // so that c.i only moves when f reads
		before := c.i
		f(key)
		if c.i == before { // f did not know the key
			c.skip()
		}
		if c.take('}') {
			return
		}
		c.want(',')
	}
}

// items walks over an array; f reads one item.
func (c *cursor) items(f func()) {
	if !c.want('[') {
		return
	}
	if c.take(']') {
		return
	}
	for !c.bad {
		f()
		if c.take(']') {
			return
		}
		c.want(',')
	}
}

// text reads a string. The result points into the document unless it had
// escapes.
func (c *cursor) text() []byte {
	if !c.want('"') {
		return nil
	}
	start := c.i
	rest := c.b[start:]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		c.fail()
		return nil
	}
	if bytes.IndexByte(rest[:end], '\\') < 0 {
		c.i = start + end + 1
		return rest[:end:end]
	}
	for at := 0; ; at = end + 1 {
		n := bytes.IndexByte(rest[at:], '"')
		if n < 0 {
			c.fail()
			return nil
		}
		end = at + n
		slashes := 0
		for j := end - 1; j >= 0 && rest[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			break
		}
	}
	c.i = start + end + 1
	var s string
	if json.Unmarshal(c.b[start-1:c.i], &s) != nil {
		c.fail()
		return nil
	}
	return []byte(s)
}

// str reads a string as such.
func (c *cursor) str() string { return string(c.text()) }

// word reads a number or literal.
func (c *cursor) word() []byte {
	c.peek()
	start := c.i
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ',', '}', ']', ' ', '\t', '\n', '\r', ':', '"', '{', '[':
			if c.i == start {
				c.fail()
			}
			return c.b[start:c.i]
		}
		c.i++
	}
	if c.i == start {
		c.fail()
	}
	return c.b[start:c.i]
}

// int reads an integer that fits int64. A fraction or exponent is an error; so
// is more than 19 digits.
func (c *cursor) int() int64 {
	if c.bad {
		return 0
	}
	n, ok := parseInt(c.word())
	if !ok {
		c.fail()
	}
	return n
}

func parseInt(w []byte) (int64, bool) {
	negative := len(w) > 0 && w[0] == '-'
	if negative {
		w = w[1:]
	}
	if len(w) == 0 || len(w) > 19 || (w[0] == '0' && len(w) > 1) {
		return 0, false
	}
	var n uint64
	for _, ch := range w {
		if ch < '0' || ch > '9' {
			return 0, false
		}
		n = n*10 + uint64(ch-'0')
	}
	if n > 1<<63-1 {
		return 0, false
	}
	if negative {
		return -int64(n), true
	}
	return int64(n), true
}

// truth reads a boolean, or a number that stands for one: results of swarm
// peers pass an encoding without booleans. number tells which it was.
func (c *cursor) truth() (v, number bool) {
	if c.bad {
		return false, false
	}
	switch w := c.word(); string(w) {
	case "true":
		return true, false
	case "false", "null":
		return false, false
	default:
		n, ok := parseInt(w)
		if !ok {
			c.fail()
		}
		return n != 0, true
	}
}

// skip passes any value.
func (c *cursor) skip() {
	depth := 0
	for !c.bad {
		switch c.peek() {
		case 0:
			c.fail()
		case '"':
			c.passString()
		case '{', '[':
			c.i++
			if depth++; depth > maxDepth {
				c.fail()
			}
			continue
		case '}', ']':
			if depth == 0 {
				c.fail()
				return
			}
			c.i++
			depth--
		case ',', ':':
			if depth == 0 {
				c.fail()
				return
			}
			c.i++
			continue
		default:
			c.word()
		}
		if depth == 0 {
			return
		}
	}
}

// passString passes a string without reading it.
func (c *cursor) passString() {
	for at := c.i + 1; ; at++ {
		n := bytes.IndexByte(c.b[at:], '"')
		if n < 0 {
			c.fail()
			return
		}
		at += n
		slashes := 0
		for j := at - 1; j > c.i && c.b[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			c.i = at + 1
			return
		}
	}
}

// raw passes any value and returns it as it stands.
func (c *cursor) raw() []byte {
	c.peek()
	start := c.i
	c.skip()
	if c.bad {
		return nil
	}
	return c.b[start:c.i:c.i]
}

// null passes null, if it is next.
func (c *cursor) null() bool {
	if c.bad || c.peek() != 'n' {
		return false
	}
	if string(c.word()) != "null" {
		c.fail()
	}
	return true
}
