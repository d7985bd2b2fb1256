package clipboard

import (
	"bytes"
	"image/png"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// put lays data on the clipboard in a format, alone.
func put(t *testing.T, format uintptr, data []byte) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const movable = 2 // GMEM_MOVEABLE
	handle, _, err := kernel32.NewProc("GlobalAlloc").Call(movable, uintptr(len(data)))
	if handle == 0 {
		t.Fatal(err)
	}
	start, _, _ := globalLock.Call(handle)
	copy(unsafe.Slice(*(**byte)(unsafe.Pointer(&start)), len(data)), data)
	globalUnlock.Call(handle)
	if ok, _, err := openClipboard.Call(0); ok == 0 {
		t.Fatal(err)
	}
	defer closeClipboard.Call()
	user32.NewProc("EmptyClipboard").Call()
	if ok, _, err := user32.NewProc("SetClipboardData").Call(format, handle); ok == 0 {
		t.Fatal(err)
	}
}

func TestPicturesOfOtherPrograms(t *testing.T) {
	const text = 1 // CF_TEXT
	put(t, text, []byte("no picture\x00"))
	if data, needs := Picture(t.Context()); data != nil || needs != "" {
		t.Errorf("text gives %d bytes, needs %q", len(data), needs)
	}
	put(t, formatBitmap, dib(32, 0, 40, false))
	drawn, _ := Picture(t.Context())
	if m, err := png.Decode(bytes.NewReader(drawn)); err != nil || m.Bounds().Dx() != 2 {
		t.Fatalf("a bitmap: %v", err)
	}
	name, err := windows.UTF16PtrFromString("PNG")
	if err != nil {
		t.Fatal(err)
	}
	format, _, _ := registerFormat.Call(uintptr(unsafe.Pointer(name)))
	put(t, format, drawn)
	// Memory of the clipboard may be longer than what was put there.
	if data, _ := Picture(t.Context()); !bytes.HasPrefix(data, drawn) {
		t.Error("a PNG does not come as it is")
	}
}
