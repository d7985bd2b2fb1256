package profile

import (
	"errors"
	"path/filepath"
	"testing"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/store"
)

func TestDefaultFolder(t *testing.T) {
	home := func() (string, error) { return filepath.FromSlash("/home/ada"), nil }
	nowhere := func() (string, error) { return "", errors.New("no home") }
	for _, c := range []struct {
		system string
		env    map[string]string
		home   func() (string, error)
		want   string
	}{
		{"linux", nil, home, "/home/ada/.local/share/sotto/default"},
		{"linux", map[string]string{"XDG_DATA_HOME": "/data"}, home, "/data/sotto/default"},
		{"linux", map[string]string{"XDG_DATA_HOME": "relative"}, home, "/home/ada/.local/share/sotto/default"},
		{"freebsd", nil, home, "/home/ada/.local/share/sotto/default"},
		{"darwin", map[string]string{"XDG_DATA_HOME": "/data"}, home, "/home/ada/Library/Application Support/Sotto/default"},
		{"windows", map[string]string{"LOCALAPPDATA": "/local"}, home, "/local/Sotto/default"},
		{"windows", nil, home, "/home/ada/AppData/Local/Sotto/default"},
		{"linux", nil, nowhere, ""},
	} {
		got, err := defaultFolder(c.system, func(name string) string { return c.env[name] }, c.home)
		if filepath.ToSlash(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s %v: %q, %v, want %q", c.system, c.env, got, err, c.want)
		}
	}
}

// answers types one line after the other.
func answers(lines ...string) func(string) ([]byte, error) {
	return func(string) ([]byte, error) {
		if len(lines) == 0 {
			return nil, errors.New("end of input")
		}
		line := lines[0]
		lines = lines[1:]
		return []byte(line), nil
	}
}

func TestProtection(t *testing.T) {
	for _, c := range []struct {
		name   string
		key    Key
		pass   string
		ring   bool
		none   bool
		reason model.Reason
	}{
		{name: "insecure", key: Key{Insecure: true, Passphrase: []byte("x")}, none: true},
		{name: "environment", key: Key{Passphrase: []byte("swordfish"), Ask: answers("other", "other")}, pass: "swordfish"},
		{name: "no terminal", key: Key{}, ring: true},
		{name: "typed", key: Key{Ask: answers("swordfish", "swordfish")}, pass: "swordfish"},
		{name: "typed wrong first", key: Key{Ask: answers("swordfish", "sword", "fish", "fish")}, pass: "fish"},
		{name: "empty", key: Key{Ask: answers("")}, ring: true},
		{name: "never the same", key: Key{Ask: answers("a", "b", "a", "b", "a", "b")}, reason: model.ReasonInvalid},
		{name: "gone", key: Key{Ask: answers("a")}, reason: model.ReasonLocked},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := c.key.Protection()
			if model.ReasonOf(err) != c.reason || string(p.Passphrase) != c.pass || p.Keyring != c.ring || p.None != c.none {
				t.Fatalf("got %q ring %v none %v, %v", p.Passphrase, p.Keyring, p.None, err)
			}
		})
	}
}

func TestOpenAsksAgain(t *testing.T) {
	locked := engine.ProfileInfo{Exists: true, Slots: []store.SlotKind{store.SlotPassphrase}}
	var tried []string
	open := func(u engine.Unlock) (*engine.Engine, error) {
		tried = append(tried, string(u.Passphrase))
		switch string(u.Passphrase) {
		case "right":
			return nil, nil
		case "":
			return nil, model.Fail(model.ReasonLocked, "could not open the profile", store.ErrNeedPass)
		}
		return nil, model.Fail(model.ReasonLocked, "could not open the profile", store.ErrPassphrase)
	}
	for _, c := range []struct {
		name  string
		info  engine.ProfileInfo
		key   Key
		tries int
		text  string
	}{
		{"second try", locked, Key{Ask: answers("wrong", "right")}, 2, ""},
		{"three times wrong", locked, Key{Ask: answers("a", "b", "c", "right")}, 3, "the passphrase is wrong"},
		{"environment", locked, Key{Passphrase: []byte("right"), Ask: answers()}, 1, ""},
		{"wrong environment", locked, Key{Passphrase: []byte("no"), Ask: answers("right")}, 1, "the passphrase is wrong"},
		{"nobody to ask", locked, Key{}, 1, "the profile needs its passphrase: set SOTTO_PASSPHRASE or use a terminal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tried = nil
			_, err := c.key.Open(t.Context(), t.TempDir(), c.info, open)
			text := ""
			var e *model.Error
			if errors.As(err, &e) {
				text = e.Text
			}
			if len(tried) != c.tries || text != c.text {
				t.Fatalf("tried %q, %v", tried, err)
			}
			if err != nil && model.ReasonOf(err) != model.ReasonLocked {
				t.Fatalf("reason %v", model.ReasonOf(err))
			}
		})
	}
}
