package widget

import (
	"runtime"
	"strings"
)

// keyNames are the signs that the keyboards of one system carry in place of
// words.
var keyNames = map[string]*strings.Replacer{
	"darwin": strings.NewReplacer("Ctrl", "⌘", "Alt", "⌥", "Shift", "⇧"),
}

// Keys writes a shortcut ("Ctrl K") the way this system does.
func Keys(shortcut string) string {
	if r, ok := keyNames[runtime.GOOS]; ok {
		return r.Replace(shortcut)
	}
	return shortcut
}
