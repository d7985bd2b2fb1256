package suspend

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// TestAwayWhenWindowsSaysSo sends the watching window what Windows sends it.
func TestAwayWhenWindowsSaysSo(t *testing.T) {
	findWindow, sendMessage := user32.NewProc("FindWindowExW"), user32.NewProc("SendMessageW")
	name, err := windows.UTF16PtrFromString(windowClassName)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var away atomic.Int32
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		watchSystem(ctx, func() { away.Add(1) }) // before SendMessage returns
	}()
	var window uintptr
	for deadline := time.Now().Add(10 * time.Second); window == 0; {
		if time.Now().After(deadline) {
			t.Fatal("no window")
		}
		window, _, _ = findWindow.Call(messageOnly, 0, uintptr(unsafe.Pointer(name)), 0)
		if _, ok := watchers.Load(window); !ok {
			window = 0
		}
	}
	for _, c := range []struct {
		what        string
		msg, wParam uintptr
		heard       bool
	}{
		{"sleep", wmPower, powerSuspend, true},
		{"waking up", wmPower, 0x12, false},
		{"locked", wmSession, sessionLock, true},
		{"unlocked", wmSession, 0x8, false},
		{"another message", 0x0400, powerSuspend, false},
	} {
		before := away.Load()
		sendMessage.Call(window, c.msg, c.wParam, 0)
		if heard := away.Load() > before; heard != c.heard {
			t.Errorf("%s: heard %v", c.what, heard)
		}
	}
	cancel()
	<-ended
}
