package config

import (
	"bytes"
	"slices"
	"time"
)

// Message is what a swarm holds: its storage hash and the bytes, after base64.
type Message struct {
	Hash string
	Data []byte
}

// Refusal is a message that Merge could not read. It stays in the swarm: it may
// come from a newer client.
type Refusal struct {
	Hash string
	Err  error // ErrNotOpen … ErrSignature
}

// MergeResult says what became of the messages.
type MergeResult struct {
	// Accepted are the hashes of the messages that could be read, in the order
	// given: not those that won.
	Accepted []string
	// Changed reports whether the data is another than before.
	Changed bool
	// Refused are the others.
	Refused []Refusal
}

// candidate is a message with the storage hashes of its parts.
type candidate struct {
	*message
	hashes []string
}

// Merge takes what was retrieved from the swarm, in any order, with what the
// config holds already among it or not (docs/protocol/config-messages.md §4,
// §5). Afterwards the config may need a push: when it had to merge several
// messages into one.
//
// A message that is exactly this state, whose push was never confirmed, confirms
// it.
//
// Messages that cannot be read change nothing. now only dates the parts of
// messages that are not complete.
func (c *Config) Merge(now time.Time, messages []Message) MergeResult {
	var result MergeResult
	var candidates []candidate
	own := -1
	if c.msg.seqno != 0 || c.state == Dirty {
		own = 0
		candidates = append(candidates, candidate{c.settled(), c.current})
	}
	c.expireParts(now)
	for _, m := range messages {
		found, err := c.read(now, m)
		switch {
		case err != nil:
			result.Refused = append(result.Refused, Refusal{m.Hash, err})
			continue
		case found.message != nil:
			candidates = append(candidates, found)
		}
		result.Accepted = append(result.Accepted, m.Hash)
	}
	if len(candidates) == 0 || own == 0 && len(candidates) == 1 {
		return result
	}

	before := c.msg.data
	c.adopt(candidates, own)
	result.Changed = !before.equal(c.msg.data)
	return result
}

// adopt resolves the candidates and takes over what is left of them.
func (c *Config) adopt(candidates []candidate, own int) {
	messages := make([]*message, len(candidates))
	for i := range candidates {
		messages[i] = candidates[i].message
	}
	r := resolve(messages, !c.ReadOnly())
	if own < 0 && r.winner >= 0 && messages[r.winner].seqno == 0 {
		return // somebody stored the empty config
	}
	if r.winner == own && own >= 0 {
		if c.state != Clean {
			c.confirmFrom(candidates[own+1:])
		}
	}

	var stays []string
	if r.winner >= 0 {
		stays = slices.Clone(candidates[r.winner].hashes)
		if r.winner == own {
			stays = slices.Clone(c.current)
		}
	}
	for i, found := range candidates {
		if i == r.winner {
			continue
		}
		for _, hash := range found.hashes {
			if !slices.Contains(stays, hash) {
				c.retire(hash)
			}
		}
	}
	switch {
	case r.merged != nil:
		c.takeMerged(r.merged, messages)
	case r.winner != own:
		c.setState(Clean)
		c.msg, c.orig, c.anew = candidates[r.winner].message, nil, false
		c.current = stays
		c.pinned = 0
	}
	c.keep(c.current)
}

// takeMerged makes a merge the state, to be pushed. Where nothing was being
// edited its diff is against nothing, so that it names every key: the official
// core does so, and all devices have to arrive at the same bytes.
func (c *Config) takeMerged(merged *message, sources []*message) {
	orig := merged.data
	if c.anew = c.state != Dirty; c.anew {
		orig = emptyDict
	}
	c.setState(Dirty)
	c.msg, c.orig = merged, orig
	c.edition++
	for _, m := range sources {
		c.pinned += len(m.text)
	}
	if c.pinned > 1<<20 && c.pinned > 8*c.msg.sizeHint() {
		c.unpin()
	}
}

// unpin reads the data again from its own serialization. The strings of merged
// data are parts of the texts of all that was merged, which stay in memory.
func (c *Config) unpin() {
	p := newParser(appendDict(nil, c.msg.data), unlimited)
	data, err := p.dict(true)
	if err != nil {
		panic("config: own data does not parse: " + err.Error())
	}
	if c.orig == c.msg.data {
		c.orig = data
	}
	c.msg.data = data
	c.pinned = 0
}

// confirmFrom looks for the own state among what the swarm has: then it is
// stored, whoever stored it, and needs no push.
func (c *Config) confirmFrom(others []candidate) {
	for _, found := range others {
		if found.revision == c.msg.revision {
			c.setState(Clean)
			c.current, c.orig, c.anew = slices.Clone(found.hashes), nil, false
			return
		}
	}
}

// read opens one stored message. The candidate is empty for a part of a message
// that is not complete, or was complete before.
func (c *Config) read(now time.Time, m Message) (candidate, error) {
	plain, err := c.open(m.Data)
	if err != nil {
		return candidate{}, err
	}
	hashes := []string{m.Hash}
	plain = bytes.TrimLeft(plain, "\x00")
	if len(plain) > 0 && plain[0] == 'm' {
		whole, all, err := c.addPart(now, m.Hash, plain[1:])
		if err != nil || whole == nil {
			return candidate{}, err
		}
		plain, hashes = bytes.TrimLeft(whole, "\x00"), all
	}
	if len(plain) > 0 && plain[0] == 'z' {
		if plain, err = decompress(plain[1:], c.limits); err != nil {
			return candidate{}, err
		}
	}
	parsed, err := parse(plain, c.limits, c.verify, false)
	if err != nil {
		return candidate{}, err
	}
	return candidate{parsed, hashes}, nil
}
