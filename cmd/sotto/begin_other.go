//go:build !windows

package main

import (
	"io"
	"os"
)

// begin returns where the program says what it has to say to who started it.
func begin() io.Writer { return os.Stderr }
