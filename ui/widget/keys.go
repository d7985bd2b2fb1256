package widget

import (
	"runtime"
	"strings"

	"sotto/ui/text"
)

// keySigns are what the keyboards of one system carry in place of words.
var keySigns = map[string]*strings.Replacer{
	"darwin": strings.NewReplacer("Ctrl", "⌘", "Alt", "⌥", "Shift", "⇧"),
}

// keyNames are the words that keyboards carry in the language of the window, by
// the names that shortcuts are written with.
var keyNames = []struct{ name, key string }{
	{"Ctrl", "widget.key.ctrl"}, {"Shift", "widget.key.shift"}, {"Enter", "widget.key.enter"},
	{"Del", "widget.key.del"}, {"Esc", "widget.key.esc"},
}

// Keys writes a shortcut ("Ctrl K") the way this system and language do.
func Keys(shortcut string) string {
	if r, ok := keySigns[runtime.GOOS]; ok {
		shortcut = r.Replace(shortcut)
	}
	parts := strings.Split(shortcut, " ")
	for i, p := range parts {
		for _, k := range keyNames {
			if p == k.name {
				parts[i] = text.T(k.key)
			}
		}
	}
	return strings.Join(parts, " ")
}
