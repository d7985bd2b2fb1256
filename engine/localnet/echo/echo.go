package echo

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/internal/redact"
)

// Server is the file server.
type Server struct {
	URL    string // http://host:port
	X25519 [32]byte
}

// Config is what Echo is made of.
type Config struct {
	Account *identity.Account
	SeedURL string // of a seed, without path
	Files   Server
	Poll    time.Duration // between two looks into the own swarm
	// DB keeps what was answered, in a bucket of its own.
	DB     *bbolt.DB
	Logger *slog.Logger
}

// Name is what Echo calls itself.
const Name = "Echo"

// typingPause is how long Echo seems to type.
const typingPause = 250 * time.Millisecond

// maxQueue bounds what one person can have waiting; more goes unanswered.
const maxQueue = 500

var bucketEcho = []byte("echo")

// Echo is the running account.
type Echo struct {
	cfg     Config
	me      *identity.Account
	id      identity.ID
	signer  snode.Signer
	net     *client
	profile uint64 // when the profile was set, in seconds

	mu      sync.Mutex
	last    map[[32]byte]string // last hash, for each node
	queued  map[string]bool     // hashes that wait for an answer
	queues  map[identity.ID][]letter
	friends map[identity.ID]bool
	workers sync.WaitGroup
}

// letter is an opened message with the hash to remember it by.
type letter struct {
	hash       string
	expiration int64
	seal.Opened
}

// New prepares Echo's memory.
func New(cfg Config) (*Echo, error) {
	err := cfg.DB.Update(func(t *bbolt.Tx) error {
		_, err := t.CreateBucketIfNotExists(bucketEcho)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("echo: %w", err)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	return &Echo{
		cfg:     cfg,
		me:      cfg.Account,
		id:      cfg.Account.ID(),
		signer:  snode.NewAccountSigner(cfg.Account),
		net:     newClient(cfg.SeedURL),
		last:    make(map[[32]byte]string),
		queued:  make(map[string]bool),
		queues:  make(map[identity.ID][]letter),
		friends: make(map[identity.ID]bool),
	}, nil
}

// Run lives until ctx ends.
func (e *Echo) Run(ctx context.Context) {
	defer e.net.close()
	defer e.workers.Wait()
	quiet := false
	for {
		err := e.poll(ctx)
		wait := e.cfg.Poll
		if err != nil && ctx.Err() == nil {
			if !quiet {
				e.cfg.Logger.Warn("echo: cannot reach the network", "error", err)
			}
			wait = max(wait, time.Second)
		}
		quiet = err != nil
		if !sleep(ctx, wait) {
			return
		}
	}
}

// poll fetches what is new and hands it to the people's queues.
func (e *Echo) poll(ctx context.Context) error {
	if err := e.net.ensure(ctx); err != nil {
		return err
	}
	if e.profile == 0 {
		e.profile = uint64(e.net.now() / 1000)
		if err := e.forget(e.net.now()); err != nil {
			return err
		}
	}
	nodes, err := e.net.swarm(ctx, e.id)
	if err != nil {
		e.net.learn(ctx, e.id, err)
		return err
	}
	// All members, as any of them may lag behind the others.
	var wg sync.WaitGroup
	errs := make([]error, len(nodes))
	for i, node := range nodes {
		wg.Go(func() { errs[i] = e.fetch(ctx, node) })
	}
	wg.Wait()
	for _, err := range errs {
		if err == nil {
			return nil // one answer is enough
		}
	}
	e.net.learn(ctx, e.id, errs[0])
	return errs[0]
}

func (e *Echo) fetch(ctx context.Context, node snode.Node) error {
	for {
		e.mu.Lock()
		after := e.last[node.Ed25519]
		e.mu.Unlock()
		req := &snode.RetrieveRequest{Timestamp: e.net.now(), LastHash: after, MaxSize: -4}
		req.Pubkey = e.id
		if err := snode.Sign(req, e.signer); err != nil {
			return err
		}
		body, err := e.net.rpc(ctx, node, req)
		if err != nil {
			return err
		}
		a, err := snode.DecodeRetrieve(body)
		if err != nil {
			return err
		}
		e.net.sawTime(a.T)
		for _, m := range a.Messages {
			if err := e.receive(ctx, m); err != nil {
				return err
			}
			e.mu.Lock()
			e.last[node.Ed25519] = m.Hash
			e.mu.Unlock()
		}
		if !a.More || len(a.Messages) == 0 {
			return nil
		}
	}
}

// receive takes a stored message once, whichever node it came from.
func (e *Echo) receive(ctx context.Context, m snode.Message) error {
	e.mu.Lock()
	known := e.queued[m.Hash]
	e.queued[m.Hash] = true
	e.mu.Unlock()
	if known {
		return nil
	}
	if answered, err := e.answered(m.Hash); answered || err != nil {
		e.unqueue(m.Hash)
		return err
	}
	opened, err := seal.Open(e.me, m.Data)
	if err != nil || opened.Sender == e.id {
		defer e.unqueue(m.Hash)
		return e.remember(m.Hash, m.Expiration)
	}
	e.enqueue(ctx, letter{hash: m.Hash, expiration: m.Expiration, Opened: opened})
	return nil
}

// enqueue gives each person a worker of their own, which ends when there is
// nothing more to answer.
func (e *Echo) enqueue(ctx context.Context, l letter) {
	e.mu.Lock()
	defer e.mu.Unlock()
	queue, working := e.queues[l.Sender]
	if len(queue) >= maxQueue {
		delete(e.queued, l.hash)
		return
	}
	e.queues[l.Sender] = append(queue, l)
	if !working {
		e.workers.Go(func() { e.work(ctx, l.Sender) })
	}
}

func (e *Echo) work(ctx context.Context, from identity.ID) {
	for {
		e.mu.Lock()
		queue := e.queues[from]
		if len(queue) == 0 || ctx.Err() != nil {
			delete(e.queues, from)
			e.mu.Unlock()
			return
		}
		l := queue[0]
		e.queues[from] = queue[1:]
		e.mu.Unlock()
		typed, err := e.answer(ctx, l)
		if err == nil {
			err = e.remember(l.hash, l.expiration)
		}
		if err == nil && typed {
			err = e.typing(ctx, from, wire.TypingStopped)
		}
		if err != nil && ctx.Err() == nil {
			e.cfg.Logger.Warn("echo: answer failed", "to", redact.ID(from.String()), "error", err)
		}
		e.unqueue(l.hash)
	}
}

func (e *Echo) unqueue(hash string) {
	e.mu.Lock()
	delete(e.queued, hash)
	e.mu.Unlock()
}

// answered says whether a message was dealt with, also before a restart.
func (e *Echo) answered(hash string) (known bool, err error) {
	err = e.cfg.DB.View(func(t *bbolt.Tx) error {
		known = t.Bucket(bucketEcho).Get([]byte(hash)) != nil
		return nil
	})
	return known, err
}

func (e *Echo) remember(hash string, expiration int64) error {
	return e.cfg.DB.Update(func(t *bbolt.Tx) error {
		// A day more than the swarm keeps it.
		at := binary.BigEndian.AppendUint64(nil, uint64(expiration+24*60*60*1000))
		return t.Bucket(bucketEcho).Put([]byte(hash), at)
	})
}

// forget drops hashes that the swarm no longer has.
func (e *Echo) forget(now int64) error {
	return e.cfg.DB.Update(func(t *bbolt.Tx) error {
		b := t.Bucket(bucketEcho)
		var over [][]byte
		err := b.ForEach(func(k, v []byte) error {
			if len(v) != 8 || int64(binary.BigEndian.Uint64(v)) < now {
				over = append(over, append([]byte(nil), k...))
			}
			return nil
		})
		for _, k := range over {
			if err == nil {
				err = b.Delete(k)
			}
		}
		return err
	})
}
