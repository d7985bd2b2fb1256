//go:build !linux

package main

import "time"

var begun = time.Now()

// threadTime stands in with the time of day.
func threadTime() time.Duration { return time.Since(begun) }
