package redact

import "testing"

func TestLineCutsWhatLooksLikeAnId(t *testing.T) {
	t.Setenv("HOME", "/home/robin")
	for _, c := range []struct{ line, want string }{
		{"poll failed reason=offline err=timeout", "poll failed reason=offline err=timeout"},
		{"swarm=id:3fa9c1 rows=3", "swarm=id:3fa9c1 rows=3"},
		{"to 05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72.", "to [cut]."},
		{"seed 0123456789ABCDEF0123456789abcdef", "seed [cut]"},
		{"hash MLPUsfQqbWTBZpHRuPiYhIhUiDUzEArCMPqxX9pTTDs", "hash [cut]"},
		{"hash MLPUsfQqbWTBZpHRuPiYhIhUiDUzEArCMPqxX9pTTDs=", "hash [cut]"},
		{"open /home/robin/.local/share/sotto/default/sotto.db: no space left", "open ~/.local/share/sotto/default/sotto.db: no space left"},
	} {
		if got := string(Line([]byte(c.line))); got != c.want {
			t.Errorf("%q becomes %q, want %q", c.line, got, c.want)
		}
	}
}
