package config

import (
	"strings"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
)

// Picture is where a profile picture lies and the 32-byte key it is encrypted
// with; zero for none. Both are there or neither.
type Picture struct {
	URL string
	Key []byte
}

// IsZero reports whether there is no picture.
func (p Picture) IsZero() bool { return p.URL == "" }

func (p Picture) equal(o Picture) bool { return p.URL == o.URL && string(p.Key) == string(o.Key) }

func (p Picture) check() error {
	switch {
	case p.IsZero() && len(p.Key) == 0:
		return nil
	case p.IsZero(), len(p.URL) > MaxPictureURL, !utf8.ValidString(p.URL), len(p.Key) != PictureKeySize:
		return ErrPicture
	}
	return nil
}

// Notify is when a conversation notifies.
type Notify int8

const (
	NotifyDefault  Notify = 0 // not set
	NotifyAll      Notify = 1
	NotifyNone     Notify = 2
	NotifyMentions Notify = 3 // not for contacts
)

// ExpiryMode is when messages of a conversation disappear.
type ExpiryMode int8

const (
	ExpiryOff       ExpiryMode = 0
	ExpiryAfterSend ExpiryMode = 1
	ExpiryAfterRead ExpiryMode = 2
)

// Hidden is the priority of a conversation that is not listed; a pinned one has
// a priority above 0.
const Hidden = -1

// What others stored may break every rule. The readers give the nearest thing
// that keeps them, and an accessor that writes a record back touches only the
// fields whose value is another than the one read.

func (d *dict) name(key string) string { return d.label(key, MaxName) }

func (d *dict) label(key string, limit int) string {
	return identity.TruncateName(strings.ToValidUTF8(d.str(key), "\ufffd"), limit)
}

func (d *dict) picture(urlKey, keyKey string) Picture {
	p := Picture{URL: d.str(urlKey)}
	if key := d.str(keyKey); p.URL != "" && len(key) == PictureKeySize && utf8.ValidString(p.URL) {
		p.URL, p.Key = strings.Clone(p.URL), []byte(key)
		return p
	}
	return Picture{}
}

// seconds reads a timestamp, which some clients wrote in ms or µs
// (docs/protocol/config-messages.md §7).
func (d *dict) seconds(key string) int64 {
	switch v := d.positive(key); {
	case v > 9_000_000_000_000:
		return v / 1_000_000
	case v > 9_000_000_000:
		return v / 1_000
	default:
		return v
	}
}

func (d *dict) notify(key string) Notify {
	if v := d.int(key); v >= int64(NotifyAll) && v <= int64(NotifyMentions) {
		return Notify(v)
	}
	return NotifyDefault
}

// bits reads a set of bit numbers.
func (d *dict) bits(key string) uint64 {
	var out uint64
	for _, e := range d.set(key) {
		if e.kind == kindInt && 0 <= e.num && e.num < 64 {
			out |= 1 << e.num
		}
	}
	return out
}

func (d *dict) bytes(key string, size int) []byte {
	if v := d.str(key); len(v) == size {
		return []byte(v)
	}
	return nil
}

func checkName(name string, limit int) error {
	if len(name) > limit || !utf8.ValidString(name) {
		return ErrName
	}
	return nil
}

func (r *record) name(key, v string) { r.label(key, v, MaxName, false) }

// label writes a text; with always it is there even if it is empty, without
// which its record would vanish.
func (r *record) label(key, v string, limit int, always bool) {
	if r.err != nil {
		return
	}
	if d := r.read(); d.get(key) != nil && d.label(key, limit) == v {
		return
	}
	if r.err = checkName(v, limit); r.err != nil {
		return
	}
	if always {
		r.text(key, strings.Clone(v))
	} else {
		r.nonEmpty(key, strings.Clone(v))
	}
}

func (r *record) picture(urlKey, keyKey string, p Picture) {
	if r.err != nil || r.read().picture(urlKey, keyKey).equal(p) {
		return
	}
	if r.err = p.check(); r.err != nil {
		return
	}
	r.nonEmpty(urlKey, strings.Clone(p.URL))
	r.nonEmpty(keyKey, string(p.Key))
}

func (r *record) seconds(key string, v int64) {
	if v = max(v, 0); r.read().seconds(key) != v {
		r.nonZero(key, v)
	}
}

func (r *record) notify(key string, v Notify) {
	if r.err == nil && r.read().notify(key) == v {
		return
	}
	if v < NotifyDefault || v > NotifyMentions {
		r.fail(ErrValue)
		return
	}
	r.nonZero(key, int64(v))
}

func (r *record) bits(key string, v uint64) {
	if r.err == nil && r.read().bits(key) == v {
		return
	}
	var elements []entry
	// Elements of a kind that this version does not know stay.
	for _, e := range r.read().set(key) {
		if e.kind != kindInt || e.num < 0 || e.num > 63 {
			elements = append(elements, e)
		}
	}
	for bit := range int64(64) {
		if v>>bit&1 == 1 {
			elements = append(elements, intEntry(bit))
		}
	}
	r.set(key, elements)
}

func (r *record) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}
