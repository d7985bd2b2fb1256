package identity_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"testing"

	"sotto/engine/protocol/identity"
)

type xedVector struct {
	Identity struct {
		Ed25519Seed hexed `json:"ed25519_seed"`
		X25519Key   hexed `json:"x25519_seckey"`
		X25519Pub   hexed `json:"x25519_pubkey"`
	} `json:"identity"`
	PubAbs     hexed `json:"xed25519_pubkey_abs"`
	Message    hexed `json:"message"`
	Signature  hexed `json:"xed25519_signature"`
	Ed25519Sig hexed `json:"ed25519_signature"`
	EdVerifies bool  `json:"ed25519_verifies_with_xed_pubkey_if_positive"`
}

func xedVectors(t testing.TB) []xedVector {
	t.Helper()
	var v struct{ Cases []xedVector }
	readJSON(t, "xed25519.json", &v)
	if len(v.Cases) < 4 {
		t.Fatal("testdata/xed25519.json is not complete")
	}
	return v.Cases
}

func TestXEd25519OfficialSignatures(t *testing.T) {
	negative := 0
	for i, v := range xedVectors(t) {
		x := [32]byte(v.Identity.X25519Pub)
		pub, err := identity.Ed25519FromX25519(x)
		if err != nil || !bytes.Equal(pub, v.PubAbs) {
			t.Errorf("case %d: key %x, %v", i, pub, err)
		}
		if err := identity.VerifyXEd25519(x, v.Message, v.Signature); err != nil {
			t.Errorf("case %d: official signature: %v", i, err)
		}
		if err := identity.VerifyCurveSignature(x, v.Message, v.Signature); err != nil {
			t.Errorf("case %d: official signature, lenient: %v", i, err)
		}
		// An ordinary Ed25519 signature fits when the key happens to be the
		// positive one.
		if err := identity.VerifyXEd25519(x, v.Message, v.Ed25519Sig); (err == nil) != v.EdVerifies {
			t.Errorf("case %d: Ed25519 signature: %v, want fit %v", i, err, v.EdVerifies)
		}
		if !v.EdVerifies {
			negative++
		}

		ours, err := identity.SignXEd25519(bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 64)), [32]byte(v.Identity.X25519Key), v.Message)
		if err != nil {
			t.Fatal(err)
		}
		// What an official client does with our signature.
		if !ed25519.Verify(ed25519.PublicKey(v.PubAbs), v.Message, ours[:]) {
			t.Errorf("case %d: our signature does not verify", i)
		}
		if err := identity.VerifyXEd25519(x, v.Message, ours[:]); err != nil {
			t.Errorf("case %d: our signature: %v", i, err)
		}
	}
	if negative == 0 || negative == len(xedVectors(t)) {
		t.Error("the vectors hold keys of one sign only")
	}
}

func TestXEd25519Community(t *testing.T) {
	var v struct {
		SessionID string `json:"session_id"`
		Padded    string `json:"padded_b64"`
		Signature string `json:"xed25519_signature_b64"`
	}
	readJSON(t, "xed25519-community.json", &v)
	message, err := base64.StdEncoding.DecodeString(v.Padded)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := base64.StdEncoding.DecodeString(v.Signature)
	if err != nil {
		t.Fatal(err)
	}
	key := mustID(t, v.SessionID).Key()
	if err := identity.VerifyXEd25519(key, message, sig); err != nil {
		t.Error(err)
	}
	if err := identity.VerifyCurveSignature(key, message, sig); err != nil {
		t.Error(err)
	}
}

// Desktop clients sign for communities without blinding under the key with its
// real sign, and put that sign into bit 7 of the signature.
func TestVerifyCurveSignatureTakesTheSignBit(t *testing.T) {
	for i, v := range xedVectors(t) {
		key := ed25519.NewKeyFromSeed(v.Identity.Ed25519Seed)
		sig := bytes.Clone(ed25519.Sign(key, v.Message))
		sig[63] |= key[63] & 0x80
		x := [32]byte(v.Identity.X25519Pub)
		if err := identity.VerifyCurveSignature(x, v.Message, sig); err != nil {
			t.Errorf("case %d: %v", i, err)
		}
		sig[5] ^= 1
		if err := identity.VerifyCurveSignature(x, v.Message, sig); !errors.Is(err, identity.ErrSignature) {
			t.Errorf("case %d, broken: %v", i, err)
		}
	}
}

func TestXEd25519Refuses(t *testing.T) {
	v := xedVectors(t)[0]
	x := [32]byte(v.Identity.X25519Pub)
	verify := map[string]func([32]byte, []byte, []byte) error{
		"VerifyXEd25519":       identity.VerifyXEd25519,
		"VerifyCurveSignature": identity.VerifyCurveSignature,
	}
	for name, f := range verify {
		for i := range v.Signature {
			if i == 63 && name == "VerifyCurveSignature" {
				continue // bit 7 is not part of the signature there
			}
			broken := bytes.Clone(v.Signature)
			broken[i] ^= 0x80
			if err := f(x, v.Message, broken); !errors.Is(err, identity.ErrSignature) {
				t.Errorf("%s: bit flipped in byte %d: %v", name, i, err)
			}
		}
		for what, err := range map[string]error{
			"other message":    f(x, []byte("hello"), v.Signature),
			"other key":        f([32]byte(xedVectors(t)[1].Identity.X25519Pub), v.Message, v.Signature),
			"no key":           f([32]byte{}, v.Message, v.Signature),
			"twist":            f([32]byte{2}, v.Message, v.Signature),
			"empty signature":  f(x, v.Message, nil),
			"short signature":  f(x, v.Message, v.Signature[:63]),
			"long signature":   f(x, v.Message, append(bytes.Clone(v.Signature), 0)),
			"signature of 0":   f(x, v.Message, make([]byte, 64)),
			"signature of 255": f(x, v.Message, bytes.Repeat([]byte{255}, 64)),
		} {
			if !errors.Is(err, identity.ErrSignature) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
}

func TestSignXEd25519Randomness(t *testing.T) {
	v := xedVectors(t)[0]
	key := [32]byte(v.Identity.X25519Key)
	sign := func(z byte, message string) [64]byte {
		t.Helper()
		sig, err := identity.SignXEd25519(bytes.NewReader(bytes.Repeat([]byte{z}, 64)), key, []byte(message))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	a, b, c := sign(1, "a"), sign(2, "a"), sign(1, "b")
	if again := sign(1, "a"); again != a {
		t.Error("the same input gives two signatures")
	}
	// Equal R for two messages would give the key away, whatever Z is.
	if bytes.Equal(a[:32], b[:32]) || bytes.Equal(a[:32], c[:32]) {
		t.Error("R repeats")
	}
	if _, err := identity.SignXEd25519(bytes.NewReader(make([]byte, 63)), key, nil); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short random: %v", err)
	}
}
