package fileserver

import (
	"encoding/base64"
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
	"strings"

	"github.com/minio/blake2b-simd"
	"go.etcd.io/bbolt"

	"sotto/engine/protocol/onion"
)

const (
	// MaxFile is the largest upload in bytes.
	MaxFile = 10_000_000
	// TTL is how long a file is kept, in milliseconds, unless the upload asks
	// for less (X-FS-TTL).
	TTL = 21 * 24 * 60 * 60 * 1000
	// IDSize is the length of an id in characters.
	IDSize = 44
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
func ID(data []byte) string {
	h, err := blake2b.New(&blake2b.Config{Size: 33, Salt: []byte("SessionFileSvr\x00\x00")})
	if err != nil {
		panic("fileserver: " + err.Error()) // the configuration is constant
	}
	h.Write(data)
	return base64.URLEncoding.EncodeToString(h.Sum(nil))
}

// Serve answers a request.
func (s *Server) Serve(r onion.V4Request) onion.V4Response {
	u, err := url.ParseRequestURI(r.Endpoint)
	if err != nil || u.IsAbs() {
		return failure(http.StatusNotFound)
	}
	parts := strings.Split(strings.TrimPrefix(u.Path, "/"), "/")
	switch {
	case u.Path == "/session_version" && r.Method == http.MethodGet:
		return s.version(r, u)
	case parts[0] != "file" || len(parts) > 3:
		return failure(http.StatusNotFound)
	case len(parts) == 1 && r.Method == http.MethodPost:
		return s.upload(r)
	case len(parts) == 2 && r.Method == http.MethodGet:
		return s.download(parts[1])
	case len(parts) == 3 && parts[2] == "info" && r.Method == http.MethodGet:
		return s.info(parts[1])
	case len(parts) == 3 && parts[2] == "extend" && r.Method == http.MethodPost:
		return s.extend(r, parts[1])
	case len(parts) <= 3:
		return failure(http.StatusMethodNotAllowed)
	}
	return failure(http.StatusNotFound)
}

func (s *Server) upload(r onion.V4Request) onion.V4Response {
	if len(r.Body) == 0 || len(r.Body) > MaxFile {
		return failure(http.StatusRequestEntityTooLarge)
	}
	if header(r, "content-type") == "" {
		return failure(http.StatusBadRequest) // v4 has no default type
	}
	ttl, ok := ttlOf(r)
	if !ok {
		return failure(http.StatusBadRequest)
	}
	id, now := ID(r.Body), s.now()
	e := entry{Size: int64(len(r.Body)), Uploaded: now, Expires: now + ttl}
	// The bytes first: an entry always has its file.
	if err := s.write(id, r.Body); err != nil {
		return failure(http.StatusInternalServerError)
	}
	if err := s.put(id, e); err != nil {
		return failure(http.StatusInternalServerError)
	}
	return object(map[string]any{"id": id, "expires": seconds(e.Expires)})
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
	return object(e.fields())
}

func (s *Server) extend(r onion.V4Request, id string) onion.V4Response {
	ttl, okTTL := ttlOf(r)
	e, ok := s.get(id)
	switch {
	case len(id) != IDSize || !ok:
		return failure(http.StatusNotFound)
	case !okTTL:
		return failure(http.StatusBadRequest)
	}
	if end := s.now() + ttl; end > e.Expires {
		e.Expires = end
	}
	if err := s.put(id, e); err != nil {
		return failure(http.StatusInternalServerError)
	}
	return object(e.fields())
}

func (e *entry) fields() map[string]any {
	return map[string]any{"size": e.Size, "uploaded": seconds(e.Uploaded), "expires": seconds(e.Expires)}
}

// ttlOf reads X-FS-TTL (seconds); more than TTL counts as TTL.
func ttlOf(r onion.V4Request) (ttl int64, ok bool) {
	s := header(r, "x-fs-ttl")
	if s == "" {
		return TTL, true
	}
	n, err := strconv.ParseInt(s, 10, 40)
	if err != nil || n <= 0 {
		return 0, false
	}
	return min(n*1000, TTL), true
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
