package engine

import (
	"cmp"
	"slices"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// Kinds of outbox rows (store.OutboxRow.Kind). They are stored: never renumber.
const (
	rowMessage uint8 = 1  // a message with a row of its own, to its contact
	rowCopy    uint8 = 2  // copy of a rowMessage for the own devices
	rowSelf    uint8 = 3  // note to self: the only copy there is
	rowControl uint8 = 4  // anything else to a contact: reaction, receipt, unsend ...
	rowAside   uint8 = 5  // copy of a rowControl for the own devices
	rowDelete  uint8 = 6  // delete hashes from the own swarm
	rowShorten uint8 = 7  // shorten the life of hashes in the own swarm
	rowInvite  uint8 = 8  // invitation to a group, or promotion, of its recipient
	rowWipe    uint8 = 9  // delete everything in a namespace of a group
	rowPost    uint8 = 10 // a message to a room of a community
	rowCall    uint8 = 11 // anything else to a community: reaction, deletion, direct message
	rowUpload  uint8 = 12 // keeps the place of a message whose files are being uploaded (upload.go)
)

// States of outbox rows (store.OutboxRow.State), stored as well.
const (
	rowReady  uint8 = 0
	rowFailed uint8 = 1 // refused for good; waits for Retry or Delete
)

// Limits of sending.
const (
	// maxRequests is how many requests are on their way at the same time, to
	// all recipients.
	maxRequests = 8
	// maxChunk is how many messages of one recipient share a request.
	maxChunk = snode.MaxBatch
	// maxFlights is how many full requests of one recipient may be on their way.
	maxFlights = 4
	// lifetime is how long a message lives in a swarm, and how long the outbox
	// keeps trying.
	lifetime model.Millis = 14 * 24 * 60 * 60 * 1000
)

// retryAfter is the back-off after failures that may pass. A network that comes
// back cuts every wait short.
var retryAfter = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute,
}

// outbox mirrors the stored outbox without the bytes. Each recipient has a lane,
// whose rows go out in the order in which they were queued; lanes are beside
// each other.
//
// A request carries up to maxChunk messages as a batch. The node stores them in
// their order and forwards them as they come, so a receiver that asks another
// member may get neighbours swapped. That does no harm among messages, which
// every client sorts by sent time, and nothing is overlooked, since nodes hand
// out messages in the order of arrival. So a backlog may have several full
// requests on their way at once: a lost answer costs seconds, and two thousand
// messages would take a quarter of an hour one after the other. Less than a full
// request waits for the one before it, so that what somebody types arrives in
// order. Whatever refers to something before it (a reaction, an unsend request,
// the answer to a request) travels alone, after everything before it has
// arrived and before everything behind it.
//
// A message whose files are being uploaded keeps its place, and what is behind it
// in its conversation waits, as in official clients; once its upload has failed
// for whatever reason, nothing waits any longer, since a file server may be gone
// for hours.
type outbox struct {
	lanes   map[model.ID]*lane
	parents map[model.Millis]uint64 // sent time of a row to a contact: its Seq
	tried   map[uint64]bool         // rows that a request may have carried
	busy    int                     // requests on their way
	sent    int                     // messages stored since Run began, for Sync
	spreads int                     // uses of spread under way
	stalled map[uint64]bool         // uploads that failed once: nothing waits for them any more
	me      model.ID
	held    map[model.ID]bool // lanes that wait for a key of their group
}

type lane struct {
	recipient model.ID
	rows      []*store.OutboxRow // Data is nil
	flying    map[uint64]bool    // rows in a request on its way
	flights   int                // requests on their way
	attempts  int
	nextTry   time.Time // zero: at once
}

func (o *outbox) load(rows []store.OutboxRow, me model.ID) {
	*o = outbox{
		lanes: make(map[model.ID]*lane), parents: make(map[model.Millis]uint64), tried: make(map[uint64]bool), me: me, held: o.held,
		stalled: make(map[uint64]bool),
	}
	for _, r := range rows {
		o.add(r)
		o.tried[r.Seq] = true // by the run before, for all we know
	}
}

func (o *outbox) lane(recipient model.ID) *lane {
	l, ok := o.lanes[recipient]
	if !ok {
		l = &lane{recipient: recipient, flying: make(map[uint64]bool)}
		o.lanes[recipient] = l
	}
	return l
}

func (o *outbox) add(r store.OutboxRow) {
	r.Data = nil
	l := o.lane(r.Recipient)
	l.rows = append(l.rows, &r)
	if r.Kind == rowMessage || r.Kind == rowControl {
		o.parents[r.Timestamp] = r.Seq
	}
}

func (o *outbox) remove(r store.OutboxRow) {
	l := o.lane(r.Recipient)
	l.rows = slices.DeleteFunc(l.rows, func(row *store.OutboxRow) bool { return row.Seq == r.Seq })
	o.tidy(l)
	delete(o.tried, r.Seq)
	delete(o.stalled, r.Seq)
	if o.parents[r.Timestamp] == r.Seq {
		delete(o.parents, r.Timestamp)
	}
}

// tidy forgets a lane that has nothing to do.
func (o *outbox) tidy(l *lane) {
	if len(l.rows) == 0 && l.flights == 0 {
		delete(o.lanes, l.recipient)
	}
}

func (o *outbox) setState(r store.OutboxRow) {
	for _, row := range o.lane(r.Recipient).rows {
		if row.Seq == r.Seq {
			row.State = r.State
		}
	}
}

func (o *outbox) len() int {
	n := 0
	for _, l := range o.lanes {
		n += len(l.rows)
	}
	return n
}

// ready says whether a row may go out now, as far as other rows matter. A copy
// for the own devices waits until the contact has the message
// (protocol/messages.md §8).
func (o *outbox) ready(r *store.OutboxRow) bool {
	if r.State != rowReady {
		return false
	}
	if r.Kind == rowCopy || r.Kind == rowAside {
		_, waits := o.parents[r.Timestamp]
		return !waits
	}
	return true
}

// chunk picks what the next request of a lane carries, nothing when it has to
// wait: messages together, of one kind, everything else alone.
func (o *outbox) chunk(l *lane) []uint64 {
	var (
		seqs  []uint64
		kind  uint8
		waits []model.ConversationID // for the files of a message
	)
	for _, r := range l.rows {
		if r.Kind == rowUpload {
			if r.State == rowReady && !o.stalled[r.Seq] {
				waits = append(waits, r.Conversation)
			}
			continue
		}
		if slices.Contains(waits, r.Conversation) {
			continue
		}
		if l.flying[r.Seq] {
			if alone(r.Kind) {
				return nil
			}
			continue
		}
		if !o.ready(r) {
			continue
		}
		if len(seqs) == 0 && alone(r.Kind) {
			if l.flights > 0 {
				return nil
			}
			return []uint64{r.Seq}
		}
		if len(seqs) > 0 && r.Kind != kind {
			break
		}
		if seqs, kind = append(seqs, r.Seq), r.Kind; len(seqs) == maxChunk {
			break
		}
	}
	if l.flights > 0 && len(seqs) < maxChunk {
		return nil
	}
	return seqs
}

func alone(kind uint8) bool { return kind != rowMessage && kind != rowCopy && kind != rowSelf }

// next returns the lanes that may send now, those that wait longest first.
func (o *outbox) next(now time.Time) []*lane {
	var lanes []*lane
	for _, l := range o.lanes {
		if l.flights < maxFlights && !l.nextTry.After(now) && !o.held[l.recipient] && len(o.chunk(l)) > 0 {
			lanes = append(lanes, l)
		}
	}
	slices.SortFunc(lanes, func(a, b *lane) int { return cmp.Compare(a.rows[0].Seq, b.rows[0].Seq) })
	return lanes[:max(0, min(len(lanes), maxRequests-o.busy))]
}

// due returns when a waiting lane tries again, zero when none waits.
func (o *outbox) due(now time.Time) time.Time {
	var first time.Time
	for _, l := range o.lanes {
		if l.nextTry.After(now) && !o.held[l.recipient] && len(o.chunk(l)) > 0 {
			first = earliest(first, l.nextTry)
		}
	}
	return first
}

// idle says that nothing is on its way and nothing can go out now.
func (o *outbox) idle(now time.Time) bool { return o.busy == 0 && len(o.next(now)) == 0 }

// hurry forgets the back-off: the network is there again.
func (o *outbox) hurry() {
	for _, l := range o.lanes {
		l.nextTry, l.attempts = time.Time{}, 0
	}
}

// replace puts a request in the place of a row that kept it.
func (o *outbox) replace(r store.OutboxRow) {
	r.Data = nil
	if row := o.row(r.Recipient, r.Seq); row != nil {
		*row = r
	}
	if r.Kind == rowMessage || r.Kind == rowControl {
		o.parents[r.Timestamp] = r.Seq
	}
	delete(o.stalled, r.Seq)
}

// row finds a row in memory, nil when it is gone.
func (o *outbox) row(recipient model.ID, seq uint64) *store.OutboxRow {
	l := o.lanes[recipient]
	if l == nil {
		return nil
	}
	for _, r := range l.rows {
		if r.Seq == seq {
			return r
		}
	}
	return nil
}

// queueAt is queue for a row that takes the place of another one, unless place
// is 0.
func (w *work) queueAt(place uint64, r store.OutboxRow) error {
	if place == 0 {
		return w.queue(r)
	}
	r.Seq = place
	if err := w.tx.PutOutbox(r); err != nil {
		return err
	}
	w.then(func() { w.out.replace(r) })
	return nil
}

// queue stores a row and puts it into its lane after the commit.
func (w *work) queue(r store.OutboxRow) error {
	if err := w.tx.AddOutbox(&r); err != nil {
		return err
	}
	r.Data = nil
	w.then(func() {
		w.out.add(r)
		if r.Kind == rowUpload {
			w.files.addUpload(w.out.row(r.Recipient, r.Seq))
		}
		w.pendingChanged()
	})
	return nil
}

// dequeue removes a row.
func (w *work) dequeue(r store.OutboxRow) error {
	if err := w.tx.DeleteOutbox(r.Seq); err != nil {
		return err
	}
	w.then(func() {
		w.out.remove(r)
		w.files.dropUpload(r.Seq)
		w.pendingChanged()
	})
	return nil
}

func (c *core) pendingChanged() {
	if n := int64(c.out.len()); c.view.pending.Swap(n) != n {
		c.hub.emit(StatusChanged{})
	}
}

// ttl is how long something lives in a swarm (protocol/messages.md §6): two
// weeks, or less when it disappears after sending.
func ttl(t model.Timer) model.Millis {
	if t.Mode == model.ExpireAfterSend && t.Seconds > 0 {
		return clampTTL(model.Millis(t.Seconds) * 1000)
	}
	return lifetime
}

// copyTTL is ttl for the own copy: the own message counts as read.
func copyTTL(t model.Timer) model.Millis {
	if t.On() {
		return clampTTL(model.Millis(t.Seconds) * 1000)
	}
	return lifetime
}

func clampTTL(t model.Millis) model.Millis { return min(max(t, snode.MinTTL), lifetime) }
