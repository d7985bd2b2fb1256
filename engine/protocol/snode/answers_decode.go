package snode

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
)

// The Decode functions are tolerant where nodes differ (booleans as numbers,
// missing stamps, unknown keys) and answer ErrAnswer where a value cannot be
// what it should. Their results do not point into the input unless said.

// CheckStatus turns the status and body of an answer into an error: nil when
// body is the JSON of the method (2xx), *WrongSwarmError for 421, else
// *RPCError. A 404 with a JSON body is the answer of a delete that deleted
// nothing, and passes.
func CheckStatus(status int, body []byte) error {
	switch {
	case status >= 200 && status <= 299:
		return nil
	case status == StatusWrongSwarm:
		if a, err := DecodeSwarm(body); err == nil {
			return &WrongSwarmError{Swarm: a}
		}
		return &WrongSwarmError{Swarm: &SwarmAnswer{Swarm: NoSwarm}}
	case status == StatusNotFound && len(body) > 0 && body[0] == '{':
		return nil
	}
	const limit = 512 // texts are sentences; the rest is noise
	return &RPCError{Status: status, Text: string(body[:min(len(body), limit)])}
}

// Check is CheckStatus for one result of a batch.
func (a *SubAnswer) Check() error { return CheckStatus(a.Code, a.Body) }

// stamp reads "t" and "hf", whose key has just been read.
func (c *cursor) stamp(key []byte, s *Stamp) {
	switch string(key) {
	case "t":
		s.T = c.int()
	case "hf":
		c.ints(s.HF[:])
	}
}

// ints reads an array of numbers into a fixed list; more are ignored.
func (c *cursor) ints(into []int) {
	i := 0
	c.items(func() {
		n := c.int()
		if i < len(into) {
			into[i] = int(n)
		}
		i++
	})
}

func (c *cursor) done() error {
	c.end()
	if c.bad {
		return ErrAnswer
	}
	return nil
}

// DecodeInfo reads the answer of info.
func DecodeInfo(body []byte) (*InfoAnswer, error) {
	a, c := &InfoAnswer{}, cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		switch string(key) {
		case "version":
			c.ints(a.Version[:])
		case "timestamp":
			a.Timestamp, seen = c.int(), true
		default:
			c.stamp(key, &a.Stamp)
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	return a, nil
}

// DecodeRetrieve reads the answer of retrieve. One message of 330 bytes costs
// about a microsecond; a message that is malformed spoils the answer, since a
// node that sends one is broken.
func DecodeRetrieve(body []byte) (*RetrieveAnswer, error) {
	a, c := &RetrieveAnswer{}, cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		switch string(key) {
		case "messages":
			seen = true
			// At least this many bytes a message; the bound keeps a hostile
			// answer from reserving more than it sent.
			a.Messages = make([]Message, 0, min(64, len(body)/100))
			c.items(func() { a.Messages = append(a.Messages, c.message()) })
		case "more":
			a.More, _ = c.truth()
		default:
			c.stamp(key, &a.Stamp)
		}
	})
	if err := c.done(); err != nil {
		return nil, err
	}
	if !seen {
		return nil, ErrAnswer
	}
	return a, nil
}

// message reads one message. The keys are written out: this is the innermost
// loop of receiving.
func (c *cursor) message() (m Message) {
	if !c.want('{') {
		return m
	}
	for !c.bad {
		key := c.text()
		if !c.want(':') {
			return m
		}
		switch string(key) {
		case "hash":
			m.Hash = c.hash()
		case "timestamp":
			m.Timestamp = c.int()
		case "expiration", "expiry":
			m.Expiration = c.int()
		case "data":
			m.Data = c.base64()
		default:
			c.skip()
		}
		if c.take('}') {
			break
		}
		c.want(',')
	}
	if m.Hash == "" {
		c.fail()
	}
	return m
}

// hash reads the hash of a message. To a client it is a name that the node
// gave; nodes of today give 43 characters of base64. The bound keeps names out
// that could not be asked for again, or would blow up a database.
func (c *cursor) hash() string {
	h := c.text()
	c.checkHash(h)
	return string(h)
}

func (c *cursor) checkHash(h []byte) {
	const limit = 128
	if len(h) == 0 || len(h) > limit {
		c.fail()
		return
	}
	for _, ch := range h {
		if !base64Char[ch] && ch != '-' && ch != '_' && ch != '=' {
			c.fail()
			return
		}
	}
}

// base64 reads a string of base64, padded or not.
func (c *cursor) base64() []byte {
	s := c.text()
	if c.bad {
		return nil
	}
	s = bytes.TrimRight(s, "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(s)))
	n, err := base64.RawStdEncoding.Decode(out, s)
	if err != nil {
		c.fail()
		return nil
	}
	return out[:n]
}

// hex32 reads 64 hexadecimal characters.
func (c *cursor) hex32() (k [32]byte) {
	s := c.text()
	if len(s) != 64 {
		c.fail()
		return k
	}
	if _, err := hex.Decode(k[:], s); err != nil {
		c.fail()
	}
	return k
}

func (c *cursor) strs() []string {
	list := []string{}
	c.items(func() { list = append(list, c.str()) })
	return list
}

func (c *cursor) hashList() []string {
	list := []string{}
	c.items(func() { list = append(list, c.hash()) })
	return list
}

// DecodeExpiries reads the answer of get_expiries.
func DecodeExpiries(body []byte) (*ExpiriesAnswer, error) {
	a, c := &ExpiriesAnswer{}, cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		if string(key) == "expiries" {
			a.Expiries, seen = c.hashExpiries(), true
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	return a, nil
}

func (c *cursor) hashExpiries() []HashExpiry {
	list := []HashExpiry{}
	// An empty map of the peers' encoding may arrive as null.
	if c.null() {
		return list
	}
	c.keys(func(key []byte) {
		c.checkHash(key)
		list = append(list, HashExpiry{Hash: string(key), Expiry: c.int()})
	})
	slices.SortFunc(list, func(a, b HashExpiry) int { return compareText(a.Hash, b.Hash) })
	return list
}

// DecodeOxend reads the answer of oxend_request. Result points into body.
func DecodeOxend(body []byte) (*OxendAnswer, error) {
	a, c := &OxendAnswer{}, cursor{b: body}
	c.keys(func(key []byte) {
		if string(key) == "result" {
			a.Result = c.raw()
			return
		}
		c.stamp(key, &a.Stamp)
	})
	if err := c.done(); err != nil || a.Result == nil {
		return nil, ErrAnswer
	}
	return a, nil
}

// DecodeBatch reads the answer of batch or sequence. Documents point into body.
func DecodeBatch(body []byte) (*BatchAnswer, error) {
	a, c := &BatchAnswer{}, cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		if string(key) == "results" {
			seen = true
			c.items(func() {
				if len(a.Results) >= MaxBatch {
					c.fail()
					return
				}
				a.Results = append(a.Results, c.subAnswer())
			})
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	return a, nil
}

func (c *cursor) subAnswer() (a SubAnswer) {
	code, body := false, false
	c.keys(func(key []byte) {
		switch string(key) {
		case "code":
			a.Code, code = int(c.int()), true
		case "body":
			body = true
			if a.Text = c.peek() == '"'; a.Text {
				a.Body = slices.Clone(c.text())
			} else {
				a.Body = c.raw()
			}
		}
	})
	if !code || !body {
		c.fail()
	}
	return a
}

// DecodeIfElse reads the answer of ifelse.
func DecodeIfElse(body []byte) (*IfElseAnswer, error) {
	a, c := &IfElseAnswer{}, cursor{b: body}
	seen := false
	c.keys(func(key []byte) {
		switch string(key) {
		case "condition":
			seen = true
			a.Condition, _ = c.truth()
		case "height":
			a.Height = c.int()
		case "hf":
			c.ints(a.HF[:])
		case "v":
			c.ints(a.Version[:])
		case "result":
			r := c.subAnswer()
			a.Result = &r
		}
	})
	if err := c.done(); err != nil || !seen {
		return nil, ErrAnswer
	}
	return a, nil
}
