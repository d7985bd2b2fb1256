//go:build !linux

package securitykey

// System is the bus of this computer: none, so Keys answer ErrUnsupported.
var System Bus
