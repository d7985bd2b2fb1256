package identity_test

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

type identityVector struct {
	Phrase      string `json:"phrase"`
	Source      string `json:"source"`
	Seed16      hexed  `json:"seed16"`
	Ed25519Seed hexed  `json:"ed25519_seed"`
	Ed25519Pub  hexed  `json:"ed25519_pub"`
	Ed25519Key  hexed  `json:"ed25519_secret"`
	X25519Pub   hexed  `json:"x25519_pub"`
	X25519Key   hexed  `json:"x25519_priv"`
	SessionID   string `json:"session_id"`
}

type vectorFile struct {
	Identities []identityVector `json:"identities"`
	Phrase25   struct {
		Seed32 hexed  `json:"seed32"`
		Phrase string `json:"phrase"`
	} `json:"phrase_25_words"`
	PrefixTolerance struct {
		Phrase string `json:"phrase"`
		Seed16 hexed  `json:"seed16"`
	} `json:"prefix_tolerance"`
	MustReject []struct {
		Phrase, Reason string
	} `json:"must_reject"`
	WordOrderCheck struct {
		Seed      hexed `json:"seed_hex"`
		Languages map[string]struct {
			Words []string `json:"words48_no_checksum"`
		} `json:"languages"`
	} `json:"word_order_check"`
	ONS struct {
		Name           string `json:"name"`
		NameHashBase64 string `json:"name_hash_b64"`
		NameHash       hexed  `json:"name_hash_hex"`
		EncryptedValue hexed  `json:"encrypted_value"`
		Nonce          hexed  `json:"nonce"`
		Plaintext      string `json:"plaintext"`
	} `json:"ons"`
}

// hexed is bytes that stand as hexadecimal text in a vector.
type hexed []byte

func (h *hexed) UnmarshalText(text []byte) error {
	b, err := hex.DecodeString(string(text))
	*h = b
	return err
}

func readJSON(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func vectors(t testing.TB) vectorFile {
	t.Helper()
	var v vectorFile
	readJSON(t, "identity.json", &v)
	if len(v.Identities) < 8 || len(v.MustReject) < 5 || v.ONS.Name == "" {
		t.Fatal("testdata/identity.json is not complete")
	}
	return v
}
