package localnet

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net"
	"strconv"
)

// Ports lie below the kernel's ephemeral range (32768 and up on Linux), where a
// client socket could sit on a port that a restarted node needs, and above the
// services that a machine usually runs.
const (
	firstPort = 20000
	lastPort  = 31999
	portTries = 400
)

// listen opens *port again, or finds a free one when it is 0 and remembers it.
func listen(ip string, port *uint16) (net.Listener, error) {
	if *port != 0 {
		l, err := net.Listen("tcp4", net.JoinHostPort(ip, strconv.Itoa(int(*port))))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPort, err)
		}
		return l, nil
	}
	var last error
	for range portTries {
		n, err := rand.Int(rand.Reader, big.NewInt(lastPort-firstPort+1))
		if err != nil {
			return nil, err
		}
		try := uint16(firstPort + n.Int64())
		l, err := net.Listen("tcp4", net.JoinHostPort(ip, strconv.Itoa(int(try))))
		if err == nil {
			*port = try
			return l, nil
		}
		last = err
	}
	return nil, fmt.Errorf("%w: %w", ErrPort, last)
}
