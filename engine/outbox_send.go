package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/internal/redact"
	"sotto/store"
)

// send starts requests as long as some lane may send.
func (c *core) send(now time.Time) {
	if c.silent != nil {
		return
	}
	for {
		lanes := c.out.next(now)
		if len(lanes) == 0 {
			return
		}
		for _, l := range lanes {
			c.sendChunk(l, c.out.chunk(l))
		}
	}
}

func (c *core) sendChunk(l *lane, seqs []uint64) {
	retried := c.out.tried[seqs[0]]
	for _, seq := range seqs {
		c.out.tried[seq] = true
		l.flying[seq] = true
	}
	l.flights++
	c.out.busy++
	recipient, ctx := l.recipient, c.flight
	c.spawn(func() {
		rows, err := c.rowsOf(seqs)
		var results []sendResult
		if err == nil {
			results, err = c.deliver(ctx, recipient, rows, retried)
		}
		c.post(func() { c.delivered(recipient, seqs, rows, results, err) })
	})
}

// rowsOf reads rows with their bytes. It runs on a worker.
func (c *core) rowsOf(seqs []uint64) ([]store.OutboxRow, error) {
	var rows []store.OutboxRow
	err := c.store.View(func(tx *store.Tx) error {
		for _, seq := range seqs {
			if r, ok := tx.OutboxRow(seq); ok {
				rows = append(rows, r)
			}
		}
		return nil
	})
	return rows, storeError("read the outbox", err)
}

// sendResult is what became of one row.
type sendResult struct {
	err     error // *model.Error
	hash    string
	thin    bool                    // a message that only one member took, of several
	expires map[string]model.Millis // rowShorten: real ends by hash
	posted  *community.Message      // rowPost: what the server made of it
	stale   bool                    // rowPost: its files have to be uploaded again first
	seqno   int64                   // rowCall: of the room after a reaction
	direct  int64                   // rowCall: number of the direct message
}

// deliver sends rows of one recipient in one request. The error is about the
// request as a whole. retried says that an earlier request may have carried the
// first row. It runs on a worker.
func (c *core) deliver(ctx context.Context, recipient model.ID, rows []store.OutboxRow, retried bool) ([]sendResult, error) {
	now := c.now()
	results := make([]sendResult, len(rows))
	var live []int
	for i, r := range rows {
		if r.Attempts == 0 && now > r.Timestamp+lifetime {
			results[i].err = fail(model.ReasonExpired, "the message waited longer than messages live in the network")
			continue
		}
		live = append(live, i)
	}
	if len(live) == 0 {
		return results, nil
	}
	if rows[0].Kind == rowPost || rows[0].Kind == rowCall {
		results[0] = c.deliverRoom(ctx, rows[0], retried)
		return results, nil
	}

	requests := make([]snode.Request, len(live)) // of the last attempt
	body, err := c.net.ask(ctx, recipient, nil, func(now int64) (snode.Request, error) {
		for n, i := range live {
			r, err := c.request(rows[i], now)
			if err != nil {
				return nil, err
			}
			requests[n] = r
		}
		if len(requests) == 1 {
			return requests[0], nil
		}
		return &snode.BatchRequest{Requests: slices.Clone(requests)}, nil
	})
	switch {
	case err != nil && len(live) == 1 && permanent(err):
		results[live[0]].err = err
		return results, nil
	case err != nil:
		return nil, err
	}
	if len(live) == 1 {
		results[live[0]] = readResult(rows[live[0]], requests[0], body)
		return results, nil
	}

	answer, err := snode.DecodeBatch(body)
	if err != nil || len(answer.Results) != len(live) {
		return nil, model.Fail(model.ReasonOffline, "a node gave an unusable answer", errors.Join(err, errBatchLength))
	}
	for n, i := range live {
		sub := answer.Results[n]
		if err := sub.Check(); err != nil {
			results[i].err = statusError(err)
			continue
		}
		results[i] = readResult(rows[i], requests[n], sub.Body)
	}
	return results, nil
}

var errBatchLength = errors.New("engine: number of results in a batch")

// request builds what is sent for a row. The bytes of a message are the stored
// ones at every attempt, so that its hash stays the same and the swarm keeps it
// once. The time of the store is the present one: the life of a message begins
// when it gets there.
func (c *core) request(r store.OutboxRow, now int64) (snode.Request, error) {
	switch r.Kind {
	case rowDelete:
		hashes, _, err := decodeHashes(r.Data)
		if err != nil {
			return nil, err
		}
		signer, err := c.signerOf(r.Recipient)
		if err != nil {
			return nil, err
		}
		req := &snode.DeleteRequest{Messages: hashes}
		return req, snode.Sign(req, signer)
	case rowShorten:
		hashes, until, err := decodeHashes(r.Data)
		if err != nil {
			return nil, err
		}
		// An end in the past is refused; the soonest that is taken does as well.
		req := &snode.ExpireRequest{Messages: hashes, Expiry: []int64{max(int64(until), now)}, Shorten: true}
		return req, snode.Sign(req, c.signer)
	case rowWipe:
		signer, err := c.signerOf(r.Recipient)
		if err != nil {
			return nil, err
		}
		req := &snode.DeleteAllRequest{Scope: snode.In(snode.Namespace(r.Namespace)), Timestamp: now}
		return req, snode.Sign(req, signer)
	}
	req := &snode.StoreRequest{
		Namespace: snode.Namespace(r.Namespace), Timestamp: now, TTL: int64(r.TTL), Data: r.Data,
	}
	if r.Recipient.Prefix() == identity.Group {
		signer, err := c.signerOf(r.Recipient)
		if err != nil {
			return nil, err
		}
		return req, snode.Sign(req, signer)
	}
	req.Pubkey = r.Recipient
	return req, nil
}

// readResult reads the answer to the request of a row.
func readResult(r store.OutboxRow, request snode.Request, body []byte) sendResult {
	switch r.Kind {
	case rowDelete, rowWipe:
		if _, err := snode.DecodeDelete(body); err != nil {
			return sendResult{err: unusable(err)}
		}
		return sendResult{}
	case rowShorten:
		answer, err := snode.DecodeExpire(body)
		if err != nil {
			return sendResult{err: unusable(err)}
		}
		return sendResult{expires: realExpiries(request, answer)}
	}
	answer, err := snode.DecodeStore(body)
	if err != nil {
		return sendResult{err: unusable(err)}
	}
	took := answer.Succeeded()
	if took == 0 {
		return sendResult{err: fail(model.ReasonOffline, "no member of the swarm took the message")}
	}
	want := snode.MessageHash(r.Recipient, snode.Namespace(r.Namespace), r.Data)
	if answer.Hash != "" && answer.Hash != want {
		return sendResult{err: unusable(fmt.Errorf("hash %s of another message", redact.ID(answer.Hash)))}
	}
	return sendResult{hash: want, thin: took == 1 && len(answer.Members) > 1}
}

// unusable is an answer that no correct node gives: another node may do better.
func unusable(err error) error {
	return model.Fail(model.ReasonOffline, "a node gave an unusable answer", err)
}

// realExpiries reads when messages really end, out of an answer to expire with
// shorten: those updated end at the value of the answer, those unchanged were
// shortened by another device before (protocol/messages.md §9). The first member
// that says something about a hash counts, if it has signed it.
func realExpiries(request snode.Request, a *snode.ExpireAnswer) map[string]model.Millis {
	ends := make(map[string]model.Millis)
	set := func(hash string, at int64) {
		if _, known := ends[hash]; !known && at > 0 {
			ends[hash] = model.Millis(at)
		}
	}
	for _, m := range a.Members {
		if m.Failure != nil || !snode.VerifyResult(request, &m.Result, m.Node) {
			continue
		}
		for i, hash := range m.Result.Updated.Sorted() {
			switch {
			case m.Result.Several && i < len(m.Result.Expiry):
				set(hash, m.Result.Expiry[i])
			case len(m.Result.Expiry) > 0:
				set(hash, m.Result.Expiry[0])
			}
		}
		for _, u := range m.Result.Unchanged {
			set(u.Hash, u.Expiry)
		}
	}
	return ends
}
