package communityserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Config says where and for whom a server runs.
type Config struct {
	Dir       string       // folder of database and files
	PublicKey [32]byte     // the X25519 key that requests are encrypted to
	Now       func() int64 // network time in milliseconds
	// NoBlinding takes plain ids, as servers of old did.
	NoBlinding bool
	// NoRateLimit lifts the limit of five posts in 16 s.
	NoRateLimit bool
}

// Server keeps rooms. It is safe for concurrent use.
type Server struct {
	Config
	db *bbolt.DB

	mu    sync.Mutex
	posts map[post][]int64 // times of the last posts, ms
}

type post struct {
	room string
	by   identity.ID
}

// Open opens or creates the server of a folder.
func Open(c Config) (*Server, error) {
	if err := os.MkdirAll(filepath.Join(c.Dir, "files"), 0o700); err != nil {
		return nil, fmt.Errorf("community server: %w", err)
	}
	db, err := openDB(filepath.Join(c.Dir, "community.db"))
	if err != nil {
		return nil, err
	}
	return &Server{Config: c, db: db, posts: map[post][]int64{}}, nil
}

// Close releases the database.
func (s *Server) Close() error { return s.db.Close() }

func (s *Server) now() int64 { return s.Now() }

// Serve answers a request.
func (s *Server) Serve(r onion.V4Request) (answer onion.V4Response) {
	err := s.update(func(t *tx) {
		who, refused := t.authenticate(r)
		if refused != nil {
			answer = plain(refused.Code, refused.Text)
			return
		}
		answer = t.serve(who, community.CallOf(r), 0)
	})
	if err != nil {
		return page(http.StatusInternalServerError)
	}
	return answer
}

// maxDepth bounds batches within batches.
const maxDepth = 3

func (t *tx) serve(who *caller, call community.Call, depth int) onion.V4Response {
	request, err := community.Parse(call)
	var refused *community.Refusal
	if errors.As(err, &refused) {
		if refused.Code == http.StatusBadRequest && strings.HasPrefix(call.Path, "/room/") {
			return bare(refused.Code, "") // rooms refuse without a page
		}
		return page(refused.Code)
	}
	if batch, ok := request.(community.Batch); ok {
		if depth >= maxDepth {
			return page(http.StatusBadRequest)
		}
		return t.batch(who, batch, depth)
	}
	return t.handle(who, request)
}

func (t *tx) batch(who *caller, b community.Batch, depth int) onion.V4Response {
	var list []onion.V4Response
	for _, call := range b.Calls {
		a := t.serve(who, call, depth+1)
		list = append(list, a)
		if b.Sequence && (a.Code < 200 || a.Code > 299) {
			break
		}
	}
	doc, err := community.EncodeBatchAnswer(list)
	must(err)
	return onion.V4Response{Code: http.StatusOK, Headers: jsonHeaders(), Body: doc}
}

func (t *tx) handle(who *caller, request community.Request) onion.V4Response {
	switch q := request.(type) {
	case community.Capabilities:
		return t.capabilities(q)
	case community.Rooms:
		return t.rooms(who)
	case community.DeleteAll:
		return t.deleteAll(who, q)
	case community.SetModerator, community.Ban, community.Unban:
		return t.moderate(who, request)
	case community.SendDirect, community.Inbox, community.Outbox, community.ClearInbox:
		return t.direct(who, request)
	case community.RoomInfo:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.info() })
	case community.PollInfo:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.poll(q) })
	case community.UpdateRoom:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.change(q) })
	case community.Recent:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.recent(q) })
	case community.Before:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.before(q) })
	case community.Since:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.since(q) })
	case community.OneMessage:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.one(q) })
	case community.PostMessage:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.post(q) })
	case community.EditMessage:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.edit(q) })
	case community.DeleteMessage:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.remove(q) })
	case community.React:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.react(q) })
	case community.Unreact:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.unreact(q) })
	case community.ClearReactions:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.clearReactions(q) })
	case community.Reactors:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.reactors(q) })
	case community.Pin:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.pin(q) })
	case community.Unpin:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.unpin(q) })
	case community.Upload:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.upload(q) })
	case community.Download:
		return t.inRoom(who, q.Room, func(r *place) onion.V4Response { return r.download(q) })
	case community.Permissions, community.SetPermissions, community.FuturePermissions, community.SchedulePermissions:
		return t.permissions(who, request)
	}
	return page(http.StatusNotFound)
}

func (t *tx) capabilities(q community.Capabilities) onion.V4Response {
	a := community.CapabilitiesAnswer{Capabilities: []string{community.CapabilityReactions, community.CapabilitySOGS}}
	if !t.s.NoBlinding {
		a.Capabilities = append([]string{community.CapabilityBlind}, a.Capabilities...)
	}
	code := http.StatusOK
	for _, name := range q.Required {
		if !a.Has(name) {
			a.Missing, code = append(a.Missing, name), http.StatusPreconditionFailed
		}
	}
	return document(code, a)
}

func jsonHeaders() []onion.Header {
	return []onion.Header{{Name: "content-type", Value: "application/json"}}
}

func document(code int, v any) onion.V4Response {
	doc, err := json.Marshal(v)
	must(err)
	return onion.V4Response{Code: code, Headers: jsonHeaders(), Body: doc}
}

func done(v any) onion.V4Response { return document(http.StatusOK, v) }

var nothing = struct{}{}

// plain is a text, as authentication answers; bare is one that official servers
// call HTML all the same; page is an error page of theirs.
func plain(code int, s string) onion.V4Response { return typed(code, "text/plain; charset=utf-8", s) }

func bare(code int, s string) onion.V4Response { return typed(code, "text/html; charset=utf-8", s) }

func page(code int) onion.V4Response {
	name := http.StatusText(code)
	return bare(code, fmt.Sprintf("<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n", code, name, name))
}

func typed(code int, kind, s string) onion.V4Response {
	return onion.V4Response{Code: code, Headers: []onion.Header{{Name: "content-type", Value: kind}}, Body: []byte(s)}
}

func denied() onion.V4Response { return bare(http.StatusForbidden, "Permission denied") }

func needsUser() onion.V4Response {
	return plain(http.StatusUnauthorized, "X-SOGS-* request authentication required")
}

func needs(what string) onion.V4Response {
	return plain(http.StatusForbidden, "This endpoint requires "+what)
}

// Malformed is the answer to a body that is decrypted, but no v4 request.
func Malformed() onion.V4Response { return plain(http.StatusBadRequest, "Invalid v4 onion request") }
