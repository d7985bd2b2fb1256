package softkey

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// Statuses of CTAP 2.1 §8.2.
const (
	ok            = 0x00
	badCommand    = 0x01
	badCBOR       = 0x12
	missing       = 0x14
	denied        = 0x27
	cancelled     = 0x2D
	noCredentials = 0x2E
	userTimeout   = 0x2F
	pinInvalid    = 0x31
	pinBlocked    = 0x32
	pinAuthWrong  = 0x33
	pinNotSet     = 0x35
	pinNeeded     = 0x36
)

const pinTries = 8

var canonical = func() cbor.EncMode {
	m, err := cbor.CTAP2EncOptions().EncMode()
	if err != nil {
		panic(err)
	}
	return m
}()

func encoded(v any) []byte {
	b, err := canonical.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func only(status byte) []byte { return []byte{status} }

// answer does one command: status (1) ‖ CBOR.
func (k *Key) answer(ctx context.Context, command byte, params []byte, keepAlive func()) []byte {
	k.mu.Lock()
	k.Commands = append(k.Commands, command)
	k.mu.Unlock()
	// A request that is not in canonical form is refused, as keys do.
	var any0 any
	if len(params) > 0 && (cbor.Unmarshal(params, &any0) != nil || !bytes.Equal(encoded(any0), params)) {
		return only(badCBOR)
	}
	switch command {
	case 0x01:
		return k.make(ctx, params, keepAlive)
	case 0x02:
		return k.assert(ctx, params, keepAlive)
	case 0x04:
		return k.info()
	case 0x06:
		return k.clientPIN(params)
	}
	return only(badCommand)
}

func (k *Key) info() []byte {
	options := map[string]bool{"rk": true, "up": true, "clientPin": k.PIN != ""}
	if !k.OldCTAP {
		options["pinUvAuthToken"], options["alwaysUv"] = true, k.AlwaysUV
	}
	extensions := []string{"credProtect", "hmac-secret"}
	if k.NoSecret {
		extensions = extensions[:1]
	}
	m := map[int]any{1: []string{"FIDO_2_0"}, 2: extensions, 3: make([]byte, 16), 4: options, 5: 1200}
	if !k.OldCTAP {
		m[6] = []int{k.Protocol}
	}
	return append(only(ok), encoded(m)...)
}

// touched waits for a touch.
func (k *Key) touched(ctx context.Context, keepAlive func()) byte {
	keepAlive()
	switch {
	case k.Touch == nil || k.Touch(ctx):
		return ok
	case ctx.Err() != nil:
		return cancelled
	}
	return userTimeout
}

func (k *Key) derive(label string, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, k.seed[:])
	mac.Write([]byte(label))
	for _, p := range parts {
		mac.Write(p)
	}
	return mac.Sum(nil)
}

// verified checks a pinUvAuthParam; uv says whether the PIN was given.
func (k *Key) verified(hash, auth []byte) (uv bool, status byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case len(auth) == 0:
		return false, ok
	case k.token == [32]byte{} || !hmac.Equal(auth, sign(k.Protocol, k.token[:], hash)):
		return false, pinAuthWrong
	}
	return true, ok
}

func (k *Key) make(ctx context.Context, params []byte, keepAlive func()) []byte {
	var q struct {
		Hash []byte `cbor:"1,keyasint"`
		RP   struct {
			ID string `cbor:"id"`
		} `cbor:"2,keyasint"`
		User struct {
			ID []byte `cbor:"id"`
		} `cbor:"3,keyasint"`
		Algorithms []struct {
			Alg int `cbor:"alg"`
		} `cbor:"4,keyasint"`
		Extensions map[string]bool `cbor:"6,keyasint"`
		Auth       []byte          `cbor:"8,keyasint"`
	}
	if cbor.Unmarshal(params, &q) != nil || len(q.Hash) != 32 || q.RP.ID == "" || len(q.User.ID) == 0 || len(q.Algorithms) == 0 || q.Algorithms[0].Alg != -7 {
		return only(missing)
	}
	uv, status := k.verified(q.Hash, q.Auth)
	if status != ok {
		return only(status)
	}
	if k.PIN != "" && !uv {
		return only(pinNeeded)
	}
	if status := k.touched(ctx, keepAlive); status != ok {
		return only(status)
	}
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	id := append(nonce, k.derive("credential", []byte(q.RP.ID), nonce)...)
	d := sha256.Sum256(k.derive("key", id))
	private, err := ecdh.P256().NewPrivateKey(d[:])
	if err != nil {
		return only(denied)
	}
	public := private.PublicKey().Bytes()
	data := k.data(q.RP.ID, uv, true, q.Extensions["hmac-secret"] && !k.NoSecret)
	data = append(data, make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(id)))
	data = append(data, id...)
	data = append(data, encoded(map[int]any{1: 2, 3: -7, -1: 1, -2: public[1:33], -3: public[33:]})...)
	if q.Extensions["hmac-secret"] && !k.NoSecret {
		data = append(data, encoded(map[string]bool{"hmac-secret": true})...)
	}
	return append(only(ok), encoded(map[int]any{1: "none", 2: data, 3: map[string]any{}})...)
}

func (k *Key) data(rp string, uv, credential, extensions bool) []byte {
	hash := sha256.Sum256([]byte(rp))
	flags := byte(0x01)
	for flag, on := range map[byte]bool{0x04: uv, 0x40: credential, 0x80: extensions} {
		if on {
			flags |= flag
		}
	}
	return append(append(hash[:], flags), 0, 0, 0, 1)
}

func (k *Key) assert(ctx context.Context, params []byte, keepAlive func()) []byte {
	var q struct {
		RP    string `cbor:"1,keyasint"`
		Hash  []byte `cbor:"2,keyasint"`
		Allow []struct {
			ID []byte `cbor:"id"`
		} `cbor:"3,keyasint"`
		Extensions struct {
			Secret *struct {
				Key      coseKey `cbor:"1,keyasint"`
				Enc      []byte  `cbor:"2,keyasint"`
				Auth     []byte  `cbor:"3,keyasint"`
				Protocol int     `cbor:"4,keyasint"`
			} `cbor:"hmac-secret"`
		} `cbor:"4,keyasint"`
		Options map[string]bool `cbor:"5,keyasint"`
		Auth    []byte          `cbor:"6,keyasint"`
	}
	if cbor.Unmarshal(params, &q) != nil || len(q.Hash) != 32 {
		return only(missing)
	}
	up, given := q.Options["up"]
	up = up || !given
	uv, status := k.verified(q.Hash, q.Auth)
	if status != ok {
		return only(status)
	}
	if k.AlwaysUV && up && !uv {
		return only(pinNeeded)
	}
	var id []byte
	for _, a := range q.Allow {
		if len(a.ID) == 48 && bytes.Equal(a.ID[16:], k.derive("credential", []byte(q.RP), a.ID[:16])) {
			id = a.ID
		}
	}
	if id == nil {
		return only(noCredentials)
	}
	if up {
		if status := k.touched(ctx, keepAlive); status != ok {
			return only(status)
		}
	}
	data := k.data(q.RP, uv, false, q.Extensions.Secret != nil)
	if s := q.Extensions.Secret; s != nil {
		if !up {
			return only(denied)
		}
		protocol := max(s.Protocol, 1)
		mac, key, err := k.shared(protocol, s.Key)
		if err != nil || protocol != k.Protocol {
			return only(missing)
		}
		if !hmac.Equal(s.Auth, sign(protocol, mac, s.Enc)) {
			return only(pinAuthWrong)
		}
		salt := decrypt(protocol, key, s.Enc)
		if len(salt) != 32 {
			return only(missing)
		}
		// Keys have two secrets for each credential: with and without PIN.
		random := k.derive("random", id, []byte{boolByte(uv)})
		m := hmac.New(sha256.New, random)
		m.Write(salt)
		data = append(data, encoded(map[string]any{"hmac-secret": encrypt(protocol, key, m.Sum(nil))})...)
	}
	return append(only(ok), encoded(map[int]any{
		1: map[string]any{"id": id, "type": "public-key"}, 2: data, 3: make([]byte, 70),
	})...)
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

type coseKey struct {
	Kty int    `cbor:"1,keyasint"`
	Alg int    `cbor:"3,keyasint"`
	Crv int    `cbor:"-1,keyasint"`
	X   []byte `cbor:"-2,keyasint"`
	Y   []byte `cbor:"-3,keyasint"`
}

func (k *Key) agreement() *ecdh.PrivateKey {
	d := sha256.Sum256(k.derive("agreement"))
	private, err := ecdh.P256().NewPrivateKey(d[:])
	if err != nil {
		panic(err)
	}
	return private
}

func (k *Key) shared(protocol int, theirs coseKey) (mac, key []byte, err error) {
	public, err := ecdh.P256().NewPublicKey(slices.Concat([]byte{4}, theirs.X, theirs.Y))
	if err != nil {
		return nil, nil, err
	}
	z, err := k.agreement().ECDH(public)
	if err != nil {
		return nil, nil, err
	}
	if protocol == 1 {
		sum := sha256.Sum256(z)
		return sum[:], sum[:], nil
	}
	if mac, err = hkdf.Key(sha256.New, z, make([]byte, 32), "CTAP2 HMAC key", 32); err != nil {
		return nil, nil, err
	}
	key, err = hkdf.Key(sha256.New, z, make([]byte, 32), "CTAP2 AES key", 32)
	return mac, key, err
}

func sign(protocol int, key, message []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write(message)
	if protocol == 1 {
		return m.Sum(nil)[:16]
	}
	return m.Sum(nil)
}

func decrypt(protocol int, key, b []byte) []byte {
	iv := make([]byte, 16)
	if protocol == 2 {
		if len(b) < 16 {
			return nil
		}
		iv, b = b[:16], b[16:]
	}
	if len(b)%16 != 0 {
		return nil
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	out := make([]byte, len(b))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, b)
	return out
}

func encrypt(protocol int, key, b []byte) []byte {
	iv := make([]byte, 16)
	var out []byte
	if protocol == 2 {
		_, _ = rand.Read(iv)
		out = append(out, iv...)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil
	}
	sealed := make([]byte, len(b))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, b)
	return append(out, sealed...)
}

func (k *Key) clientPIN(params []byte) []byte {
	var q struct {
		Protocol int     `cbor:"1,keyasint"`
		Sub      int     `cbor:"2,keyasint"`
		Key      coseKey `cbor:"3,keyasint"`
		Enc      []byte  `cbor:"6,keyasint"`
		May      int     `cbor:"9,keyasint"`
		RP       string  `cbor:"10,keyasint"`
	}
	if cbor.Unmarshal(params, &q) != nil || q.Protocol != k.Protocol {
		return only(missing)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch q.Sub {
	case 1:
		return append(only(ok), encoded(map[int]any{3: pinTries - k.wrong})...)
	case 2:
		b := k.agreement().PublicKey().Bytes()
		return append(only(ok), encoded(map[int]any{1: coseKey{2, -25, 1, b[1:33], b[33:]}})...)
	case 5, 9:
		if (q.Sub == 9) == k.OldCTAP || q.Sub == 9 && (q.May == 0 || q.RP == "") {
			return only(missing)
		}
		if k.PIN == "" {
			return only(pinNotSet)
		}
		if k.wrong >= pinTries {
			return only(pinBlocked)
		}
		_, key, err := k.shared(q.Protocol, q.Key)
		if err != nil {
			return only(missing)
		}
		k.wrong++
		want := sha256.Sum256([]byte(k.PIN))
		if got := decrypt(q.Protocol, key, q.Enc); !hmac.Equal(got, want[:16]) {
			if k.wrong >= pinTries {
				return only(pinBlocked)
			}
			return only(pinInvalid)
		}
		k.wrong = 0
		_, _ = rand.Read(k.token[:])
		return append(only(ok), encoded(map[int]any{2: encrypt(q.Protocol, key, k.token[:])})...)
	}
	return only(missing)
}
