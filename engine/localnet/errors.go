package localnet

import "errors"

// Errors of Start.
var (
	// ErrOptions: options that contradict each other or the folder's network.
	ErrOptions = errors.New("localnet: bad options")
	// ErrInUse: another process runs the network of this folder.
	ErrInUse = errors.New("localnet: folder is in use")
	// ErrState: the folder holds a network that cannot be read.
	ErrState = errors.New("localnet: unreadable network state")
	// ErrPort: a port that belongs to this network is taken by another program
	// (see Options.Move), or no free one was found.
	ErrPort = errors.New("localnet: port not available")
)

// Errors of a running network.
var (
	// ErrClosed: the network was closed.
	ErrClosed = errors.New("localnet: closed")
	// ErrNoNode: no listed node has this index.
	ErrNoNode = errors.New("localnet: no such node")
	// ErrFault: a fault that makes no sense, such as a probability above 1.
	ErrFault = errors.New("localnet: bad fault")
	// ErrLastNode: the last node cannot leave.
	ErrLastNode = errors.New("localnet: the last node cannot leave")
)
