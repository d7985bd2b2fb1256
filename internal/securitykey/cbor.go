package securitykey

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// The canonical CBOR of CTAP2 (CTAP 2.1 §8): shortest forms, sorted keys, no
// indefinite lengths. What keys send is read as strictly, within bounds.
var (
	encoding = must(cbor.CTAP2EncOptions().EncMode())
	decoding = must(cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		MaxNestedLevels: 8, MaxArrayElements: 64, MaxMapPairs: 64,
	}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic("securitykey: " + err.Error()) // the options are constants
	}
	return v
}

func encode(v any) []byte { return must(encoding.Marshal(v)) }

func decode(b []byte, v any) error {
	if err := decoding.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// Commands of CTAP2 (§6).
const (
	makeCredential = 0x01
	getAssertion   = 0x02
	getInfo        = 0x04
	clientPIN      = 0x06
)

// info is the answer to authenticatorGetInfo, as far as it matters here.
type info struct {
	Versions   []string        `cbor:"1,keyasint"`
	Extensions []string        `cbor:"2,keyasint"`
	Options    map[string]bool `cbor:"4,keyasint"`
	Protocols  []int           `cbor:"6,keyasint"` // for PINs, the preferred first
}

type entity struct {
	ID   string `cbor:"id"`
	Name string `cbor:"name"`
}

type user struct {
	ID   []byte `cbor:"id"`
	Name string `cbor:"name"`
}

type algorithm struct {
	Alg  int    `cbor:"alg"`
	Type string `cbor:"type"`
}

type descriptor struct {
	ID   []byte `cbor:"id"`
	Type string `cbor:"type"`
}

type makeRequest struct {
	Hash       []byte          `cbor:"1,keyasint"`
	RP         entity          `cbor:"2,keyasint"`
	User       user            `cbor:"3,keyasint"`
	Algorithms []algorithm     `cbor:"4,keyasint"`
	Extensions map[string]bool `cbor:"6,keyasint"`
	PINAuth    []byte          `cbor:"8,keyasint,omitempty"`
	Protocol   int             `cbor:"9,keyasint,omitempty"`
}

type makeAnswer struct {
	AuthData []byte `cbor:"2,keyasint"`
}

type assertRequest struct {
	RPID       string          `cbor:"1,keyasint"`
	Hash       []byte          `cbor:"2,keyasint"`
	Allow      []descriptor    `cbor:"3,keyasint"`
	Extensions map[string]any  `cbor:"4,keyasint,omitempty"`
	Options    map[string]bool `cbor:"5,keyasint"`
	PINAuth    []byte          `cbor:"6,keyasint,omitempty"`
	Protocol   int             `cbor:"7,keyasint,omitempty"`
}

type assertAnswer struct {
	AuthData []byte `cbor:"2,keyasint"`
}

// hmacInput is the value of the hmac-secret extension in an assertion (§12.5).
type hmacInput struct {
	KeyAgreement coseKey `cbor:"1,keyasint"`
	SaltEnc      []byte  `cbor:"2,keyasint"`
	SaltAuth     []byte  `cbor:"3,keyasint"`
	Protocol     int     `cbor:"4,keyasint,omitempty"`
}

// coseKey is a P-256 key for ECDH (§6.5.6: kty 2, alg -25, crv 1).
type coseKey struct {
	Kty int    `cbor:"1,keyasint"`
	Alg int    `cbor:"3,keyasint"`
	Crv int    `cbor:"-1,keyasint"`
	X   []byte `cbor:"-2,keyasint"`
	Y   []byte `cbor:"-3,keyasint"`
}

type pinRequest struct {
	Protocol     int      `cbor:"1,keyasint"`
	Sub          int      `cbor:"2,keyasint"`
	KeyAgreement *coseKey `cbor:"3,keyasint,omitempty"`
	PINHashEnc   []byte   `cbor:"6,keyasint,omitempty"`
	Permissions  int      `cbor:"9,keyasint,omitempty"`
	RPID         string   `cbor:"10,keyasint,omitempty"`
}

type pinAnswer struct {
	KeyAgreement coseKey `cbor:"1,keyasint"`
	Token        []byte  `cbor:"2,keyasint"`
	Retries      int     `cbor:"3,keyasint"`
}
