package securitykey

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// Subcommands of authenticatorClientPIN and permissions (CTAP 2.1 §6.5.5).
const (
	pinRetries      = 0x01
	pinKeyAgreement = 0x02
	pinToken        = 0x05
	pinTokenFor     = 0x09

	mayMake   = 0x01
	mayAssert = 0x02
)

// agreement is a secret shared with the key for one exchange, by PIN protocol 1
// or 2 (§6.5.6, §6.5.7).
type agreement struct {
	protocol  int
	public    coseKey // ours
	hmacKey   []byte
	cipherKey []byte
}

// agree does the key agreement with the first protocol that both know.
func (k *session) agree(ctx context.Context) (*agreement, error) {
	protocol := 0
	for _, p := range k.info.Protocols {
		if p == 1 || p == 2 {
			protocol = p
			break
		}
	}
	if protocol == 0 {
		if len(k.info.Protocols) > 0 {
			return nil, ErrOld
		}
		protocol = 1 // CTAP 2.0 does not always say
	}
	var answer pinAnswer
	if err := k.ask(ctx, clientPIN, pinRequest{Protocol: protocol, Sub: pinKeyAgreement}, &answer); err != nil {
		return nil, err
	}
	theirs, err := answer.KeyAgreement.public()
	if err != nil {
		return nil, err
	}
	ours, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	z, err := ours.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	defer clear(z)
	return newAgreement(protocol, z, coseOf(ours.PublicKey()))
}

func newAgreement(protocol int, z []byte, public coseKey) (*agreement, error) {
	a := &agreement{protocol: protocol, public: public}
	if protocol == 1 {
		sum := sha256.Sum256(z)
		a.hmacKey, a.cipherKey = sum[:], sum[:]
		return a, nil
	}
	var err error
	if a.hmacKey, err = hkdf.Key(sha256.New, z, make([]byte, 32), "CTAP2 HMAC key", 32); err != nil {
		return nil, err
	}
	a.cipherKey, err = hkdf.Key(sha256.New, z, make([]byte, 32), "CTAP2 AES key", 32)
	return a, err
}

// encrypt is AES-256-CBC without padding; protocol 1 has a zero IV, protocol 2
// puts a random one in front.
func (a *agreement) encrypt(plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(a.cipherKey)
	if err != nil {
		return nil, err
	}
	iv := make([]byte, aes.BlockSize)
	var out []byte
	if a.protocol == 2 {
		if _, err := rand.Read(iv); err != nil {
			return nil, err
		}
		out = slices.Clone(iv)
	}
	sealed := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, plain)
	return append(out, sealed...), nil
}

func (a *agreement) decrypt(sealed []byte) ([]byte, error) {
	iv := make([]byte, aes.BlockSize)
	if a.protocol == 2 {
		if len(sealed) < aes.BlockSize {
			return nil, fmt.Errorf("%w: %d encrypted bytes", ErrAnswer, len(sealed))
		}
		iv, sealed = sealed[:aes.BlockSize], sealed[aes.BlockSize:]
	}
	if len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
		return nil, fmt.Errorf("%w: %d encrypted bytes", ErrAnswer, len(sealed))
	}
	block, err := aes.NewCipher(a.cipherKey)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, sealed)
	return plain, nil
}

// authenticate is HMAC-SHA-256; protocol 1 takes the first 16 bytes of it.
func authenticate(protocol int, key, message []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(message)
	if protocol == 1 {
		return mac.Sum(nil)[:16]
	}
	return mac.Sum(nil)
}

// token asks for the right to do something with the PIN. The PIN's first 16 bytes
// of SHA-256 are sent encrypted.
func (k *session) token(ctx context.Context, pin []byte, permission int) (token []byte, protocol int, err error) {
	if len(pin) == 0 {
		return nil, 0, ErrNeedPIN
	}
	a, err := k.agree(ctx)
	if err != nil {
		return nil, 0, err
	}
	sum := sha256.Sum256(pin)
	defer clear(sum[:])
	enc, err := a.encrypt(sum[:16])
	if err != nil {
		return nil, 0, err
	}
	request := pinRequest{Protocol: a.protocol, Sub: pinToken, KeyAgreement: &a.public, PINHashEnc: enc}
	if k.info.Options["pinUvAuthToken"] {
		request.Sub, request.Permissions, request.RPID = pinTokenFor, permission, rpID
	}
	var answer pinAnswer
	err = k.ask(ctx, clientPIN, request, &answer)
	var wrong *PINError
	if errors.As(err, &wrong) {
		return nil, 0, &PINError{k.retries(ctx, a.protocol)}
	}
	if err != nil {
		return nil, 0, err
	}
	token, err = a.decrypt(answer.Token)
	return token, a.protocol, err
}

// retries returns how many PINs may still be tried, -1 when the key does not say.
func (k *session) retries(ctx context.Context, protocol int) int {
	var answer pinAnswer
	if k.ask(ctx, clientPIN, pinRequest{Protocol: protocol, Sub: pinRetries}, &answer) != nil {
		return -1
	}
	return answer.Retries
}

func coseOf(p *ecdh.PublicKey) coseKey {
	b := p.Bytes() // 04 ‖ x ‖ y
	return coseKey{Kty: 2, Alg: -25, Crv: 1, X: b[1:33], Y: b[33:65]}
}

func (c coseKey) public() (*ecdh.PublicKey, error) {
	if c.Kty != 2 || c.Crv != 1 || len(c.X) != 32 || len(c.Y) != 32 {
		return nil, fmt.Errorf("%w: not a P-256 key", ErrAnswer)
	}
	p, err := ecdh.P256().NewPublicKey(slices.Concat([]byte{4}, c.X, c.Y))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return p, nil
}
