package drive

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// xConn is a connection to the display: as much of the X11 core protocol as a
// hand on keys and mouse, and a file manager that things are dragged from, need.
// Everything is little-endian; there is no authorization.
type xConn struct {
	conn   net.Conn
	r      *bufio.Reader
	setup  []byte // the server's description of itself, behind its first 8 bytes
	root   uint32
	ids    uint32   // of the next thing that is made
	events [][]byte // read while a reply was waited for
}

var errX11 = errors.New("the display does not speak as expected")

func (d *Display) dial() (*xConn, error) {
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(d.Name, ":"))
	if err != nil {
		return nil, err
	}
	c := &xConn{conn: conn, r: bufio.NewReader(conn)}
	if err := c.greet(); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return c, nil
}

// Close leaves the display.
func (c *xConn) Close() error { return c.conn.Close() }

// greet opens the connection.
func (c *xConn) greet() error {
	// Little-endian, version 11.0, no authorization.
	if _, err := c.conn.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return err
	}
	var head [8]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return err
	}
	c.setup = make([]byte, 4*int(binary.LittleEndian.Uint16(head[6:])))
	if _, err := io.ReadFull(c.r, c.setup); err != nil {
		return err
	}
	if head[0] != 1 || len(c.setup) < 32 {
		return fmt.Errorf("%w: it refused the connection", errX11)
	}
	// Behind the fixed part stand the vendor, padded, the pixmap formats, and the
	// first screen, which begins with its root window.
	vendor, formats := int(binary.LittleEndian.Uint16(c.setup[16:])), int(c.setup[21])
	screen := 32 + (vendor+3)/4*4 + 8*formats
	if len(c.setup) < screen+4 {
		return fmt.Errorf("%w: it has no screen", errX11)
	}
	c.ids = binary.LittleEndian.Uint32(c.setup[4:])
	c.root = binary.LittleEndian.Uint32(c.setup[screen:])
	return nil
}

// until lets reading and writing fail when a context ends.
func (c *xConn) until(ctx context.Context) (free func()) {
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	return func() {
		if stop() {
			_ = c.conn.SetDeadline(time.Time{})
		}
	}
}

func (c *xConn) newID() uint32 {
	c.ids++
	return c.ids
}

// request makes a request of words; data is padded to one.
func request(op, detail byte, data []byte, words ...uint32) []byte {
	b := []byte{op, detail, 0, 0}
	for _, w := range words {
		b = binary.LittleEndian.AppendUint32(b, w)
	}
	b = append(b, data...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	binary.LittleEndian.PutUint16(b[2:], uint16(len(b)/4))
	return b
}

// tell sends a request that has no reply.
func (c *xConn) tell(request []byte) error {
	_, err := c.conn.Write(request)
	return err
}

// ask sends a request and returns its reply.
func (c *xConn) ask(request []byte) ([]byte, error) {
	if err := c.tell(request); err != nil {
		return nil, err
	}
	for {
		b, err := c.read()
		if err != nil {
			return nil, err
		}
		if b[0] == 1 {
			return b, nil
		}
		c.events = append(c.events, b)
	}
}

// event returns the next event.
func (c *xConn) event() ([]byte, error) {
	if len(c.events) > 0 {
		e := c.events[0]
		c.events = c.events[1:]
		return e, nil
	}
	return c.read()
}

// read reads a reply or an event.
func (c *xConn) read() ([]byte, error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return nil, err
	}
	const reply, generic = 1, 35
	switch b[0] {
	case 0:
		return nil, fmt.Errorf("%w: error %d of request %d", errX11, b[1], b[10])
	case reply, generic:
		more := binary.LittleEndian.Uint32(b[4:])
		if more > 1<<20 {
			return nil, errX11
		}
		b = append(b, make([]byte, 4*more)...)
		if _, err := io.ReadFull(c.r, b[32:]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// atom is the number of a name.
func (c *xConn) atom(name string) (uint32, error) {
	const internAtom = 16
	reply, err := c.ask(request(internAtom, 0, []byte(name), uint32(len(name))))
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(reply[8:]), nil
}

// property reads up to 4 words of a window's property; nil when it has none.
func (c *xConn) property(window, name uint32) ([]byte, error) {
	const getProperty, anyType, words = 20, 0, 4
	reply, err := c.ask(request(getProperty, 0, nil, window, name, anyType, 0, words))
	if err != nil {
		return nil, err
	}
	n := int(binary.LittleEndian.Uint32(reply[16:])) * int(reply[1]) / 8
	if n > len(reply)-32 {
		return nil, errX11
	}
	return reply[32:][:n], nil
}
