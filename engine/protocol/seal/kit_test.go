package seal

import (
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"sotto/engine/protocol/identity"
)

// hexBytes is a hexadecimal string of the vector file.
type hexBytes []byte

func (h *hexBytes) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

type vectors struct {
	Keys struct {
		SenderSeed    hexBytes `json:"sender_ed25519_seed"`
		SenderID      hexBytes `json:"sender_session_id"`
		RecipientSeed hexBytes `json:"recipient_ed25519_seed"`
		RecipientID   hexBytes `json:"recipient_session_id"`
	} `json:"keys"`
	Upstream struct {
		Message    string   `json:"message"`
		Signature  hexBytes `json:"signature"`
		Signed     hexBytes `json:"signed_plaintext"`
		Private    hexBytes `json:"ephemeral_priv"`
		Public     hexBytes `json:"ephemeral_pub"`
		Nonce      hexBytes `json:"nonce"`
		Ciphertext hexBytes `json:"ciphertext"`
	} `json:"deterministic_upstream"`
	Messages []struct {
		Name      string   `json:"name"`
		Content   hexBytes `json:"content"`
		PaddedLen int      `json:"padded_len"`
		Signature hexBytes `json:"signature"`
		Ephemeral hexBytes `json:"ephemeral_pub"`
		Sealed    hexBytes `json:"sealed"`
		Envelope  hexBytes `json:"envelope"`
		Outer     hexBytes `json:"websocket_message"`
		Base64    []byte   `json:"store_data_base64"`
		Timestamp uint64   `json:"timestamp"`
	} `json:"messages"`
	MustReject []struct {
		Reason string   `json:"reason"`
		Outer  hexBytes `json:"websocket_message"`
	} `json:"must_reject"`
	MustAccept []struct {
		Note    string   `json:"note"`
		Outer   hexBytes `json:"websocket_message"`
		Content hexBytes `json:"content"`
	} `json:"must_accept"`
	MustIgnore []struct {
		Note string   `json:"note"`
		Data hexBytes `json:"data_hex"`
	} `json:"must_ignore_silently"`
}

func loadVectors(t testing.TB) *vectors {
	t.Helper()
	raw, err := os.ReadFile("testdata/session-protocol.json")
	if err != nil {
		t.Fatal(err)
	}
	v := new(vectors)
	if err := json.Unmarshal(raw, v); err != nil {
		t.Fatal(err)
	}
	if len(v.Messages) != 10 || len(v.MustReject) != 5 || len(v.MustAccept) != 5 || len(v.MustIgnore) != 1 {
		t.Fatal("vector file has lost rows")
	}
	return v
}

func account(t testing.TB, seed []byte) *identity.Account {
	t.Helper()
	a, err := identity.FromSeed(seed)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// entropy is a reproducible source of keys.
func entropy(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

func person(t testing.TB, n byte) *identity.Account {
	t.Helper()
	a, err := identity.New(entropy(n))
	if err != nil {
		t.Fatal(err)
	}
	return a
}
