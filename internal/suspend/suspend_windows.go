package suspend

import (
	"context"
	"runtime"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Messages of Windows (winuser.h, wtsapi32.h), and what stands in wParam.
const (
	wmDestroy       = 0x0002
	wmClose         = 0x0010
	wmPower         = 0x0218 // WM_POWERBROADCAST
	powerSuspend    = 0x0004 // PBT_APMSUSPEND
	wmSession       = 0x02B1 // WM_WTSSESSION_CHANGE
	sessionLock     = 0x0007 // WTS_SESSION_LOCK
	messageOnly     = ^uintptr(2)
	notifyWindow    = 0 // DEVICE_NOTIFY_WINDOW_HANDLE
	thisSession     = 0 // NOTIFY_FOR_THIS_SESSION
	windowClassName = "SottoAway"
)

var (
	user32            = windows.NewLazySystemDLL("user32.dll")
	registerClass     = user32.NewProc("RegisterClassExW")
	createWindow      = user32.NewProc("CreateWindowExW")
	defWindowProc     = user32.NewProc("DefWindowProcW")
	getMessage        = user32.NewProc("GetMessageW")
	dispatchMessage   = user32.NewProc("DispatchMessageW")
	postMessage       = user32.NewProc("PostMessageW")
	postQuit          = user32.NewProc("PostQuitMessage")
	registerSuspend   = user32.NewProc("RegisterSuspendResumeNotification")
	unregisterSuspend = user32.NewProc("UnregisterSuspendResumeNotification")
	wtsapi32          = windows.NewLazySystemDLL("wtsapi32.dll")
	registerSession   = wtsapi32.NewProc("WTSRegisterSessionNotification")
	unregisterSession = wtsapi32.NewProc("WTSUnRegisterSessionNotification")
)

// windowClass is WNDCLASSEXW.
type windowClass struct {
	size, style                        uint32
	proc                               uintptr
	classExtra, windowExtra            int32
	instance, icon, cursor, background windows.Handle
	menu, name                         *uint16
	smallIcon                          windows.Handle
}

// message is MSG.
type message struct {
	window         uintptr
	message        uint32
	wParam, lParam uintptr
	time           uint32
	x, y           int32
	private        uint32
}

// watchers are the functions to call, by their windows: Windows calls one
// procedure for all of them.
var watchers sync.Map

// class registers the windows' class once; its name is nil where that fails.
var class = sync.OnceValue(func() *uint16 {
	name, err := windows.UTF16PtrFromString(windowClassName)
	if err != nil {
		return nil
	}
	c := windowClass{proc: windows.NewCallback(procedure), name: name}
	c.size = uint32(unsafe.Sizeof(c))
	if windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, nil, &c.instance) != nil {
		return nil
	}
	if atom, _, _ := registerClass.Call(uintptr(unsafe.Pointer(&c))); atom == 0 {
		return nil
	}
	return name
})

// procedure is called on the thread of watchSystem. Windows waits two seconds
// for it before it goes to sleep.
func procedure(window uintptr, msg uint32, wParam, lParam uintptr) uintptr {
	switch {
	case msg == wmDestroy:
		postQuit.Call(0)
		return 0
	case msg == wmPower && wParam == powerSuspend, msg == wmSession && wParam == sessionLock:
		if away, ok := watchers.Load(window); ok {
			away.(func())()
		}
	}
	answer, _, _ := defWindowProc.Call(window, uintptr(msg), wParam, lParam)
	return answer
}

// watchSystem has a window that nobody sees, to which Windows tells that the
// computer is about to sleep and that the screen was locked.
func watchSystem(ctx context.Context, away func()) {
	runtime.LockOSThread() // messages come to the thread that made the window
	defer runtime.UnlockOSThread()
	name := class()
	if name == nil {
		return
	}
	window, _, _ := createWindow.Call(0, uintptr(unsafe.Pointer(name)), 0, 0, 0, 0, 0, 0, messageOnly, 0, 0, 0)
	if window == 0 {
		return
	}
	watchers.Store(window, away)
	defer watchers.Delete(window)
	if sleep, _, _ := registerSuspend.Call(window, notifyWindow); sleep != 0 {
		defer unregisterSuspend.Call(sleep)
	}
	if ok, _, _ := registerSession.Call(window, thisSession); ok != 0 {
		defer unregisterSession.Call(window)
	}
	stop := context.AfterFunc(ctx, func() { postMessage.Call(window, wmClose, 0, 0) })
	defer stop()
	var m message
	for {
		got, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0)
		if int32(got) <= 0 { // asked to quit, or an error
			return
		}
		dispatchMessage.Call(uintptr(unsafe.Pointer(&m)))
	}
}
