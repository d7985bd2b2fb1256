package config

import (
	"slices"
	"time"

	"sotto/engine/protocol/snode"
)

// Push is what has to go to the swarm, in one sequence: the payloads are stored
// and then the obsolete hashes deleted (docs/protocol/config-messages.md §8).
type Push struct {
	Seqno int64
	// Payloads are the bodies to store, before base64; several for a config that
	// does not fit into one. The TTL is 30 days.
	Payloads [][]byte
	// Obsolete are the storage hashes to delete afterwards. They are handed out
	// only once: when the deletion fails they stay until their TTL ends.
	Obsolete []string
}

// Push returns this state for the swarm. A dirty config is then waiting for
// ConfirmPushed; a clean one may be pushed too, which stores the same bytes
// again. ErrTooLarge and ErrNoKey leave everything as it is.
//
// now is network time: ConvoInfoVolatile drops what is too old for it.
func (c *Config) Push(now time.Time) (Push, error) {
	if len(c.keys) == 0 {
		return Push{}, ErrNoKey
	}
	if c.beforePush != nil && c.state == Dirty {
		if err := c.beforePush(now.UnixMilli()); err != nil {
			return Push{}, err
		}
	}
	m := c.settled()
	payloads, err := c.closeAll(m)
	if err != nil {
		return Push{}, err
	}
	p := Push{Seqno: m.seqno, Payloads: payloads}
	if c.state == Dirty {
		c.setState(Waiting)
		c.orig, c.anew = nil, false
	}
	if !c.ReadOnly() && len(c.old) > 0 {
		// The same bytes have the same hash: what another device stored of them
		// must not be deleted.
		stored := make([]string, len(payloads))
		for i, payload := range payloads {
			stored[i] = snode.MessageHash(c.id, c.ns, payload)
		}
		c.keep(stored)
		p.Obsolete = c.old
	}
	if len(c.old) > 0 {
		c.old = nil
		c.needsDump = true
	}
	return p, nil
}

// ConfirmPushed tells that what Push returned is stored, under the hashes that
// the swarm gave. It counts only if nothing was changed in between: then it
// reports true and the config is clean.
func (c *Config) ConfirmPushed(seqno int64, hashes []string) bool {
	if c.state != Waiting || c.msg.seqno != seqno {
		return false
	}
	c.setState(Clean)
	c.current = slices.Clone(hashes)
	c.keep(hashes)
	return true
}
