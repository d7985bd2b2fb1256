package engine

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/onion"
	"sotto/internal/redact"
	"sotto/store"
)

const (
	// roomPage is how many rows one poll brings of a room.
	roomPage = 100
	// maxServerRooms is how many rooms of a server one request asks for.
	maxServerRooms = 200
	reactorsShown  = 5
	// maxStreak bounds how often a server is asked without a pause because it says
	// that there is more.
	maxStreak = 50
)

// serverPause is the time until a server is asked again.
func (c *core) serverPause(s *communityServer) time.Duration {
	switch {
	case s.poll.failures > 0:
		return min(10*time.Second<<min(s.poll.failures, 5), 5*time.Minute)
	case slices.ContainsFunc(slices.Collect(roomsOf(s)), func(conv model.ConversationID) bool { return c.poll.focused[conv] }):
		return 5 * time.Second
	case c.clock.Now().Sub(s.poll.news) < recentFor:
		return 10 * time.Second // as official clients always do
	}
	return 30 * time.Second
}

func roomsOf(s *communityServer) func(yield func(model.ConversationID) bool) {
	return func(yield func(model.ConversationID) bool) {
		for conv := range s.rooms {
			if !yield(conv) {
				return
			}
		}
	}
}

func (c *core) pollServersIfDue(now time.Time) {
	if c.silent != nil {
		return
	}
	for _, s := range c.communities.servers {
		if !s.poll.busy && (len(s.poll.calls) > 0 || !s.poll.next.After(now)) {
			c.pollServer(s)
		}
	}
}

// serversDue returns when a server is to be asked next.
func (c *core) serversDue() time.Time {
	var first time.Time
	for _, s := range c.communities.servers {
		if !s.poll.busy {
			next := s.poll.next
			if next.IsZero() {
				next = c.clock.Now()
			}
			first = earliest(first, next)
		}
	}
	return first
}

func (c *core) serversIdle() bool {
	for _, s := range c.communities.servers {
		if s.poll.busy || len(s.poll.calls) > 0 {
			return false
		}
	}
	return true
}

// serverVisit is what a worker asks a server for.
type serverVisit struct {
	access
	rooms         []roomVisit
	inbox         bool
	since, outbox int64
}

type roomVisit struct {
	conv        model.ConversationID
	token       string
	seqno, info int64
	own         []int64 // own posts that the server had before it was asked
}

// roomNews is what came of it.
type roomNews struct {
	roomVisit
	info    community.Poll
	infoErr error
	page    community.Page
	pageErr error
	rows    []roomRow
}

// roomRow is a row whose author is proven, or not.
type roomRow struct {
	community.Message
	opened community.Opened
	err    error
}

func (c *core) pollServer(s *communityServer) {
	s.poll.busy = true
	calls := s.poll.calls
	s.poll.calls = nil
	visit := serverVisit{access: s.access, since: s.state.Inbox, outbox: s.state.Outbox}
	for _, rm := range s.rooms {
		visit.rooms = append(visit.rooms, roomVisit{rm.conv, rm.token, rm.state.Seqno, rm.state.Info, rm.ownPosts()})
	}
	slices.SortFunc(visit.rooms, func(a, b roomVisit) int { return strings.Compare(string(a.conv), string(b.conv)) })
	visit.rooms = visit.rooms[:min(len(visit.rooms), maxServerRooms)]
	err := c.store.View(func(tx *store.Tx) error {
		visit.inbox = tx.Settings().CommunityRequests == model.Yes
		return nil
	})
	if err != nil {
		c.storeFailed("read the settings", err)
	}
	ctx := c.flight
	c.spawn(func() {
		news, more, err := c.visitServer(ctx, visit)
		c.post(func() { c.serverPolled(visit.url, calls, news, more, err) })
	})
}

// serverPolled takes the end of a poll back on the loop.
func (c *core) serverPolled(url string, calls []*syncCall, news, more bool, err error) {
	for _, call := range calls {
		call.groups--
		if err != nil && call.err == nil {
			call.err = err
		}
	}
	s := c.communities.servers[url]
	if s == nil || c.ctx.Err() != nil {
		return
	}
	p := &s.poll
	p.busy = false
	now := c.clock.Now()
	switch {
	case err != nil:
		p.failures++
		c.log.Info("poll of a community server failed", "reason", model.ReasonOf(err).String(), "err", err)
	default:
		p.failures = 0
	}
	if news {
		p.news = now
	}
	if p.streak++; more && p.streak < maxStreak {
		p.next = now
		return
	}
	p.streak = 0
	pause := c.serverPause(s)
	p.next = now.Add(pause + time.Duration((c.jitter()-0.5)/2*float64(pause)))
}

// call sends a request to a server and returns the answer, whatever its status.
// It runs on a worker, or on the goroutine of a command.
func (c *core) call(ctx context.Context, a access, call community.Call) (onion.V4Response, error) {
	return c.net.server(ctx, a.url, a.key, c.signed(a, call))
}

// signed makes a call's request, anew for each attempt: a server takes a nonce
// once.
func (c *core) signed(a access, call community.Call) func(now int64) (onion.V4Request, error) {
	return func(now int64) (onion.V4Request, error) {
		var nonce [community.NonceSize]byte
		if _, err := io.ReadFull(c.rand, nonce[:]); err != nil {
			return onion.V4Request{}, err
		}
		return call.Sign(a.blind, nonce, now/1000), nil
	}
}

// visitServer asks for all rooms, and for direct messages, in one request
// (protocol/communities.md §6). It runs on a worker.
func (c *core) visitServer(ctx context.Context, v serverVisit) (news, more bool, err error) {
	requests := []community.Request{community.Capabilities{}}
	paging := community.Paging{Limit: roomPage, Reactors: reactorsShown}
	for _, r := range v.rooms {
		requests = append(requests, community.PollInfo{Room: r.token, InfoUpdates: r.info})
		if r.seqno == 0 {
			requests = append(requests, community.Recent{Room: r.token, Paging: paging})
		} else {
			requests = append(requests, community.Since{Room: r.token, Seqno: r.seqno, Reactions: true, Paging: paging})
		}
	}
	if v.blind.Blinded() {
		requests = append(requests, community.Outbox{Since: v.outbox})
		if v.inbox {
			requests = append(requests, community.Inbox{Since: v.since})
		}
	}
	batch, err := community.NewBatch(requests...)
	if err != nil {
		return false, false, model.Fail(model.ReasonInternal, "a community cannot be asked", err)
	}
	call, err := community.Encode(batch)
	if err != nil {
		return false, false, model.Fail(model.ReasonInternal, "a community cannot be asked", err)
	}
	answer, err := c.call(ctx, v.access, call)
	if err != nil {
		return false, false, err
	}
	answers, err := batch.Decode(answer)
	var status *community.StatusError
	if errors.As(err, &status) && status.NeedsBlinding && !v.blind.Blinded() {
		c.post(func() { c.useBlinding(v.url) })
		return false, true, nil
	}
	if err != nil {
		return false, false, communityError(err)
	}
	if capabilities, err := (community.Capabilities{}).Decode(answers[0]); err == nil && capabilities.Has(community.CapabilityBlind) && !v.blind.Blinded() {
		c.post(func() { c.useBlinding(v.url) })
		return false, true, nil
	}
	for i, r := range v.rooms {
		n := roomNews{roomVisit: r}
		n.info.Token = r.token
		n.info, n.infoErr = community.PollInfo{Room: r.token, InfoUpdates: r.info}.Decode(answers[1+2*i])
		if r.seqno == 0 {
			n.page, n.pageErr = community.Recent{Room: r.token, Paging: paging}.Decode(answers[2+2*i])
			slices.Reverse(n.page.Messages) // as if they came one after the other
		} else {
			n.page, n.pageErr = community.Since{Room: r.token, Seqno: r.seqno, Reactions: true, Paging: paging}.Decode(answers[2+2*i])
			more = more || n.pageErr == nil && n.page.More
		}
		n.rows = openRows(n.page.Messages)
		news = news || len(n.rows) > 0
		if err := c.wait(ctx, func() error { return c.applyRoom(&n, false) }); err != nil {
			return news, false, err
		}
	}
	if err := c.fetchPins(ctx, &v); err != nil {
		return news, more, err
	}
	rest := answers[1+2*len(v.rooms):]
	var sent, received community.DirectPage
	if len(rest) > 0 {
		sent, err = community.Outbox{Since: v.outbox}.Decode(rest[0])
	}
	if len(rest) > 1 && err == nil {
		received, err = community.Inbox{Since: v.since}.Decode(rest[1])
	}
	if err != nil {
		return news, more, communityError(err)
	}
	if len(sent.Messages)+len(received.Messages) == 0 {
		return news, more, nil
	}
	err = c.wait(ctx, func() error { return c.applyDirect(v.url, sent, received) })
	return true, more || sent.More || received.More, err
}

// wait runs f on the loop. A worker calls it.
func (c *core) wait(ctx context.Context, f func() error) error {
	done := make(chan error, 1)
	c.post(func() { done <- f() })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return contextError(ctx)
	}
}

// openRows proves the authors of rows: servers do not.
func openRows(messages []community.Message) []roomRow {
	rows := make([]roomRow, len(messages))
	for i, m := range messages {
		rows[i] = roomRow{Message: m}
		if !m.Deleted && !m.ReactionsOnly {
			rows[i].opened, rows[i].err = community.Open(&m)
		}
	}
	return rows
}

// useBlinding has requests to a server signed with a blinded id from now on. There
// is no way back: a server that took blinded ids once and then asks for Session
// IDs wants to know who people are.
func (c *core) useBlinding(url string) {
	s := c.communities.servers[url]
	if s == nil || s.blind.Blinded() {
		return
	}
	s.state.Plain = false
	s.access = c.newAccess(s.url, s.key, false)
	for _, rm := range s.rooms {
		rm.state.View.Me = s.me
	}
	c.publishServers()
	err := c.update(func(w *work) error { return w.putJSON(serverBlob(url), s.state) })
	if err != nil {
		c.storeFailed("keep what a community wants", err)
	}
}

// communityError gives the error of an answer its reason (protocol/communities.md
// §7).
func communityError(err error) error {
	if err == nil {
		return nil
	}
	var known *model.Error
	if errors.As(err, &known) {
		return err
	}
	reason := model.ReasonRejected
	var status *community.StatusError
	switch {
	case errors.Is(err, community.ErrTooLarge):
		reason = model.ReasonTooLarge
	case !errors.As(err, &status):
		reason = model.ReasonOffline // an answer that makes no sense; the next may
	case status.Code == 401, status.Code == 403:
		reason = model.ReasonNotAllowed
	case status.Code == 404:
		reason = model.ReasonNotFound
	case status.Code == 413:
		reason = model.ReasonTooLarge
	case status.Code == 425:
		reason = model.ReasonClock
	case status.Code == 429, status.Code >= 500:
		reason = model.ReasonOffline
	}
	return model.Fail(reason, "the community refused the request", err)
}

// numberHash is the key under which a message is found by its number on the
// server, momentHash by what other clients quote: author and time.
func numberHash(id int64) string { return "n" + strconv.FormatInt(id, 10) }

func momentHash(key model.MessageKey) string {
	return "m" + key.Sender.String() + strconv.FormatInt(int64(key.Timestamp), 10)
}

// roomRef is Message.Hash in a community: number on the server and the time that
// it gave, in ms, "12/1700000000000".
func roomRef(id int64, posted model.Millis) string {
	return strconv.FormatInt(id, 10) + "/" + strconv.FormatInt(int64(posted), 10)
}

func parseRoomRef(hash string) (id int64, posted model.Millis, ok bool) {
	a, b, ok := strings.Cut(hash, "/")
	if !ok {
		return 0, 0, false
	}
	id, err := strconv.ParseInt(a, 10, 64)
	if err != nil || id <= 0 {
		return 0, 0, false
	}
	at, err := strconv.ParseInt(b, 10, 64)
	return id, model.Millis(at), err == nil
}

// logRows says how many rows were refused, without their content.
func (c *core) logRows(rm *room, refused int, err error) {
	if refused > 0 {
		c.log.Info("messages of a community refused", "room", redact.ID(string(rm.conv)), "count", refused, "err", err)
	}
}
