package config

import (
	"bytes"
	"encoding/hex"
	"testing"

	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
)

func TestOfficialEncryption(t *testing.T) {
	var v struct {
		Encrypt []struct {
			Domain, Plaintext, Ciphertext string
			KeyBase                       string `json:"key_base"`
		}
		Padding []struct {
			Size      int
			Padded    int `json:"padded_size"`
			Encrypted int `json:"encrypted_size"`
		}
		Wrap []struct {
			Namespace snode.Namespace
			Seqno     int64
			Payload   string
			Wrapped   string
		} `json:"protobuf_wrap"`
	}
	load(t, "config-encrypt.json", &v)
	if len(v.Encrypt) < 20 || len(v.Padding) < 20 || len(v.Wrap) != 4 {
		t.Fatal("vectors are missing")
	}
	for _, e := range v.Encrypt {
		base := [32]byte(unhex(t, e.KeyBase))
		plain := unhex(t, e.Plaintext)
		if got := encrypt(bytes.Clone(plain), &base, e.Domain); hex.EncodeToString(got) != e.Ciphertext {
			t.Errorf("%s: encrypted to %x, want %s", e.Domain, got, e.Ciphertext)
		}
		sealed := unhex(t, e.Ciphertext)
		if got, ok := decrypt(sealed, &base, e.Domain); !ok || !bytes.Equal(got, plain) {
			t.Errorf("%s: decrypted to %x, %v", e.Domain, got, ok)
		}
		for _, at := range []int{0, len(sealed) / 2, len(sealed) - 1} {
			sealed[at] ^= 1
			if _, ok := decrypt(sealed, &base, e.Domain); ok {
				t.Errorf("%s: opens with byte %d changed", e.Domain, at)
			}
			sealed[at] ^= 1
		}
		if _, ok := decrypt(sealed, &base, e.Domain+"x"); ok {
			t.Errorf("%s: opens as another kind", e.Domain)
		}
	}
	for _, p := range v.Padding {
		if got := paddedSize(p.Size); got != p.Padded || got+overhead != p.Encrypted {
			t.Errorf("%d bytes are padded to %d, want %d", p.Size, got, p.Padded)
		}
	}
	account := vectorAccount(t)
	for _, w := range v.Wrap {
		config := &wire.SharedConfig{Kind: configKind(w.Namespace), Seqno: w.Seqno, Data: unhex(t, w.Payload)}
		got, err := seal.CloseConfig(account, config)
		if err != nil || hex.EncodeToString(got) != w.Wrapped {
			t.Errorf("namespace %d: wrapped to %x, %v; want %s", w.Namespace, got, err, w.Wrapped)
		}
		back, err := seal.OpenConfig(account, unhex(t, w.Wrapped))
		if err != nil || back.Kind != config.Kind || back.Seqno != w.Seqno || !bytes.Equal(back.Data, config.Data) {
			t.Errorf("namespace %d: unwrapped to %+v, %v", w.Namespace, back, err)
		}
		other := accountOf(t, "11111111111111111111111111111111")
		if _, err := seal.OpenConfig(other, unhex(t, w.Wrapped)); err == nil {
			t.Errorf("namespace %d: another account opens it", w.Namespace)
		}
	}
}
