package fileserver

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"

	"filippo.io/edwards25519"

	"sotto/engine/protocol/onion"
)

// latest is the version that session_version gives for every platform: clients
// that ask must not believe that they are out of date here.
const latest = "v0.0.0"

// version answers session_version. Like the server it takes the request with or
// without the three X-FS headers, but judges them when they are there.
func (s *Server) version(r onion.V4Request, u *url.URL) onion.V4Response {
	switch u.Query().Get("platform") {
	case "desktop", "android", "ios":
	default:
		return failure(http.StatusNotFound)
	}
	if code, reason := s.authenticate(r); code != 0 {
		return plain(code, "Invalid authentication: "+reason)
	}
	return object(map[string]any{"status_code": 200, "updated": float64(s.now()) / 1000, "result": latest})
}

// authenticate checks X-FS-Pubkey (07…), X-FS-Timestamp and X-FS-Signature over
// timestamp ‖ method ‖ path with query. 0 means good, or absent altogether.
func (s *Server) authenticate(r onion.V4Request) (code int, reason string) {
	key, at, sig := header(r, "x-fs-pubkey"), header(r, "x-fs-timestamp"), header(r, "x-fs-signature")
	if key == "" && at == "" && sig == "" {
		return 0, ""
	}
	if key == "" || at == "" || sig == "" {
		return http.StatusBadRequest, "one or more X-FS-* auth headers is missing"
	}
	id, ok := hexOrBase64(key, 33)
	if !ok {
		return http.StatusBadRequest, "X-FS-Pubkey is not a valid 66-hex digit id"
	}
	if id[0] != 0x07 {
		return http.StatusBadRequest, "X-FS-Pubkey must be 07- prefixed"
	}
	if _, err := new(edwards25519.Point).SetBytes(id[1:]); err != nil {
		return http.StatusBadRequest, "given X-FS-Pubkey is not a valid Ed25519 pubkey"
	}
	signature, ok := hexOrBase64(sig, ed25519.SignatureSize)
	if !ok {
		return http.StatusBadRequest, "X-FS-Signature is not base64[86]"
	}
	ts, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return http.StatusBadRequest, "X-FS-Timestamp is not a valid timestamp"
	}
	const day = 24 * 60 * 60
	if now := s.now() / 1000; ts < now-day || ts > now+day {
		return http.StatusTooEarly, "X-FS-Timestamp is too far from current time"
	}
	if !ed25519.Verify(id[1:], []byte(at+r.Method+r.Endpoint), signature) {
		return http.StatusUnauthorized, "X-FS-Signature verification failed"
	}
	return 0, ""
}

func hexOrBase64(s string, size int) ([]byte, bool) {
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString,
	} {
		if b, err := decode(s); err == nil && len(b) == size {
			return b, true
		}
	}
	return nil, false
}
