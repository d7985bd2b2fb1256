package community

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"testing"

	"sotto/engine/protocol/wire"
	"sotto/internal/vectors"
)

// nonceOf is the randomness that a direct message was made with.
func nonceOf(data []byte) io.Reader { return bytes.NewReader(data[len(data)-24:]) }

func TestInboxVectors(t *testing.T) {
	var v struct {
		Server hexed `json:"server_pubkey"`
		Cases  []struct {
			Scheme      int
			Sender      hexed  `json:"sender_seed"`
			Recipient   hexed  `json:"recipient_seed"`
			SenderID    string `json:"sender_id"`
			RecipientID string `json:"recipient_id"`
			Key         string
			Plaintext   hexed  `json:"plaintext_hex"`
			Data        hexed  `json:"data_hex"`
			AsRecipient string `json:"libsession_decrypt_as_recipient"`
		}
	}
	vectors.Load(t, "community-inbox", &v)
	server := [32]byte(v.Server)
	for i, c := range v.Cases {
		blind := Blind15
		if c.Scheme == 25 {
			blind = Blind25
		}
		from, to := blind(account(t, c.Sender), server), blind(account(t, c.Recipient), server)
		if from.ID().String() != c.SenderID || to.ID().String() != c.RecipientID {
			t.Fatalf("case %d: ids", i)
		}
		key, err := from.directKey(to.ID(), from.ID(), to.ID())
		if err != nil || hex.EncodeToString(key) != c.Key {
			t.Errorf("case %d: key %x, %v", i, key, err)
		}
		content := wire.Unpad(c.Plaintext)
		for _, k := range []*Key{from, to} {
			o, err := OpenDirect(k, from.ID(), to.ID(), c.Data)
			if err != nil {
				t.Fatalf("case %d: %v", i, err)
			}
			if "ok "+o.Sender.String() != c.AsRecipient || !bytes.Equal(o.Plain, content) || o.Content.DataMessage == nil {
				t.Errorf("case %d: %+v", i, o)
			}
		}
		again, err := closeDirect(from, nonceOf(c.Data), to.ID(), c.Plaintext)
		if err != nil || !bytes.Equal(again, c.Data) {
			t.Errorf("case %d: closing gives other bytes, %v", i, err)
		}
	}
}

func TestDirectMessageTrusts(t *testing.T) {
	alice, bob, eve := Blind15(person(t, "alice"), testServer), Blind15(person(t, "bob"), testServer), Blind15(person(t, "eve"), testServer)
	content := textContent(t, "psst", 0)
	data, err := CloseDirect(alice, rand.Reader, bob.ID(), content)
	if err != nil {
		t.Fatal(err)
	}
	o, err := OpenDirect(bob, alice.ID(), bob.ID(), data)
	if err != nil || o.Sender != person(t, "alice").ID() {
		t.Fatalf("%+v, %v", o, err)
	}
	changed := bytes.Clone(data)
	changed[len(changed)/2] ^= 1
	for name, open := range map[string]func() (OpenedDirect, error){
		"by a third person":  func() (OpenedDirect, error) { return OpenDirect(eve, alice.ID(), bob.ID(), data) },
		"from somebody else": func() (OpenedDirect, error) { return OpenDirect(bob, eve.ID(), bob.ID(), data) },
		"as its own sender":  func() (OpenedDirect, error) { return OpenDirect(bob, bob.ID(), alice.ID(), data) },
		"changed":            func() (OpenedDirect, error) { return OpenDirect(bob, alice.ID(), bob.ID(), changed) },
		"cut":                func() (OpenedDirect, error) { return OpenDirect(bob, alice.ID(), bob.ID(), data[:72]) },
		"empty":              func() (OpenedDirect, error) { return OpenDirect(bob, alice.ID(), bob.ID(), nil) },
		"of another version": func() (OpenedDirect, error) {
			return OpenDirect(bob, alice.ID(), bob.ID(), append([]byte{1}, data[1:]...))
		},
		"between other people": func() (OpenedDirect, error) { return OpenDirect(bob, alice.ID(), eve.ID(), data) },
	} {
		if _, err := open(); !errors.Is(err, ErrNotOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Bob shares the key of the conversation, but cannot make Alice's words say
	// they are from a third account: A must blind to the sender's id.
	forged := *alice
	forged.account = person(t, "eve")
	data, err = CloseDirect(&forged, rand.Reader, bob.ID(), content)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenDirect(bob, alice.ID(), bob.ID(), data); !errors.Is(err, ErrNotOpen) {
		t.Errorf("another account inside: %v", err)
	}
	if _, err := CloseDirect(alice, rand.Reader, bob.ID(), make([]byte, MaxDirect)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := CloseDirect(alice, rand.Reader, Blind25(person(t, "bob"), testServer).ID(), content); !errors.Is(err, ErrBlindedID) {
		t.Errorf("for another kind of id: %v", err)
	}
	if _, err := CloseDirect(Plain(person(t, "alice"), testServer), rand.Reader, bob.ID(), content); !errors.Is(err, ErrBlindedID) {
		t.Errorf("by a plain key: %v", err)
	}
}
