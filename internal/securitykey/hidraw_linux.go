package securitykey

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// System is the bus of this computer.
var System Bus = hidraw{"/sys/class/hidraw", "/dev"}

// hidraw finds keys by what their report descriptors say they are and opens
// their device files. Systems with systemd let the user at the seat do that.
type hidraw struct{ sys, dev string }

// maxDescriptor is the kernel's bound on report descriptors, in bytes.
const maxDescriptor = 4096

// Devices implements Bus.
func (h hidraw) Devices() ([]Device, error) {
	entries, err := os.ReadDir(h.sys)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no HID device at all
	}
	if err != nil {
		return nil, fmt.Errorf("list HID devices: %w", err)
	}
	var all []Device
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(h.sys, e.Name(), "device", "report_descriptor"))
		if err == nil && len(b) <= maxDescriptor && isKey(b) {
			all = append(all, hidrawDevice(filepath.Join(h.dev, e.Name())))
		}
	}
	return all, nil
}

// isKey reads a report descriptor (HID 1.11 §6.2.2) as far as the first usage:
// page F1D0, usage 1 is a FIDO authenticator (CTAP 2.1 §11.2.8.2).
func isKey(descriptor []byte) bool {
	const usagePage, usage = 0x04, 0x08
	page := uint32(0)
	for b := descriptor; len(b) > 0; {
		head := b[0]
		size := int(head & 3)
		if size == 3 {
			size = 4
		}
		skip := 1 + size
		if head == 0xFE && len(b) > 1 { // a long item
			size, skip = 0, 3+int(b[1])
		}
		if len(b) < skip {
			return false
		}
		value := uint32(0)
		for i := range size {
			value |= uint32(b[1+i]) << (8 * i)
		}
		switch head &^ 3 {
		case usagePage:
			page = value
		case usage:
			if page == 0xF1D0 && value == 1 {
				return true
			}
		}
		b = b[skip:]
	}
	return false
}

type hidrawDevice string

// Open implements Device.
func (d hidrawDevice) Open() (Conn, error) {
	f, err := os.OpenFile(string(d), os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w: %w", ErrPermission, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	return hidrawConn{f}, nil
}

type hidrawConn struct{ f *os.File }

// Write puts the number of the report in front: keys have but one, 0.
func (c hidrawConn) Write(report []byte) error {
	_, err := c.f.Write(append([]byte{0}, report...))
	return err
}

func (c hidrawConn) Read(ctx context.Context, report []byte) error {
	if err := c.f.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.f.SetReadDeadline(time.Now()) })
	defer stop()
	n, err := c.f.Read(report)
	if err == nil && n != len(report) {
		err = fmt.Errorf("report of %d bytes", n)
	}
	return err
}

func (c hidrawConn) Close() error { return c.f.Close() }
