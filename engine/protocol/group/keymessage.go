package group

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/crypto/chacha20"

	"sotto/engine/protocol/bt"
	"sotto/engine/protocol/identity"
)

const (
	// slotMultiple hides how many members a group has: lists of keys are filled
	// up with junk to a multiple of it.
	slotMultiple = 45
	slotSize     = 48 // a 32-byte key and its tag
	nonceSize    = 24
	// smallestHistory is the shortest ciphertext of a supplemental message.
	smallestHistory = 68

	domainMember = "SessionGroupKeyMemberKey"
	domainGen    = "SessionGroupKeyGen"
)

// Key is one generation's key. Keys are ordered by generation, timestamp and
// bytes; the greatest encrypts.
type Key struct {
	Generation int64
	Timestamp  int64 // ms: when the swarm got it
	Secret     [32]byte
}

// sortedIDs are the members in the order of their bytes, which is that of the
// Members config.
func sortedIDs(members []identity.ID) []identity.ID {
	list := slices.Clone(members)
	slices.SortFunc(list, func(a, b identity.ID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(list)
}

func hexIDs(ids []identity.ID) []byte {
	var b []byte
	for _, id := range ids {
		b = append(b, id.String()...)
	}
	return b
}

// makeKey derives the key of a generation and writes the key message for all
// members: {# nonce, G generation, K for admins, k for each member and junk, ~
// signature} (protocol/groups.md §3). Nothing in it is random.
func (s *Secret) makeKey(members []identity.ID, generation int64) (Key, []byte, error) {
	members = sortedIDs(members)
	seed := s.seedHash("SessionGroupKeySeed")
	h := keyed(domainGen, 56, hexIDs(members), strconv.AppendInt(nil, generation, 10), seed[:])
	key := Key{Generation: generation, Secret: [32]byte(h[:32])}
	nonce := h[32:]

	admin := s.seedHash("SessionGroupKeyAdminKey")
	w := bt.NewWriter(3000)
	w.Dict()
	w.Key("#")
	w.Bytes(nonce)
	w.Key("G")
	w.Int(generation)
	w.Key("K")
	w.Bytes(sealWith(admin[:], nonce, key.Secret[:]))
	w.Key("k")
	w.List()
	slots := 0
	for _, m := range members {
		if box, ok := s.sealFor(m, nonce, key.Secret[:]); ok {
			w.Bytes(box)
			slots++
		}
	}
	if slots == 0 {
		return Key{}, nil, ErrNoKey
	}
	for _, junk := range s.junk(h, (slotMultiple-slots%slotMultiple)%slotMultiple) {
		w.Bytes(junk)
	}
	w.End()
	message, err := s.finish(w)
	return key, message, err
}

// junk are slots for nobody, from a key stream so that all admins write the same.
func (s *Secret) junk(h []byte, count int) [][]byte {
	seed := keyed("SessionGroupJunkMembers", 32, h, s.Ed25519())
	c, err := chacha20.NewUnauthenticatedCipher(seed, []byte("LibsodiumDRG"))
	if err != nil {
		panic("group: " + err.Error())
	}
	stream := make([]byte, count*slotSize)
	c.XORKeyStream(stream, stream)
	return slices.Collect(slices.Chunk(stream, slotSize))
}

// sealFor closes something for one member; false for an id that is no key.
func (s *Secret) sealFor(m identity.ID, nonce, plain []byte) ([]byte, bool) {
	x := s.keys.X25519()
	key, ok := sharedKey(domainMember, x, m.Key(), publicOf(x), m.Key())
	if !ok || m.Prefix() != identity.Session {
		return nil, false
	}
	defer clear(key)
	return sealWith(key, nonce, plain), true
}

// finish signs what is written so far and closes the dict.
func (s *Secret) finish(w *bt.Writer) ([]byte, error) {
	sig := ed25519.Sign(s.Ed25519(), w.Prefix())
	w.Key("~")
	w.Bytes(sig)
	w.End()
	message, err := w.Finish()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyMessage, err)
	}
	return message, nil
}

// history writes all keys for new members: {# nonce, + for each, G newest
// generation, ~ signature}.
func (s *Secret) history(members []identity.ID, keys []Key) ([]byte, error) {
	members = sortedIDs(members)
	inner := bt.NewWriter(64 * len(keys))
	inner.List()
	for _, k := range keys {
		inner.Dict()
		inner.Key("g")
		inner.Int(k.Generation)
		inner.Key("k")
		inner.Bytes(k.Secret[:])
		inner.Key("t")
		inner.Int(k.Timestamp)
		inner.End()
	}
	inner.End()
	plain, err := inner.Finish()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyMessage, err)
	}
	defer clear(plain)
	seed := s.seedHash("SessionGroupKeySeed")
	nonce := keyed(domainGen, nonceSize, hexIDs(members), plain, seed[:])

	w := bt.NewWriter(len(members) * (len(plain) + 24))
	w.Dict()
	w.Key("#")
	w.Bytes(nonce)
	w.Key("+")
	w.List()
	count := 0
	for _, m := range members {
		if box, ok := s.sealFor(m, nonce, plain); ok {
			w.Bytes(box)
			count++
		}
	}
	if count == 0 {
		return nil, ErrMember
	}
	w.End()
	w.Key("G")
	w.Int(keys[len(keys)-1].Generation)
	return s.finish(w)
}

// keyMessage is a key message taken apart, its signature checked.
type keyMessage struct {
	nonce      []byte
	history    [][]byte // +; nil in a full message
	generation int64
	admin      []byte // K
	members    [][]byte
}

// parseKeyMessage checks form and signature.
func parseKeyMessage(group identity.ID, data []byte) (*keyMessage, error) {
	m := &keyMessage{generation: -1}
	var signed, signature []byte
	supplemental := false
	r := bt.NewReader(data, bt.Limits{Size: 1 << 20, Depth: 8, Elements: 1 << 14})
	r.EnterDict()
	for r.More() {
		if signature != nil {
			return nil, ErrKeyMessage // the signature is the last
		}
		end := r.Offset()
		switch name, _ := r.Key(); string(name) {
		case "#":
			m.nonce, _ = r.Bytes()
		case "+":
			supplemental = true
			m.history = readStrings(r)
		case "G":
			m.generation, _ = r.Int()
		case "K":
			m.admin, _ = r.Bytes()
		case "k":
			m.members = readStrings(r)
		case "~":
			signed = data[:end]
			signature, _ = r.Bytes()
		default:
			r.Skip()
		}
	}
	r.Leave()
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyMessage, err)
	}
	if len(m.nonce) != nonceSize || m.generation < 0 || len(signature) != ed25519.SignatureSize {
		return nil, ErrKeyMessage
	}
	if supplemental {
		if len(m.history) == 0 || slices.ContainsFunc(m.history, func(b []byte) bool { return len(b) < smallestHistory }) {
			return nil, ErrKeyMessage
		}
	} else if len(m.admin) != slotSize || len(m.members) == 0 || len(m.members)%slotMultiple != 0 ||
		slices.ContainsFunc(m.members, func(b []byte) bool { return len(b) != slotSize }) {
		return nil, ErrKeyMessage
	}
	key := group.Key()
	if !ed25519.Verify(key[:], signed, signature) {
		return nil, ErrKeyMessage
	}
	return m, nil
}

func readStrings(r *bt.Reader) (list [][]byte) {
	r.EnterList()
	for r.More() {
		b, _ := r.Bytes()
		list = append(list, b)
	}
	r.Leave()
	return list
}

// parseHistory reads the inside of a supplemental message, and the keys of a dump.
func parseHistory(plain []byte) ([]Key, error) {
	r := bt.NewReader(plain, bt.Limits{Elements: 1 << 16})
	keys := readKeys(r)
	if err := r.Close(); err != nil {
		return nil, err
	}
	return keys, nil
}

func readKeys(r *bt.Reader) (keys []Key) {
	r.EnterList()
	for r.More() {
		k := Key{Generation: -1}
		size := 0
		r.EnterDict()
		for r.More() {
			switch name, _ := r.Key(); string(name) {
			case "g":
				k.Generation, _ = r.Int()
			case "k":
				b, _ := r.Bytes()
				if size = len(b); size == len(k.Secret) {
					copy(k.Secret[:], b)
				}
			case "t":
				k.Timestamp, _ = r.Int()
			default:
				r.Skip()
			}
		}
		r.Leave()
		if k.Generation >= 0 && size == len(k.Secret) {
			keys = append(keys, k)
		}
	}
	r.Leave()
	return keys
}
