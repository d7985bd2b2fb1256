package early_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"fyne.io/fyne/v2/widget"

	"sotto/ui/early"
)

// TestComesBeforeTheToolkit starts this program again and reads in which order
// its packages are initialized.
func TestComesBeforeTheToolkit(t *testing.T) {
	_ = widget.NewLabel // with the toolkit's caches
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", early.CacheEnv+"=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ours := strings.Index(string(out), "init sotto/ui/early @")
	theirs := strings.Index(string(out), "init fyne.io/fyne/v2/internal/cache @")
	if ours < 0 || theirs < 0 || ours > theirs {
		t.Errorf("ours at %d, the toolkit's at %d of the order:\n%s", ours, theirs, out)
	}
}

func TestLeavesTheUsersChoice(t *testing.T) {
	if os.Getenv("SOTTO_EARLY_CHILD") != "" {
		t.Log("CACHE IS " + os.Getenv(early.CacheEnv))
		return
	}
	for _, c := range []struct{ name, env, want string }{
		{"not set", "", early.CacheTime},
		{"set", early.CacheEnv + "=7m", "7m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestLeavesTheUsersChoice$", "-test.v")
			for _, kv := range os.Environ() {
				if !strings.HasPrefix(kv, early.CacheEnv+"=") {
					cmd.Env = append(cmd.Env, kv)
				}
			}
			cmd.Env = append(cmd.Env, "SOTTO_EARLY_CHILD=1")
			if c.env != "" {
				cmd.Env = append(cmd.Env, c.env)
			}
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if want := "CACHE IS " + c.want; !strings.Contains(string(out), want) {
				t.Errorf("%q is not in %s", want, out)
			}
		})
	}
}
