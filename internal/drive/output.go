package drive

import (
	"bytes"
	"sync"
)

// Output collects what a program writes, for somebody who reads along: set it as
// the Stdout of a command.
type Output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write takes what the program writes.
func (o *Output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// String is everything so far.
func (o *Output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// Len is how many bytes that is.
func (o *Output) Len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Len()
}
