package drive

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Input presses keys and buttons within microseconds, over one connection to
// the display (X11 core protocol and its XTEST extension): for measuring how
// soon a window answers. A test that only wants a key pressed uses Window.Key.
type Input struct {
	*xConn
	xtest byte // the extension's opcode
	keys  map[Key]byte
}

// Key is an X keysym; printable ASCII characters are their own.
type Key uint32

// Keys without a character.
const (
	KeyBackSpace Key = 0xff08
	KeyReturn    Key = 0xff0d
	KeyEscape    Key = 0xff1b
	KeyUp        Key = 0xff52
	KeyDown      Key = 0xff54
	KeyEnd       Key = 0xff57
	KeyControl   Key = 0xffe3
	KeyAlt       Key = 0xffe9
)

// Mouse buttons.
const (
	ButtonLeft      = 1
	ButtonWheelUp   = 4
	ButtonWheelDown = 5
)

// Input connects to the display.
func (d *Display) Input() (*Input, error) {
	c, err := d.dial()
	if err != nil {
		return nil, err
	}
	in := &Input{xConn: c, keys: map[Key]byte{}}
	err = in.learnKeys()
	if err == nil {
		err = in.findXTest()
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return in, nil
}

// learnKeys asks which key gives what.
func (in *Input) learnKeys() error {
	low, high := int(in.setup[26]), int(in.setup[27])
	// GetKeyboardMapping
	reply, err := in.ask([]byte{101, 0, 2, 0, byte(low), byte(high - low + 1), 0, 0})
	if err != nil {
		return err
	}
	each := int(reply[1])
	table := reply[32:]
	for code := low; code <= high; code++ {
		if at := 4 * each * (code - low); each > 0 && at+4 <= len(table) {
			// Only what the key gives without Shift.
			sym := Key(binary.LittleEndian.Uint32(table[at:]))
			if _, known := in.keys[sym]; !known {
				in.keys[sym] = byte(code)
			}
		}
	}
	return nil
}

func (in *Input) findXTest() error {
	const name = "XTEST"
	reply, err := in.ask(append([]byte{98, 0, 4, 0, byte(len(name)), 0, 0, 0}, name+"\x00\x00\x00"...)) // QueryExtension
	if err != nil {
		return err
	}
	if reply[8] == 0 {
		return fmt.Errorf("%w: it has no XTEST", errX11)
	}
	in.xtest = reply[9]
	return nil
}

// X event types that XTEST may make.
const (
	keyPress, keyRelease       = 2, 3
	buttonPress, buttonRelease = 4, 5
	motion                     = 6
)

// fake appends an XTEST FakeInput request.
func (in *Input) fake(b []byte, kind, detail byte, x, y int) []byte {
	request := make([]byte, 36)
	request[0], request[1] = in.xtest, 2
	binary.LittleEndian.PutUint16(request[2:], 9)
	request[4], request[5] = kind, detail
	binary.LittleEndian.PutUint16(request[24:], uint16(x))
	binary.LittleEndian.PutUint16(request[26:], uint16(y))
	return append(b, request...)
}

// Press presses and lets go keys, held together in their order ("Control", "a").
func (in *Input) Press(keys ...Key) error {
	var b []byte
	for _, k := range keys {
		code, ok := in.keys[k]
		if !ok {
			return fmt.Errorf("no key gives %#x", uint32(k))
		}
		b = in.fake(b, keyPress, code, 0, 0)
	}
	for i := len(keys) - 1; i >= 0; i-- {
		b = in.fake(b, keyRelease, in.keys[keys[i]], 0, 0)
	}
	_, err := in.conn.Write(b)
	return err
}

// MoveTo puts the pointer at a place of the screen.
func (in *Input) MoveTo(x, y int) error {
	_, err := in.conn.Write(in.fake(nil, motion, 0, x, y))
	return err
}

// Click presses a button and lets it go; the wheel's buttons turn it by a notch.
func (in *Input) Click(button byte) error {
	_, err := in.conn.Write(in.fake(in.fake(nil, buttonPress, button, 0, 0), buttonRelease, button, 0, 0))
	return err
}
