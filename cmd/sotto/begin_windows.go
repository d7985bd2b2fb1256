package main

import (
	"io"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// attachParent is ATTACH_PARENT_PROCESS.
const attachParent = ^uintptr(0)

// begin tells Windows who the program is and returns where it says what it has to
// say to who started it.
//
// The taskbar and notifications know it by the id that the Start menu entry
// carries. A program with a window has no console of its own: when it was started
// from one, it writes there.
func begin() io.Writer {
	if id, err := windows.UTF16PtrFromString(appID); err == nil {
		identify := windows.NewLazySystemDLL("shell32.dll").NewProc("SetCurrentProcessExplicitAppUserModelID")
		identify.Call(uintptr(unsafe.Pointer(id))) // without it the program is known by its path
	}
	if h, err := windows.GetStdHandle(windows.STD_ERROR_HANDLE); err == nil && h != 0 && h != windows.InvalidHandle {
		return os.Stderr // sent to a file or another program
	}
	attach := windows.NewLazySystemDLL("kernel32.dll").NewProc("AttachConsole")
	if ok, _, _ := attach.Call(attachParent); ok == 0 {
		return io.Discard // started with the mouse
	}
	console, err := os.OpenFile("CONOUT$", os.O_WRONLY, 0)
	if err != nil {
		return io.Discard
	}
	os.Stderr = console
	return console
}
