package localnet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

// Onion layers from standard ciphers alone, so that what the nodes peel was not
// wrapped by the package that they peel with (onion-requests.md §2).

// layer is what a test keeps of a layer that it made.
type layer struct {
	scheme string
	key    []byte
	public []byte // ephemeral
}

func wrap(t testing.TB, scheme string, to [32]byte, plain []byte) (layer, []byte) {
	t.Helper()
	e, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ecdh.X25519().NewPublicKey(to[:])
	if err != nil {
		t.Fatal(err)
	}
	shared, err := e.ECDH(pub)
	if err != nil {
		t.Fatal(err)
	}
	l := layer{scheme: scheme, public: e.PublicKey().Bytes()}
	switch scheme {
	case "xchacha20":
		sum := blake2b.Sum256(bytes.Join([][]byte{shared, l.public, to[:]}, nil))
		l.key = sum[:]
	case "aes-gcm", "":
		mac := hmac.New(sha256.New, []byte("LOKI"))
		mac.Write(shared)
		l.key = mac.Sum(nil)
	case "aes-cbc":
		l.key = shared
	default:
		t.Fatalf("scheme %q", scheme)
	}
	if scheme == "aes-cbc" {
		return l, l.sealCBC(t, plain)
	}
	aead := l.aead(t)
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		t.Fatal(err)
	}
	return l, aead.Seal(nonce, nonce, plain, nil)
}

func (l layer) aead(t testing.TB) cipher.AEAD {
	t.Helper()
	var a cipher.AEAD
	var err error
	if l.scheme == "xchacha20" {
		a, err = chacha20poly1305.NewX(l.key)
	} else {
		var block cipher.Block
		if block, err = aes.NewCipher(l.key); err == nil {
			a, err = cipher.NewGCM(block)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (l layer) sealCBC(t testing.TB, plain []byte) []byte {
	t.Helper()
	block, err := aes.NewCipher(l.key)
	if err != nil {
		t.Fatal(err)
	}
	pad := 16 - len(plain)%16
	plain = append(bytes.Clone(plain), bytes.Repeat([]byte{byte(pad)}, pad)...)
	iv := make([]byte, 16)
	if _, err := rand.Read(iv); err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	return append(iv, plain...)
}

// open decrypts an answer.
func (l layer) open(t testing.TB, answer []byte) ([]byte, error) {
	t.Helper()
	if l.scheme != "aes-cbc" {
		a := l.aead(t)
		if len(answer) < a.NonceSize() {
			return nil, errors.New("short answer")
		}
		return a.Open(nil, answer[:a.NonceSize()], answer[a.NonceSize():], nil)
	}
	block, err := aes.NewCipher(l.key)
	if err != nil {
		return nil, err
	}
	if len(answer) < 32 || len(answer)%16 != 0 {
		return nil, errors.New("bad length")
	}
	plain := make([]byte, len(answer)-16)
	cipher.NewCBCDecrypter(block, answer[:16]).CryptBlocks(plain, answer[16:])
	return plain[:len(plain)-int(plain[len(plain)-1])], nil
}

func frameOf(ciphertext []byte, control any) []byte {
	doc, err := json.Marshal(control)
	if err != nil {
		panic(err)
	}
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(ciphertext)))
	return append(append(b, ciphertext...), doc...)
}

// parcel is an onion request in the making: hops, the last one the destination
// or the exit, each with its scheme.
type parcel struct {
	hops    []*node
	schemes []string
	control any    // of the last hop
	payload []byte // of the last hop
	flip    int    // 1-based: damage this hop's ciphertext; 0 none
	// rename tells hop number key (1-based) to send on to this node instead.
	rename map[int]string
}

// build returns the HTTP body and the layer that opens the answer.
func (p parcel) build(t testing.TB) ([]byte, layer) {
	t.Helper()
	plain := frameOf(p.payload, p.control)
	var inner layer
	for i := len(p.hops) - 1; ; i-- {
		l, ct := wrap(t, p.schemes[i], p.hops[i].keys.onion.Public(), plain)
		if i == len(p.hops)-1 {
			inner = l
		}
		if p.flip == i+1 {
			ct[len(ct)-1] ^= 1
		}
		control := map[string]any{"ephemeral_key": hex.EncodeToString(l.public)}
		if p.schemes[i] != "" {
			control["enc_type"] = p.schemes[i]
		}
		if i == 0 {
			return frameOf(ct, control), inner
		}
		control["destination"] = hex.EncodeToString(p.hops[i].key[:])
		if other, ok := p.rename[i]; ok {
			control["destination"] = other
		}
		plain = frameOf(ct, control)
	}
}
