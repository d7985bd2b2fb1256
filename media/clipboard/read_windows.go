package clipboard

import (
	"context"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"sotto/media/picture"
)

const formatBitmap = 8 // CF_DIB

var (
	user32         = windows.NewLazySystemDLL("user32.dll")
	openClipboard  = user32.NewProc("OpenClipboard")
	closeClipboard = user32.NewProc("CloseClipboard")
	getData        = user32.NewProc("GetClipboardData")
	registerFormat = user32.NewProc("RegisterClipboardFormatW")
	kernel32       = windows.NewLazySystemDLL("kernel32.dll")
	globalLock     = kernel32.NewProc("GlobalLock")
	globalUnlock   = kernel32.NewProc("GlobalUnlock")
	globalSize     = kernel32.NewProc("GlobalSize")
)

// read takes what programs put there as "PNG", with its transparency, and else
// the bitmap that Windows makes of every picture.
func read(ctx context.Context) (data []byte, needs string) {
	runtime.LockOSThread() // the clipboard is open for the thread that opened it
	defer runtime.UnlockOSThread()
	for { // another program may have it open for a moment
		if ok, _, _ := openClipboard.Call(0); ok != 0 {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ""
		case <-time.After(20 * time.Millisecond):
		}
	}
	defer closeClipboard.Call()
	if name, err := windows.UTF16PtrFromString("PNG"); err == nil {
		if format, _, _ := registerFormat.Call(uintptr(unsafe.Pointer(name))); format != 0 {
			if data := content(format); usable(data) {
				return data, ""
			}
		}
	}
	if dib := content(formatBitmap); dib != nil {
		if data, err := fromBitmap(dib); err == nil && usable(data) {
			return data, ""
		}
	}
	return nil, ""
}

// content copies what the clipboard has in a format, nil when it has nothing.
func content(format uintptr) []byte {
	const most = 4*picture.MaxPixels + 1<<10 // of a bitmap
	handle, _, _ := getData.Call(format)
	if handle == 0 {
		return nil
	}
	size, _, _ := globalSize.Call(handle)
	if size == 0 || size > most {
		return nil
	}
	// Memory of Windows, which Go's collector knows nothing of and never moves.
	start, _, _ := globalLock.Call(handle)
	if start == 0 {
		return nil
	}
	defer globalUnlock.Call(handle)
	return slices.Clone(unsafe.Slice(*(**byte)(unsafe.Pointer(&start)), size))
}
