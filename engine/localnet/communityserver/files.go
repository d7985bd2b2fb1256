package communityserver

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"
	"unicode"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// How long files live, in milliseconds: alone, and attached to a message.
const (
	looseFile    = 60 * 60 * 1000
	attachedFile = 15 * 24 * 60 * 60 * 1000
)

// file is what is known of an upload; its bytes lie in the folder.
type file struct {
	Room     string      `json:"room"`
	By       identity.ID `json:"by,omitzero"`
	Name     string      `json:"name,omitempty"`
	Uploaded int64       `json:"uploaded"`
	Expires  int64       `json:"expires,omitempty"` // 0: never
	Message  int64       `json:"message,omitempty"`
}

func (s *Server) path(id int64) string {
	return filepath.Join(s.Dir, "files", strconv.FormatInt(id, 10))
}

// store writes a file. Should the transaction fail, its bytes stay until the
// same id is given again.
func (r *place) store(f file, data []byte) int64 {
	id := next(r.t.Bucket(bucketFiles))
	must(os.WriteFile(r.t.s.path(id), data, 0o600))
	f.Room, f.Uploaded, f.Expires = r.Token, r.t.now, r.t.now+looseFile
	save(r.t.Bucket(bucketFiles), num(id), f)
	return id
}

func (r *place) file(id int64) (f file, ok bool) {
	ok = load(r.t.Bucket(bucketFiles), num(id), &f)
	return f, ok && f.Room == r.Token && (f.Expires == 0 || f.Expires > r.t.now)
}

func (r *place) upload(q community.Upload) onion.V4Response {
	switch {
	case r.who.anonymous():
		return needsUser()
	case !r.can.upload:
		return denied()
	case len(q.Data) > community.MaxFile:
		// Official servers take somewhat more; the onion path does not.
		return page(http.StatusRequestEntityTooLarge)
	}
	id := r.store(file{By: r.who.id, Name: cleanName(q.Name)}, q.Data)
	return document(http.StatusCreated, map[string]int64{"id": id})
}

// cleanName drops controls and shortens to 40 + … + 17 characters.
func cleanName(name string) string {
	var list []rune
	for _, c := range name {
		if !unicode.IsControl(c) && c != '/' && c != '\\' {
			list = append(list, c)
		}
	}
	if len(list) > 60 {
		list = append(append(list[:40:40], '…'), list[len(list)-17:]...)
	}
	return string(list)
}

func (r *place) download(q community.Download) onion.V4Response {
	if a, ok := r.reading(); !ok {
		return a
	}
	f, ok := r.file(q.ID)
	if !ok {
		return page(http.StatusNotFound)
	}
	data, err := os.ReadFile(r.t.s.path(q.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return page(http.StatusNotFound)
	}
	must(err)
	headers := []onion.Header{
		{Name: "content-type", Value: "application/octet-stream"},
		{Name: "date", Value: httpDate(f.Uploaded)},
	}
	if f.Name != "" {
		headers = append(headers, onion.Header{Name: "content-disposition", Value: community.Disposition(f.Name)})
	}
	if f.Expires != 0 {
		headers = append(headers, onion.Header{Name: "expires", Value: httpDate(f.Expires)})
	}
	return onion.V4Response{Code: http.StatusOK, Headers: headers, Body: data}
}

func httpDate(ms int64) string { return time.UnixMilli(ms).UTC().Format(http.TimeFormat) }

// attach lets the caller's fresh uploads live as long as a message's.
func (r *place) attach(ids []int64, message int64) {
	for _, id := range ids {
		f, ok := r.file(id)
		if !ok || f.By != r.who.id || f.Message != 0 || f.Uploaded < r.t.now-looseFile {
			continue
		}
		f.Message, f.Expires = message, f.Uploaded+attachedFile
		save(r.t.Bucket(bucketFiles), num(id), f)
	}
}

// endFiles lets the files of a deleted message go with the next sweep.
func (r *place) endFiles(message int64) {
	b := r.t.Bucket(bucketFiles)
	ended := map[int64]file{}
	must(b.ForEach(func(k, _ []byte) error {
		var f file
		if load(b, k, &f); f.Message == message {
			ended[number(k)] = f
		}
		return nil
	}))
	for id, f := range ended {
		f.Expires = r.t.now
		save(b, num(id), f)
	}
}

// adoptImage makes an upload of this room its picture, for good.
func (r *place) adoptImage(id int64) bool {
	f, ok := r.file(id)
	if !ok {
		return false
	}
	f.Expires = 0
	save(r.t.Bucket(bucketFiles), num(id), f)
	r.Image, r.meta = id, true
	return true
}
