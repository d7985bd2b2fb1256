package config

import (
	"bytes"
	"slices"
	"time"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/bt"
)

// partSet is a message that comes in parts (docs/protocol/config-messages.md
// §6). A finished set has count 0 and no parts: it is only there to know the
// duplicates.
type partSet struct {
	final  [32]byte // BLAKE2b-256 of the whole
	count  int
	expiry int64  // ms
	parts  []part // ascending by index
	size   int    // bytes of data
}

type part struct {
	index int
	hash  string // storage hash
	data  []byte
}

// closeParts cuts a padded plaintext into parts: 'm' ‖ list of final hash,
// index, count (one byte each, as strings) and data.
func (c *Config) closeParts(body []byte) ([][]byte, error) {
	count := (len(body) + partChunk - 1) / partChunk
	if count > 255 {
		return nil, ErrTooLarge
	}
	final := blake2b.Sum256(body)
	payloads := make([][]byte, 0, count)
	for chunk := range slices.Chunk(body, partChunk) {
		// The official core reserves the longest possible list: 50 bytes and the
		// data, and leaves nulls behind a shorter one.
		size := 50 + len(chunk)
		b := make([]byte, 0, size+overhead)
		b = append(b, 'm', 'l')
		b = bt.AppendBytes(b, final[:])
		b = bt.AppendBytes(b, []byte{byte(len(payloads))})
		b = bt.AppendBytes(b, []byte{byte(count)})
		b = bt.AppendBytes(b, chunk)
		b = append(b, 'e')
		payloads = append(payloads, encrypt(b[:size], &c.keys[0], c.domain))
	}
	return payloads, nil
}

// addPart takes the list of one part. When it was the last one missing it
// returns the whole and the storage hashes of all parts.
func (c *Config) addPart(now time.Time, hash string, list []byte) (whole []byte, hashes []string, err error) {
	final, p, count, err := parsePart(list)
	if err != nil {
		return nil, nil, err
	}
	p.hash = hash
	set := c.parts[final]
	if set == nil {
		set = &partSet{final: final, count: count, expiry: now.Add(partsAlive).UnixMilli()}
		c.parts[final] = set
		c.needsDump = true
	}
	at, found := slices.BinarySearchFunc(set.parts, p.index, func(p part, i int) int { return p.index - i })
	switch {
	case set.count == 0 || found:
		return nil, nil, nil // a duplicate
	case set.count != count:
		return nil, nil, ErrMultipart
	case set.size+len(p.data) > MaxMessage:
		return nil, nil, ErrMultipart
	}
	p.data = bytes.Clone(p.data)
	set.parts = slices.Insert(set.parts, at, p)
	set.size += len(p.data)
	c.needsDump = true
	if len(set.parts) < set.count {
		c.evictParts(set)
		return nil, nil, nil
	}

	whole = make([]byte, 0, set.size)
	for _, p := range set.parts {
		whole = append(whole, p.data...)
		hashes = append(hashes, p.hash)
	}
	*set = partSet{final: final, expiry: now.Add(partsDone).UnixMilli()}
	if blake2b.Sum256(whole) != final {
		delete(c.parts, final) // one of them was wrong; they may come again
		return nil, nil, ErrMultipart
	}
	return whole, hashes, nil
}

func parsePart(list []byte) (final [32]byte, p part, count int, err error) {
	r := bt.NewReader(list, bt.Limits{Size: MaxMessage, Depth: 1, Elements: 5})
	r.EnterList()
	hash, _ := r.Bytes()
	index, _ := r.Bytes()
	total, _ := r.Bytes()
	p.data, _ = r.Bytes()
	// What follows the list is padding.
	if r.Leave() != nil || len(hash) != len(final) || len(index) != 1 || len(total) != 1 ||
		total[0] < 2 || index[0] >= total[0] || len(p.data) == 0 {
		return final, p, 0, ErrMultipart
	}
	p.index = int(index[0])
	return [32]byte(hash), p, int(total[0]), nil
}

// evictParts forgets the oldest sets, but not the one given, where there are too
// many or they are too large.
func (c *Config) evictParts(stays *partSet) {
	for len(c.parts) > maxPartSets || c.partBytes() > maxPartBytes {
		var oldest *partSet
		for _, set := range c.sortedParts() {
			if set != stays && (oldest == nil || set.expiry < oldest.expiry) {
				oldest = set
			}
		}
		if oldest == nil {
			return
		}
		delete(c.parts, oldest.final)
	}
}

// expireParts forgets sets whose time is over.
func (c *Config) expireParts(now time.Time) {
	for final, set := range c.parts {
		if set.expiry < now.UnixMilli() {
			delete(c.parts, final)
			c.needsDump = true
		}
	}
}

func (c *Config) partBytes() (n int) {
	for _, set := range c.parts {
		n += set.size
	}
	return n
}

func (c *Config) sortedParts() []*partSet {
	sets := make([]*partSet, 0, len(c.parts))
	for _, set := range c.parts {
		sets = append(sets, set)
	}
	slices.SortFunc(sets, func(a, b *partSet) int { return bytes.Compare(a.final[:], b.final[:]) })
	return sets
}
