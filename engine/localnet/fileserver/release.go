package fileserver

import (
	"net/http"
	"os"
	"path/filepath"

	"sotto/engine/protocol/onion"
)

// releaseFile keeps the statement; ids of files are never that short.
const releaseFile = "release.json"

// SetRelease keeps a signed statement of a newer version (package release) to be
// asked for. On the public network no server does that yet.
func (s *Server) SetRelease(answer []byte) error {
	return os.WriteFile(filepath.Join(s.dir, releaseFile), answer, 0o600)
}

func (s *Server) release() onion.V4Response {
	data, err := os.ReadFile(filepath.Join(s.dir, releaseFile))
	if err != nil {
		return failure(http.StatusNotFound)
	}
	return onion.V4Response{Code: http.StatusOK, Headers: []onion.Header{{Name: "content-type", Value: "application/json"}}, Body: data}
}
