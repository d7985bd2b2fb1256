package desktop

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// path is where the file lies (Desktop Application Autostart Specification).
func (a Autostart) path() (string, error) {
	if _, err := os.Stat("/.flatpak-info"); err == nil {
		return "", ErrAutostart
	}
	dir := a.Config
	if dir == "" {
		var err error
		if dir, err = os.UserConfigDir(); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "autostart", a.record()+".desktop"), nil
}

// On reports whether the program is started. A file that the desktop switched
// off, or whose program is not there any more, does not count.
func (a Autostart) On() (bool, error) {
	path, err := a.path()
	if err != nil {
		return false, err
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	}
	entry := parseEntry(string(data))
	if entry["Hidden"] == "true" || entry["X-GNOME-Autostart-enabled"] == "false" {
		return false, nil
	}
	return entry["Exec"] == execLine(a.Program, a.Args), nil
}

// file is what the record says.
func (a Autostart) file() string {
	return "[Desktop Entry]\nType=Application\nName=" + a.Name + "\nIcon=" + a.ID +
		"\nExec=" + execLine(a.Program, a.Args) + "\nTerminal=false\nStartupNotify=false\nX-GNOME-Autostart-enabled=true\n"
}

// parseEntry reads the main group of a desktop entry, values as they stand.
func parseEntry(text string) map[string]string {
	entry, inside := map[string]string{}, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if strings.HasPrefix(line, "[") {
			inside = strings.TrimSpace(line) == "[Desktop Entry]"
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if inside && ok {
			entry[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return entry
}

// execLine writes a command as the value of Exec (Desktop Entry Specification,
// "The Exec key"): quoted, its field codes doubled, then escaped once more as
// every string of the file is.
func execLine(program string, args []string) string {
	inQuotes := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", `$`, `\$`, `%`, `%%`)
	inString := strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	var line []string
	for _, arg := range append([]string{program}, args...) {
		if arg == "" || strings.Trim(arg, safe) != "" {
			arg = `"` + inQuotes.Replace(arg) + `"`
		}
		line = append(line, inString.Replace(arg))
	}
	return strings.Join(line, " ")
}

// safe are the characters of arguments that need no quotes.
const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+,:@="
