package seal

import (
	"bytes"
	"crypto/ecdh"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"golang.org/x/crypto/nacl/box"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

func TestCloseThenOpen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		alice := person(t, rapid.Byte().Draw(rt, "alice"))
		bob := person(t, rapid.Byte().Draw(rt, "bob")) // may be alice: a sync copy
		ms := rapid.Uint64Min(1).Draw(rt, "ms")
		content := wire.NewText(rapid.StringN(0, 2000, -1).Draw(rt, "body")).Stamp(ms)
		content.DataMessage.ProfileKey = rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(rt, "key")
		plain, err := content.Marshal()
		if err != nil {
			rt.Fatal(err)
		}
		random := entropy(rapid.Byte().Draw(rt, "entropy"))
		o := Options{Rand: random, Blend: rapid.Bool().Draw(rt, "blend")}
		switch rapid.IntRange(0, 2).Draw(rt, "key source") {
		case 1:
			o.Deterministic = true
		case 2:
			if o.Ephemeral, err = NewEphemeral(random); err != nil {
				rt.Fatal(err)
			}
		}

		data, err := CloseContent(alice, bob.ID(), content, o)
		if err != nil {
			rt.Fatal(err)
		}
		opened, err := Open(bob, data)
		if err != nil {
			rt.Fatal(err)
		}
		if opened.Sender != alice.ID() || opened.Timestamp != ms || !bytes.Equal(opened.Plain, plain) {
			rt.Fatalf("opened %x from %v at %d", opened.Plain, opened.Sender, opened.Timestamp)
		}
		if again := encode(t, opened.Content); !bytes.Equal(again, plain) {
			rt.Fatalf("content is %x, want %x", again, plain)
		}
	})
}

// The box is the one every other client opens with its library.
func TestBoxAgainstNaCl(t *testing.T) {
	bob := person(t, 2)
	public, private := bob.ID().Key(), bob.X25519Private()
	for _, n := range []int{0, 1, 96, 256, 5000} {
		plain := bytes.Repeat([]byte{'x'}, n)
		e, err := NewEphemeral(entropy(byte(n)))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := sealBox(nil, plain, e, &public)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := box.OpenAnonymous(nil, ours, &public, &private); !ok || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: NaCl does not open our box", n)
		}
		theirs, err := box.SealAnonymous(nil, plain, &public, entropy(byte(n)))
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := openBox(theirs, bob.X25519(), &public); !ok || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes: we do not open a box of NaCl", n)
		}
	}
}

func TestX25519AgainstStandardLibrary(t *testing.T) {
	random := entropy(1)
	var scalar, point [32]byte
	for range 300 {
		random.Read(scalar[:])
		random.Read(point[:]) // on the curve or its twist, with the top bit or not
		key, err := ecdh.X25519().NewPrivateKey(scalar[:])
		if err != nil {
			t.Fatal(err)
		}
		if got, err := x25519Base(&scalar); err != nil || !bytes.Equal(got[:], key.PublicKey().Bytes()) {
			t.Fatalf("public key of %x is %x", scalar, got)
		}
		remote, err := ecdh.X25519().NewPublicKey(point[:])
		if err != nil {
			t.Fatal(err)
		}
		want, err := key.ECDH(remote)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := x25519(&scalar, &point); !ok || !bytes.Equal(got[:], want) {
			t.Fatalf("x25519(%x, %x) is %x, want %x", scalar, point, got, want)
		}
	}
}

// RFC 7748 §5.2, and the first 1000 rounds of its iterated test.
func TestX25519VectorsOfRFC7748(t *testing.T) {
	rows := [][3]string{
		{"a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4", "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
		{"4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d", "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493", "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"},
	}
	for _, row := range rows {
		var in [3][32]byte
		for i := range row {
			if _, err := hex.Decode(in[i][:], []byte(row[i])); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := x25519(&in[0], &in[1]); !ok || got != in[2] {
			t.Errorf("got %x, want %x", got, in[2])
		}
	}
	k, u := [32]byte{9}, [32]byte{9}
	for range 1000 {
		r, ok := x25519(&k, &u)
		if !ok {
			t.Fatal("zero on the way")
		}
		k, u = r, k
	}
	if got := hex.EncodeToString(k[:]); got != "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51" {
		t.Errorf("after 1000 rounds %s", got)
	}
}

func TestCloseSizes(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	const ms = 1700000000123
	tests := []struct {
		content int
		blend   bool
		want    int
	}{
		{43, false, 330}, {158, false, 330}, {159, false, 490}, {160, false, 490}, {43, true, 398},
	}
	for _, tt := range tests {
		got, err := Close(alice, bob.ID(), make([]byte, tt.content), ms, Options{Rand: entropy(3), Blend: tt.blend})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != tt.want {
			t.Errorf("%d bytes (blend %v) close to %d, want %d", tt.content, tt.blend, len(got), tt.want)
		}
	}
}

func TestCloseLimit(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	body := func(n int) ([]byte, error) {
		return CloseContent(alice, bob.ID(), wire.NewText(strings.Repeat("x", n)).Stamp(1), Options{Rand: entropy(3)})
	}
	lo, hi := 0, wire.MaxBlob // the longest body that closes
	for lo < hi {
		mid := (lo + hi + 1) / 2
		data, err := body(mid)
		switch {
		case err == nil && len(data) <= wire.MaxBlob:
			lo = mid
		case errors.Is(err, ErrTooLarge):
			hi = mid - 1
		default:
			t.Fatalf("body of %d: %d bytes, %v", mid, len(data), err)
		}
	}
	if lo < wire.MaxBlob-400 {
		t.Errorf("the longest body has %d bytes", lo)
	}
}

func TestCloseErrors(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	hello := wire.NewText("hello").Stamp(1000)
	used, err := NewEphemeral(entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CloseContent(alice, bob.ID(), hello, Options{Ephemeral: used}); err != nil {
		t.Fatal(err)
	}
	if used.scalar != ([32]byte{}) {
		t.Error("a used key is still in memory")
	}
	zeroed, err := NewEphemeral(entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	zeroed.Zero()

	good := Options{Rand: entropy(3)}
	tests := []struct {
		name    string
		to      identity.ID
		content *wire.Content
		o       Options
		want    error
	}{
		{"a group", identity.NewID(identity.Group, bob.ID().Key()), hello, good, ErrRecipient},
		{"a blinded id", identity.NewID(identity.Blinded15, bob.ID().Key()), hello, good, ErrRecipient},
		{"nobody", identity.ID{}, hello, good, ErrRecipient},
		{"a key of small order", identity.NewID(identity.Session, [32]byte{1}), hello, good, ErrRecipient},
		{"no entropy", bob.ID(), hello, Options{}, ErrNoEntropy},
		{"blend without entropy", bob.ID(), hello, Options{Deterministic: true, Blend: true}, ErrNoEntropy},
		{"entropy runs dry", bob.ID(), hello, Options{Rand: strings.NewReader("short")}, io.ErrUnexpectedEOF},
		{"ephemeral used twice", bob.ID(), hello, Options{Ephemeral: used}, ErrEphemeralUsed},
		{"ephemeral forgotten", bob.ID(), hello, Options{Ephemeral: zeroed}, ErrEphemeralUsed},
		{"no timestamp", bob.ID(), wire.NewText("hello"), good, ErrNoTimestamp},
		{"content that receivers refuse", bob.ID(), (&wire.Content{UnsendRequest: &wire.UnsendRequest{}}).Stamp(1), good, wire.ErrMissing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data, err := CloseContent(alice, tt.to, tt.content, tt.o)
			if !errors.Is(err, tt.want) {
				t.Errorf("error is %v, want %v", err, tt.want)
			}
			if data != nil {
				t.Error("an error came with data")
			}
		})
	}
}

func TestRandomClosingDiffers(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	random := entropy(3)
	hello := wire.NewText("hello").Stamp(1000)
	seen := map[string]bool{}
	for range 3 {
		data, err := CloseContent(alice, bob.ID(), hello, Options{Rand: random})
		if err != nil {
			t.Fatal(err)
		}
		seen[string(data)] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d different messages of 3", len(seen))
	}
}

// The throw-away signature must look like those of clients with Session Pro.
func TestBlend(t *testing.T) {
	alice, bob := person(t, 1), person(t, 2)
	data, err := CloseContent(alice, bob.ID(), wire.NewText("hello").Stamp(1000), Options{Rand: entropy(3), Blend: true})
	if err != nil {
		t.Fatal(err)
	}
	outer, err := wire.ParseWebSocketMessage(data)
	if err != nil {
		t.Fatal(err)
	}
	envelope, err := wire.ParseEnvelope(outer.Request.Body)
	if err != nil {
		t.Fatal(err)
	}
	if envelope.SourceDevice != wire.Some(uint32(1)) || len(envelope.ProSig) != 64 || envelope.ProSig[63]&0xe0 != 0 {
		t.Errorf("sourceDevice %v, proSig %x", envelope.SourceDevice, envelope.ProSig)
	}
}

func TestEphemeralDoesNotPrint(t *testing.T) {
	e, err := NewEphemeral(entropy(3))
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		if got := fmt.Sprintf(verb, e); got != "seal.Ephemeral(redacted)" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
