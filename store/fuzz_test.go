package store

import (
	"bytes"
	"reflect"
	"testing"

	"sotto/engine/model"
	"sotto/store/boltfile"
)

// What a decoder accepts, it must write back to something that it reads the
// same way.

func FuzzMessageRecord(f *testing.F) {
	m := fullMessage()
	f.Add([]byte(encodeMessage(nil, 7, &m)))
	f.Add([]byte{recordVersion, 2, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, number, sender, err := decodeMessage(b)
		if err != nil {
			return
		}
		if !sender {
			m.Sender = person("a")
		}
		m.Conversation = conversationWith("z")
		again, n, _, err := decodeMessage(encodeMessage(nil, number, &m))
		again.Conversation = m.Conversation
		if err != nil || n != number || !reflect.DeepEqual(again, m) {
			t.Fatalf("%v\n%+v\n%+v", err, m, again)
		}
	})
}

func FuzzConversationRecord(f *testing.F) {
	c := conversation{number: 3, c: model.Conversation{ID: "x", Name: "y", Last: model.Summary{Message: 4, Text: "z"}}}
	c.c.Draft.Quote = &model.QuoteRef{Timestamp: 5}
	f.Add([]byte(c.encode(nil)))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := decodeConversation(b)
		if err != nil {
			return
		}
		again, err := decodeConversation(c.encode(nil))
		if err != nil {
			t.Fatal(err)
		}
		if c.c.Last.Message == 0 {
			c.c.Last = model.Summary{} // not kept without a message
		}
		if len(c.c.Picture.Key) == 0 {
			c.c.Picture.Key = nil
		}
		if !reflect.DeepEqual(again, c) {
			t.Fatalf("%+v\n%+v", c, again)
		}
	})
}

func FuzzChunk(f *testing.F) {
	f.Add(encodeChunk(nil, []entry{{at: 1, id: 2}, {at: 5, id: 1, flags: 3, sender: 9}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		entries, err := decodeChunk(b)
		if err != nil {
			return
		}
		again, err := decodeChunk(encodeChunk(nil, entries))
		if err != nil || !reflect.DeepEqual(again, entries) {
			t.Fatal(err)
		}
	})
}

// FuzzSmallRecords gives the other decoders anything at all.
func FuzzSmallRecords(f *testing.F) {
	f.Add([]byte(encodeOutbox(nil, &OutboxRow{Data: []byte("x"), Conversation: "c"})))
	f.Add([]byte((&manifest{next: 5, segments: []segmentRecord{{number: 1, docs: 2}}, inputs: []uint64{3}}).encode()))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = decodeOutbox(b)
		_, _ = decodeManifest(b)
		_, _ = decodeSeen(b)
		_, _ = decodeDeferred(b)
		if p, err := parseProfileFile(b); err == nil {
			p.info()
			for _, sl := range p.Slots {
				_ = sl.check()
				if len(sl.Factors) > 0 && sl.Factors[0].Kind == string(SlotNone) {
					_, _ = sl.unwrap(p, secrets{})
				}
			}
		}
	})
}

// FuzzPages reads any bytes as a bbolt file.
func FuzzPages(f *testing.F) {
	f.Add(make([]byte, 9000))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		bf, err := boltfile.Open(r, int64(len(b)))
		if err != nil {
			boltfile.Raw(r, int64(len(b)), 4096).Loose(func(boltfile.Record) {})
			return
		}
		_ = bf.Check()
		bf.Walk(bf.Metas()[0], nil, func(boltfile.Record) {})
		bf.Loose(func(boltfile.Record) {})
	})
}
