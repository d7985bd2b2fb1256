// Package softkey is a FIDO2 authenticator in software, for tests and pictures:
// it takes HID reports and gives HID reports, as a key on USB does, and refuses
// what the specification does not allow. It protects nothing.
package softkey

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"sync"

	"sotto/internal/securitykey"
)

// Key is one authenticator. Set the fields before it is used.
type Key struct {
	PIN      string // set on the key; empty: none
	AlwaysUV bool   // wants its PIN for everything
	Protocol int    // PIN protocol, 1 or 2
	OldCTAP  bool   // CTAP 2.0: no permissions, no word about pinUvAuthToken
	NoSecret bool   // knows no hmac-secret
	U2FOnly  bool   // knows no CTAP2
	// Touch is asked when a touch is needed: nil touches at once. It returns
	// when the key was touched, or false when nobody did in time.
	Touch func(ctx context.Context) bool
	// Mangle may change the bytes of an answer before they go out.
	Mangle func(command byte, answer []byte) []byte

	mu       sync.Mutex
	seed     [32]byte
	wrong    int
	unplug   bool
	token    [32]byte
	Commands []byte // CTAP2 commands that came, in order
}

// New makes a key; keys of another seed know nothing of each other.
func New(seed string) *Key { return &Key{Protocol: 2, seed: sha256.Sum256([]byte(seed))} }

// Unplug takes the key out: whatever is said to it from now on fails.
func (k *Key) Unplug() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.unplug = true
}

// Bus is a computer with these keys plugged in.
type Bus []*Key

// Devices implements securitykey.Bus.
func (b Bus) Devices() ([]securitykey.Device, error) {
	var all []securitykey.Device
	for _, k := range b {
		all = append(all, device{k})
	}
	return all, nil
}

type device struct{ key *Key }

// Open implements securitykey.Device.
func (d device) Open() (securitykey.Conn, error) {
	ctx, cancel := context.WithCancel(context.Background())
	return &conn{key: d.key, ctx: ctx, end: cancel, out: make(chan []byte, 256)}, nil
}

// conn is the wire: CTAPHID, the authenticator's side (CTAP 2.1 §11.2).
type conn struct {
	key *Key
	ctx context.Context
	end context.CancelFunc
	out chan []byte

	channel uint32
	command byte
	want    int
	message []byte
	next    byte
	cancel  context.CancelFunc // ends the command under way
	working sync.WaitGroup
}

var errUnplugged = errors.New("softkey: pulled out")

func (c *conn) gone() bool {
	c.key.mu.Lock()
	defer c.key.mu.Unlock()
	return c.key.unplug
}

// Write implements securitykey.Conn.
func (c *conn) Write(report []byte) error {
	if c.gone() || c.ctx.Err() != nil {
		return errUnplugged
	}
	if len(report) != securitykey.ReportSize {
		return errors.New("softkey: a report of another size")
	}
	id := binary.BigEndian.Uint32(report)
	if report[4]&0x80 == 0 {
		if id != c.channel || report[4] != c.next || len(c.message) >= c.want {
			c.send(id, 0x3F, []byte{0x04}) // sequence
			return nil
		}
		c.next++
		c.message = append(c.message, report[5:5+min(59, c.want-len(c.message))]...)
	} else {
		c.channel, c.command, c.next = id, report[4]&^0x80, 0
		c.want = int(binary.BigEndian.Uint16(report[5:]))
		c.message = append([]byte(nil), report[7:7+min(57, c.want)]...)
	}
	if len(c.message) == c.want {
		c.take(id, c.command, c.message)
	}
	return nil
}

const ownChannel = 0x50770001

func (c *conn) take(id uint32, command byte, message []byte) {
	switch {
	case command == 0x06 && len(message) == 8:
		answer := append(append([]byte(nil), message...), 0x50, 0x77, 0x00, 0x01, 2, 1, 0, 0, 0x04)
		if c.key.U2FOnly {
			answer[16] = 0
		}
		c.send(id, 0x06, answer)
	case id != ownChannel:
		c.send(id, 0x3F, []byte{0x0B}) // invalid channel
	case command == 0x11:
		if c.cancel != nil {
			c.cancel()
		}
	case command == 0x10 && len(message) > 0:
		ctx, cancel := context.WithCancel(c.ctx)
		c.cancel = cancel
		message = append([]byte(nil), message...)
		c.working.Go(func() {
			defer cancel()
			keepAlive := func() { c.send(id, 0x3B, []byte{2}) }
			answer := c.key.answer(ctx, message[0], message[1:], keepAlive)
			if c.key.Mangle != nil {
				answer = c.key.Mangle(message[0], answer)
			}
			c.send(id, 0x10, answer)
		})
	default:
		c.send(id, 0x3F, []byte{0x01}) // invalid command
	}
}

func (c *conn) send(id uint32, command byte, data []byte) {
	packet := make([]byte, securitykey.ReportSize)
	binary.BigEndian.PutUint32(packet, id)
	packet[4] = command | 0x80
	binary.BigEndian.PutUint16(packet[5:], uint16(len(data)))
	data = data[copy(packet[7:], data):]
	for sequence := byte(0); ; sequence++ {
		select {
		case c.out <- packet:
		case <-c.ctx.Done():
			return
		}
		if len(data) == 0 {
			return
		}
		packet = make([]byte, securitykey.ReportSize)
		binary.BigEndian.PutUint32(packet, id)
		packet[4] = sequence
		data = data[copy(packet[5:], data):]
	}
}

// Read implements securitykey.Conn.
func (c *conn) Read(ctx context.Context, report []byte) error {
	if c.gone() {
		return errUnplugged
	}
	select {
	case packet := <-c.out:
		copy(report, packet)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.ctx.Done():
		return errUnplugged
	}
}

// Close implements securitykey.Conn.
func (c *conn) Close() error {
	c.end()
	c.working.Wait()
	return nil
}
