//go:build !linux || arm || arm64

package driver

// keepsPicture reports whether the buffer that is drawn to still has the last
// picture when the next one begins. Nobody has tried it here.
func keepsPicture() bool { return false }
