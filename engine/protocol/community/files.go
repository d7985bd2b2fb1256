package community

import (
	"bytes"
	"fmt"
	"mime"
	"net/url"
	"strings"

	"sotto/engine/protocol/onion"
)

// Upload brings a file to a room. It is kept for an hour unless a message of
// the uploader or the room's picture refers to it. Files of communities are not
// encrypted (protocol/communities.md §5.7).
type Upload struct {
	Room string
	Name string // "" for none
	Data []byte
}

// Download fetches a file.
type Download struct {
	Room string
	ID   int64
}

func (r Upload) call() (Call, error) {
	if len(r.Data) == 0 || len(r.Data) > MaxFile {
		return Call{}, fmt.Errorf("%w: file of %d bytes", ErrRequest, len(r.Data))
	}
	c, err := inRoom(r.Room).add("file").call(methodPost)
	c.Body = r.Data
	if r.Name != "" {
		c.Headers = append(c.Headers, onion.Header{Name: "Content-Disposition", Value: Disposition(r.Name)})
	}
	c.Headers = append(c.Headers, onion.Header{Name: "Content-Type", Value: typeBinary})
	return c, err
}

func (r Download) call() (Call, error) { return get(inRoom(r.Room).add("file").num(r.ID)) }

// Disposition is the Content-Disposition of a file name.
func Disposition(name string) string {
	return "attachment; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
}

// dispositionName reads the file name of a Content-Disposition.
func dispositionName(value string) string {
	_, params, err := mime.ParseMediaType(value)
	if err != nil {
		return ""
	}
	return cut(params["filename"], 255)
}

// Decode reads the id of the new file.
func (r Upload) Decode(a onion.V4Response) (int64, error) {
	var j struct {
		ID int64 `json:"id"`
	}
	err := decode(a, &j)
	if err == nil && j.ID <= 0 {
		err = fmt.Errorf("%w: file without id", ErrAnswer)
	}
	return ok(j.ID, err)
}

// File is a downloaded file.
type File struct {
	Data []byte
	Name string // as the server tells it; "" for none
}

// Cut returns the file without the zero bytes that some clients append, when its
// message says that it has size bytes; 0 says nothing. ErrFile when the server
// gave another file than that: a shorter one, or one that goes on.
func (f File) Cut(size int64) ([]byte, error) {
	switch {
	case size == 0 || size == int64(len(f.Data)):
		return f.Data, nil
	case size > int64(len(f.Data)), len(bytes.TrimRight(f.Data[size:], "\x00")) > 0:
		return nil, fmt.Errorf("%w: %d bytes, announced were %d", ErrFile, len(f.Data), size)
	}
	return f.Data[:size], nil
}

// Decode reads the file; Data shares the answer's memory.
func (r Download) Decode(a onion.V4Response) (File, error) {
	if err := success(a, MaxFileAnswer); err != nil {
		return File{}, err
	}
	return File{Data: a.Body, Name: dispositionName(a.Header("content-disposition"))}, nil
}
