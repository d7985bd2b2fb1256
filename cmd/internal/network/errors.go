package network

import "errors"

var (
	// ErrUnknown: neither a network of this program nor a file.
	ErrUnknown = errors.New("network: no such network")
	// ErrOther: the profile belongs to another network.
	ErrOther = errors.New("network: the profile belongs to another network")
	// ErrForgotten: the profile's network file is missing.
	ErrForgotten = errors.New("network: the profile's network file is missing")
	// ErrSilent: the local network runs in another process and does not answer.
	ErrSilent = errors.New("network: the local network does not answer")
)
