package seal

import (
	"bytes"
	"errors"
	"testing"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// The bytes themselves are held against official vectors in package config.
func TestCloseConfigAndOpen(t *testing.T) {
	alice, err := identity.FromSeed(bytes.Repeat([]byte{1}, 16))
	if err != nil {
		t.Fatal(err)
	}
	bob, err := identity.FromSeed(bytes.Repeat([]byte{2}, 16))
	if err != nil {
		t.Fatal(err)
	}
	config := &wire.SharedConfig{Kind: wire.ConfigContacts, Seqno: 7, Data: []byte("encrypted")}
	closed, err := CloseConfig(alice, config)
	if err != nil {
		t.Fatal(err)
	}
	again, err := CloseConfig(alice, config)
	if err != nil || !bytes.Equal(closed, again) {
		t.Error("closed twice to different bytes")
	}
	opened, err := OpenConfig(alice, closed)
	if err != nil || opened.Kind != config.Kind || opened.Seqno != 7 || !bytes.Equal(opened.Data, config.Data) {
		t.Errorf("%+v, %v", opened, err)
	}

	if _, err := OpenConfig(bob, closed); !errors.Is(err, ErrNotOpen) {
		t.Errorf("somebody else opens it: %v", err)
	}
	for at := range closed {
		broken := bytes.Clone(closed)
		broken[at] ^= 0x40
		if got, err := OpenConfig(alice, broken); err == nil && (got.Kind != config.Kind || !bytes.Equal(got.Data, config.Data)) {
			t.Errorf("byte %d: %+v", at, got)
		}
	}

	// A config that somebody else sends is none of ours.
	content, err := config.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := Close(bob, alice.ID(), content, 1, Options{Deterministic: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenConfig(alice, foreign); !errors.Is(err, ErrNotOpen) {
		t.Errorf("from somebody else: %v", err)
	}
	// One of our own with the padding of messages is as good.
	padded, err := Close(alice, alice.ID(), content, 1, Options{Deterministic: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenConfig(alice, padded); err != nil || got.Seqno != 7 {
		t.Errorf("padded: %+v, %v", got, err)
	}
	for name, data := range map[string][]byte{"nothing": nil, "no protobuf": []byte("d1:#i1ee"), "version 2": {0, 1, 2}} {
		if _, err := OpenConfig(alice, data); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
