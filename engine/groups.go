package engine

import (
	"encoding/json"
	"maps"
	"slices"

	"sotto/engine/model"
	"sotto/engine/protocol/config"
	"sotto/engine/protocol/group"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

// groups are the closed groups of the account (protocol/groups.md). Which there
// are and what gives access to them stands in UserGroups, which all devices
// share; what a group is stands in its own swarm. This device keeps what it has
// read of that as dumps, written in the transaction that changes them.
type groups struct {
	active  map[model.ID]*closedGroup
	polling int // polls of groups on their way
	// leaving are groups that are given up here and still have to be told.
	leaving map[model.ID]leavingGroup
}

// closedGroup is a group that this account is in. It lives on the loop.
type closedGroup struct {
	id      model.ID
	conv    model.ConversationID
	secret  *group.Secret // of an admin, else nil
	signer  snode.Signer
	auth    []byte // what signer was made of
	keys    *group.Keys
	info    *config.GroupInfo
	members *config.GroupMembers
	state   groupState

	poll    groupPoll
	push    groupPush
	picture pictureUpload
}

// groupState is what this device has to remember of a group beside the dumps,
// as JSON.
type groupState struct {
	// Nodes are members of the swarm that were asked, whose last hashes are
	// forgotten when everything has to be read again.
	Nodes [][32]byte `json:"n,omitempty"`
	// Closed is the storage time of the newest message that no key opened, and
	// Unread says that a config message was not opened.
	Closed model.Millis `json:"c,omitempty"`
	Unread bool         `json:"u,omitempty"`
	// Supplements are key messages, Unrevoke members and Delete hashes that the
	// next push takes along.
	Supplements [][]byte   `json:"s,omitempty"`
	Unrevoke    []model.ID `json:"r,omitempty"`
	Delete      []string   `json:"d,omitempty"`
	// Respond says that the group is to be told that the invitation was taken.
	Respond bool `json:"a,omitempty"`
	// Left are members who said that they leave, and when. They are removed once
	// it is certain that they did not come back since.
	Left map[model.ID]model.Millis `json:"l,omitempty"`
	// Silent counts polls in a row that found no key at all.
	Silent int `json:"q,omitempty"`
	// Applied are the times of Info that were acted upon (seconds).
	DeletedBefore     int64 `json:"b,omitempty"`
	AttachmentsBefore int64 `json:"f,omitempty"`
}

// admin reports whether this account can change the group.
func (g *closedGroup) admin() bool { return g.secret != nil }

// ready says that messages can be sealed.
func (g *closedGroup) ready() bool {
	_, ok := g.keys.Newest()
	return ok && g.info.Seqno() > 0
}

// isAdmin reports whether somebody is an admin, and whether they are a member at
// all.
func (g *closedGroup) isAdmin(id model.ID) (admin, member bool) {
	m, ok := g.members.Get(id)
	return m.Admin, ok
}

// ids are all members that are listed, in the order of key messages.
func (g *closedGroup) ids() []model.ID {
	var list []model.ID
	for m := range g.members.All() {
		list = append(list, m.ID)
	}
	return list
}

// useKeys gives the configs the keys of now; rekeyed has them encrypted again.
func (g *closedGroup) useKeys(rekeyed bool) error {
	if err := g.info.SetKeys(g.keys.All(), rekeyed); err != nil {
		return groupError(err)
	}
	return groupError(g.members.SetKeys(g.keys.All(), rekeyed))
}

// Names of what the store keeps of a group.
const (
	groupKeysBlob    = "keys"
	groupInfoBlob    = "info"
	groupMembersBlob = "members"
	groupStateBlob   = "state"
	groupViewBlob    = "view"    // model.Group as JSON, for queries
	groupPictureBlob = "picture" // pictureJob on its way to the file server
	leavingBlob      = "groups/leaving"
)

func groupBlob(id model.ID, part string) string { return "group/" + id.String() + "/" + part }

// usable says that the account is in a group and can reach its swarm.
func usable(e *config.UserGroup) bool {
	return e.Removed == config.NotRemoved && !e.Invited && len(e.Seed)+len(e.AuthData) > 0
}

// newClosedGroup takes access to a group into use, with what the store has of
// it. A dump that cannot be read is left out: the swarm has it all.
func newClosedGroup(account *identity.Account, e *config.UserGroup, blob func(part string) []byte) (g *closedGroup, damaged error, err error) {
	g = &closedGroup{id: e.ID, conv: model.ConversationOf(e.ID), auth: slices.Clone(e.AuthData)}
	spec := config.Group{ID: e.ID}
	if len(e.Seed) > 0 {
		if g.secret, err = group.NewSecret(e.Seed); err != nil {
			return nil, nil, err
		}
		spec.Seed = e.Seed
		g.signer = snode.NewGroupSigner(g.secret.Ed25519())
	} else if g.signer, err = group.NewSigner(e.ID, account, e.AuthData, snode.Write); err != nil {
		return nil, nil, err
	}
	if dump := blob(groupKeysBlob); dump != nil {
		g.keys, damaged = group.LoadKeys(e.ID, account, g.secret, dump)
	}
	if g.keys == nil {
		if g.keys, err = group.NewKeys(e.ID, account, g.secret); err != nil {
			return nil, damaged, err
		}
	}
	spec.Keys = g.keys.All()
	if g.info, err = config.NewGroupInfo(spec, blob(groupInfoBlob)); err != nil {
		damaged = err
		if g.info, err = config.NewGroupInfo(spec, nil); err != nil {
			return nil, damaged, err
		}
	}
	if g.members, err = config.NewGroupMembers(spec, blob(groupMembersBlob)); err != nil {
		damaged = err
		if g.members, err = config.NewGroupMembers(spec, nil); err != nil {
			return nil, damaged, err
		}
	}
	if b := blob(groupStateBlob); b != nil && json.Unmarshal(b, &g.state) != nil {
		g.state = groupState{}
	}
	return g, damaged, nil
}

// loadGroups begins with the stored groups.
func (c *core) loadGroups(tx *store.Tx) {
	c.groups.active = make(map[model.ID]*closedGroup)
	c.groups.leaving = make(map[model.ID]leavingGroup)
	if b := tx.Blob(leavingBlob); b != nil {
		var list []leavingGroup
		if json.Unmarshal(b, &list) == nil {
			for _, l := range list {
				c.groups.leaving[l.ID] = l
			}
		}
	}
	for e := range c.configs.groups.Groups() {
		if usable(&e) {
			c.loadGroup(tx, &e)
		}
	}
	c.publishSigners()
}

// loadGroup replaces what memory has of a group by what the store has.
func (c *core) loadGroup(tx *store.Tx, e *config.UserGroup) {
	g, damaged, err := newClosedGroup(c.account, e, func(part string) []byte { return tx.Blob(groupBlob(e.ID, part)) })
	if damaged != nil {
		c.log.Warn("what is stored of a group cannot be read, the swarm's is taken", "err", damaged)
	}
	if err != nil {
		c.log.Info("a group gives no access", "err", err)
		return
	}
	if old := c.groups.active[e.ID]; old != nil {
		g.poll, g.push, g.picture = old.poll, old.push, old.picture
	} else {
		c.loadGroupPicture(tx, g)
	}
	g.push.queued = make(map[model.ID]bool)
	for _, id := range g.members.Sending() {
		for _, r := range tx.OutboxFor(id) {
			if r.Kind == rowInvite && r.Conversation == g.conv {
				g.push.queued[id] = true
			}
		}
	}
	g.survey(c.me)
	c.holdGroup(g)
	if record, ok := tx.Conversation(g.conv); ok {
		g.poll.active = record.LastActivity
	}
	c.groups.active[e.ID] = g
}

// reconcileGroups follows UserGroups after a commit that changed it: groups came,
// went, gave another access. What a group that is gone had in the store goes.
func (c *core) reconcileGroups() {
	have := make(map[model.ID]config.UserGroup)
	for e := range c.configs.groups.Groups() {
		if usable(&e) {
			have[e.ID] = e
		}
	}
	err := c.store.View(func(tx *store.Tx) error {
		for _, id := range slices.SortedFunc(maps.Keys(have), compareIDs) {
			e := have[id]
			if g := c.groups.active[id]; g == nil || len(e.Seed) > 0 != g.admin() || len(e.Seed) == 0 && !slices.Equal(e.AuthData, g.auth) {
				c.loadGroup(tx, &e)
				if g := c.groups.active[id]; g != nil {
					g.poll.next = c.clock.Now()
				}
			}
		}
		return nil
	})
	if err != nil {
		c.storeFailed("read a group", err)
	}
	var gone []model.ID
	for id := range c.groups.active {
		if _, ok := have[id]; !ok {
			gone = append(gone, id)
			c.dropGroup(id)
		}
	}
	c.publishSigners()
	if len(gone) == 0 {
		return
	}
	err = c.update(func(w *work) error {
		for _, id := range gone {
			if err := w.forgetGroup(id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.storeFailed("forget a group", err)
	}
}

// dropGroup forgets a group in memory. Who waits for a poll of it waits no longer.
func (c *core) dropGroup(id model.ID) {
	if g := c.groups.active[id]; g != nil {
		for _, call := range g.poll.calls {
			call.groups--
		}
	}
	delete(c.groups.active, id)
	delete(c.out.held, id)
	c.tellGroupPictures()
}

func compareIDs(a, b model.ID) int { return slices.Compare(a[:], b[:]) }

// forgetGroup drops what the store has of a group, but for what queries show.
func (w *work) forgetGroup(id model.ID) error {
	var state groupState
	if b := w.tx.Blob(groupBlob(id, groupStateBlob)); b != nil {
		_ = json.Unmarshal(b, &state) // damaged: the last hashes stay, and match nothing later
	}
	if err := w.forgetHashes(id, &state, groupSpaces...); err != nil {
		return err
	}
	for _, part := range []string{groupKeysBlob, groupInfoBlob, groupMembersBlob, groupStateBlob, groupPictureBlob} {
		if err := w.tx.PutBlob(groupBlob(id, part), nil); err != nil {
			return err
		}
	}
	if w.find(model.ConversationOf(id)) == nil {
		return w.tx.PutBlob(groupBlob(id, groupViewBlob), nil)
	}
	return nil
}

// forgetHashes has namespaces of a group read from their beginnings.
func (w *work) forgetHashes(id model.ID, state *groupState, spaces ...snode.Namespace) error {
	for _, node := range state.Nodes {
		for _, ns := range spaces {
			if err := w.tx.PutLastHash(node, id, int16(ns), ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// publishSigners tells workers how requests about each account are signed.
func (c *core) publishSigners() {
	signers := map[model.ID]snode.Signer{c.me: c.signer}
	for id, l := range c.groups.leaving {
		if s, err := l.signer(c.account); err == nil {
			signers[id] = s
		}
	}
	for id, g := range c.groups.active {
		signers[id] = g.signer
	}
	c.view.signers.Store(&signers)
}

// signerOf returns what signs requests about an account; a group that the
// account is no longer in gives ReasonNotAllowed. Workers may call it.
func (c *core) signerOf(account model.ID) (snode.Signer, error) {
	if signers := c.view.signers.Load(); signers != nil {
		if s := (*signers)[account]; s != nil {
			return s, nil
		}
	}
	return nil, fail(model.ReasonNotAllowed, "this account is not in the group")
}

// touchGroup has a group's dumps written with the transaction, and read again
// if that fails.
func (w *work) touchGroup(g *closedGroup) {
	if w.touched == nil {
		w.touched = make(map[model.ID]*closedGroup)
	}
	w.touched[g.id] = g
}

// drop has nothing of a group written by this transaction any more.
func (w *work) drop(id model.ID) {
	if w.dropped == nil {
		w.dropped = make(map[model.ID]bool)
	}
	w.dropped[id] = true
}

// keepGroups stores what changed of groups, in this transaction.
func (w *work) keepGroups() error {
	for _, id := range slices.SortedFunc(maps.Keys(w.touched), compareIDs) {
		if w.dropped[id] {
			continue
		}
		g := w.touched[id]
		put := func(part string, data []byte) error {
			if slices.Equal(w.tx.Blob(groupBlob(id, part)), data) {
				return nil
			}
			return w.tx.PutBlob(groupBlob(id, part), data)
		}
		if err := put(groupKeysBlob, g.keys.Dump()); err != nil {
			return err
		}
		if g.info.NeedsDump() {
			if err := put(groupInfoBlob, g.info.Dump()); err != nil {
				return err
			}
		}
		if g.members.NeedsDump() {
			if err := put(groupMembersBlob, g.members.Dump()); err != nil {
				return err
			}
		}
		state, err := json.Marshal(g.state)
		if err != nil {
			return model.Fail(model.ReasonInternal, "the state of a group does not encode", err)
		}
		if err := put(groupStateBlob, state); err != nil {
			return err
		}
		if err := w.keepView(g); err != nil {
			return err
		}
		w.then(func() { w.holdGroup(g); g.survey(w.me) })
	}
	return nil
}

// reloadGroups undoes in memory what a failed transaction did to groups.
func (c *core) reloadGroups(touched map[model.ID]*closedGroup) {
	err := c.store.View(func(tx *store.Tx) error {
		for id := range touched {
			if e, ok := c.configs.groups.Group(id); ok && usable(&e) {
				c.loadGroup(tx, &e)
			} else {
				c.dropGroup(id)
			}
		}
		return nil
	})
	if err != nil {
		c.storeFailed("read a group", err)
	}
	c.publishSigners()
}

// group returns a group that this account is in, nil when there is none.
func (c *core) group(conv model.ConversationID) *closedGroup {
	id, ok := conv.ID()
	if !ok {
		return nil
	}
	return c.groups.active[id]
}

// needGroup is group for commands: errors are ReasonNotFound (no group), and
// ReasonNotAllowed (no longer in it, or an invitation not yet accepted).
func (w *work) needGroup(conv model.ConversationID) (*closedGroup, *conversation, error) {
	c, err := w.need(conv)
	if err != nil {
		return nil, nil, err
	}
	if c.Kind != model.KindGroup {
		return nil, nil, fail(model.ReasonNotFound, "this is not a group")
	}
	g := w.group(conv)
	if g == nil {
		if !c.Approved {
			return nil, nil, fail(model.ReasonNotAllowed, "the invitation is not accepted yet")
		}
		return nil, nil, fail(model.ReasonNotAllowed, "this account is no longer in the group")
	}
	return g, c, nil
}

// needAdmin is needGroup for what admins do; it also waits for nothing that is
// not there: ReasonNotAllowed while the group has not arrived on this device.
func (w *work) needAdmin(conv model.ConversationID) (*closedGroup, *conversation, error) {
	g, c, err := w.needGroup(conv)
	switch {
	case err != nil:
		return nil, nil, err
	case !g.admin():
		return nil, nil, fail(model.ReasonNotAllowed, "only an admin of the group can do that")
	case !g.ready():
		return nil, nil, fail(model.ReasonNotAllowed, "the group has not arrived on this device yet")
	}
	w.touchGroup(g)
	return g, c, nil
}

// groupError gives an error of configs and keys its reason. Commands check their
// input before, so it is about what the group was made of.
func groupError(err error) error {
	if err == nil {
		return nil
	}
	return model.Fail(model.ReasonInternal, "the group cannot be changed", err)
}

// groupSpaces are the namespaces of a group, in the order in which one batch
// asks for them: keys last, so that a key stored in between is not missed
// (protocol/groups.md §1).
var groupSpaces = []snode.Namespace{
	snode.RevokedRetrievable, snode.GroupMessages, snode.GroupInfo, snode.GroupMembers, snode.GroupKeys,
}
