package wire

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

type vectorFile struct {
	Padding []struct {
		ContentLen int `json:"content_len"`
		PaddedLen  int `json:"padded_len"`
		Zeros      int `json:"zeros"`
	} `json:"padding"`
	Messages   []vectorRow `json:"messages"`
	MustAccept []vectorRow `json:"must_accept"`
}

type vectorRow struct {
	Name    string `json:"name"`
	Note    string `json:"note"`
	Content string `json:"content"`
}

func loadVectors(t testing.TB) *vectorFile {
	t.Helper()
	raw, err := os.ReadFile("testdata/session-protocol.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(vectorFile)
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
	if len(v.Messages) != 10 || len(v.MustAccept) != 5 || len(v.Padding) != 12 {
		t.Fatal("vector file has lost rows")
	}
	return v
}

func vectorContents(t testing.TB) map[string][]byte {
	t.Helper()
	v := loadVectors(t)
	out := map[string][]byte{}
	for _, row := range append(v.Messages, v.MustAccept...) {
		b, err := hex.DecodeString(row.Content)
		if err != nil {
			t.Fatal(err)
		}
		out[row.Name+row.Note] = b
	}
	return out
}

const (
	aliceID = "05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72"
	bobID   = "05aa654f00fc39fc69fd0db829410ca38177d7732a8d2f0934ab3872ac56d5aa74"
)

// What a client would build for each row, from the text beside the bytes.
func TestVectorsFromLiterals(t *testing.T) {
	contents := vectorContents(t)
	text := NewText("Hello, world").Expire(ExpirationUnknown, 0).Stamp(1700000000123)
	text.DataMessage.Profile = &LokiProfile{DisplayName: Some("Alice"), LastProfileUpdateSeconds: Some(uint64(1699999999))}
	reply := NewText("A reply").Stamp(1700000000124)
	reply.DataMessage.Quote = &Quote{ID: Some(uint64(1699999990000)), Author: Some(bobID)}
	key := make([]byte, 64)
	for i := range key {
		key[i] = byte(i)
	}
	voice := (&Content{DataMessage: &DataMessage{Attachments: []*AttachmentPointer{{
		DeprecatedID: Some(uint64(1234)), ContentType: Some("audio/mp4"), Key: key, Size: Some(uint32(4321)),
		Digest: make([]byte, 32), FileName: Some("voice.m4a"), Flags: Some(AttachmentVoiceMessage),
		URL: Some("http://filev2.getsession.org/file/1234"),
	}}}}).Stamp(1700000000131)
	synced := NewText("synced to own devices").Stamp(1700000000132)
	synced.DataMessage.Profile, synced.DataMessage.ProfileKey = text.DataMessage.Profile, key[:32]

	tests := []struct {
		name    string
		content *Content
		kind    Kind
	}{
		{"text", text, KindData},
		{"reply with quote", reply, KindData},
		{"reaction added", NewReaction(bobID, 1699999990000, "😀", React).Stamp(1700000000125), KindData},
		{"read receipt", NewReadReceipt([]uint64{1699999990000, 1699999991000}).Stamp(1700000000126), KindReceipt},
		{"typing started", NewTyping(TypingStarted, 1700000000127), KindTyping},
		{"unsend", NewUnsend(aliceID, 1699999990000).Stamp(1700000000128), KindUnsend},
		{"message request approved", NewApproval(nil, nil).Stamp(1700000000129), KindMessageRequestResponse},
		{"timer set to one day after read", NewTimerUpdate(DeleteAfterRead, 86400).Stamp(1700000000130), KindData},
		{"voice message pointer", voice, KindData},
		{"sync copy to self", synced.SyncCopy(bobID), KindData},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want, ok := contents[tt.name]
			if !ok {
				t.Fatal("no such row")
			}
			got, err := tt.content.Marshal()
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("encoded\n%x, %v, want\n%x", got, err, want)
			}
			parsed, err := ParseContent(want)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(parsed, tt.content) {
				t.Errorf("parsed %+v, want %+v", parsed, tt.content)
			}
			if parsed.Kind() != tt.kind {
				t.Errorf("kind is %v, want %v", parsed.Kind(), tt.kind)
			}
		})
	}
}

func TestMustAcceptContents(t *testing.T) {
	for name, b := range vectorContents(t) {
		m, err := ParseContent(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if strings.Contains(name, "packed") {
			if got := m.ReceiptMessage.Timestamp; !reflect.DeepEqual(got, []uint64{1699999990000, 1699999991000}) {
				t.Errorf("packed timestamps are %v", got)
			}
			continue // is written unpacked
		}
		if got, err := m.Marshal(); err != nil || !bytes.Equal(got, b) {
			t.Errorf("%s: encodes to %x, %v, want %x", name, got, err, b)
		}
	}
}

func TestSyncCopy(t *testing.T) {
	m := NewText("hi").Expire(DeleteAfterSend, 60).Stamp(5)
	m.DataMessage.Profile, m.DataMessage.ProfileKey = &LokiProfile{DisplayName: Some("Alice")}, make([]byte, 32)
	own := m.SyncCopy(bobID)
	if own.DataMessage.Profile != nil || own.DataMessage.ProfileKey != nil {
		t.Error("the profile goes to the own swarm")
	}
	if own.DataMessage.SyncTarget != Some(bobID) || own.DataMessage.Body != Some("hi") || own.SigTimestamp != Some(uint64(5)) || own.ExpirationTimer != Some(uint32(60)) {
		t.Errorf("copy is %+v", own)
	}
	if m.DataMessage.Profile == nil || m.DataMessage.ProfileKey == nil || m.DataMessage.SyncTarget.Set {
		t.Error("the original was changed")
	}
	if NewTyping(TypingStopped, 1).SyncCopy(bobID) != nil || NewApproval(nil, nil).SyncCopy(bobID) != nil {
		t.Error("a message that is not synced has a copy")
	}
}

// One action per Content: the first in the desktop client's order.
func TestKindOrder(t *testing.T) {
	m := &Content{MessageRequestResponse: &MessageRequestResponse{}}
	steps := []struct {
		set  func()
		want Kind
	}{
		{func() {}, KindMessageRequestResponse},
		{func() { m.CallMessage = &CallMessage{} }, KindCall},
		{func() { m.UnsendRequest = &UnsendRequest{} }, KindUnsend},
		{func() { m.DataExtractionNotification = &DataExtractionNotification{} }, KindDataExtraction},
		{func() { m.TypingMessage = &TypingMessage{} }, KindTyping},
		{func() { m.ReceiptMessage = &ReceiptMessage{} }, KindReceipt},
		{func() { m.DataMessage = &DataMessage{} }, KindData},
	}
	for _, s := range steps {
		s.set()
		if got := m.Kind(); got != s.want {
			t.Errorf("kind is %v, want %v", got, s.want)
		}
	}
	if got := (&Content{SigTimestamp: Some(uint64(1)), ProMessage: &ProMessage{}}).Kind(); got != KindNone {
		t.Errorf("kind of nothing is %v", got)
	}
}

func TestEmptyDataMessage(t *testing.T) {
	for name, m := range map[string]*DataMessage{
		"nothing":      {},
		"empty body":   {Body: Some("")},
		"profile only": {Profile: &LokiProfile{}, ProfileKey: make([]byte, 32)},
		"sync target":  {SyncTarget: Some(bobID), BlocksCommunityMessageRequests: Some(true)},
	} {
		if !m.Empty() {
			t.Errorf("%s counts as something", name)
		}
	}
	for name, m := range map[string]*DataMessage{
		"body": {Body: Some(" ")}, "attachment": {Attachments: []*AttachmentPointer{{}}}, "quote": {Quote: &Quote{}},
		"preview": {Preview: []*Preview{{}}}, "reaction": {Reaction: &Reaction{}}, "timer": {Flags: Some(FlagExpirationTimerUpdate)},
		"invitation": {CommunityInvitation: &CommunityInvitation{}}, "group": {GroupUpdateMessage: &GroupUpdateMessage{}},
	} {
		if m.Empty() {
			t.Errorf("%s counts as nothing", name)
		}
	}
}

// nest puts b into field num.
func nest(num protowire.Number, b []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), b)
}

func TestParseContentRefuses(t *testing.T) {
	pointer := "\x09\x01\x00\x00\x00\x00\x00\x00\x00"
	attachments := func(n int) []byte {
		return nest(1, bytes.Repeat(nest(2, []byte(pointer)), n))
	}
	groups := func(n int) []byte {
		return append(bytes.Repeat([]byte{0xa3, 0x38}, n), bytes.Repeat([]byte{0xa4, 0x38}, n)...)
	}
	tests := []struct {
		name    string
		b       []byte
		want    error
		message string
		field   int
	}{
		{"tag cut short", []byte{0x80}, ErrMalformed, "Content", 0},
		{"field number 0", []byte{0x00, 0x00}, ErrMalformed, "Content", 0},
		{"field number 2^29", protowire.AppendVarint(nil, 1<<32), ErrMalformed, "Content", 0},
		{"field number 2^29 in a group", append(protowire.AppendVarint([]byte{0xa3, 0x38}, 1<<32), 0, 0xa4, 0x38), ErrMalformed, "Content", 900},
		{"wire type 6", []byte{0x0e}, ErrMalformed, "Content", 1},
		{"varint of eleven bytes", append([]byte{0x78}, bytes.Repeat([]byte{0x80}, 11)...), ErrMalformed, "Content", 15},
		{"bytes longer than the message", []byte{0x0a, 5, 1}, ErrMalformed, "Content", 1},
		{"length of 2^63", []byte("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f"), ErrMalformed, "Content", 1},
		{"fixed64 cut short", nest(1, nest(2, []byte("\x09\x01"))), ErrMalformed, "AttachmentPointer", 1},
		{"inner message longer than the outer", []byte("\x0a\x02\x0a\x01x"), ErrMalformed, "DataMessage", 1},
		{"end of a group that was not begun", []byte{0xa4, 0x38}, ErrMalformed, "Content", 900},
		{"group without end", groups(3)[:7], ErrMalformed, "Content", 900},
		{"groups end crosswise", []byte("\xa3\x38\xab\x38\xa4\x38\xac\x38"), ErrMalformed, "Content", 900},
		{"65 groups", groups(65), ErrTooDeep, "Content", 900},
		{"a million groups", groups(1000000), ErrTooDeep, "Content", 900},
		{"packed timestamp cut short", nest(5, []byte("\x08\x01\x12\x01\x80")), ErrMalformed, "ReceiptMessage", 2},
		{"body is not UTF-8", nest(1, nest(1, []byte{0xff})), ErrUTF8, "DataMessage", 1},
		{"surrogate in a name", nest(1, nest(101, nest(1, []byte("\xed\xa0\x80")))), ErrUTF8, "LokiProfile", 1},
		{"member id is not UTF-8", nest(1, nest(120, nest(7, nest(1, []byte{0xc0, 0x80})))), ErrUTF8, "GroupUpdateDeleteMemberContentMessage", 1},
		{"33 attachments", attachments(33), ErrTooMany, "DataMessage", 2},
		{"33 attachments over two copies", append(attachments(20), attachments(13)...), ErrTooMany, "DataMessage", 2},
		{"33 previews", nest(1, bytes.Repeat(nest(10, nest(1, []byte("u"))), 33)), ErrTooMany, "DataMessage", 10},
		{"flags 1", nest(1, []byte("\x20\x01")), ErrFlags, "DataMessage", 4},
		{"flags 3", nest(1, []byte("\x20\x03")), ErrFlags, "DataMessage", 4},
		{"flags 4", nest(1, []byte("\x20\x04")), ErrFlags, "DataMessage", 4},
		{"attachment without id", nest(1, nest(2, nil)), ErrMissing, "AttachmentPointer", 1},
		{"attachment with a varint for id", nest(1, nest(2, []byte("\x08\x01"))), ErrMissing, "AttachmentPointer", 1},
		{"preview image without id", nest(1, nest(10, append(nest(1, []byte("u")), nest(3, nil)...))), ErrMissing, "AttachmentPointer", 1},
		{"quote without author", nest(1, nest(8, []byte("\x08\x01"))), ErrMissing, "Quote", 2},
		{"reaction without action", nest(1, nest(11, []byte("\x08\x01\x12\x01a\x1a\x01e"))), ErrMissing, "Reaction", 4},
		{"reaction with action 2", nest(1, nest(11, []byte("\x08\x01\x12\x01a\x1a\x01e\x20\x02"))), ErrMissing, "Reaction", 4},
		{"typing without action", nest(6, []byte("\x08\x01")), ErrMissing, "TypingMessage", 2},
		{"delivery receipt", nest(5, []byte("\x08\x00\x10\x01")), ErrMissing, "ReceiptMessage", 1},
		{"call of type 7", nest(3, []byte("\x08\x07\x2a\x01u")), ErrMissing, "CallMessage", 1},
		{"call without uuid", nest(3, []byte("\x08\x01")), ErrMissing, "CallMessage", 5},
		{"refused part behind an accepted action", append(nest(1, nest(1, []byte("hi"))), nest(9, nil)...), ErrMissing, "UnsendRequest", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := ParseContent(tt.b)
			var e *Error
			if !errors.Is(err, tt.want) || !errors.As(err, &e) || e.Message != tt.message || e.Field != tt.field {
				t.Errorf("error is %v, want %s field %d: %v", err, tt.message, tt.field, tt.want)
			}
			if m != nil {
				t.Error("a refused message came back")
			}
		})
	}
	for name, b := range map[string][]byte{
		"nothing": nil, "32 attachments": attachments(32), "64 groups": groups(64),
		"flags 0": nest(1, []byte("\x20\x00")), "flags 2": nest(1, []byte("\x20\x02")),
		"unknown expiration": []byte("\x60\x07"), "packed nothing": nest(5, []byte("\x08\x01\x12\x00")),
	} {
		if _, err := ParseContent(b); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	many := make([]*AttachmentPointer, 33)
	for i := range many {
		many[i] = &AttachmentPointer{DeprecatedID: Some(uint64(0))}
	}
	tests := []struct {
		name    string
		content *Content
		want    error
	}{
		{"33 attachments", &Content{DataMessage: &DataMessage{Attachments: many}}, ErrTooMany},
		{"nil attachment", &Content{DataMessage: &DataMessage{Attachments: []*AttachmentPointer{nil}}}, ErrMissing},
		{"flags 1", &Content{DataMessage: &DataMessage{Flags: Some(uint32(1))}}, ErrFlags},
		{"body not UTF-8", NewText("\xff"), ErrUTF8},
		{"sdp not UTF-8", &Content{CallMessage: &CallMessage{Type: Some(CallOffer), SDPs: []string{"\xff"}, UUID: Some("u")}}, ErrUTF8},
		{"unknown enum", &Content{ExpirationType: Some(ExpirationType(3))}, ErrEnum},
		{"negative enum", NewTyping(-1, 1), ErrEnum},
		{"missing", &Content{CallMessage: &CallMessage{Type: Some(CallEnd)}}, ErrMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if b, err := tt.content.Marshal(); !errors.Is(err, tt.want) || b != nil {
				t.Errorf("encoded to %x, %v, want %v", b, err, tt.want)
			}
		})
	}
}

// The same field twice: the last scalar counts, messages are merged, as every
// protobuf runtime does.
func TestRepeatedOccurrences(t *testing.T) {
	b := append(nest(1, append(nest(1, []byte("first")), nest(1, []byte("second"))...)), nest(1, nest(101, nest(1, []byte("Alice"))))...)
	b = append(b, nest(1, nest(101, nest(2, []byte("url"))))...)
	m, err := ParseContent(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := m.DataMessage; d.Body != Some("second") || d.Profile.DisplayName != Some("Alice") || d.Profile.ProfilePicture != Some("url") {
		t.Errorf("merged to %+v, profile %+v", d, d.Profile)
	}
}

// Presence: zero values that are set are written, absent ones are not.
func TestPresence(t *testing.T) {
	m := &Content{
		DataMessage:     &DataMessage{Body: Some(""), ProfileKey: []byte{}},
		ExpirationTimer: Some(uint32(0)),
	}
	got, err := m.Marshal()
	if want := []byte("\x0a\x04\x0a\x00\x32\x00\x68\x00"); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("encoded %x, %v, want %x", got, err, want)
	}
	back, err := ParseContent(got)
	if err != nil {
		t.Fatal(err)
	}
	if d := back.DataMessage; !d.Body.Set || d.ProfileKey == nil || d.Flags.Set || !back.ExpirationTimer.Set || back.SigTimestamp.Set {
		t.Errorf("presence was lost: %+v", back)
	}
	if back.SigTimestamp.Or(7) != 7 || back.ExpirationTimer.Or(7) != 0 {
		t.Error("Or does not tell absent from zero")
	}
}

// Parsing must stay cheap: it runs for every message of every poll.
func TestParseAllocations(t *testing.T) {
	b := vectorContents(t)["text"]
	got := testing.AllocsPerRun(100, func() {
		if _, err := ParseContent(b); err != nil {
			t.Fatal(err)
		}
	})
	if got > 5 { // the decoder, Content, DataMessage, LokiProfile, all strings together
		t.Errorf("parsing a text allocates %v times", got)
	}
}

func BenchmarkParseContent(b *testing.B) {
	in := vectorContents(b)["text"]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseContent(in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMarshalContent(b *testing.B) {
	m, err := ParseContent(vectorContents(b)["text"])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}

// The result shares memory with the input; neither parsing nor appending to the
// result may write there.
func TestParsingLeavesTheInputAlone(t *testing.T) {
	unknown := func(num protowire.Number) []byte { return nest(num, []byte("abc")) }
	data := append(append(unknown(900), nest(6, []byte("key"))...), unknown(901)...)
	b := append(nest(1, data), nest(17, []byte("sig"))...)
	before := bytes.Clone(b)
	m, err := ParseContent(b)
	if err != nil {
		t.Fatal(err)
	}
	if want := append(unknown(900), unknown(901)...); !bytes.Equal(m.DataMessage.Unknown, want) {
		t.Errorf("unknown fields are %x, want %x", m.DataMessage.Unknown, want)
	}
	_ = append(m.DataMessage.ProfileKey, 0xff)
	_ = append(m.DataMessage.Unknown, 0xff)
	if !bytes.Equal(b, before) {
		t.Errorf("input became %x", b)
	}
}
