package community

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
)

// Parse reads a call as a server does. The error is a *Refusal: 404 for what is
// no endpoint, 405 for another method of one, 400 for what its body or its
// query lacks. Path elements are percent-decoded. A path that names a user where
// only blinded ids can stand gives 404 for others (protocol/communities.md §5.8).
func Parse(c Call) (Request, error) {
	p := parser{call: c}
	raw, query, _ := strings.Cut(c.Path, "?")
	for part := range strings.SplitSeq(strings.TrimPrefix(raw, "/"), "/") {
		if plain, err := url.PathUnescape(part); err == nil {
			part = plain
		}
		p.parts = append(p.parts, part)
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(p.parts) > 8 {
		return nil, &Refusal{Code: statusBadRequest}
	}
	p.query = values
	r := p.route()
	switch {
	case p.refused != 0:
		return nil, &Refusal{Code: p.refused}
	case r == nil:
		return nil, &Refusal{Code: statusNotFound}
	}
	return r, nil
}

type parser struct {
	call    Call
	parts   []string
	query   url.Values
	refused int
}

func (p *parser) refuse(code int) {
	if p.refused == 0 {
		p.refused = code
	}
}

// method picks the request of the call's method, 405 without one.
func (p *parser) method(m map[string]func() Request) Request {
	f := m[p.call.Method]
	if f == nil {
		p.refuse(statusMethodNotAllowed)
		return nil
	}
	return f()
}

// is reports a path of len(pattern) parts; "*" stands for any.
func (p *parser) is(pattern ...string) bool {
	if len(p.parts) != len(pattern) {
		return false
	}
	for i, want := range pattern {
		if want != "*" && p.parts[i] != want {
			return false
		}
	}
	return true
}

func (p *parser) route() Request {
	switch {
	case p.is("capabilities"):
		return p.get(func() Request {
			var required []string
			if s := p.query.Get("required"); s != "" {
				required = strings.Split(s, ",")
			}
			return Capabilities{Required: required}
		})
	case p.is("rooms"):
		return p.get(func() Request { return Rooms{} })
	case p.is("rooms", "all", "*"):
		return p.method(map[string]func() Request{methodDelete: func() Request { return DeleteAll{User: p.blinded(2)} }})
	case p.is("batch"), p.is("sequence"):
		return p.method(map[string]func() Request{methodPost: func() Request {
			b, ok := parseBatch(p.call)
			if !ok {
				p.refuse(statusBadRequest)
			}
			return b
		}})
	case p.parts[0] == "inbox" || p.parts[0] == "outbox":
		return p.boxes()
	case p.parts[0] == "user" && len(p.parts) == 3:
		return p.user()
	case p.parts[0] == "room" && len(p.parts) > 1:
		if !ValidToken(p.parts[1]) {
			return nil
		}
		return p.room(p.parts[1])
	}
	return nil
}

func (p *parser) get(f func() Request) Request {
	return p.method(map[string]func() Request{methodGet: f})
}

func (p *parser) boxes() Request {
	in := p.parts[0] == "inbox"
	box := func(since int64) Request {
		if in {
			return Inbox{Since: since, Limit: p.limit()}
		}
		return Outbox{Since: since, Limit: p.limit()}
	}
	switch {
	case p.is("inbox"):
		return p.method(map[string]func() Request{
			methodGet:    func() Request { return box(0) },
			methodDelete: func() Request { return ClearInbox{} },
		})
	case len(p.parts) == 1:
		return p.get(func() Request { return box(0) })
	case p.is("*", "since", "*"):
		return p.get(func() Request { return box(p.number(2)) })
	case in && len(p.parts) == 2:
		return p.method(map[string]func() Request{methodPost: func() Request {
			var body directBody
			p.body(&body)
			message, err := decodeBase64(body.Message)
			if err != nil || len(message) == 0 || len(message) > MaxDirect {
				p.refuse(statusBadRequest)
			}
			return SendDirect{To: p.blinded(1), Message: message}
		}})
	}
	return nil
}

func (p *parser) user() Request {
	id, err := identity.ParseID(p.parts[1])
	if err != nil || id.Prefix() != identity.Session && id.Prefix() != identity.Blinded15 {
		return nil
	}
	var r Request
	switch p.parts[2] {
	case "moderator":
		r = p.method(map[string]func() Request{methodPost: func() Request {
			q := SetModerator{User: id}
			p.body(&q)
			return q
		}})
	case "ban":
		r = p.method(map[string]func() Request{methodPost: func() Request {
			q := Ban{User: id}
			p.body(&q)
			return q
		}})
	case "unban":
		r = p.method(map[string]func() Request{methodPost: func() Request {
			q := Unban{User: id}
			p.body(&q)
			return q
		}})
	}
	if r != nil && p.refused == 0 {
		// What no client may write a server does not take either.
		if _, err := r.call(); err != nil {
			p.refuse(statusBadRequest)
		}
	}
	return r
}

func (p *parser) room(token string) Request {
	switch rest := p.parts[2:]; {
	case len(rest) == 0:
		return p.method(map[string]func() Request{
			methodGet: func() Request { return RoomInfo{token} },
			methodPut: func() Request { return p.update(token) },
		})
	case p.is("room", "*", "pollInfo", "*"):
		return p.get(func() Request { return PollInfo{token, p.number(3)} })
	case p.is("room", "*", "messages", "recent"):
		return p.get(func() Request { return Recent{token, p.paging()} })
	case p.is("room", "*", "messages", "before", "*"):
		return p.get(func() Request { return Before{token, p.number(4), p.paging()} })
	case p.is("room", "*", "messages", "since", "*"):
		return p.get(func() Request {
			return Since{token, p.number(4), strings.Contains(p.query.Get("t"), "r"), p.paging()}
		})
	case p.is("room", "*", "message"):
		return p.method(map[string]func() Request{methodPost: func() Request { return p.post(token) }})
	case p.is("room", "*", "message", "*"):
		return p.message(token)
	case p.is("room", "*", "all", "*"):
		return p.method(map[string]func() Request{methodDelete: func() Request { return DeleteAll{token, p.blinded(3)} }})
	case rest[0] == "file":
		return p.file(token)
	case rest[0] == "permissions" || rest[0] == "futurePermissions":
		return p.permissions(token)
	}
	return p.marks(token)
}

func (p *parser) update(token string) Request {
	r := UpdateRoom{Room: token}
	// null removes the description, which is another thing than leaving it out.
	var given map[string]json.RawMessage
	p.body(&given)
	p.body(&r)
	empty := ""
	if string(given["description"]) == "null" {
		r.Description = &empty
	}
	if r == (UpdateRoom{Room: token}) {
		p.refuse(statusBadRequest)
	}
	return r
}

func (p *parser) message(token string) Request {
	return p.method(map[string]func() Request{
		methodGet: func() Request {
			return OneMessage{token, p.number(3), p.paging().Reactors}
		},
		methodDelete: func() Request { return DeleteMessage{token, p.number(3)} },
		methodPut: func() Request {
			q := p.post(token)
			return EditMessage{token, p.number(3), q.Data, q.Signature, q.Files}
		},
	})
}

func (p *parser) post(token string) PostMessage {
	var body postJSON
	p.body(&body)
	r := PostMessage{Room: token, WhisperMods: body.WhisperMods}
	var err1, err2 error
	r.Data, err1 = decodeBase64(body.Data)
	r.Signature, err2 = decodeBase64(body.Signature)
	if err1 != nil || err2 != nil || len(r.Data) == 0 || len(r.Data) > MaxData || len(r.Signature) != 64 ||
		len(body.Files) > MaxFilesPerMessage {
		p.refuse(statusBadRequest)
	}
	if body.WhisperTo != nil {
		r.WhisperTo = *body.WhisperTo
	}
	for _, id := range body.Files {
		r.Files = append(r.Files, int64(id))
	}
	return r
}

func (p *parser) file(token string) Request {
	switch {
	case p.is("room", "*", "file"):
		return p.method(map[string]func() Request{methodPost: func() Request {
			if !p.call.hasType(typeBinary) || len(p.call.Body) == 0 {
				p.refuse(statusBadRequest)
			}
			return Upload{token, dispositionName(p.call.Header("Content-Disposition")), p.call.Body}
		}})
	case p.is("room", "*", "file", "*"), p.is("room", "*", "file", "*", "*"):
		return p.get(func() Request { return Download{token, p.number(3)} })
	}
	return nil
}

func (p *parser) permissions(token string) Request {
	future := p.parts[2] == "futurePermissions"
	switch len(p.parts) {
	case 3:
		return p.get(func() Request {
			if future {
				return FuturePermissions{Room: token}
			}
			return Permissions{Room: token}
		})
	case 4:
		return p.method(map[string]func() Request{
			methodGet: func() Request {
				if future {
					return FuturePermissions{token, p.blinded(3)}
				}
				return Permissions{token, p.blinded(3)}
			},
			methodPost: func() Request { return p.setPermissions(token, future) },
		})
	}
	return nil
}

func (p *parser) setPermissions(token string, future bool) Request {
	var change PermissionChange
	body := map[string]json.RawMessage{}
	p.body(&body)
	change.each(func(name string, g *Grant) {
		switch string(body[name]) {
		case "true":
			*g = Allow
		case "false":
			*g = Deny
		}
		if string(body["default_"+name]) == "true" {
			*g = Inherit
		}
	})
	if change == (PermissionChange{}) {
		p.refuse(statusBadRequest)
	}
	if !future {
		return SetPermissions{token, p.blinded(3), change, string(body["unschedule"]) == "false"}
	}
	var in float64
	if err := json.Unmarshal(body["in"], &in); err != nil || !(in > 0 && in < 1e9) {
		p.refuse(statusBadRequest)
	}
	return SchedulePermissions{token, p.blinded(3), in, change}
}

// marks are reactions and pins.
func (p *parser) marks(token string) Request {
	switch {
	case p.is("room", "*", "reaction", "*", "*"):
		return p.method(map[string]func() Request{
			methodPut:    func() Request { return React{token, p.number(3), p.emoji(4)} },
			methodDelete: func() Request { return Unreact{token, p.number(3), p.emoji(4)} },
		})
	case p.is("room", "*", "reactions", "*"), p.is("room", "*", "reactions", "*", "*"):
		return p.method(map[string]func() Request{methodDelete: func() Request {
			r := ClearReactions{Room: token, ID: p.number(3)}
			if len(p.parts) == 5 {
				r.Emoji = p.emoji(4)
			}
			return r
		}})
	case p.is("room", "*", "reactors", "*", "*"):
		return p.get(func() Request { return Reactors{token, p.number(3), p.emoji(4), p.limit()} })
	case p.is("room", "*", "pin", "*"):
		return p.method(map[string]func() Request{methodPost: func() Request { return Pin{token, p.number(3)} }})
	case p.is("room", "*", "unpin", "*"):
		return p.method(map[string]func() Request{methodPost: func() Request {
			if p.parts[3] == "all" {
				return Unpin{Room: token}
			}
			return Unpin{token, p.positive(3)}
		}})
	}
	return nil
}

// body reads a JSON body, which has to say that it is one.
func (p *parser) body(v any) {
	if !p.call.hasType(typeJSON) || json.Unmarshal(p.call.Body, v) != nil {
		p.refuse(statusBadRequest)
	}
}

// number reads a path part that is a number; others are other paths.
func (p *parser) number(i int) int64 {
	n, err := strconv.ParseInt(p.parts[i], 10, 64)
	if err != nil || n < 0 || p.parts[i][0] == '+' {
		p.refuse(statusNotFound)
	}
	return n
}

func (p *parser) positive(i int) int64 {
	n := p.number(i)
	if n == 0 {
		p.refuse(statusNotFound)
	}
	return n
}

func (p *parser) blinded(i int) identity.ID {
	id, err := identity.ParseID(p.parts[i])
	if err != nil || id.Prefix() != identity.Blinded15 {
		p.refuse(statusNotFound)
	}
	return id
}

func (p *parser) emoji(i int) string {
	s := p.parts[i]
	if n := utf8.RuneCountInString(s); n == 0 || n > MaxEmoji || !utf8.ValidString(s) {
		p.refuse(statusBadRequest)
	}
	return s
}

func (p *parser) limit() int {
	s := p.query.Get("limit")
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.refuse(statusBadRequest)
	}
	return min(max(n, 1), MaxPage)
}

func (p *parser) paging() Paging {
	g := Paging{Limit: p.limit()}
	if s := p.query.Get("reactors"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			p.refuse(statusBadRequest)
		}
		if g.Reactors = min(n, MaxReactors); n <= 0 {
			g.Reactors = NoReactors
		}
	}
	return g
}

// Rows is how many rows a page has.
func (g Paging) Rows() int { return g.limit() }

// Listed is how many people are listed with a reaction; 0 leaves lists out.
func (g Paging) Listed() int {
	switch {
	case g.Reactors == 0:
		return DefaultReactors
	case g.Reactors < 0:
		return 0
	}
	return min(g.Reactors, MaxReactors)
}
