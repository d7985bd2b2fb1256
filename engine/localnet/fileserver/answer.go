package fileserver

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
)

func httpDate(ms int64) string { return time.UnixMilli(ms).UTC().Format(http.TimeFormat) }

func header(r onion.V4Request, name string) string {
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

func object(v map[string]any) onion.V4Response {
	doc, err := json.Marshal(v)
	if err != nil {
		panic("fileserver: " + err.Error()) // maps of numbers and texts always encode
	}
	return onion.V4Response{
		Code:    http.StatusOK,
		Headers: []onion.Header{{Name: "content-type", Value: "application/json"}},
		Body:    doc,
	}
}

// failure is the server's short form of an error.
func failure(code int) onion.V4Response { return attach.EncodeStatus(code) }

func plain(code int, s string) onion.V4Response {
	return onion.V4Response{
		Code:    code,
		Headers: []onion.Header{{Name: "content-type", Value: "text/plain; charset=utf-8"}},
		Body:    []byte(s),
	}
}
