package community

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/crypto/blake2b"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// NonceSize is the number of random bytes of a signed request.
const NonceSize = 16

// AuthWindow is how far a request's timestamp may be from the server's time, in
// seconds, and how long a server remembers nonces.
const AuthWindow = 24 * 60 * 60

// The headers of a signed request.
const (
	headerPubkey    = "X-SOGS-Pubkey"
	headerNonce     = "X-SOGS-Nonce"
	headerTimestamp = "X-SOGS-Timestamp"
	headerSignature = "X-SOGS-Signature"
)

// textNeedsBlinding is how a server says that it takes blinded ids only; the
// one answer that clients know by its text.
const textNeedsBlinding = "Invalid authentication: this server requires the use of blinded ids"

// signedBytes is what a request's signature is over: server key ‖ nonce ‖
// timestamp digits ‖ method ‖ path with query ‖ BLAKE2b-512(body), the last
// only when there is a body (protocol/communities.md §2). The path is
// percent-decoded, the query is as sent.
func signedBytes(server [32]byte, nonce [NonceSize]byte, timestamp, method, path string, body []byte) []byte {
	b := make([]byte, 0, 32+NonceSize+len(timestamp)+len(method)+len(path)+64)
	b = append(b, server[:]...)
	b = append(b, nonce[:]...)
	b = append(b, timestamp...)
	b = append(b, method...)
	b = append(b, decodedPath(path)...)
	if len(body) > 0 {
		h := blake2b.Sum512(body)
		b = append(b, h[:]...)
	}
	return b
}

// decodedPath undoes percent-encoding before the query.
func decodedPath(path string) string {
	path, query, has := strings.Cut(path, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	if has {
		path += "?" + query
	}
	return path
}

// AuthHeaders signs a request: X-SOGS-Pubkey, -Timestamp, -Nonce, -Signature.
// The nonce must be new for every try, unix is network time in seconds.
func (k *Key) AuthHeaders(nonce [NonceSize]byte, unix int64, method, path string, body []byte) []onion.Header {
	timestamp := strconv.FormatInt(unix, 10)
	sig := k.sign(signedBytes(k.server, nonce, timestamp, method, path, body))
	return []onion.Header{
		{Name: headerPubkey, Value: k.id.String()},
		{Name: headerTimestamp, Value: timestamp},
		{Name: headerNonce, Value: base64.StdEncoding.EncodeToString(nonce[:])},
		{Name: headerSignature, Value: base64.StdEncoding.EncodeToString(sig[:])},
	}
}

// Auth is who a request claims to be from.
type Auth struct {
	ID        identity.ID // 15 or 00: no server takes 25
	Nonce     [NonceSize]byte
	Unix      int64
	timestamp string
	signature [64]byte
}

// ParseAuth reads the headers of a request; nil without an error means an
// anonymous one. The error is a *Refusal as official servers answer it.
func ParseAuth(r onion.V4Request) (*Auth, error) {
	id, nonce := r.Header(headerPubkey), r.Header(headerNonce)
	timestamp, signature := r.Header(headerTimestamp), r.Header(headerSignature)
	missing := 0
	for _, s := range []string{id, nonce, timestamp, signature} {
		if s == "" {
			missing++
		}
	}
	switch missing {
	case 4:
		return nil, nil
	case 0:
	default:
		return nil, &Refusal{statusBadRequest, "Invalid authentication headers: missing " +
			strconv.Itoa(missing) + "/4 required X-SOGS-* headers"}
	}
	a := &Auth{timestamp: timestamp}
	var err error
	if a.ID, err = identity.ParseID(id); err != nil || !authPrefix(a.ID) {
		return nil, invalidAuth("X-SOGS-Pubkey must be 00- or 15- prefixed")
	}
	if !decodeFixed(a.Nonce[:], nonce) {
		return nil, invalidAuth("X-SOGS-Nonce must be 16 bytes (encoded as base64 or hex)")
	}
	if !decodeFixed(a.signature[:], signature) {
		return nil, invalidAuth("X-SOGS-Signature must be 64 bytes (encoded as base64 or hex)")
	}
	if a.Unix, err = strconv.ParseInt(timestamp, 10, 64); err != nil {
		return nil, invalidAuth("X-SOGS-Timestamp is not a valid timestamp")
	}
	return a, nil
}

func authPrefix(id identity.ID) bool {
	return id.Prefix() == identity.Blinded15 || id.Prefix() == identity.Unblinded
}

func invalidAuth(reason string) *Refusal {
	return &Refusal{statusBadRequest, "Invalid authentication: " + reason}
}

// RefuseUnblinded is a blinding server's answer to a plain id.
func RefuseUnblinded() *Refusal { return &Refusal{statusBadRequest, textNeedsBlinding} }

// decodeFixed reads hex or base64, padded or not, of exactly len(dst) bytes.
func decodeFixed(dst []byte, s string) bool {
	if len(s) == 2*len(dst) {
		_, err := hex.Decode(dst, []byte(s))
		return err == nil
	}
	b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	return err == nil && len(b) == len(dst) && copy(dst, b) == len(dst)
}

// Verify checks the signature against the request and the server's key.
func (a *Auth) Verify(server [32]byte, r onion.V4Request) bool {
	return verify(a.ID, signedBytes(server, a.Nonce, a.timestamp, r.Method, r.Endpoint, r.Body), a.signature[:])
}
