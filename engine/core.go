package engine

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/release"
	"sotto/engine/protocol/snode"
	"sotto/engine/transport"
	"sotto/internal/clock"
	"sotto/store"
)

// core is the inside of the engine. Its methods run on the loop unless their
// comment says otherwise, and it knows no public method. State that is not in
// the store lives here and in the parts named below.
type core struct {
	store   *store.Store
	account *identity.Account
	me      model.ID
	born    model.Millis // when the account came to this profile
	self    model.ConversationID
	signer  snode.Signer
	net     network
	server  attach.Server // the network's file server

	releases transport.ServerAddress // who is asked for newer versions
	trusted  *release.PublicKey      // who is believed; nil: nobody

	clock clock.Clock
	rand  io.Reader
	log   *slog.Logger
	hub   *hub
	inbox *inbox

	ctx     context.Context // of Run; ends the workers
	flight  context.Context // of what is on its way to or from swarms
	land    context.CancelFunc
	workers sync.WaitGroup

	out    outbox
	poll   poller
	typing typing
	expiry expiry
	index  index
	limits limiter

	configs configs
	files   files

	pictures pictures
	groups   groups

	communities communities
	met         acquaintances
	tookBlinded sync.Map // servers, by their key, that took a blinded id in a look

	alarm   clock.Timer
	alarmAt time.Time

	online   bool     // paths work
	silent   *silence // not nil: nothing is sent or fetched
	sawNewer bool     // the NewerProtocol event was emitted

	view view
}

// view is what queries read without asking the loop.
type view struct {
	typing   atomic.Pointer[map[model.ConversationID]struct{}]
	lastSync atomic.Int64 // model.Millis
	pending  atomic.Int64
	problem  atomic.Uint32 // model.Reason of the last failed poll or send

	servers atomic.Pointer[map[model.ID]access] // how community servers are asked
	// roomKeys are the keys of the servers of the rooms that were joined.
	roomKeys atomic.Pointer[map[model.ConversationID][32]byte]
	signers  atomic.Pointer[map[model.ID]snode.Signer] // how requests about accounts are signed

	groupsPending atomic.Int64             // groups that have something to store
	unsynced      atomic.Bool              // configs wait to be pushed
	renewal       atomic.Pointer[[]string] // hashes of configs whose lives the next poll extends
	unreadConfigs atomic.Int64             // config messages that cannot be read
	configProblem atomic.Uint32            // model.Reason why a config cannot be pushed

	upload        atomic.Pointer[PictureUpload]                          // of the own picture
	groupPictures atomic.Pointer[map[model.ConversationID]PictureUpload] // of those of groups that wait
}

func (c *core) run(ctx context.Context, jobs *inbox) error {
	ctx, cancel := context.WithCancel(ctx)
	defer c.workers.Wait()
	defer cancel()
	c.ctx = ctx
	c.takeOff()
	c.spawn(func() {
		if err := c.net.Run(ctx); err != nil && ctx.Err() == nil {
			c.log.Error("transport stopped", "err", err)
		}
	})
	c.beginConfigs()
	c.beginPictures()
	c.turn()
	defer c.stopAlarm()
	for {
		var ring <-chan time.Time
		if c.alarm != nil {
			ring = c.alarm.C()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ring:
			c.alarm = nil
		case <-jobs.signal:
			for _, job := range jobs.take() {
				job()
				if ctx.Err() != nil {
					return nil
				}
			}
		}
		c.turn()
	}
}

// load reads into memory what the loop keeps there.
func (c *core) load() error {
	err := c.store.View(func(tx *store.Tx) error {
		c.out.load(tx.Outbox(), c.me)
		c.expiry.load(tx)
		c.files.load(tx, &c.out)
		if record, ok := tx.Account(); ok {
			c.born = record.Created
			record.Zero()
		}
		return nil
	})
	if err == nil {
		err = c.loadConfigs()
	}
	if err == nil {
		err = c.store.View(func(tx *store.Tx) error {
			c.loadGroups(tx)
			return nil
		})
		c.reconcileCommunities()
	}
	c.view.pending.Store(int64(c.out.len()))
	return storeError("read the outbox", err)
}

// turn starts whatever is due and sets the alarm for what is due later. It
// ends each pass of the loop.
func (c *core) turn() {
	now := c.clock.Now()
	c.stopTyping(now)
	c.expire()
	c.sweep(now)
	c.send(now)
	c.moveFiles(now)
	c.pollIfDue(now)
	c.pushIfDue(now)
	c.tendPictures(now)
	c.tendGroups(now)
	c.pollServersIfDue(now)
	c.finishSync()
	c.tendIndex(now)
	c.quieten()

	news, push, pictures := c.poll.due(), c.configs.push.due(), c.pictures.due()
	groups := earliest(c.groupsDue(), c.serversDue())
	if c.silent != nil {
		news, push, pictures, groups = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	}
	next := earliest(c.out.due(now), news, push, pictures, groups, c.typing.due(), c.expiry.due(now, c.net.Now()), c.poll.sweepAt, c.index.due(), c.files.due(now, c.silent != nil))
	c.setAlarm(next)
}

// earliest returns the first of the times that are not zero.
func earliest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func (c *core) setAlarm(at time.Time) {
	if c.alarm != nil && c.alarmAt.Equal(at) {
		return
	}
	c.stopAlarm()
	if !at.IsZero() {
		// The clock may have moved since the beginning of the turn.
		c.alarm, c.alarmAt = c.clock.NewTimer(max(at.Sub(c.clock.Now()), 0)), at
	}
}

func (c *core) stopAlarm() {
	if c.alarm != nil {
		c.alarm.Stop()
		c.alarm = nil
	}
}

// spawn runs f on a goroutine that Run waits for.
func (c *core) spawn(f func()) { c.workers.Go(f) }

// post hands f to the loop. Workers call it; after the end of Run f is never
// run.
func (c *core) post(f func()) { c.inbox.put(f) }

// now is network time.
func (c *core) now() model.Millis { return c.net.Now() }
