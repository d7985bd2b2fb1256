package config

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/snode"
)

// TestDevicesConverge lets three to five devices of an account edit, push, poll,
// restart and fail in random order, with messages that arrive late, twice, out of
// order or never. In the end all hold the same bytes, and every edit is in them
// that the format can keep. More histories:
//
//	go test -run Converge ./engine/protocol/config -rapid.checks=10000
//
// Every device edits fields of contacts of its own, and of contacts that all of
// them edit. Of the shared ones any edit may win. An own one may only be lost by
// the three rules of the format that lose edits, and the test knows which states
// of which device included it:
//
//   - five revisions passed before all knew of it: a state without it is that
//     much further on, or the diff that made it was gone from the messages when
//     one without it was merged;
//   - a device that had nothing to say of its own merged two others without it,
//     and so wrote every key anew (docs/protocol/config-messages.md §5);
//   - a device deleted the last contact that it knew of: its earlier diffs then
//     speak of contacts where it has none, and take away all that came before
//     (§4).
func TestDevicesConverge(t *testing.T) {
	account := vectorAccount(t)
	rapid.Check(t, func(t *rapid.T) {
		w := &world{t: t, account: account, now: vectorTime, revisions: map[revision]*known{}}
		for i := range rapid.IntRange(3, 5).Draw(t, "devices") {
			c, err := NewContacts(account, nil)
			if err != nil {
				t.Fatal(err)
			}
			d := &device{w: w, name: i, c: c}
			d.state = d.know(false)
			w.devices = append(w.devices, d)
		}
		for range rapid.IntRange(5, 60).Draw(t, "steps") {
			d := w.devices[rapid.IntRange(0, len(w.devices)-1).Draw(t, "device")]
			switch rapid.IntRange(0, 9).Draw(t, "do") {
			case 0, 1, 2:
				d.edit()
			case 3, 4:
				d.push(rapid.Bool().Draw(t, "stored"), rapid.Bool().Draw(t, "confirmed"))
			case 5, 6, 7:
				d.poll(w.someMessages())
			case 8:
				d.poll(w.swarm)
			case 9:
				d.restart()
			}
		}
		w.settle()
		w.check()
	})
}

// world is the account's swarm and all that is known of the history.
type world struct {
	t         *rapid.T
	account   *identity.Account
	now       time.Time
	devices   []*device
	swarm     []Message
	history   []Message // also what was deleted: a node may replay it
	states    []*known
	merges    []merging
	revisions map[revision]*known
	edits     []edit
}

// known is a state of a config: the edits that it includes.
type known struct {
	seqno int64
	edits map[int]bool
	// anew: its diff names every key.
	anew bool
	// bare: it was merged or pushed without any contact.
	bare bool
}

// merging is one merge of several states.
type merging struct {
	newest int64
	of     []*known
}

// edit sets or removes one field of a contact.
type edit struct {
	contact identity.ID
	field   string
	bit     int64 // of a set
	want    string
	seqno   int64
}

func (e *edit) key() string { return fmt.Sprint(e.contact, e.field, e.bit) }

type device struct {
	w     *world
	name  int
	c     *Contacts
	state *known
}

// know records that the device is in a new state, which includes the edits of
// those given.
func (d *device) know(anew bool, of ...*known) *known {
	k := &known{seqno: d.c.Seqno(), edits: map[int]bool{}, anew: anew}
	for _, o := range of {
		maps.Copy(k.edits, o.edits)
	}
	d.w.states = append(d.w.states, k)
	return k
}

func (d *device) edit() {
	t := d.w.t
	owner := d.name
	if rapid.IntRange(0, 3).Draw(t, "shared") == 0 {
		owner = 9
	}
	contact := numbered(owner*100 + rapid.IntRange(0, 2).Draw(t, "contact"))
	d.settle()
	d.c.edition++ // so that data stays as it is
	before, old, data := d.c.Seqno(), d.state, d.c.msg.data
	e := edit{contact: contact, field: rapid.SampledFrom([]string{"N", "+", "b", "f", "x", ""}).Draw(t, "field")}
	r := d.c.record("c", string(contact[:]))
	value := rapid.Int64Range(1, 1000).Draw(t, "value")
	var made []edit
	switch e.field {
	case "": // the whole contact goes
		for _, entry := range entriesOf(r.read()) {
			gone := edit{contact: contact, field: entry.key}
			if entry.kind != kindSet {
				made = append(made, gone)
				continue
			}
			for _, element := range entry.sub.entries {
				gone.bit = element.num
				made = append(made, gone)
			}
		}
		if _, err := d.c.Erase(contact); err != nil {
			t.Fatal(err)
		}
	case "f": // one element of the set comes or goes
		e.bit = value % 4
		bits := r.read().bits("f")
		if bits ^= 1 << e.bit; bits>>e.bit&1 == 1 {
			e.want = "in"
		}
		r.bits("f", bits)
		made = append(made, e)
	case "x": // a key of a newer client
		e.want = fmt.Sprint(value)
		r.text("x", e.want)
		made = append(made, e)
	case "N":
		if value%3 > 0 {
			e.want = fmt.Sprint(value)
		}
		r.nonEmpty("N", e.want)
		made = append(made, e)
	case "+":
		if value%3 > 0 {
			e.want = fmt.Sprint(value)
			r.number("+", value)
		} else {
			r.remove("+")
		}
		made = append(made, e)
	case "b":
		if value%2 > 0 {
			e.want = "1"
		}
		r.flag("b", value%2 > 0)
		made = append(made, e)
	}
	if r.err != nil {
		t.Fatal(r.err)
	}
	if d.c.State() != Dirty {
		return // nothing was another than before
	}
	if d.c.Seqno() != before {
		d.state = d.know(false, old)
	}
	for _, e := range made {
		if valueOf(data, &e) == e.want {
			continue // no edit: it has the value from an earlier one
		}
		e.seqno = d.c.Seqno()
		t.Logf("%d edits %d at %d: %s %q", d.name, len(d.w.edits), e.seqno, e.field, e.want)
		d.state.edits[len(d.w.edits)] = true
		d.w.edits = append(d.w.edits, e)
	}
}

func entriesOf(d *dict) []entry {
	if d == nil {
		return nil
	}
	return slices.Clone(d.entries)
}

// settle notes what the state is like when others get to see it.
func (d *device) settle() {
	if d.c.msg.data.dict("c") == nil {
		d.state.bare = true
	}
}

func (d *device) push(stored, confirmed bool) {
	if !d.c.NeedsPush() {
		return
	}
	w := d.w
	p, err := d.c.Push(w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	d.settle()
	w.revisions[d.c.settled().revision] = d.state
	w.t.Logf("%d pushes %d, stored %v", d.name, p.Seqno, stored)
	if !stored {
		return // the deletes do not happen either: one sequence
	}
	var hashes []string
	for _, payload := range p.Payloads {
		m := Message{snode.MessageHash(w.account.ID(), snode.Contacts, payload), payload}
		hashes = append(hashes, m.Hash)
		if !slices.ContainsFunc(w.swarm, func(o Message) bool { return o.Hash == m.Hash }) {
			w.swarm = append(w.swarm, m)
		}
		w.history = append(w.history, m)
	}
	for _, hash := range p.Obsolete {
		if slices.Contains(hashes, hash) {
			w.t.Fatal("a push deletes what it stores")
		}
		w.swarm = slices.DeleteFunc(w.swarm, func(m Message) bool { return m.Hash == hash })
	}
	if confirmed && !d.c.ConfirmPushed(p.Seqno, hashes) {
		w.t.Fatal("not confirmed")
	}
}

// someMessages draws messages of the swarm, or of its history, in any order and
// some twice.
func (w *world) someMessages() []Message {
	from := w.swarm
	if rapid.IntRange(0, 4).Draw(w.t, "replay") == 0 {
		from = w.history
	}
	if len(from) == 0 {
		return nil
	}
	var out []Message
	for range rapid.IntRange(0, 6).Draw(w.t, "messages") {
		out = append(out, from[rapid.IntRange(0, len(from)-1).Draw(w.t, "message")])
	}
	return out
}

func (d *device) poll(messages []Message) {
	d.settle()
	before, old, revision := d.c.State(), d.state, d.c.settled().revision
	seqno := d.c.Seqno()
	r := d.c.Merge(d.w.now, messages)
	if len(r.Refused) > 0 {
		d.w.t.Fatalf("refused %v", r.Refused)
	}
	if d.c.settled().revision == revision {
		if d.c.Seqno() != seqno {
			d.w.t.Fatal("seqno changed with nothing else")
		}
		return
	}
	if d.c.Seqno() < seqno {
		d.w.t.Fatal("seqno went back")
	}
	d.w.t.Logf("%d: %v, %d becomes %v, %d", d.name, before, seqno, d.c.State(), d.c.Seqno())
	if d.c.State() == Clean {
		d.state = d.w.revisions[d.c.settled().revision]
		return
	}
	// Merged: all that is not five or more revisions behind is in it.
	merged := []*known{}
	newest := d.c.Seqno() - 1
	if seqno+lag > newest {
		merged = append(merged, old)
	}
	for _, m := range messages {
		found, err := d.c.read(d.w.now, m)
		if err != nil {
			d.w.t.Fatal(err)
		}
		if found.seqno+lag > newest {
			merged = append(merged, d.w.revisions[found.revision])
		}
	}
	d.w.merges = append(d.w.merges, merging{newest, merged})
	d.state = d.know(before != Dirty, merged...)
}

func (d *device) restart() {
	d.settle()
	dirty := d.c.State() == Dirty
	c, err := NewContacts(d.w.account, d.c.Dump())
	if err != nil {
		d.w.t.Fatal(err)
	}
	if d.c.NeedsDump() {
		d.w.t.Fatal("needs a dump after one")
	}
	d.c = c
	d.w.t.Logf("%d restarts: %v, %d", d.name, c.State(), c.Seqno())
	if dirty {
		d.state = d.know(false, d.state)
	}
}

// settle lets everybody poll and push until nothing changes any more.
func (w *world) settle() {
	for round := 0; ; round++ {
		if round > 20 {
			w.t.Fatal("no end")
		}
		quiet := true
		for _, d := range w.devices {
			before := d.c.settled().revision
			d.poll(w.swarm)
			if d.c.NeedsPush() || d.c.settled().revision != before {
				quiet = false
			}
			d.push(true, true)
		}
		if quiet {
			return
		}
	}
}

func (w *world) check() {
	first := w.devices[0].c.settled()
	for _, d := range w.devices[1:] {
		if m := d.c.settled(); m.text != first.text {
			w.t.Fatalf("devices end with\n%q and\n%q", first.text, m.text)
		}
	}
	if _, err := parse([]byte(first.text), plainLimits, nil, false); err != nil {
		w.t.Fatalf("the end does not parse: %v", err)
	}
	last := map[string]int{}
	for i := range w.edits {
		last[w.edits[i].key()] = i
	}
	shared := map[identity.ID]bool{numbered(900): true, numbered(901): true, numbered(902): true}
	for _, i := range last {
		e := &w.edits[i]
		if got := valueOf(first.data, e); got != e.want && !shared[e.contact] && !w.excused(i) {
			w.t.Errorf("edit %d is lost: %+v is %q", i, *e, got)
		}
	}
}

// excused reports whether one of the rules may have lost an edit.
func (w *world) excused(i int) bool {
	e := &w.edits[i]
	for _, s := range w.states {
		if !s.edits[i] && (s.seqno >= e.seqno+lag || (s.anew || s.bare) && s.seqno >= e.seqno) {
			return true
		}
	}
	for _, m := range w.merges {
		without := slices.ContainsFunc(m.of, func(s *known) bool { return !s.edits[i] })
		if m.newest >= e.seqno+lag && without {
			return true
		}
	}
	return false
}

func valueOf(data *dict, e *edit) string {
	entry := data.at("c", string(e.contact[:])).get(e.field)
	switch {
	case entry == nil:
		return ""
	case entry.kind == kindInt:
		return fmt.Sprint(entry.num)
	case entry.kind == kindString:
		return entry.text
	}
	element := intEntry(e.bit)
	if _, found := findElement(entry.sub.entries, &element); found {
		return "in"
	}
	return ""
}
