package engine

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"sotto/engine/model"
	"sotto/store"
)

// Limits of moving files. One that is on its way stands in memory once as a blob
// and once inside the layers of its onion request.
const (
	maxUploads   = 2
	maxDownloads = 3 // protocol/attachments.md §6
)

// fetchAgain are the pauses before a download is tried again
// (protocol/attachments.md §6). A network that comes back cuts them short.
var fetchAgain = []time.Duration{30 * time.Second, 30 * time.Minute, 6 * time.Hour}

// fileKey names a file of a message.
type fileKey struct {
	message model.MessageID
	index   int // model.PreviewImage: of the link preview
}

// fileJob is a file on its way, or waiting for it. An upload is all files of a
// message, one after the other.
type fileJob struct {
	fileKey
	conv     model.ConversationID
	row      *store.OutboxRow   // of an upload, in its lane; nil: a download
	cancel   context.CancelFunc // while it runs
	dropped  bool               // nobody wants it any more
	attempts int
	nextTry  time.Time // zero: at once
}

// files are the transfers of this profile: uploads in the order of the outbox,
// downloads in the order in which they were asked for.
type files struct {
	jobs  []*fileJob
	shown transfers
	// eye lets one picture at a time be decoded: a large one costs 200 MB.
	eye sync.Mutex
}

func (f *files) load(tx *store.Tx, out *outbox) {
	f.jobs = nil
	for _, l := range out.lanes {
		for _, r := range l.rows {
			if r.Kind == rowUpload {
				f.addUpload(r)
				if r.State == rowReady && r.Attempts > 0 {
					out.stalled[r.Seq] = true
				}
			}
		}
	}
	slices.SortFunc(f.jobs, func(a, b *fileJob) int { return int(int64(a.row.Seq) - int64(b.row.Seq)) })
	for _, k := range wishes(tx) {
		if m, ok := tx.Message(k.message); ok {
			f.addDownload(m.Conversation, k)
		}
	}
}

func (f *files) addUpload(r *store.OutboxRow) {
	f.jobs = append(f.jobs, &fileJob{fileKey: fileKey{message: r.Message}, conv: r.Conversation, row: r})
}

// addDownload adds a download, or lets one that waits begin at once.
func (f *files) addDownload(conv model.ConversationID, k fileKey) {
	for _, j := range f.jobs {
		if j.row == nil && j.fileKey == k {
			j.attempts, j.nextTry = 0, time.Time{}
			return
		}
	}
	f.jobs = append(f.jobs, &fileJob{fileKey: k, conv: conv})
	f.shown.set(k, model.Transfer{})
}

// drop ends a job: what runs is interrupted, and its result thrown away.
func (f *files) drop(which func(j *fileJob) bool) {
	f.jobs = slices.DeleteFunc(f.jobs, func(j *fileJob) bool {
		if !which(j) {
			return false
		}
		j.dropped = true
		if j.cancel != nil {
			j.cancel()
		}
		f.shown.remove(j.fileKey)
		return true
	})
}

// interrupt ends what runs of an upload that stays in the outbox.
func (f *files) interrupt(seq uint64) {
	for _, j := range f.jobs {
		if j.row != nil && j.row.Seq == seq {
			if j.cancel != nil {
				j.cancel()
			}
			f.shown.remove(j.fileKey)
		}
	}
}

func (f *files) dropUpload(seq uint64) {
	f.drop(func(j *fileJob) bool { return j.row != nil && j.row.Seq == seq })
}

func (f *files) dropDownload(k fileKey) {
	f.drop(func(j *fileJob) bool { return j.row == nil && j.fileKey == k })
}

func (f *files) running() int {
	up, down := f.busy()
	return up + down
}

func (f *files) busy() (up, down int) {
	for _, j := range f.jobs {
		switch {
		case j.cancel == nil:
		case j.row != nil:
			up++
		default:
			down++
		}
	}
	return up, down
}

// ready says whether a job could run now but for the limits.
func (j *fileJob) ready(now time.Time) bool {
	return j.cancel == nil && !j.nextTry.After(now) && (j.row == nil || j.row.State == rowReady)
}

// hurry forgets the pauses.
func (f *files) hurry() {
	for _, j := range f.jobs {
		j.nextTry = time.Time{}
	}
}

// due returns when the next job that waits is to be tried.
func (f *files) due(now time.Time, silent bool) time.Time {
	var first time.Time
	for _, j := range f.jobs {
		if !silent && j.cancel == nil && j.nextTry.After(now) && (j.row == nil || j.row.State == rowReady) {
			first = earliest(first, j.nextTry)
		}
	}
	return first
}

// uploadsIdle says that no upload runs and none could.
func (c *core) uploadsIdle(now time.Time) bool {
	if c.silent != nil {
		return true
	}
	for _, j := range c.files.jobs {
		if j.row != nil && (j.cancel != nil || j.ready(now)) {
			return false
		}
	}
	return true
}

// moveFiles starts transfers as the limits allow.
func (c *core) moveFiles(now time.Time) {
	if c.silent != nil {
		return
	}
	up, down := c.files.busy()
	for _, j := range slices.Clone(c.files.jobs) { // one that is refused leaves
		switch {
		case j.dropped, !j.ready(now):
		case j.row != nil && up < maxUploads:
			up++
			c.upload(j)
		case j.row == nil && down < maxDownloads:
			down++
			c.download(j)
		}
	}
}

// wishesBlob is the record of what is to be downloaded: for each file the
// message (8, BE) and the index (2, BE, signed).
const wishesBlob = "files/wanted"

const wishSize = 10

func wishes(tx *store.Tx) (list []fileKey) {
	for b := tx.Blob(wishesBlob); len(b) >= wishSize; b = b[wishSize:] {
		list = append(list, fileKey{
			model.MessageID(binary.BigEndian.Uint64(b)), int(int16(binary.BigEndian.Uint16(b[8:]))),
		})
	}
	return list
}

// changeWishes adds and removes what is to be downloaded.
func (w *work) changeWishes(add []fileKey, remove ...fileKey) error {
	list := wishes(w.tx)
	before := len(list)
	list = slices.DeleteFunc(list, func(k fileKey) bool { return slices.Contains(remove, k) })
	changed := len(list) != before
	for _, k := range add {
		if !slices.Contains(list, k) {
			list, changed = append(list, k), true
		}
	}
	if !changed {
		return nil
	}
	var b []byte
	for _, k := range list {
		b = binary.BigEndian.AppendUint64(b, uint64(k.message))
		b = binary.BigEndian.AppendUint16(b, uint16(int16(k.index)))
	}
	return w.tx.PutBlob(wishesBlob, b)
}

// carryRow follows a row whose message has another number and conversation now.
func (w *work) carryRow(r store.OutboxRow) {
	w.then(func() {
		row := w.out.row(r.Recipient, r.Seq)
		if row == nil {
			return
		}
		row.Message, row.Conversation = r.Message, r.Conversation
		if row.Kind == rowUpload {
			w.files.dropUpload(row.Seq)
			w.files.addUpload(row)
		}
	})
}

// carryWishes does the same for the files of a message that are wanted.
func (w *work) carryWishes(old model.MessageID, m *model.Message) error {
	var wanted, before []fileKey
	for i := model.PreviewImage; i < len(m.Attachments); i++ {
		if a, ok := m.File(i); ok && a.Wanted {
			wanted, before = append(wanted, fileKey{m.ID, i}), append(before, fileKey{old, i})
		}
	}
	conv := m.Conversation
	w.then(func() {
		for i, k := range wanted {
			w.files.dropDownload(before[i])
			w.files.addDownload(conv, k)
		}
	})
	return w.changeWishes(wanted, before...)
}

// transfers is what Transfer shows; any goroutine may read it.
type transfers struct {
	mu sync.Mutex
	m  map[fileKey]model.Transfer
}

func (t *transfers) set(k fileKey, x model.Transfer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.m == nil {
		t.m = make(map[fileKey]model.Transfer)
	}
	t.m[k] = x
}

// progress reports whether it went forward by enough to be told.
func (t *transfers) progress(k fileKey, done, total int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, ok := t.m[k]
	if !ok || !x.Running {
		return false
	}
	const steps = 100
	if total == x.Total && done >= x.Done && done < total && (done-x.Done)*steps < total {
		return false
	}
	x.Done, x.Total = done, total
	t.m[k] = x
	return true
}

func (t *transfers) remove(k fileKey) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.m, k)
}

func (t *transfers) get(k fileKey) (model.Transfer, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, ok := t.m[k]
	return x, ok
}

// begin marks a job as running and shows it.
func (c *core) begin(j *fileJob, k fileKey, upload bool) context.Context {
	ctx, cancel := context.WithCancel(c.flight)
	j.cancel = cancel
	c.files.shown.set(k, model.Transfer{Upload: upload, Running: true})
	c.hub.emit(TransferChanged{j.conv, k.message, k.index})
	return ctx
}

// end takes a job that has run back; goOn is false when nobody waits for it.
func (c *core) end(j *fileJob) (goOn bool) {
	j.cancel()
	j.cancel = nil
	return !j.dropped && c.ctx.Err() == nil && c.silent == nil
}

// again lets a job wait for its next try.
func (c *core) again(j *fileJob, k fileKey, pause time.Duration, upload bool) (nextTry model.Millis) {
	j.attempts++
	j.nextTry = c.clock.Now().Add(pause)
	nextTry = c.now() + model.Millis(pause.Milliseconds())
	c.files.shown.set(k, model.Transfer{Upload: upload, NextTry: nextTry})
	c.hub.emit(TransferChanged{j.conv, k.message, k.index})
	return nextTry
}
