package drive

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrRefused says that a window did not take what was dropped on it.
var ErrRefused = errors.New("the window does not take files")

// Drop drags files from a file manager and lets them go over a control: what a
// program sees of that is XDND version 5, spoken by a window of its own that
// owns what is dragged. It returns when the program has taken them.
func (w *Window) Drop(ctx context.Context, onto string, paths ...string) error {
	target, err := strconv.ParseUint(w.ID, 10, 32)
	if err != nil {
		return err
	}
	corner, err := w.Corner(ctx)
	if err != nil {
		return err
	}
	at, err := w.hover(ctx, onto) // the pointer is where the files are
	if err != nil {
		return err
	}
	m, err := newFileManager(w.display, uint32(target), paths)
	if err != nil {
		return err
	}
	defer m.Close()
	defer m.until(ctx)()
	return m.drop(corner.X+int(at.X+at.W/2), corner.Y+int(at.Y+at.H/2))
}

// fileManager is the source of a drag.
type fileManager struct {
	*xConn
	window uint32
	target uint32
	list   []byte // text/uri-list
	atoms  map[string]uint32
	handed bool // the target has asked for the files
}

var dragAtoms = []string{
	"XdndAware", "XdndSelection", "XdndEnter", "XdndPosition", "XdndStatus", "XdndDrop", "XdndFinished", "XdndActionCopy", "text/uri-list",
}

const xdndVersion = 5

func newFileManager(d *Display, target uint32, paths []string) (*fileManager, error) {
	c, err := d.dial()
	if err != nil {
		return nil, err
	}
	m := &fileManager{xConn: c, target: target, list: uriList(paths), atoms: map[string]uint32{}}
	if err := m.prepare(); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return m, nil
}

// uriList is how file managers name files (RFC 2483).
func uriList(paths []string) []byte {
	var b strings.Builder
	for _, p := range paths {
		u := url.URL{Scheme: "file", Path: filepath.ToSlash(p)}
		b.WriteString(u.String() + "\r\n")
	}
	return []byte(b.String())
}

// prepare makes a window that owns what is dragged.
func (m *fileManager) prepare() error {
	for _, name := range dragAtoms {
		a, err := m.atom(name)
		if err != nil {
			return err
		}
		m.atoms[name] = a
	}
	const createWindow, inputOnly, setSelectionOwner = 1, 2, 22
	m.window = m.newID()
	for _, r := range [][]byte{
		request(createWindow, 0, nil, m.window, m.root, 0, 1|1<<16, inputOnly<<16, 0, 0),
		request(setSelectionOwner, 0, nil, m.window, m.atoms["XdndSelection"], 0),
	} {
		if err := m.tell(r); err != nil {
			return err
		}
	}
	// A window that knows how to take things says so, and in which version.
	aware, err := m.property(m.target, m.atoms["XdndAware"])
	if err != nil {
		return err
	}
	if len(aware) < 4 || binary.LittleEndian.Uint32(aware) < xdndVersion {
		return ErrRefused
	}
	return nil
}

// drop moves over the target and lets go.
func (m *fileManager) drop(x, y int) error {
	place := uint32(x)<<16 | uint32(uint16(y))
	err := m.message("XdndEnter", xdndVersion<<24, m.atoms["text/uri-list"], 0, 0)
	if err == nil {
		err = m.message("XdndPosition", 0, place, 0, m.atoms["XdndActionCopy"])
	}
	if err == nil {
		err = m.answer("XdndStatus")
	}
	if err == nil {
		err = m.message("XdndDrop", 0, 0, 0, 0)
	}
	if err == nil {
		err = m.answer("XdndFinished")
	}
	return err
}

const (
	sendEvent        = 25
	selectionRequest = 30
	selectionNotify  = 31
	clientMessage    = 33
)

// message sends the target a step of the drag, which begins with who drags.
func (m *fileManager) message(step string, data ...uint32) error {
	event := []byte{clientMessage, 32, 0, 0}
	for _, w := range append([]uint32{m.target, m.atoms[step], m.window}, data...) {
		event = binary.LittleEndian.AppendUint32(event, w)
	}
	return m.tell(request(sendEvent, 0, event, m.target, 0))
}

// answer waits for a step of the target, hands out the files on the way when it
// asks for them, and fails when it says no.
func (m *fileManager) answer(step string) error {
	word := func(e []byte, i int) uint32 { return binary.LittleEndian.Uint32(e[4*i:]) }
	for {
		e, err := m.event()
		if err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		switch kind := e[0] &^ 0x80; { // the bit says that a program made the event
		case kind == selectionRequest:
			if err := m.hand(word(e, 1), word(e, 3), word(e, 4), word(e, 5), word(e, 6)); err != nil {
				return err
			}
		case kind == clientMessage && word(e, 2) == m.atoms[step]:
			// Toolkits do not keep to the flag in the last step; that they asked
			// for the files tells as much.
			if word(e, 4)&1 == 0 && !m.handed {
				return ErrRefused
			}
			return nil
		}
	}
}

// hand gives the files to who asks for them.
func (m *fileManager) hand(time, to, selection, kind, property uint32) error {
	const changeProperty, eachByte = 18, 8
	if kind == m.atoms["text/uri-list"] {
		err := m.tell(request(changeProperty, 0, m.list, to, property, kind, eachByte, uint32(len(m.list))))
		if err != nil {
			return err
		}
		m.handed = true
	} else {
		property = 0 // not in that form
	}
	event := []byte{selectionNotify, 0, 0, 0}
	for _, w := range []uint32{time, to, selection, kind, property, 0, 0} {
		event = binary.LittleEndian.AppendUint32(event, w)
	}
	return m.tell(request(sendEvent, 0, event, to, 0))
}
