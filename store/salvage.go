package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"sotto/engine/model"
	"sotto/store/boltfile"
)

// salvageBatch is how many records one transaction copies.
const salvageBatch = 5000

// Salvage copies what authenticates in a damaged profile into a new folder with
// the same protection, and makes lists, counters and the search index anew. The
// damaged profile is only read. Attachment files are not copied: they are not
// damaged by this, and their folder can be moved.
//
// What hangs in the database's trees is taken first. When parts of them are
// lost, pages that hang nowhere are searched too; that may bring back records
// that were deleted shortly before, but no message whose timer has ended.
func Salvage(dir string, u Unlock, into string, o Options) (Salvaged, error) {
	o = o.withDefaults()
	prof, err := readProfileFile(dir)
	if err != nil {
		return Salvaged{}, err
	}
	l, err := takeLock(dir)
	if err != nil {
		return Salvaged{}, err
	}
	defer l.release()
	key, err := prof.unlock(secrets{u.Passphrase, u.Second, o.Keyring})
	if err != nil {
		if errors.Is(err, ErrPassphrase) {
			countTry(dir)
		}
		return Salvaged{}, err
	}
	f, err := os.Open(filepath.Join(dir, databaseName))
	if err != nil {
		return Salvaged{}, fmt.Errorf("salvage: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return Salvaged{}, fmt.Errorf("salvage: %w", err)
	}

	if _, err := os.Stat(filepath.Join(into, profileName)); err == nil {
		return Salvaged{}, ErrExists
	}
	if err := os.MkdirAll(filepath.Join(into, attachmentsName), 0o700); err != nil {
		return Salvaged{}, explain(fmt.Errorf("salvage: %w", err))
	}
	li, err := takeLock(into)
	if err != nil {
		return Salvaged{}, err
	}
	path := filepath.Join(into, databaseName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		li.release()
		return Salvaged{}, fmt.Errorf("salvage: %w", err)
	}
	s := &Store{dir: into, options: o, lock: li, keys: newKeyset(key), master: key, prof: prof}
	if err := s.openDatabase(databaseName); err != nil {
		li.release()
		return Salvaged{}, err
	}
	v := &salvager{
		s: s, sealer: sealer{keyset: s.keys}, taken: map[string]map[string]bool{},
		numbers: map[uint32]model.ConversationID{}, lists: map[uint32][]entry{}, sequences: map[string]uint64{},
		refs: map[string]int64{},
	}
	err = v.run(f, st.Size())
	if err == nil {
		err = prof.write(into)
	}
	if e := s.Close(); err == nil {
		err = e
	}
	return v.report, err
}

type salvager struct {
	s         *Store
	sealer    sealer
	report    Salvaged
	pending   []boltfile.Record
	err       error
	taken     map[string]map[string]bool // by bucket and key
	numbers   map[uint32]model.ConversationID
	convs     []*conversation
	lists     map[uint32][]entry // messages by number of conversation
	sequences map[string]uint64
	refs      map[string]int64 // messages by the file they name
}

func (v *salvager) run(f *os.File, size int64) error {
	if err := v.s.Update((*Tx).initSchema); err != nil {
		return err
	}
	lost := false
	bf, err := boltfile.Open(f, size)
	if err != nil {
		bf, lost = boltfile.Raw(f, size, 4096), true
		v.report.LostPages++
	} else {
		v.report.LostPages = bf.Walk(bf.Metas()[0], func(bucket string, n uint64) {
			v.sequences[bucket] = max(v.sequences[bucket], n)
		}, func(r boltfile.Record) {
			if r.Bucket == bucketMeta && v.newer(r) {
				v.err = fmt.Errorf("%w: database schema", ErrVersion)
			}
			if !v.rebuilt(r.Bucket) && !v.take(r.Bucket, r.Key, r.Value) {
				v.report.Damaged++
			}
		})
		lost = v.report.LostPages > 0 || v.report.Damaged > 0
	}
	if lost {
		bf.Loose(func(r boltfile.Record) { v.loose(r) })
	}
	for _, step := range []func() error{v.write, v.conversations, v.messages, v.files, v.index} {
		if v.err == nil {
			v.err = step()
		}
	}
	return v.err
}

// newer reports a schema record of a version that this program does not know.
func (v *salvager) newer(r boltfile.Record) bool {
	plain, err := v.sealer.open(r.Bucket, r.Key, r.Value)
	if err != nil {
		return false
	}
	for d := readRecord(plain); d.next(); {
		if d.field == 1 {
			return d.u > schemaVersion
		}
	}
	return false
}

// rebuilt names the buckets that are made anew.
func (v *salvager) rebuilt(bucket string) bool {
	switch bucket {
	case bucketMeta, bucketOrder, bucketIndex, bucketIndexDead, bucketIndexAgain:
		return true
	}
	return false
}

// loose finds out where a record without a place belongs: it opens only under
// the name of its bucket.
func (v *salvager) loose(r boltfile.Record) {
	var buckets []string
	switch len(r.Key) {
	case 4:
		buckets = []string{bucketNumbers}
	case 8:
		buckets = []string{bucketMessages, bucketOutbox}
	case blindSize:
		buckets = []string{bucketConversations, bucketState, bucketSeen, bucketLastHash, bucketFiles, bucketPictures}
	case blindSize + 8:
		buckets = []string{bucketDeferred}
	}
	for _, b := range buckets {
		if v.taken[b][string(r.Key)] || v.take(b, r.Key, r.Value) {
			return
		}
	}
}

// take keeps a record when it authenticates and parses.
func (v *salvager) take(bucket string, key, value []byte) bool {
	plain, err := v.sealer.open(bucket, key, value)
	if err != nil {
		return false
	}
	switch bucket {
	case bucketNumbers:
		if len(key) != 4 {
			return false
		}
		v.numbers[binary.BigEndian.Uint32(key)] = model.ConversationID(plain)
	case bucketConversations:
		c, err := decodeConversation(plain)
		if err != nil {
			return false
		}
		v.convs = append(v.convs, c)
	case bucketMessages:
		if len(key) != 8 {
			return false
		}
		m, number, _, err := decodeMessage(plain)
		if err != nil {
			return false
		}
		if m.Expires != 0 && m.Expires <= v.s.now() {
			return true // its time is over: not kept
		}
		m.ID = model.MessageID(binary.BigEndian.Uint64(key))
		v.lists[number] = append(v.lists[number], entryOf(&m))
		v.sequences[bucket] = max(v.sequences[bucket], uint64(m.ID))
	case bucketState:
		tx := &Tx{sealer: v.sealer}
		if bytes.Equal(key, tx.stateKey(stateIndex)) {
			return true // not kept: the index is made anew
		}
		if bytes.Equal(key, tx.stateKey(stateAccount)) {
			v.report.Account = true
		}
		v.report.Other++
	case bucketOutbox:
		if len(key) != 8 {
			return false
		}
		v.sequences[bucket] = max(v.sequences[bucket], binary.BigEndian.Uint64(key))
		v.report.Other++
	default:
		v.report.Other++
	}
	if v.taken[bucket] == nil {
		v.taken[bucket] = map[string]bool{}
	}
	v.taken[bucket][string(key)] = true
	v.pending = append(v.pending, boltfile.Record{Bucket: bucket, Key: bytes.Clone(key), Value: bytes.Clone(value)})
	if len(v.pending) >= salvageBatch && v.err == nil {
		v.err = v.write()
	}
	return true
}

// write copies the sealed records as they are: bucket and key, to which they
// are bound, stay the same.
func (v *salvager) write() error {
	err := v.s.Update(func(tx *Tx) error {
		for _, r := range v.pending {
			b, err := tx.writable(r.Bucket)
			if err != nil {
				return err
			}
			if err := b.Put(r.Key, r.Value); err != nil {
				return err
			}
		}
		return nil
	})
	v.pending = v.pending[:0]
	return err
}

// conversations gives every number that has messages a conversation.
func (v *salvager) conversations() error {
	return v.s.Update(func(tx *Tx) error {
		for _, c := range v.convs {
			v.sequences[bucketConversations] = max(v.sequences[bucketConversations], uint64(c.number))
			if v.numbers[c.number] == "" {
				v.numbers[c.number] = c.c.ID
				key := be32(c.number)
				if err := tx.put(bucketNumbers, key[:], []byte(c.c.ID)); err != nil {
					return err
				}
			}
		}
		for number, id := range v.numbers {
			v.sequences[bucketConversations] = max(v.sequences[bucketConversations], uint64(number))
			if c := tx.conv(id); c == nil && tx.err == nil {
				c := &conversation{number: number, c: model.Conversation{ID: id}, dirty: true}
				if x, ok := id.ID(); !ok {
					c.c.Kind = model.KindCommunity
				} else if x.Prefix() == 0x03 {
					c.c.Kind = model.KindGroup
				}
				tx.keepConv(id, c)
			}
		}
		return setSequences(tx, v.sequences)
	})
}

func setSequences(tx *Tx, sequences map[string]uint64) error {
	for name, n := range sequences {
		if tx.b.Bucket([]byte(name)) == nil {
			continue
		}
		b, err := tx.writable(name)
		if err != nil {
			return err
		}
		if err := b.SetSequence(max(n, b.Sequence())); err != nil {
			return err
		}
	}
	return nil
}

// messages makes lists and counters anew, conversation by conversation.
func (v *salvager) messages() error {
	for number, entries := range v.lists {
		err := v.s.Update(func(tx *Tx) error { return v.list(tx, number, entries) })
		if err != nil {
			return err
		}
	}
	// Conversations without messages must not say they have some.
	return v.s.Update(func(tx *Tx) error {
		for _, c := range tx.Conversations() {
			x := tx.conv(c.ID)
			if x == nil {
				return tx.err
			}
			v.report.Conversations++
			if len(v.lists[x.number]) == 0 {
				x.count, x.c.Unread, x.c.Mentions, x.c.Last, x.dirty = 0, 0, 0, model.Summary{}, true
			}
		}
		return nil
	})
}

func (v *salvager) list(tx *Tx, number uint32, entries []entry) error {
	id, ok := v.numbers[number]
	c := (*conversation)(nil)
	if ok {
		c = tx.conv(id)
	}
	if c == nil || c.number != number {
		// Nobody knows whose they are, or all messages were cleared since.
		v.report.Damaged += len(entries)
		for _, e := range entries {
			key := be64(e.id)
			if err := tx.delete(bucketMessages, key[:]); err != nil {
				return err
			}
		}
		return nil
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id))
	})
	l := tx.list(number)
	c.count, c.c.Unread, c.c.Mentions, c.c.Last, c.dirty = 0, 0, 0, model.Summary{}, true
	for i, e := range entries {
		m, ok := tx.listed(e.id)
		if !ok {
			return tx.err
		}
		if err := l.insert(entryOf(&m)); err != nil {
			return err
		}
		if err := tx.expire(&m); err != nil {
			return err
		}
		for _, name := range localFiles(&m) {
			v.refs[name]++
		}
		c.count++
		c.tally(&m, 1)
		if i == len(entries)-1 {
			c.c.Last = summary(&m)
		}
	}
	v.report.Messages += len(entries)
	return nil
}

// files counts anew which messages name which file.
func (v *salvager) files() error {
	return v.s.Update(func(tx *Tx) error {
		var keys [][]byte
		tx.each(bucketFiles, func(key, _ []byte) bool {
			keys = append(keys, bytes.Clone(key))
			return true
		})
		for _, key := range keys {
			r, ok := tx.fileRecord(key)
			if !ok {
				return tx.err
			}
			r.refs = v.refs[hex.EncodeToString(key)]
			err := tx.putFileRecord(key, r)
			if r.refs == 0 {
				err = tx.delete(bucketFiles, key)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// index takes all messages in, piece by piece.
func (v *salvager) index() error {
	for done := false; !done; {
		err := v.s.Update(func(tx *Tx) error {
			b := tx.bucket(bucketMessages)
			x := tx.index()
			if b == nil || x == nil {
				return tx.err
			}
			if done = x.watermark >= b.Sequence(); done {
				return nil
			}
			return tx.indexTail()
		})
		if err != nil {
			return err
		}
	}
	return nil
}
