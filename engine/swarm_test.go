package engine

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
	"sotto/internal/clock"
)

// world is a swarm in memory, for tests that want each request in their hands.
// All accounts share its three nodes. The engines' workers call its hooks, fault,
// lose and forge under its lock and fileFault, which may wait, without: what a hook
// keeps for the test is read with seen, or guarded by the hook itself.
type world struct {
	clock clock.Clock

	mu    sync.Mutex
	nodes []snode.Node
	keys  map[[32]byte]ed25519.PrivateKey
	kept  map[[32]byte]map[box][]snode.Message // in the order of storage

	// fault is asked before each request; an error is what the caller gets.
	// after says that the request is carried out before the answer is lost.
	fault func(account model.ID, r snode.Request) (after bool, err error)
	// deaf are nodes that do not take what is stored: they slept.
	deaf     map[[32]byte]bool
	requests int
	// forgeDeletes spoils the signatures under answers to delete_all.
	forgeDeletes bool
	files        map[string][]byte // what the file server keeps, by id
	fileFault    func(c attach.Call) (after bool, answer *onion.V4Response, err error)
	stores       []string // hashes in the order in which they were stored first
	// revoked are accesses to groups that were taken away.
	revoked map[snode.SubaccountToken]bool
	// communities are servers by URL; served counts their requests, and lose has
	// an answer lost.
	communities map[string]*communityserver.Server
	served      map[string]int
	lose        func(r onion.V4Request) bool
	// pages are on the web, by address; looks counts what was asked there.
	pages map[string]transport.Web
	looks int
	// forge has a server answer something else.
	forge func(r onion.V4Request, a onion.V4Response) onion.V4Response
}

// seen reads what a hook under the lock of the world keeps for the test.
func seen[T any](w *world, kept *T) T {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *kept
}

// uploaded returns what the file server keeps, by id.
func (w *world) uploaded() map[string][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	return maps.Clone(w.files)
}

// servedBy counts what the community server at url was asked.
func (w *world) servedBy(url string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.served[url]
}

// lookedUp counts what was asked on the web.
func (w *world) lookedUp() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.looks
}

// box is a namespace of an account.
type box struct {
	account model.ID
	space   snode.Namespace
}

// inbox0 is where messages to an account wait.
func inbox0(account model.ID) box { return box{account, snode.Default} }

func newWorld(c clock.Clock) *world {
	w := &world{clock: c, keys: make(map[[32]byte]ed25519.PrivateKey), kept: make(map[[32]byte]map[box][]snode.Message), deaf: make(map[[32]byte]bool), files: make(map[string][]byte), revoked: make(map[snode.SubaccountToken]bool)}
	for i := range 3 {
		key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i + 1)}, ed25519.SeedSize))
		n := snode.Node{Ed25519: [32]byte(key[32:])}
		w.keys[n.Ed25519] = key
		w.nodes = append(w.nodes, n)
		w.kept[n.Ed25519] = make(map[box][]snode.Message)
	}
	return w
}

// setFault exchanges the fault, nil for none.
func (w *world) setFault(f func(account model.ID, r snode.Request) (after bool, err error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault = f
}

// has lists the hashes that the first node keeps for an account.
func (w *world) has(account model.ID) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []string
	for _, m := range w.kept[w.nodes[0].Ed25519][inbox0(account)] {
		list = append(list, m.Hash)
	}
	return list
}

// messages copies what the first node keeps for an account.
func (w *world) messages(account model.ID) []snode.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.kept[w.nodes[0].Ed25519][inbox0(account)])
}

// put stores a blob for an account on all nodes, or moves it to the end.
func (w *world) put(account model.ID, data []byte, ttl int64) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	hash := snode.MessageHash(account, snode.Default, data)
	now := w.clock.Now().UnixMilli()
	for _, n := range w.nodes {
		w.keep(n.Ed25519, inbox0(account), snode.Message{Hash: hash, Timestamp: now, Expiration: now + ttl, Data: data})
	}
	return hash
}

// shuffle gives each node's messages of an account another order.
func (w *world) shuffle(account model.ID, order func(a, b snode.Message) int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.nodes {
		slices.SortFunc(w.kept[n.Ed25519][inbox0(account)], order)
	}
}

func (w *world) keep(node [32]byte, in box, m snode.Message) (already bool) {
	list := w.kept[node][in]
	if slices.ContainsFunc(list, func(have snode.Message) bool { return have.Hash == m.Hash }) {
		return true
	}
	w.kept[node][in] = append(list, m)
	return false
}

// link is one engine's way into the world.
type link struct {
	*world
	changed func()

	state struct {
		sync.Mutex
		offline bool
	}
}

func (l *link) setOffline(off bool) {
	l.state.Lock()
	l.state.offline = off
	l.state.Unlock()
	l.changed()
}

func (l *link) isOffline() bool {
	l.state.Lock()
	defer l.state.Unlock()
	return l.state.offline
}

func (l *link) Run(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func (l *link) Now() model.Millis { return model.Millis(l.clock.Now().UnixMilli()) }

func (l *link) members(context.Context, model.ID) ([]snode.Node, error) {
	if l.isOffline() {
		return nil, fail(model.ReasonOffline, "offline")
	}
	return slices.Clone(l.nodes), nil
}

func (l *link) web(ctx context.Context, address string, limit int64) (transport.Web, error) {
	if l.isOffline() {
		return transport.Web{}, fail(model.ReasonOffline, "offline")
	}
	w := l.world
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looks++
	page, ok := w.pages[address]
	if !ok {
		return transport.Web{}, fail(model.ReasonRejected, "no such page")
	}
	if page.Cut = int64(len(page.Body)) > limit; page.Cut {
		page.Body = page.Body[:limit]
	}
	u, err := url.Parse(address)
	page.URL = u
	return page, err
}

func (l *link) resolve(context.Context, string) (model.ID, error) {
	return model.ID{}, fail(model.ReasonNotFound, "no names here")
}

func (l *link) server(ctx context.Context, url string, key [32]byte, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error) {
	if l.isOffline() {
		return onion.V4Response{}, fail(model.ReasonOffline, "offline")
	}
	r, err := build(int64(l.Now()))
	if err != nil {
		return onion.V4Response{}, err
	}
	w := l.world
	w.mu.Lock()
	s := w.communities[url]
	if w.served == nil {
		w.served = make(map[string]int)
	}
	w.served[url]++
	lose := w.lose != nil && w.lose(r)
	w.mu.Unlock()
	if call, err := attach.ParseCall(r); s == nil && err == nil {
		return w.fileServer(call), nil // pictures come this way
	}
	if s == nil || s.PublicKey != key || ctx.Err() != nil {
		return onion.V4Response{}, fail(model.ReasonOffline, "no such server")
	}
	answer := s.Serve(r)
	if lose {
		return onion.V4Response{}, fail(model.ReasonOffline, "the answer was lost")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.forge != nil {
		answer = w.forge(r, answer)
	}
	return answer, nil
}

func (l *link) status() model.NetworkStatus {
	if l.isOffline() {
		return model.NetworkStatus{Connection: model.Offline}
	}
	return model.NetworkStatus{Connection: model.Online}
}

func (l *link) wake() {}

func (l *link) setReach(model.Reach) {}

func (l *link) checkProxy(context.Context, model.Proxy) (time.Duration, error) { return 0, nil }

func (l *link) ask(ctx context.Context, account model.ID, node *snode.Node, build func(now int64) (snode.Request, error)) ([]byte, error) {
	if l.isOffline() {
		return nil, fail(model.ReasonOffline, "offline")
	}
	r, err := build(int64(l.Now()))
	if err != nil {
		return nil, err
	}
	w := l.world
	w.mu.Lock()
	defer w.mu.Unlock()
	w.requests++
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	var lost error
	if w.fault != nil {
		after, err := w.fault(account, r)
		if err != nil && !after {
			return nil, err
		}
		lost = err
	}
	at := w.nodes[0].Ed25519
	if node != nil {
		at = node.Ed25519
	}
	body, err := w.answer(at, account, r, int64(l.Now()))
	if refused := (*snode.RPCError)(nil); errors.As(err, &refused) {
		err = statusError(err)
	}
	if lost != nil {
		return nil, lost
	}
	return body, err
}

var errUnknownRequest = errors.New("the world in memory does not know this request")

func (w *world) answer(node [32]byte, account model.ID, r snode.Request, now int64) ([]byte, error) {
	if account.Prefix() == identity.Group {
		err := snode.Authorize(r, snode.Env{Now: now, HF: snode.HardFork{22, 1}, Revoked: func(_ model.ID, token snode.SubaccountToken) bool {
			return w.revoked[token]
		}})
		if err != nil {
			return nil, err
		}
	}
	switch r := r.(type) {
	case *snode.BatchRequest:
		var a snode.BatchAnswer
		for _, sub := range r.Requests {
			body, err := w.answer(node, account, sub, now)
			var refused *snode.RPCError
			if err != nil && !errors.As(err, &refused) {
				return nil, err
			}
			a.Results = append(a.Results, snode.NewSubAnswer(200, body, err))
			if err != nil && r.Sequence {
				break
			}
		}
		return a.Encode(), nil
	case *snode.StoreRequest:
		hash := snode.MessageHash(r.Pubkey, r.Namespace, r.Data)
		a := snode.StoreAnswer{Hash: hash}
		if !slices.Contains(w.stores, hash) {
			w.stores = append(w.stores, hash)
		}
		for _, n := range w.nodes {
			if w.deaf[n.Ed25519] {
				a.Members = append(a.Members, snode.Member[snode.StoreResult]{Node: n.Ed25519, Failure: &snode.Failure{Timeout: true}})
				continue
			}
			already := w.keep(n.Ed25519, box{r.Pubkey, r.Namespace}, snode.Message{
				Hash: hash, Timestamp: r.Timestamp, Expiration: r.End(), Data: slices.Clone(r.Data),
			})
			result := snode.StoreResult{Hash: hash, Expiry: r.End(), Already: already}
			if err := snode.SignResult(r, &result, w.keys[n.Ed25519]); err != nil {
				return nil, err
			}
			a.Members = append(a.Members, snode.Member[snode.StoreResult]{Node: n.Ed25519, Result: result})
		}
		return a.Encode(), nil
	case *snode.RetrieveRequest:
		var a snode.RetrieveAnswer
		list := w.kept[node][box{r.Pubkey, r.Namespace}]
		i := slices.IndexFunc(list, func(m snode.Message) bool { return m.Hash == r.LastHash })
		for _, m := range list[i+1:] {
			if m.Expiration > now {
				a.Messages = append(a.Messages, m)
			}
		}
		if len(a.Messages) > pageOfTests {
			a.Messages, a.More = a.Messages[:pageOfTests], true
		}
		return a.Encode(), nil
	case *snode.DeleteRequest:
		var a snode.DeleteAnswer
		for _, n := range w.nodes {
			for in, list := range w.kept[n.Ed25519] {
				if in.account == r.Pubkey {
					w.kept[n.Ed25519][in] = slices.DeleteFunc(list, func(m snode.Message) bool { return slices.Contains(r.Messages, m.Hash) })
				}
			}
			result := snode.DeleteResult{Deleted: snode.Hashes{List: r.Messages}}
			if err := snode.SignResult(r, &result, w.keys[n.Ed25519]); err != nil {
				return nil, err
			}
			a.Members = append(a.Members, snode.Member[snode.DeleteResult]{Node: n.Ed25519, Result: result})
		}
		return a.Encode(), nil
	case *snode.ExpireRequest:
		return w.expire(r)
	case *snode.DeleteAllRequest:
		return w.deleteAll(r)
	case *snode.RevokeRequest:
		for _, token := range r.Tokens {
			if r.Undo {
				delete(w.revoked, token)
			} else {
				w.revoked[token] = true
			}
		}
		return []byte(`{"swarm":{}}`), nil
	}
	return nil, errUnknownRequest
}

func (w *world) expire(r *snode.ExpireRequest) ([]byte, error) {
	var a snode.ExpireAnswer
	for _, n := range w.nodes {
		result := snode.ExpireResult{Expiry: r.Expiry, HasUnchanged: true}
		for in, list := range w.kept[n.Ed25519] {
			if in.account == r.Pubkey {
				expireList(list, r, &result)
			}
		}
		if err := snode.SignResult(r, &result, w.keys[n.Ed25519]); err != nil {
			return nil, err
		}
		a.Members = append(a.Members, snode.Member[snode.ExpireResult]{Node: n.Ed25519, Result: result})
	}
	return a.Encode(), nil
}

// pageOfTests is how many messages a node in memory gives at once.
const pageOfTests = 300

func expireList(list []snode.Message, r *snode.ExpireRequest, result *snode.ExpireResult) {
	for i := range list {
		switch {
		case !slices.Contains(r.Messages, list[i].Hash):
		case list[i].Expiration == r.Expiry[0], r.Shorten && list[i].Expiration < r.Expiry[0], r.Extend && list[i].Expiration > r.Expiry[0]:
			result.Unchanged = append(result.Unchanged, snode.HashExpiry{Hash: list[i].Hash, Expiry: list[i].Expiration})
		default:
			list[i].Expiration = r.Expiry[0]
			result.Updated.List = append(result.Updated.List, list[i].Hash)
		}
	}
}

// box copies what the first node keeps for an account in a namespace.
func (w *world) box(account model.ID, ns snode.Namespace) []snode.Message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.kept[w.nodes[0].Ed25519][box{account, ns}])
}

// putConfig stores a blob in a namespace of an account on all nodes.
func (w *world) putConfig(account model.ID, ns snode.Namespace, data []byte) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	hash := snode.MessageHash(account, ns, data)
	now := w.clock.Now().UnixMilli()
	for _, n := range w.nodes {
		w.keep(n.Ed25519, box{account, ns}, snode.Message{Hash: hash, Timestamp: now, Expiration: now + int64(configLife), Data: data})
	}
	return hash
}

// forget drops everything that is kept for an account.
func (w *world) forget(account model.ID) {
	for _, n := range w.nodes {
		w.forgetAt(n.Ed25519, account)
	}
}

// forgetAt drops everything that one node keeps for an account.
func (w *world) forgetAt(node [32]byte, account model.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for in := range w.kept[node] {
		if in.account == account {
			delete(w.kept[node], in)
		}
	}
}

// forgetConfigs drops all config messages of an account.
func (w *world) forgetConfigs(account model.ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.nodes {
		for in := range w.kept[n.Ed25519] {
			if in.account == account && in.space != snode.Default {
				delete(w.kept[n.Ed25519], in)
			}
		}
	}
}

// transfer is the file server of the world. fileFault may fail a call, after it
// was carried out or before, or give another answer.
func (l *link) transfer(ctx context.Context, url string, key [32]byte, _ int64, progress transport.Progress, build func(now int64) (onion.V4Request, error)) (onion.V4Response, error) {
	if l.isOffline() {
		return onion.V4Response{}, fail(model.ReasonOffline, "offline")
	}
	w := l.world
	w.mu.Lock()
	_, community := w.communities[url]
	w.mu.Unlock()
	if community {
		return l.server(ctx, url, key, build)
	}
	request, err := build(int64(l.Now()))
	if err != nil {
		return onion.V4Response{}, err
	}
	call, err := attach.ParseCall(request)
	if err != nil {
		return onion.V4Response{}, err
	}
	w.mu.Lock()
	fault := w.fileFault
	w.mu.Unlock()
	var (
		lost   error
		forged *onion.V4Response
	)
	if fault != nil {
		var after bool
		if after, forged, lost = fault(call); lost != nil && !after {
			return onion.V4Response{}, lost
		}
	}
	if ctx.Err() != nil {
		return onion.V4Response{}, contextError(ctx)
	}
	size := int64(len(request.Body))
	progress(size/2, size, 0, 0)
	progress(size, size, 0, 0)
	answer := w.fileServer(call)
	if forged != nil {
		answer = *forged
	}
	progress(size, size, int64(len(answer.Body)), int64(len(answer.Body)))
	return answer, lost
}

func (w *world) fileServer(c attach.Call) onion.V4Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch c.Kind {
	case attach.CallUpload:
		id := attach.FileID(c.Blob)
		w.files[id] = slices.Clone(c.Blob)
		return attach.EncodeUploaded(attach.Uploaded{ID: id, Expires: w.clock.Now().UnixMilli() + 1})
	case attach.CallDownload:
		if blob, ok := w.files[c.ID]; ok {
			return onion.V4Response{Code: 200, Body: blob}
		}
	case attach.CallInfo, attach.CallExtend:
		if blob, ok := w.files[c.ID]; ok {
			return attach.EncodeFileInfo(attach.FileInfo{Size: int64(len(blob)), Expires: w.clock.Now().UnixMilli() + 14*24*60*60*1000})
		}
	}
	return attach.EncodeStatus(404)
}

// setFileFault exchanges the fault of the file server, nil for none.
func (w *world) setFileFault(f func(c attach.Call) (after bool, answer *onion.V4Response, err error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fileFault = f
}
