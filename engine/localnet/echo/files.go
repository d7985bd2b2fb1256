package echo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/wire"
)

var errFile = errors.New("echo: file not usable")

// maxReturned bounds the files of one answer.
const maxReturned = 8

// returnFiles fetches files and uploads them again.
func (e *Echo) returnFiles(ctx context.Context, list []*wire.AttachmentPointer) ([]*wire.AttachmentPointer, error) {
	var out []*wire.AttachmentPointer
	for _, p := range list[:min(len(list), maxReturned)] {
		back, err := e.returnFile(ctx, p)
		if err != nil {
			return nil, err
		}
		out = append(out, back)
	}
	return out, nil
}

func (e *Echo) returnFile(ctx context.Context, p *wire.AttachmentPointer) (*wire.AttachmentPointer, error) {
	blob, err := e.download(ctx, p.URL.Value)
	if err != nil {
		return nil, err
	}
	if digest := sha256.Sum256(blob); len(p.Digest) > 0 && !bytes.Equal(digest[:], p.Digest) {
		return nil, fmt.Errorf("%w: wrong digest", errFile)
	}
	id, err := e.upload(ctx, blob)
	if err != nil {
		return nil, err
	}
	back := *p
	back.DeprecatedID = wire.Some(uint64(0))
	fragment := ""
	if _, after, ok := strings.Cut(p.URL.Value, "#"); ok {
		fragment = "#" + after
	}
	back.URL = wire.Some(e.cfg.Files.URL + "/file/" + id + fragment)
	return &back, nil
}

func (e *Echo) download(ctx context.Context, at string) ([]byte, error) {
	u, err := url.Parse(at)
	if err != nil || u.Scheme+"://"+u.Host != e.cfg.Files.URL || !strings.HasPrefix(u.Path, "/file/") {
		return nil, fmt.Errorf("%w: unknown server", errFile)
	}
	a, err := e.net.server(ctx, e.cfg.Files, onion.V4Request{
		Method: http.MethodGet, Endpoint: "/file/" + url.PathEscape(path.Base(u.Path)),
	})
	if err != nil {
		return nil, err
	}
	if a.Status != http.StatusOK {
		return nil, fmt.Errorf("%w: status %d", errFile, a.Status)
	}
	return a.Body, nil
}

func (e *Echo) upload(ctx context.Context, blob []byte) (string, error) {
	a, err := e.net.server(ctx, e.cfg.Files, onion.V4Request{
		Method:   http.MethodPost,
		Endpoint: "/file",
		Headers:  []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"}},
		Body:     blob,
	})
	if err != nil {
		return "", err
	}
	var answer struct {
		ID string `json:"id"`
	}
	if a.Status != http.StatusOK || json.Unmarshal(a.Body, &answer) != nil || answer.ID == "" {
		return "", fmt.Errorf("%w: status %d", errFile, a.Status)
	}
	return answer.ID, nil
}
