package attach

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/minio/blake2b-simd"

	"sotto/engine/protocol/onion"
)

// The server's half of the file server's interface.

// IDSize is the length in characters of an id that names its content.
const IDSize = 44

// FileID is the id of a blob: URL-safe base64 of BLAKE2b-33 with the salt
// "SessionFileSvr" (protocol/attachments.md §5). The same blob has the same id.
func FileID(blob []byte) string {
	h, err := blake2b.New(&blake2b.Config{Size: 33, Salt: []byte("SessionFileSvr\x00\x00")})
	if err != nil {
		panic("attach: " + err.Error()) // the configuration is constant
	}
	h.Write(blob)
	return base64.URLEncoding.EncodeToString(h.Sum(nil))
}

// CallKind is what a client asks of a file server.
type CallKind uint8

const (
	CallUpload CallKind = iota + 1
	CallDownload
	CallInfo
	CallExtend
)

// Call is a request as the server reads it.
type Call struct {
	Kind CallKind
	ID   string // of all but uploads; as it was sent, maybe of no file
	Blob []byte // of an upload, within the request
	TTL  int64  // seconds, 0 when the client leaves it to the server
}

// ParseCall reads a request below /file. Errors are *StatusError: 404 for other
// paths, 405 for other methods, 413 for an upload that is empty or above
// MaxUpload, 400 without content type or with a bad X-FS-TTL.
func ParseCall(r onion.V4Request) (Call, error) {
	u, err := url.ParseRequestURI(r.Endpoint)
	if err != nil || u.IsAbs() {
		return Call{}, &StatusError{statusNotFound}
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	if parts[0] != "file" || len(parts) > 3 {
		return Call{}, &StatusError{statusNotFound}
	}
	c := Call{}
	switch {
	case len(parts) == 1 && r.Method == "POST":
		c.Kind, c.Blob = CallUpload, r.Body
	case len(parts) == 2 && r.Method == "GET":
		c.Kind, c.ID = CallDownload, parts[1]
	case len(parts) == 3 && parts[2] == "info" && r.Method == "GET":
		c.Kind, c.ID = CallInfo, parts[1]
	case len(parts) == 3 && parts[2] == "extend" && r.Method == "POST":
		c.Kind, c.ID = CallExtend, parts[1]
	default:
		return Call{}, &StatusError{statusMethod}
	}
	if c.Kind == CallUpload {
		if len(c.Blob) == 0 || len(c.Blob) > MaxUpload {
			return Call{}, &StatusError{statusTooLarge}
		}
		if r.Header("content-type") == "" {
			return Call{}, &StatusError{statusBadRequest} // v4 has no default type
		}
	}
	if s := r.Header("x-fs-ttl"); s != "" && (c.Kind == CallUpload || c.Kind == CallExtend) {
		if c.TTL, err = strconv.ParseInt(s, 10, 40); err != nil || c.TTL <= 0 {
			return Call{}, &StatusError{statusBadRequest}
		}
	}
	return c, nil
}

// EncodeUploaded is the answer to an upload.
func EncodeUploaded(u Uploaded) onion.V4Response {
	doc := map[string]any{"id": u.ID}
	if u.Expires != 0 {
		doc["expires"] = seconds(u.Expires)
	}
	return jsonAnswer(statusOK, doc)
}

// EncodeFileInfo is the answer to info and extend.
func EncodeFileInfo(i FileInfo) onion.V4Response {
	return jsonAnswer(statusOK, map[string]any{
		"size": i.Size, "uploaded": seconds(i.Uploaded), "expires": seconds(i.Expires),
	})
}

// EncodeStatus is the short form of a refusal: {"status_code":404}.
func EncodeStatus(code int) onion.V4Response {
	return jsonAnswer(code, map[string]any{"status_code": code})
}

// seconds is how the server writes times: with a fraction.
func seconds(ms int64) float64 { return float64(ms) / 1000 }

func jsonAnswer(code int, v map[string]any) onion.V4Response {
	doc, err := json.Marshal(v)
	if err != nil {
		panic("attach: " + err.Error()) // maps of numbers and texts always encode
	}
	return onion.V4Response{
		Code:    code,
		Headers: []onion.Header{{Name: "content-type", Value: "application/json"}},
		Body:    doc,
	}
}
