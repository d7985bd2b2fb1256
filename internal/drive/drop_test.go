package drive

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
)

// TestDropSpeaksAsAFileManager drags two files onto a window of the test's own:
// it is told what they are when it asks, and one that takes nothing is found out
// before anything is dragged.
func TestDropSpeaksAsAFileManager(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := Start(ctx, 320, 200)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c, err := d.dial()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer c.until(ctx)()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	target, place := c.newID(), c.newID()
	for _, id := range []uint32{target, place} {
		must(c.tell(request(1, 0, nil, id, c.root, 0, 10|10<<16, 2<<16, 0, 0)))
	}
	aware, err := c.atom("XdndAware")
	must(err)
	if _, err := newFileManager(d, target, nil); !errors.Is(err, ErrRefused) {
		t.Errorf("a window that takes nothing: %v", err)
	}
	const atomType, words = 4, 32
	must(c.tell(request(18, 0, []byte{xdndVersion, 0, 0, 0}, target, aware, atomType, words, 1)))
	if _, err := c.property(target, aware); err != nil {
		t.Fatal(err)
	}
	m, err := newFileManager(d, target, []string{"/tmp/a b.txt", "/tmp/ü.png"})
	must(err)
	defer m.Close()
	defer m.until(ctx)()
	done := make(chan error, 1)
	go func() { done <- m.drop(33, 44) }()
	word := func(e []byte, i int) uint32 { return binary.LittleEndian.Uint32(e[4*i:]) }
	say := func(step string, window uint32) {
		t.Helper()
		event := []byte{clientMessage, 32, 0, 0}
		for _, w := range []uint32{window, m.atoms[step], target, 1, 0, 0, 0} {
			event = binary.LittleEndian.AppendUint32(event, w)
		}
		must(c.tell(request(sendEvent, 0, event, window, 0)))
	}
	var source uint32
	for dropped := false; !dropped; {
		e, err := c.event()
		must(err)
		if e[0]&^0x80 != clientMessage {
			continue
		}
		switch word(e, 2) {
		case m.atoms["XdndEnter"]:
			if source = word(e, 3); word(e, 4)>>24 != xdndVersion || word(e, 5) != m.atoms["text/uri-list"] {
				t.Errorf("enters as %x", e)
			}
		case m.atoms["XdndPosition"]:
			if word(e, 5) != 33<<16|44 {
				t.Errorf("stands at %x", word(e, 5))
			}
			say("XdndStatus", source)
		case m.atoms["XdndDrop"]:
			dropped = true
		}
	}
	// ConvertSelection, as a program that wants the files does.
	must(c.tell(request(24, 0, nil, place, m.atoms["XdndSelection"], m.atoms["text/uri-list"], aware, 0)))
	for e := []byte{0}; e[0]&^0x80 != selectionNotify; {
		if e, err = c.event(); err != nil {
			t.Fatal(err)
		}
	}
	reply, err := c.ask(request(20, 0, nil, place, aware, 0, 0, 100))
	must(err)
	if got, want := string(reply[32:][:word(reply, 4)]), "file:///tmp/a%20b.txt\r\nfile:///tmp/%C3%BC.png\r\n"; got != want {
		t.Errorf("the files are %q, want %q", got, want)
	}
	say("XdndFinished", source)
	must(<-done)
}
