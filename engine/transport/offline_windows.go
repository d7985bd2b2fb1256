package transport

import "syscall"

var (
	// noRouteErrors mean that this computer has no way to anywhere:
	// WSAEADDRNOTAVAIL, WSAENETDOWN, WSAENETUNREACH.
	noRouteErrors = []error{syscall.Errno(10049), syscall.Errno(10050), syscall.Errno(10051)}
	// noHostErrors mean that an address leads nowhere: WSAEHOSTDOWN,
	// WSAEHOSTUNREACH.
	noHostErrors = []error{syscall.Errno(10064), syscall.Errno(10065)}
)
