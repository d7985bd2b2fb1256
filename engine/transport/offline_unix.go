//go:build !windows

package transport

import "syscall"

var (
	// noRouteErrors mean that this computer has no way to anywhere.
	noRouteErrors = []error{syscall.ENETUNREACH, syscall.ENETDOWN, syscall.EADDRNOTAVAIL}
	// noHostErrors mean that an address leads nowhere.
	noHostErrors = []error{syscall.EHOSTUNREACH, syscall.EHOSTDOWN}
)
