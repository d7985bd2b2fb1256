package engine

import (
	"slices"

	"sotto/engine/protocol/community"
	"sotto/store"
)

// A server tells of a deletion only to who has polled the message before: a post
// that is deleted right after its answer came would stay here for ever. So own
// posts are remembered until a poll brings them; one that a whole poll leaves out
// is gone.

// ownPost is such a post, by its number.
type ownPost struct {
	ID int64 `json:"i"`
}

// maxOwnPosts is how many posts of a room are remembered between two polls.
const maxOwnPosts = 50

// ownPosts lists the numbers of posts that no poll has brought yet.
func (rm *room) ownPosts() []int64 {
	var list []int64
	for _, p := range rm.state.Own {
		list = append(list, p.ID)
	}
	return list
}

// noteOwnPost remembers a post whose answer came. One that the server swallowed is
// in no poll and stays.
func (w *work) noteOwnPost(rm *room, row *community.Message) error {
	if rm == nil || row.Filtered || row.Seqno <= rm.state.Seqno || len(rm.state.Own) >= maxOwnPosts ||
		slices.ContainsFunc(rm.state.Own, func(p ownPost) bool { return p.ID == row.ID }) {
		return nil
	}
	rm.state.Own = append(slices.Clone(rm.state.Own), ownPost{row.ID})
	return w.keepRoom(rm)
}

// missedPosts forgets own posts that a poll has brought, and deletes those that it
// should have brought and did not.
func (w *work) missedPosts(rm *room, n *roomNews) error {
	var rest []ownPost
	for _, p := range rm.state.Own {
		switch listed := func(m community.Message) bool { return m.ID == p.ID }; {
		case slices.ContainsFunc(n.page.Messages, listed):
		case !slices.Contains(n.own, p.ID) || n.page.More || n.seqno == 0:
			rest = append(rest, p) // posted after the server was asked, or still to come
		default:
			if err := w.roomMessageGone(rm, p.ID); err != nil {
				return err
			}
		}
	}
	rm.state.Own = rest
	return nil
}

// roomMessageGone deletes a message that the server has no more.
func (w *work) roomMessageGone(rm *room, id int64) error {
	m, there, _ := w.roomMessage(rm, id)
	record := store.SeenRecord{Expiry: forGood, Reason: seenRefused}
	if err := w.tx.MarkSeen(rm.server.lane, 0, numberHash(id), record); err != nil {
		return err
	}
	if !there || m.Conversation != rm.conv {
		return nil
	}
	return w.remove(m)
}
