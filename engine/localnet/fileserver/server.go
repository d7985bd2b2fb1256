package fileserver

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/release"
)

const (
	// MaxFile is the largest upload in bytes.
	MaxFile = attach.MaxUpload
	// TTL is how long a file is kept, in milliseconds, unless the upload asks
	// for less (X-FS-TTL).
	TTL = 21 * 24 * 60 * 60 * 1000
	// IDSize is the length of an id in characters.
	IDSize = attach.IDSize
)

var bucketFiles = []byte("files")

// Server keeps files. It is safe for concurrent use.
type Server struct {
	dir string
	db  *bbolt.DB
	now func() int64
}

// entry is what is known of a file; times in milliseconds.
type entry struct {
	Size     int64 `json:"size"`
	Uploaded int64 `json:"uploaded"`
	Expires  int64 `json:"expires"`
}

// New keeps files in dir and their entries in db. now is network time in
// milliseconds.
func New(dir string, db *bbolt.DB, now func() int64) (*Server, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("file server: %w", err)
	}
	err := db.Update(func(t *bbolt.Tx) error {
		_, err := t.CreateBucketIfNotExists(bucketFiles)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("file server: %w", err)
	}
	return &Server{dir: dir, db: db, now: now}, nil
}

// ID is the id of a file with these bytes.
func ID(data []byte) string { return attach.FileID(data) }

// Serve answers a request.
func (s *Server) Serve(r onion.V4Request) onion.V4Response {
	if u, err := url.ParseRequestURI(r.Endpoint); err == nil && u.Path == "/session_version" && r.Method == http.MethodGet {
		return s.version(r, u)
	}
	if r.Endpoint == release.Endpoint && r.Method == http.MethodGet {
		return s.release()
	}
	call, err := attach.ParseCall(r)
	if err != nil {
		var refused *attach.StatusError
		if !errors.As(err, &refused) {
			refused = &attach.StatusError{Code: http.StatusInternalServerError}
		}
		return failure(refused.Code)
	}
	switch call.Kind {
	case attach.CallUpload:
		return s.upload(call)
	case attach.CallDownload:
		return s.download(call.ID)
	case attach.CallInfo:
		return s.info(call.ID)
	default:
		return s.extend(call)
	}
}

func (s *Server) upload(c attach.Call) onion.V4Response {
	id, now := ID(c.Blob), s.now()
	e := entry{Size: int64(len(c.Blob)), Uploaded: now, Expires: now + life(c)}
	// The bytes first: an entry always has its file.
	if err := s.write(id, c.Blob); err != nil {
		return failure(http.StatusInternalServerError)
	}
	if err := s.put(id, e); err != nil {
		return failure(http.StatusInternalServerError)
	}
	return attach.EncodeUploaded(attach.Uploaded{ID: id, Expires: e.Expires})
}

func (s *Server) download(id string) onion.V4Response {
	e, ok := s.get(id)
	if !ok {
		return failure(http.StatusNotFound)
	}
	data, err := os.ReadFile(s.file(id))
	if errors.Is(err, fs.ErrNotExist) {
		return failure(http.StatusNotFound)
	}
	if err != nil {
		return failure(http.StatusInternalServerError)
	}
	return onion.V4Response{
		Code: http.StatusOK,
		Headers: []onion.Header{
			{Name: "content-type", Value: "application/octet-stream"},
			{Name: "content-length", Value: strconv.Itoa(len(data))},
			{Name: "date", Value: httpDate(e.Uploaded)},
			{Name: "expires", Value: httpDate(e.Expires)},
		},
		Body: data,
	}
}

func (s *Server) info(id string) onion.V4Response {
	e, ok := s.get(id)
	if !ok {
		return failure(http.StatusNotFound)
	}
	return attach.EncodeFileInfo(e.info())
}

func (s *Server) extend(c attach.Call) onion.V4Response {
	e, ok := s.get(c.ID)
	if len(c.ID) != IDSize || !ok {
		return failure(http.StatusNotFound)
	}
	if end := s.now() + life(c); end > e.Expires {
		e.Expires = end
	}
	if err := s.put(c.ID, e); err != nil {
		return failure(http.StatusInternalServerError)
	}
	return attach.EncodeFileInfo(e.info())
}

func (e *entry) info() attach.FileInfo {
	return attach.FileInfo{Size: e.Size, Uploaded: e.Uploaded, Expires: e.Expires}
}

// life is how long a file is kept from now on, in milliseconds; a client can
// only ask for less than TTL.
func life(c attach.Call) int64 {
	if c.TTL == 0 {
		return TTL
	}
	return min(c.TTL*1000, TTL)
}

// Sweep deletes what ended, and returns how many files that were.
func (s *Server) Sweep() (n int, err error) {
	var over []string
	now := s.now()
	err = s.each(func(id string, e entry) {
		if e.Expires <= now {
			over = append(over, id)
		}
	})
	for _, id := range over {
		err = errors.Join(err, s.db.Update(func(t *bbolt.Tx) error {
			return t.Bucket(bucketFiles).Delete([]byte(id))
		}), os.Remove(s.file(id)))
	}
	return len(over), err
}

// Other returns a file that is not the one with this id: what a server that
// mixes files up would give.
func (s *Server) Other(id string) (data []byte, ok bool) {
	var other string
	err := s.each(func(have string, e entry) {
		if have != id && e.Expires > s.now() {
			other = have
		}
	})
	if err != nil || other == "" {
		return nil, false
	}
	data, err = os.ReadFile(s.file(other))
	return data, err == nil
}

// Count is the number of files.
func (s *Server) Count() (n int, err error) {
	err = s.each(func(string, entry) { n++ })
	return n, err
}

func (s *Server) each(f func(string, entry)) error {
	return s.db.View(func(t *bbolt.Tx) error {
		return t.Bucket(bucketFiles).ForEach(func(k, v []byte) error {
			var e entry
			if err := json.Unmarshal(v, &e); err != nil {
				return err
			}
			f(string(k), e)
			return nil
		})
	})
}

// get finds a file that has not ended.
func (s *Server) get(id string) (e entry, ok bool) {
	err := s.db.View(func(t *bbolt.Tx) error {
		v := t.Bucket(bucketFiles).Get([]byte(id))
		if v == nil {
			return nil
		}
		ok = true
		return json.Unmarshal(v, &e)
	})
	return e, ok && err == nil && e.Expires > s.now()
}

func (s *Server) put(id string, e entry) error {
	v, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return s.db.Update(func(t *bbolt.Tx) error { return t.Bucket(bucketFiles).Put([]byte(id), v) })
}

// file is the path of a file. Hex, since ids differ in case and file systems
// may not.
func (s *Server) file(id string) string {
	return filepath.Join(s.dir, hex.EncodeToString([]byte(id)))
}

func (s *Server) write(id string, data []byte) error {
	f, err := os.CreateTemp(s.dir, "upload-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), s.file(id))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
