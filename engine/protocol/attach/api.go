package attach

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"sotto/engine/protocol/onion"
)

// Upload is a request to keep a blob: POST /file.
type Upload struct {
	Blob []byte // 1 to MaxUpload bytes, not copied
	// TTL asks for a shorter life in seconds (X-FS-TTL); 0: as long as the
	// server keeps files.
	TTL int64
}

// EncodeUpload makes the v4 request (protocol/attachments.md §5).
func EncodeUpload(u Upload) onion.V4Request {
	r := onion.V4Request{
		Method: "POST", Endpoint: "/file", Body: u.Blob,
		Headers: []onion.Header{{Name: "Content-Type", Value: octets}},
	}
	if u.TTL > 0 {
		r.Headers = append(r.Headers, onion.Header{Name: "X-FS-TTL", Value: strconv.FormatInt(u.TTL, 10)})
	}
	return r
}

// EncodeDownload asks for a file: GET /file/<id>. Nothing of a URL's fragment
// goes to the server.
func EncodeDownload(id string) onion.V4Request { return fileRequest("GET", id, "") }

// EncodeInfo asks what the server knows of a file: GET /file/<id>/info.
func EncodeInfo(id string) onion.V4Request { return fileRequest("GET", id, "/info") }

// EncodeExtend asks to keep a file longer: POST /file/<id>/extend. Only ids of
// 44 characters can be extended.
func EncodeExtend(id string, ttl int64) onion.V4Request {
	r := fileRequest("POST", id, "/extend")
	if ttl > 0 {
		r.Headers = []onion.Header{{Name: "X-FS-TTL", Value: strconv.FormatInt(ttl, 10)}}
	}
	return r
}

func fileRequest(method, id, rest string) onion.V4Request {
	return onion.V4Request{Method: method, Endpoint: filePath + url.PathEscape(id) + rest}
}

// Uploaded is the answer to Upload.
type Uploaded struct {
	ID      string
	Expires int64 // milliseconds of network time; 0: the server does not say
}

// FileInfo is the answer to info and extend. Times are milliseconds of network
// time.
type FileInfo struct {
	Size     int64
	Uploaded int64
	Expires  int64
}

// ParseUploaded reads {"id":"…","expires":<seconds>}. Old servers answer with a
// number as id, and without expires. Errors: *StatusError, ErrAnswer.
func ParseUploaded(r onion.V4Response) (Uploaded, error) {
	var doc struct {
		ID      json.RawMessage `json:"id"`
		Expires *float64        `json:"expires"`
	}
	if err := parseObject(r, &doc); err != nil {
		return Uploaded{}, err
	}
	id := strings.TrimSpace(string(doc.ID))
	if strings.HasPrefix(id, `"`) {
		if err := json.Unmarshal(doc.ID, &id); err != nil {
			return Uploaded{}, fmt.Errorf("%w: %w", ErrAnswer, err)
		}
	} else if !digits(id) {
		return Uploaded{}, fmt.Errorf("%w: no id", ErrAnswer)
	}
	if !validID(id) {
		return Uploaded{}, fmt.Errorf("%w: bad id", ErrAnswer)
	}
	out := Uploaded{ID: id}
	if doc.Expires != nil {
		ms, ok := milliseconds(*doc.Expires)
		if !ok {
			return Uploaded{}, fmt.Errorf("%w: bad time", ErrAnswer)
		}
		out.Expires = ms
	}
	return out, nil
}

// ParseDownloaded returns the blob, which lies in the answer. Errors:
// *StatusError, ErrAnswer for an empty one, ErrTooLarge.
func ParseDownloaded(r onion.V4Response) ([]byte, error) {
	switch {
	case r.Code != statusOK:
		return nil, &StatusError{r.Code}
	case len(r.Body) == 0:
		return nil, fmt.Errorf("%w: empty", ErrAnswer)
	case len(r.Body) > MaxBlob:
		return nil, ErrTooLarge
	}
	return r.Body, nil
}

// ParseFileInfo reads {"size":…,"uploaded":…,"expires":…}, the answer to info
// and extend. Errors: *StatusError, ErrAnswer.
func ParseFileInfo(r onion.V4Response) (FileInfo, error) {
	var doc struct {
		Size     *int64   `json:"size"`
		Uploaded float64  `json:"uploaded"`
		Expires  *float64 `json:"expires"`
	}
	if err := parseObject(r, &doc); err != nil {
		return FileInfo{}, err
	}
	if doc.Expires == nil || doc.Size == nil || *doc.Size < 0 {
		return FileInfo{}, fmt.Errorf("%w: fields missing", ErrAnswer)
	}
	uploaded, ok1 := milliseconds(doc.Uploaded)
	expires, ok2 := milliseconds(*doc.Expires)
	if !ok1 || !ok2 {
		return FileInfo{}, fmt.Errorf("%w: bad time", ErrAnswer)
	}
	return FileInfo{Size: *doc.Size, Uploaded: uploaded, Expires: expires}, nil
}

func parseObject(r onion.V4Response, into any) error {
	if r.Code != statusOK {
		return &StatusError{r.Code}
	}
	if len(r.Body) > 4096 {
		return fmt.Errorf("%w: %d bytes", ErrAnswer, len(r.Body))
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// milliseconds of a time in seconds with a fraction.
func milliseconds(s float64) (int64, bool) {
	if !(s >= 0 && s < 1<<40) {
		return 0, false
	}
	return int64(math.Round(s * 1000)), true
}
