//go:build linux && !arm && !arm64

package driver

import (
	"strings"

	"github.com/go-gl/gl/v2.1/gl"
)

// keepsPicture reports whether the buffer that is drawn to still has the last
// picture when the next one begins: Mesa's renderer in software. Call it where
// the graphics library is at work.
func keepsPicture() bool {
	return strings.HasPrefix(gl.GoStr(gl.GetString(gl.RENDERER)), "llvmpipe")
}
