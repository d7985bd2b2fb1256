package engine

import (
	"context"
	"errors"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// configSpaces are the namespaces of config messages in the own swarm, in the
// order in which they are applied: what decides whether a conversation exists
// before what was read in it (protocol/config-messages.md §8).
var configSpaces = []snode.Namespace{snode.UserProfile, snode.Contacts, snode.UserGroups, snode.ConvoInfoVolatile}

const (
	// pollSize asks for pages of a third of what nodes give at most, so that the
	// next page travels while one is opened and stored.
	pollSize = -3
	// configSize is the share of each config namespace in the batch that begins
	// a poll: with pollSize together they stay within one answer.
	configSize = -8
)

// pollMember asks one member of the own swarm for everything new: one batch
// brings the first page of all namespaces. Config messages are merged before
// messages are looked at. It runs on a worker.
func (c *core) pollMember(ctx context.Context, node *snode.Node, members int) (added int, err error) {
	answer, err := c.retrieveAll(ctx, node)
	if err != nil {
		return 0, err
	}
	if err := c.ingestConfigs(ctx, node, members, answer.configs); err != nil {
		return 0, err
	}
	first := answer.messages
	return c.ingest(ctx, node.Ed25519, feed{
		account: c.me, space: snode.Default,
		fetch: func(last string) ([]byte, error) {
			if body := first; body != nil {
				first = nil
				return body, nil
			}
			return c.retrieve(ctx, c.own(), node, snode.Default, last)
		},
		open:  c.openOne,
		apply: func(page []incoming, last string) (int, error) { return c.apply(node.Ed25519, page, last) },
	})
}

// swarm is an account whose swarm is read, and what signs requests to it.
type swarm struct {
	account model.ID
	signer  snode.Signer
}

func (c *core) own() swarm { return swarm{c.me, c.signer} }

// firstQuestion is the batch that begins a poll of a swarm.
type firstQuestion struct {
	spaces   []snode.Namespace
	messages snode.Namespace // which of them has messages; the others are configs
	size     int             // what messages may take of the answer (RetrieveRequest.MaxSize)
	renew    []string        // configs whose lives are extended; empty: none
	extend   bool            // never shorten them: all that a member of a group may
}

// askFirst asks a member for the first page of every namespace, each from the
// newest hash known of this member. The answers come in the order of the
// namespaces; one for renew, if there is one, follows. It runs on a worker.
func (c *core) askFirst(ctx context.Context, s swarm, node *snode.Node, q firstQuestion) ([]snode.SubAnswer, error) {
	last := make(map[snode.Namespace]string)
	err := c.store.View(func(tx *store.Tx) error {
		for _, ns := range q.spaces {
			last[ns] = tx.LastHash(node.Ed25519, s.account, int16(ns))
		}
		return nil
	})
	if err != nil {
		return nil, storeError("read the last hash", err)
	}
	body, err := c.net.ask(ctx, s.account, node, func(now int64) (snode.Request, error) {
		var list []snode.SignedRequest
		for _, ns := range q.spaces {
			size := configSize
			if ns == q.messages {
				size = q.size
			}
			list = append(list, &snode.RetrieveRequest{Namespace: ns, Timestamp: now, LastHash: last[ns], MaxSize: size})
		}
		if len(q.renew) > 0 {
			list = append(list, &snode.ExpireRequest{Messages: q.renew, Expiry: []int64{now + int64(configLife)}, Extend: q.extend})
		}
		batch := &snode.BatchRequest{}
		for _, r := range list {
			if err := snode.Sign(r, s.signer); err != nil {
				return nil, err
			}
			batch.Requests = append(batch.Requests, r)
		}
		return batch, nil
	})
	if err != nil {
		return nil, err
	}
	answer, err := snode.DecodeBatch(body)
	if err != nil || len(answer.Results) < len(q.spaces) {
		return nil, unusable(errors.Join(err, errBatchLength))
	}
	return answer.Results, nil
}

// firstPages are the answers of the batch that begins a poll.
type firstPages struct {
	messages []byte                     // body of namespace 0
	configs  map[snode.Namespace][]byte // bodies of the config namespaces
}

// retrieveAll asks for the first page of every namespace, each from the newest
// hash known of this member, and renews the lives of config messages when that
// is due.
func (c *core) retrieveAll(ctx context.Context, node *snode.Node) (*firstPages, error) {
	spaces := append([]snode.Namespace{snode.Default}, configSpaces...)
	renew := c.renewal()
	results, err := c.askFirst(ctx, c.own(), node, firstQuestion{spaces: spaces, messages: snode.Default, size: pollSize, renew: renew})
	if err != nil {
		return nil, err
	}
	pages := &firstPages{configs: make(map[snode.Namespace][]byte)}
	for i, ns := range spaces {
		result := results[i]
		if err := result.Check(); err != nil {
			return nil, statusError(err)
		}
		if ns == snode.Default {
			pages.messages = result.Body
		} else {
			pages.configs[ns] = result.Body
		}
	}
	if n := len(spaces); len(renew) > 0 && len(results) > n && results[n].Check() == nil {
		c.renewed()
	}
	return pages, nil
}

// retrieve asks one member for what came after last in a namespace. It runs on
// a worker.
func (c *core) retrieve(ctx context.Context, s swarm, node *snode.Node, ns snode.Namespace, last string) ([]byte, error) {
	return c.net.ask(ctx, s.account, node, func(now int64) (snode.Request, error) {
		r := &snode.RetrieveRequest{Namespace: ns, Timestamp: now, LastHash: last, MaxSize: pollSize}
		return r, snode.Sign(r, s.signer)
	})
}

// configPage is what one member gave of a config namespace.
type configPage struct {
	space    snode.Namespace
	messages []snode.Message // not handled before
	last     string          // newest hash, empty when nothing came
}

// maxConfigPages bounds one poll of a config namespace. An account has a few
// messages there; a node that has always more is not believed.
const maxConfigPages = 20

// ingestConfigs reads the config namespaces to their ends and hands everything
// new to the loop in one piece. It runs on a worker.
func (c *core) ingestConfigs(ctx context.Context, node *snode.Node, members int, first map[snode.Namespace][]byte) error {
	var pages []configPage
	for _, ns := range configSpaces {
		page, err := c.readConfigs(ctx, c.own(), node, ns, first[ns])
		if err != nil {
			return err
		}
		pages = append(pages, page)
	}
	done := make(chan error, 1)
	c.post(func() { done <- c.mergeConfigs(node.Ed25519, members, pages) })
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return contextError(ctx)
	}
}

func (c *core) readConfigs(ctx context.Context, s swarm, node *snode.Node, ns snode.Namespace, body []byte) (configPage, error) {
	page := configPage{space: ns}
	for range maxConfigPages {
		answer, err := snode.DecodeRetrieve(body)
		if err != nil {
			return page, unusable(err)
		}
		if len(answer.Messages) == 0 {
			break
		}
		if page.messages, err = c.unseen(page.messages, s.account, ns, answer.Messages); err != nil {
			return page, err
		}
		newest := answer.Messages[len(answer.Messages)-1].Hash
		if !answer.More || newest == page.last {
			page.last = newest
			break
		}
		page.last = newest
		if body, err = c.retrieve(ctx, s, node, ns, newest); err != nil {
			return page, err
		}
	}
	return page, nil
}

// unseen appends the messages that were not handled before. Those of groups are
// few, and read again when the account is given more rights: all are new.
func (c *core) unseen(list []snode.Message, account model.ID, ns snode.Namespace, messages []snode.Message) ([]snode.Message, error) {
	if account != c.me {
		return append(list, messages...), nil
	}
	err := c.store.View(func(tx *store.Tx) error {
		for _, m := range messages {
			if _, seen := tx.Seen(c.me, int16(ns), m.Hash); !seen {
				list = append(list, m)
			}
		}
		return nil
	})
	return list, storeError("look for known hashes", err)
}

// configLife is how long a config message lives in a swarm.
const configLife model.Millis = 30 * 24 * 60 * 60 * 1000
