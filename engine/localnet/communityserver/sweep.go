package communityserver

import (
	"errors"
	"io/fs"
	"os"

	"sotto/engine/protocol/community"
)

// Sweep does what official servers do every ten seconds: it carries out what
// was scheduled, counts active people and deletes what has ended.
func (s *Server) Sweep() error {
	var files []int64
	err := s.update(func(t *tx) {
		t.carryOut()
		t.countActive()
		files = t.endedFiles()
		t.endDirect()
		nonces := t.Bucket(bucketNonces)
		for _, k := range keys(nonces, func(_, v []byte) bool { return number(v) < t.now-community.AuthWindow*1000 }) {
			must(nonces.Delete(k))
		}
	})
	if err != nil {
		return err
	}
	for _, id := range files {
		if e := os.Remove(s.path(id)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	s.forgetPosts()
	return err
}

func (s *Server) forgetPosts() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, times := range s.posts {
		if times[len(times)-1] <= s.now()-postWindow {
			delete(s.posts, p)
		}
	}
}

func (t *tx) carryOut() {
	t.eachFuture(func(f *future) bool {
		if f.At > t.now {
			return true
		}
		if f.Room == "" {
			u := t.ensure(f.User)
			u.Banned = *f.Banned
			t.saveUser(f.User, u)
			return false
		}
		r := t.place(new(caller), f.Room)
		o := r.override(f.User)
		if f.Banned != nil {
			o.Banned = *f.Banned
		}
		if f.Change != nil {
			o.apply(*f.Change)
		}
		r.setOverride(f.User, o)
		return false
	})
}

func (t *tx) countActive() {
	t.eachRoom(func(r *place) {
		n, since := 0, t.now-activeCutoff*1000
		b := r.b.Bucket(bucketActive)
		for _, k := range keys(b, func(_, v []byte) bool {
			if number(v) >= since {
				n++
			}
			return number(v) < since
		}) {
			must(b.Delete(k))
		}
		if n != r.ActiveUsers {
			r.ActiveUsers, r.meta = n, true
		}
	})
}

func (t *tx) endedFiles() (ids []int64) {
	b := t.Bucket(bucketFiles)
	for _, k := range keys(b, func(k, _ []byte) bool {
		var f file
		load(b, k, &f)
		return f.Expires != 0 && f.Expires <= t.now
	}) {
		ids = append(ids, number(k))
		must(b.Delete(k))
	}
	return ids
}

func (t *tx) endDirect() {
	var over []community.Direct
	b := t.Bucket(bucketDirect)
	for _, k := range keys(b, func(_, _ []byte) bool { return true }) {
		var d community.Direct
		if load(b, k, &d); d.Expires.Millis() <= t.now {
			over = append(over, d)
		}
	}
	for _, d := range over {
		t.dropDirect(d)
	}
}

// Counts is how much a server keeps.
type Counts struct {
	Users    int            `json:"users"`
	Messages map[string]int `json:"messages"` // by room, without deleted ones
	Files    int            `json:"files"`
	Direct   int            `json:"direct_messages"`
}

// Count counts.
func (s *Server) Count() (Counts, error) {
	c := Counts{Messages: map[string]int{}}
	err := s.update(func(t *tx) {
		c.Users = t.Bucket(bucketUsers).Stats().KeyN
		c.Files = t.Bucket(bucketFiles).Stats().KeyN
		c.Direct = t.Bucket(bucketDirect).Stats().KeyN
		t.eachRoom(func(r *place) {
			n := 0
			must(r.b.Bucket(bucketMessages).ForEach(func(_, v []byte) error {
				if v[33] == 0 {
					n++
				}
				return nil
			}))
			c.Messages[r.Token] = n
		})
	})
	return c, err
}
