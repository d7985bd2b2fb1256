package wire

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// Google's encoder and decoder, fed with session.proto, are the other side.

// randomMessage fills the required fields of a message and some others, within
// the limits that this package sets beyond protobuf.
func randomMessage(r *rand.Rand, d protoreflect.MessageDescriptor) *dynamicpb.Message {
	m := dynamicpb.NewMessage(d)
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		always := f.Cardinality() == protoreflect.Required
		switch f.FullName().Name() {
		case "content", "body", "request": // not empty, where they carry the message
			always = always || d.Name() == "Envelope" || strings.HasPrefix(string(d.Name()), "WebSocket")
		}
		if !always && r.IntN(2) == 0 {
			continue
		}
		if f.IsList() {
			list := m.Mutable(f).List()
			for range r.IntN(4) {
				list.Append(randomValue(r, f, list.NewElement()))
			}
			continue
		}
		m.Set(f, randomValue(r, f, m.NewField(f)))
	}
	return m
}

func randomValue(r *rand.Rand, f protoreflect.FieldDescriptor, blank protoreflect.Value) protoreflect.Value {
	number := r.Uint64() >> r.IntN(65) // every length of varint, zero too
	size := r.IntN(200)
	switch f.FullName() {
	case "sotto.wire.DataMessage.flags":
		return protoreflect.ValueOfUint32(uint32(number) & FlagExpirationTimerUpdate)
	case "sotto.wire.Envelope.source":
		return protoreflect.ValueOfString(strings.Repeat("05aF7e", 11*r.IntN(2)))
	case "sotto.wire.Envelope.proSig":
		size = ProSigSize
	case "sotto.wire.Envelope.content", "sotto.wire.WebSocketRequestMessage.body":
		size++
	}
	switch f.Kind() {
	case protoreflect.EnumKind:
		values := f.Enum().Values()
		return protoreflect.ValueOfEnum(values.Get(r.IntN(values.Len())).Number())
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(number&1 == 1)
	case protoreflect.Uint32Kind:
		return protoreflect.ValueOfUint32(uint32(number))
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		return protoreflect.ValueOfUint64(number)
	case protoreflect.StringKind:
		return protoreflect.ValueOfString(strings.Repeat("aé漢😀", size/10))
	case protoreflect.BytesKind:
		b := make([]byte, size)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return protoreflect.ValueOfBytes(b)
	case protoreflect.MessageKind:
		return protoreflect.ValueOfMessage(randomMessage(r, blank.Message().Descriptor()))
	}
	panic("wire: test schema has a kind without random values")
}

var ascending = proto.MarshalOptions{Deterministic: true}

func TestSameBytesAsProtobuf(t *testing.T) {
	messages := schema(t)
	r := rand.New(rand.NewPCG(1, 2))
	for _, table := range tables {
		for range 200 {
			want, err := ascending.Marshal(randomMessage(r, messages[table.title()]))
			if err != nil {
				t.Fatal(err)
			}
			got, err := table.reencode(want)
			if err != nil {
				t.Fatalf("%s refuses %x: %v", table.title(), want, err)
			}
			if !bytes.Equal(got, want) {
				t.Fatalf("%s encodes\n%x, want\n%x", table.title(), got, want)
			}
		}
	}
}

// Unknown fields of every wire type survive, in every message.
func TestUnknownFieldsSurvive(t *testing.T) {
	messages := schema(t)
	r := rand.New(rand.NewPCG(3, 4))
	var unknown []byte
	unknown = protowire.AppendTag(unknown, 900, protowire.BytesType)
	unknown = protowire.AppendString(unknown, "abc")
	unknown = protowire.AppendTag(unknown, 899, protowire.VarintType)
	unknown = protowire.AppendVarint(unknown, 1<<40)
	unknown = protowire.AppendTag(unknown, 901, protowire.Fixed32Type)
	unknown = protowire.AppendFixed32(unknown, 7)
	unknown = protowire.AppendTag(unknown, 902, protowire.Fixed64Type)
	unknown = protowire.AppendFixed64(unknown, 8)
	unknown = protowire.AppendTag(unknown, 903, protowire.StartGroupType)
	unknown = protowire.AppendTag(unknown, 1, protowire.StartGroupType)
	unknown = protowire.AppendTag(unknown, 1, protowire.EndGroupType)
	unknown = protowire.AppendTag(unknown, 903, protowire.EndGroupType)
	for _, table := range tables {
		known, err := ascending.Marshal(randomMessage(r, messages[table.title()]))
		if err != nil {
			t.Fatal(err)
		}
		want := append(bytes.Clone(known), unknown...)
		for name, in := range map[string][]byte{"behind": want, "before": append(bytes.Clone(unknown), known...)} {
			if got, err := table.reencode(in); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s, unknown fields %s: %x, %v, want %x", table.title(), name, got, err, want)
			}
		}
		// A known number with another wire type is an unknown field as well.
		if rows := table.rows(); len(rows) > 0 {
			odd := protowire.AppendTag(bytes.Clone(known), protowire.Number(rows[0].num), protowire.Fixed32Type)
			odd = protowire.AppendFixed32(odd, 1)
			if got, err := table.reencode(odd); err != nil || !bytes.Equal(got, odd) {
				t.Errorf("%s, odd wire type: %x, %v, want %x", table.title(), got, err, odd)
			}
		}
	}
}

// Each required field, taken away alone, is missed in both directions.
func TestRequiredFieldsAreMissed(t *testing.T) {
	messages := schema(t)
	r := rand.New(rand.NewPCG(5, 6))
	missed := 0
	for _, table := range tables {
		d := messages[table.title()]
		for i := range d.Fields().Len() {
			f := d.Fields().Get(i)
			if f.Cardinality() != protoreflect.Required {
				continue
			}
			missed++
			m := randomMessage(r, d)
			m.Clear(f)
			b, err := proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			_, parseErr := table.reencode(b)
			partial, err := table.structOf(b)
			if err != nil {
				t.Fatal(err)
			}
			_, marshalErr := table.marshalAny(partial)
			for direction, err := range map[string]error{"parsing": parseErr, "encoding": marshalErr} {
				var e *Error
				if !errors.Is(err, ErrMissing) || !errors.As(err, &e) || e.Message != table.title() || e.Field != int(f.Number()) {
					t.Errorf("%s without %s, %s: %v", table.title(), f.Name(), direction, err)
				}
			}
		}
	}
	if missed != 31 {
		t.Errorf("%d required fields, want 31", missed)
	}
}

// FuzzParseContent: what is accepted is accepted by Google's decoder too, and
// means the same after it was encoded again.
func FuzzParseContent(f *testing.F) {
	d := schema(f)["Content"]
	for _, b := range vectorContents(f) {
		f.Add(b)
	}
	r := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		b, err := proto.Marshal(randomMessage(r, d))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseContent(b)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Message == "" {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		m.Kind()
		again, err := m.Marshal()
		if err != nil {
			t.Fatalf("accepted %x but does not encode: %v", b, err)
		}
		compare(t, d, b, again)
		m2, err := ParseContent(again)
		if err != nil {
			t.Fatalf("own encoding %x: %v", again, err)
		}
		if third, err := m2.Marshal(); err != nil || !bytes.Equal(third, again) {
			t.Fatalf("encodes to %x and then to %x, %v", again, third, err)
		}
	})
}

// FuzzParseOuter does the same for the two outer layers.
func FuzzParseOuter(f *testing.F) {
	messages := schema(f)
	f.Add([]byte("\x08\x01\x12\x0c\x0a\x00\x12\x00\x1a\x04body\x20\x00"))
	f.Add([]byte("\x08\x06\x28\x01\x42\x01c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseWebSocketMessage(b); err == nil {
			again, err := m.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			compare(t, messages["WebSocketMessage"], b, again)
		}
		if m, err := ParseEnvelope(b); err == nil {
			again, err := m.Marshal()
			if err != nil {
				t.Fatal(err)
			}
			compare(t, messages["Envelope"], b, again)
		}
	})
}

// compare decodes both with Google's decoder. An enum value that is not of the
// schema ends the comparison: that decoder stores it, closed enums do not.
func compare(t *testing.T, d protoreflect.MessageDescriptor, b, again []byte) {
	t.Helper()
	first, second := dynamicpb.NewMessage(d), dynamicpb.NewMessage(d)
	if err := proto.Unmarshal(b, first); err != nil {
		t.Fatalf("accepted %x, which protobuf refuses: %v", b, err)
	}
	if err := proto.Unmarshal(again, second); err != nil {
		t.Fatalf("encoded %x, which protobuf refuses: %v", again, err)
	}
	if strayEnum(first) || strayEnum(second) {
		return
	}
	if !proto.Equal(first, second) {
		t.Fatalf("%x became %x:\n%v\n%v", b, again, first, second)
	}
}

func strayEnum(m protoreflect.Message) (stray bool) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.Kind() == protoreflect.EnumKind:
			stray = f.Enum().Values().ByNumber(v.Enum()) == nil
		case f.Kind() == protoreflect.MessageKind && f.IsList():
			for i := 0; i < v.List().Len() && !stray; i++ {
				stray = strayEnum(v.List().Get(i).Message())
			}
		case f.Kind() == protoreflect.MessageKind:
			stray = strayEnum(v.Message())
		}
		return !stray
	})
	return stray
}
