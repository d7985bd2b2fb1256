package onion

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/subtle"
	"io"

	"golang.org/x/crypto/blake2b"
	"golang.org/x/crypto/chacha20poly1305"
)

// Scheme is the encryption of one layer (onion-requests.md §2). The zero value
// is AESGCM, which is also what a missing "enc_type" means on the wire.
type Scheme uint8

const (
	// AESGCM: 12-byte nonce, AES-256-GCM, 16-byte tag; key HMAC-SHA256("LOKI", shared).
	AESGCM Scheme = iota
	// XChaCha20: 24-byte nonce, XChaCha20-Poly1305, 16-byte tag; key
	// BLAKE2b-256(shared, ephemeral public, recipient public).
	XChaCha20
	// AESCBC: 16-byte IV, AES-256-CBC with PKCS#7 padding, no authentication;
	// key is the shared secret itself. Only for old clients: a node
	// understands it, a client should not send it.
	AESCBC
)

// String gives the name used in "enc_type".
func (s Scheme) String() string {
	switch s {
	case XChaCha20:
		return "xchacha20"
	case AESCBC:
		return "aes-cbc"
	default:
		return "aes-gcm"
	}
}

// ParseScheme reads an "enc_type", in any of the spellings that nodes accept.
func ParseScheme(name string) (Scheme, bool) {
	switch name {
	case "aes-gcm", "gcm":
		return AESGCM, true
	case "xchacha20", "xchacha20-poly1305":
		return XChaCha20, true
	case "aes-cbc", "cbc":
		return AESCBC, true
	}
	return AESGCM, false
}

// lokiKey is HMAC-SHA256 with the key "LOKI" over a shared secret (the key is
// the constant, the secret the message). Written out because it runs for every
// layer and crypto/hmac would cost more than the AES of a message.
func lokiKey(shared *[32]byte) [32]byte {
	var inner, outer [sha256.BlockSize + 32]byte
	copy(inner[:], "LOKI")
	copy(outer[:], "LOKI")
	for i := range sha256.BlockSize {
		inner[i] ^= 0x36
		outer[i] ^= 0x5c
	}
	copy(inner[sha256.BlockSize:], shared[:])
	sum := sha256.Sum256(inner[:])
	copy(outer[sha256.BlockSize:], sum[:])
	return sha256.Sum256(outer[:])
}

// layerCipher is the symmetric half of one layer. The recipient answers with
// the same key, so it serves both directions.
type layerCipher struct {
	scheme Scheme
	key    [32]byte
}

func newLayerCipher(s Scheme, shared, ephemeral, recipient *[32]byte) layerCipher {
	c := layerCipher{scheme: s}
	switch s {
	case XChaCha20:
		var in [96]byte
		copy(in[:32], shared[:])
		copy(in[32:64], ephemeral[:])
		copy(in[64:], recipient[:])
		c.key = blake2b.Sum256(in[:])
	case AESCBC:
		c.key = *shared
	default:
		c.key = lokiKey(shared)
	}
	return c
}

func (c *layerCipher) nonceSize() int {
	switch c.scheme {
	case XChaCha20:
		return chacha20poly1305.NonceSizeX
	case AESCBC:
		return aes.BlockSize
	default:
		return 12
	}
}

// tail is the number of bytes that follow n encrypted bytes.
func (c *layerCipher) tail(n int) int {
	if c.scheme == AESCBC {
		return aes.BlockSize - n%aes.BlockSize
	}
	return 16
}

// sealInPlace expects buf = room for the nonce ‖ n bytes plaintext ‖ room for
// the tail, fills the nonce from rand and encrypts without another buffer.
func (c *layerCipher) sealInPlace(buf []byte, n int, rand io.Reader) error {
	ns := c.nonceSize()
	nonce, plain := buf[:ns], buf[ns:ns+n]
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return err
	}
	if c.scheme == AESCBC {
		pad := c.tail(n)
		text := buf[ns : ns+n+pad]
		for i := n; i < len(text); i++ {
			text[i] = byte(pad)
		}
		block, err := aes.NewCipher(c.key[:])
		if err != nil {
			return err
		}
		cipher.NewCBCEncrypter(block, nonce).CryptBlocks(text, text)
		return nil
	}
	aead, err := c.aead()
	if err != nil {
		return err
	}
	aead.Seal(plain[:0], nonce, plain, nil)
	return nil
}

// seal returns nonce ‖ ciphertext of a plaintext that is kept.
func (c *layerCipher) seal(plain []byte, rand io.Reader) ([]byte, error) {
	ns := c.nonceSize()
	buf := make([]byte, ns+len(plain)+c.tail(len(plain)))
	copy(buf[ns:], plain)
	if err := c.sealInPlace(buf, len(plain), rand); err != nil {
		return nil, err
	}
	return buf, nil
}

// open decrypts nonce ‖ ciphertext, appending to dst. Only errCiphertext is
// returned, whatever the reason: the sender must not learn more.
func (c *layerCipher) open(dst, sealed []byte) ([]byte, error) {
	ns := c.nonceSize()
	if len(sealed) < ns {
		return nil, errCiphertext
	}
	nonce, text := sealed[:ns], sealed[ns:]
	if c.scheme == AESCBC {
		return c.openCBC(dst, nonce, text)
	}
	aead, err := c.aead()
	if err != nil {
		return nil, errCiphertext
	}
	out, err := aead.Open(dst, nonce, text, nil)
	if err != nil {
		return nil, errCiphertext
	}
	return out, nil
}

func (c *layerCipher) openCBC(dst, iv, text []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, errCiphertext
	}
	block, err := aes.NewCipher(c.key[:])
	if err != nil {
		return nil, errCiphertext
	}
	out := make([]byte, len(text))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, text)
	pad := int(out[len(out)-1])
	if pad < 1 || pad > aes.BlockSize {
		return nil, errCiphertext
	}
	good := 1
	for _, b := range out[len(out)-pad:] {
		good &= subtle.ConstantTimeByteEq(b, byte(pad))
	}
	if good != 1 {
		return nil, errCiphertext
	}
	return append(dst, out[:len(out)-pad]...), nil
}

func (c *layerCipher) aead() (cipher.AEAD, error) {
	if c.scheme == XChaCha20 {
		return chacha20poly1305.NewX(c.key[:])
	}
	block, err := aes.NewCipher(c.key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
