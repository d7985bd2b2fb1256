package engine

import (
	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/engine/protocol/wire"
	"sotto/store"
)

// apply handles a page of a swarm in one transaction, together with the last
// hash: after a crash the page either counts entirely or comes again entirely.
// It returns how many messages were added.
func (c *core) apply(node [32]byte, page []incoming, last string) (added int, err error) {
	var refused, closed, newer int
	err = c.update(func(w *work) error {
		added, refused, closed, newer = 0, 0, 0, 0
		r := &receiver{work: w}
		for i := range page {
			in := &page[i]
			switch in.seen {
			case seenHandled:
				if err := r.handle(in); err != nil {
					return err
				}
			case seenNewer:
				newer++
			case seenRefused:
				refused++
			default:
				closed++
			}
			until := in.expiration
			if until == 0 {
				until = w.now + lifetime
			}
			record := store.SeenRecord{Expiry: until, Reason: in.seen}
			if err := w.tx.MarkSeen(w.me, int16(snode.Default), in.hash, record); err != nil {
				return err
			}
		}
		added = r.added
		if newer > 0 && !c.sawNewer {
			w.emit(NewerProtocol{})
			w.then(func() { c.sawNewer = true })
		}
		return w.tx.PutLastHash(node, w.me, int16(snode.Default), last)
	})
	if err != nil {
		c.storeFailed("store what was received", err)
		return 0, err
	}
	c.poll.received += added
	if refused+closed+newer > 0 {
		c.log.Info("messages that were not read", "refused", refused, "closed", closed, "newer", newer)
	}
	return added, nil
}

// receiver handles what comes out of a swarm, in one transaction. There is one
// method for each kind of content, in a file of its own.
type receiver struct {
	*work
	added  int
	stored model.MessageID // what the last add stored or found
	alias  model.ID        // what this account is called in a community
}

// handle dispatches one message by what it is (protocol/messages.md §1.2 steps
// 10 to 13). Whatever is not wanted is dropped without an error; errors are of
// the store only.
func (r *receiver) handle(in *incoming) error {
	own := in.Sender == r.me
	if !own {
		if c := r.find(model.ConversationOf(in.Sender)); c != nil && (c.Blocked || c.Kind == model.KindLegacyGroup) {
			return nil
		}
	}
	kind := in.Content.Kind()
	if own && kind != wire.KindData && kind != wire.KindUnsend {
		// Some clients put a copy of everything into their own swarm
		// (protocol/messages.md §8).
		return nil
	}
	switch kind {
	case wire.KindData:
		return r.handleData(in, own)
	case wire.KindReceipt:
		return r.handleReceipt(in)
	case wire.KindTyping:
		return r.handleTyping(in)
	case wire.KindDataExtraction:
		return r.handleExtraction(in)
	case wire.KindUnsend:
		return r.handleUnsend(in, own)
	case wire.KindCall:
		return r.handleCall(in)
	case wire.KindMessageRequestResponse:
		return r.handleResponse(in)
	}
	r.log.Debug("content of an unknown kind ignored")
	return nil
}
