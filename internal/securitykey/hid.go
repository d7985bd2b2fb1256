package securitykey

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ReportSize is the size of a HID report of a security key, in bytes.
const ReportSize = 64

// Device is a security key that is plugged in.
type Device interface {
	Open() (Conn, error)
}

// Conn carries reports of ReportSize bytes. Read returns when ctx ends; one Write
// may run beside it.
type Conn interface {
	Write(report []byte) error
	Read(ctx context.Context, report []byte) error
	Close() error
}

// Commands of CTAPHID (CTAP 2.1 §11.2.9). In the first packet of a message the
// high bit is set.
const (
	hidInit      = 0x06
	hidCBOR      = 0x10
	hidCancel    = 0x11
	hidKeepAlive = 0x3B
	hidError     = 0x3F
)

const (
	broadcast   = 0xffffffff
	firstData   = ReportSize - 7 // channel 4, command 1, length 2
	nextData    = ReportSize - 5 // channel 4, sequence 1
	maxMessage  = firstData + 128*nextData
	canCBOR     = 0x04 // capability
	needsTouch  = 2    // status of a keep-alive
	silence     = 3 * time.Second
	afterCancel = time.Second
)

// channel is an open way to one key.
type channel struct {
	conn  Conn
	id    uint32
	touch func() // called when the key begins to wait for a touch
}

// openChannel does CTAPHID_INIT: 8 bytes of nonce out; nonce (8) ‖ channel (4) ‖
// protocol (1) ‖ version (3) ‖ capabilities (1) back.
func openChannel(ctx context.Context, conn Conn, touch func()) (*channel, error) {
	c := &channel{conn: conn, id: broadcast, touch: touch}
	nonce := make([]byte, 8)
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	if err := c.send(hidInit, nonce); err != nil {
		return nil, err
	}
	for {
		answer, err := c.receive(ctx, hidInit)
		if err != nil {
			return nil, err
		}
		if len(answer) < 17 {
			return nil, fmt.Errorf("%w: %d bytes for INIT", ErrAnswer, len(answer))
		}
		if !bytes.Equal(answer[:8], nonce) {
			continue // meant for another program
		}
		if answer[16]&canCBOR == 0 {
			return nil, ErrOld
		}
		c.id = binary.BigEndian.Uint32(answer[8:])
		return c, nil
	}
}

// call sends a CTAP2 command and returns the content of its answer, after the
// status. When ctx ends the key is told to stop waiting.
func (c *channel) call(ctx context.Context, command byte, params []byte) ([]byte, error) {
	if err := c.send(hidCBOR, append([]byte{command}, params...)); err != nil {
		return nil, err
	}
	answer, err := c.receive(ctx, hidCBOR)
	if err != nil && ctx.Err() != nil {
		c.cancel()
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, ErrTimeout
		}
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	if len(answer) == 0 {
		return nil, fmt.Errorf("%w: an empty answer", ErrAnswer)
	}
	if s := status(answer[0]); s != statusOK {
		return nil, s
	}
	return answer[1:], nil
}

// cancel tells the key to stop and waits shortly for its last word, so that it
// does not blink on.
func (c *channel) cancel() {
	ctx, done := context.WithTimeout(context.Background(), afterCancel)
	defer done()
	if c.send(hidCancel, nil) == nil {
		c.touch = nil
		_, _ = c.receive(ctx, hidCBOR)
	}
}

func (c *channel) send(command byte, data []byte) error {
	if len(data) > maxMessage {
		return fmt.Errorf("securitykey: message of %d bytes", len(data))
	}
	packet := make([]byte, ReportSize)
	binary.BigEndian.PutUint32(packet, c.id)
	packet[4] = command | 0x80
	binary.BigEndian.PutUint16(packet[5:], uint16(len(data)))
	data = data[copy(packet[7:], data):]
	for sequence := byte(0); ; sequence++ {
		if err := c.conn.Write(packet); err != nil {
			return fmt.Errorf("%w: %w", ErrGone, err)
		}
		if len(data) == 0 {
			return nil
		}
		clear(packet[4:])
		packet[4] = sequence
		data = data[copy(packet[5:], data):]
	}
}

// receive waits for the answer to a command. Keep-alives say that it takes its
// time, or that a touch is needed.
func (c *channel) receive(ctx context.Context, command byte) ([]byte, error) {
	for {
		packet, err := c.packet(ctx)
		if err != nil {
			return nil, err
		}
		if packet[4]&0x80 == 0 {
			continue // the rest of something else
		}
		length := int(binary.BigEndian.Uint16(packet[5:]))
		switch got := packet[4] &^ 0x80; {
		case got == hidKeepAlive:
			if packet[7] == needsTouch && c.touch != nil {
				c.touch()
				c.touch = nil
			}
			continue
		case got == hidError:
			return nil, fmt.Errorf("%w: CTAPHID error %#02x", ErrAnswer, packet[7])
		case got != command:
			continue
		case length > maxMessage:
			return nil, fmt.Errorf("%w: a message of %d bytes", ErrAnswer, length)
		}
		message := append(make([]byte, 0, length), packet[7:7+min(length, firstData)]...)
		for sequence := byte(0); len(message) < length; sequence++ {
			if packet, err = c.packet(ctx); err != nil {
				return nil, err
			}
			if packet[4] != sequence {
				return nil, fmt.Errorf("%w: packet %d instead of %d", ErrAnswer, packet[4], sequence)
			}
			message = append(message, packet[5:5+min(length-len(message), nextData)]...)
		}
		return message, nil
	}
}

// packet reads the next packet of the channel. A key that says nothing at all
// for a while is gone.
func (c *channel) packet(ctx context.Context) ([]byte, error) {
	quiet, done := context.WithTimeout(ctx, silence)
	defer done()
	packet := make([]byte, ReportSize)
	for {
		if err := c.conn.Read(quiet, packet); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrGone, err)
		}
		if binary.BigEndian.Uint32(packet) == c.id {
			return packet, nil
		}
	}
}
