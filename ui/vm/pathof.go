package vm

import (
	"net/url"
	"path/filepath"
	"strings"
)

// pathOf is the path that an address of a file, or an absolute path, names.
func pathOf(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "file://"); ok {
		u, err := url.Parse(s)
		if err != nil || u.Host != "" && u.Host != "localhost" || rest == "" {
			return "", false
		}
		return filepath.FromSlash(u.Path), true
	}
	return s, filepath.IsAbs(s)
}
