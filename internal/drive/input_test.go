package drive

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"
)

// TestInputReachesTheDisplay moves the pointer, and locks and unlocks capitals
// with the key for it: two things that other programs can ask the display for.
func TestInputReachesTheDisplay(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := Start(ctx, 320, 200)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	in, err := d.Input()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	const capsLock Key = 0xffe5
	for _, err := range []error{in.MoveTo(30, 40), in.Press(capsLock), in.Click(ButtonWheelDown)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	says := func(want string, program string, args ...string) {
		t.Helper()
		var last []byte
		err := poll(ctx, 20*time.Millisecond, func() (bool, error) {
			var err error
			last, err = d.Command(ctx, program, args...).CombinedOutput()
			return strings.Contains(string(last), want), err
		})
		if err != nil {
			t.Fatalf("%v: %s", err, last)
		}
	}
	says("x:30 y:40 ", "xdotool", "getmouselocation")
	says("LED mask:  00000001", "xset", "q")
	if err := in.Press(Key('ß')); err == nil {
		t.Error("a key that the keyboard lacks was pressed")
	}
}

// TestPatchSeesChanges paints the root window and looks at a part of it.
func TestPatchSeesChanges(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	d, err := Start(ctx, 320, 200)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	p, err := d.Patch(image.Rect(300, 190, 320, 200))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if out, err := d.Command(ctx, "xsetroot", "-solid", "#006b6d").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	err = poll(ctx, 10*time.Millisecond, func() (bool, error) {
		b := p.Look()
		n := len(b)
		return b[0] == 0x6d && b[1] == 0x6b && b[2] == 0 && b[n-4] == 0x6d && b[n-3] == 0x6b, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Patch(image.Rect(0, 0, 321, 200)); err == nil {
		t.Error("a patch may reach beyond the screen")
	}
}
