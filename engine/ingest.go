package engine

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"sotto/engine/model"
	"sotto/engine/protocol/seal"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// Why a hash need not be handled again (store.SeenRecord.Reason). Stored: never
// renumber.
const (
	seenHandled uint8 = 1 // it was a message, and what it asked for was done
	seenOwn     uint8 = 2 // written by this device
	seenClosed  uint8 = 3 // does not open: not for this account, or damaged
	seenRefused uint8 = 4 // opens, and breaks a rule of the protocol
	seenNewer   uint8 = 5 // of protocol version 2
)

// incoming is one blob of a swarm, opened or found unusable.
type incoming struct {
	seal.Opened
	hash       string
	stored     model.Millis // when the swarm got it, as the node says
	key        int          // of a group: index of the key that opened it
	expiration model.Millis // when the swarm deletes it, 0 when not credible
	sent       model.Millis
	seen       uint8
}

// maxPages bounds one poll of one member, against a node that always has more.
// What is left comes with the next poll.
const maxPages = 100

// feed is a namespace whose messages are read page by page: fetch gets a page
// after a hash, open opens one blob, apply handles a page and keeps its last hash.
type feed struct {
	account model.ID
	space   snode.Namespace
	fetch   func(last string) ([]byte, error)
	open    func(in *incoming, blob []byte)
	apply   func(page []incoming, last string) (added int, err error) // on the loop
}

// ingest reads a namespace from one member of a swarm until there is no more: the
// blobs not seen before are opened in parallel, and each page is applied in one
// transaction with its last hash. A page is fetched and opened while the one before is being stored. It
// returns how many messages were added, and runs on a worker.
func (c *core) ingest(ctx context.Context, node [32]byte, f feed) (added int, err error) {
	var last string
	err = c.store.View(func(tx *store.Tx) error {
		last = tx.LastHash(node, f.account, int16(f.space))
		return nil
	})
	if err != nil {
		return 0, storeError("read the last hash", err)
	}

	type outcome struct {
		added int
		err   error
	}
	var before chan outcome // of the page that is being stored
	settle := func() error {
		if before == nil {
			return nil
		}
		select {
		case o := <-before:
			before = nil
			added += o.added
			return o.err
		case <-ctx.Done():
			return contextError(ctx)
		}
	}
	for pages, more := 0, true; more && pages < maxPages; pages++ {
		body, err := f.fetch(last)
		if err != nil {
			return added, errors.Join(err, settle())
		}
		answer, err := snode.DecodeRetrieve(body)
		if err != nil {
			return added, errors.Join(unusable(err), settle())
		}
		if len(answer.Messages) == 0 {
			break
		}
		batch, err := c.open(f, answer.Messages)
		if err != nil {
			return added, errors.Join(err, settle())
		}
		newest := answer.Messages[len(answer.Messages)-1].Hash
		more = answer.More && newest != last
		last = newest
		if err := settle(); err != nil {
			return added, err
		}
		page, hash, done := batch, last, make(chan outcome, 1)
		c.post(func() {
			n, err := f.apply(page, hash)
			done <- outcome{n, err}
		})
		before = done
	}
	return added, settle()
}

// open opens the blobs that were not handled before, in parallel, and keeps
// their order. It runs on a worker.
func (c *core) open(f feed, messages []snode.Message) ([]incoming, error) {
	batch := make([]incoming, 0, len(messages))
	blobs := make([][]byte, 0, len(messages))
	now := c.now()
	err := c.store.View(func(tx *store.Tx) error {
		for _, m := range messages {
			if _, seen := tx.Seen(f.account, int16(f.space), m.Hash); seen {
				continue
			}
			batch = append(batch, incoming{
				hash: m.Hash, expiration: credible(m.Expiration, now), stored: model.Millis(m.Timestamp),
			})
			blobs = append(blobs, m.Data)
		}
		return nil
	})
	if err != nil {
		return nil, storeError("look for known hashes", err)
	}

	// Small portions, so that processors which are busy with something else do
	// not hold up the page.
	const portion = 16
	var (
		next    atomic.Int64
		openers sync.WaitGroup
	)
	for range min(runtime.GOMAXPROCS(0), (len(batch)+portion-1)/portion) {
		openers.Go(func() {
			for {
				end := int(next.Add(portion))
				if end-portion >= len(batch) {
					return
				}
				for i := end - portion; i < min(end, len(batch)); i++ {
					f.open(&batch[i], blobs[i])
				}
			}
		})
	}
	openers.Wait()
	return batch, nil
}

func (c *core) openOne(in *incoming, blob []byte) {
	opened, err := seal.Open(c.account, blob)
	switch {
	case err == nil:
		in.Opened, in.sent, in.seen = opened, model.Millis(opened.Timestamp), seenHandled
	case errors.Is(err, seal.ErrProtocolV2):
		in.seen = seenNewer
	case errors.Is(err, seal.ErrRefused):
		in.seen = seenRefused
	default:
		in.seen = seenClosed
	}
	if in.seen == seenHandled && in.sent <= 0 { // above 2^63: no time at all
		in.seen = seenRefused
	}
}

// credible returns an expiration that a node may truthfully give, else 0.
func credible(expiration int64, now model.Millis) model.Millis {
	const day = 24 * 60 * 60 * 1000
	at := model.Millis(expiration)
	if at < now-day || at > now+31*day {
		return 0
	}
	return at
}
