package desktop

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/internal/drive"
)

// await polls programs that tell of nothing.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.After(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// screen starts a display for programs of a desktop; without them the test is
// skipped.
func screen(t *testing.T, programs ...string) *drive.Display {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("no %s here", p)
		}
	}
	d, err := drive.Start(t.Context(), 900, 420)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
}

// picture keeps the screen where SOTTO_PICTURES says.
func picture(t *testing.T, d *drive.Display, name string) {
	t.Helper()
	if dir := os.Getenv("SOTTO_PICTURES"); dir != "" {
		if err := d.Picture(filepath.Join(dir, name+".png")); err != nil {
			t.Error(err)
		}
	}
}

// TestNotificationsOfARealService shows, replaces, presses and withdraws with
// dunst, which says itself what it was given.
func TestNotificationsOfARealService(t *testing.T) {
	screen := screen(t)
	startBus(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	dunst, err := screen.StartNotices(ctx)
	started(t, err)
	ctl := func(order ...string) string {
		t.Helper()
		answer, err := dunst.Control(t.Context(), order...)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	displayed := func(n string) func() bool { return func() bool { return ctl("count", "displayed") == n } }

	d, heard, stop := run(t, nil)
	d.Show(Notice{Key: "maya", Title: "Maya", Body: "The <small> boat & the big one", Open: "Open"})
	await(t, "a notification", displayed("1"))
	d.Show(Notice{Key: "jo", Title: "Jo", Body: "Good morning", Open: "Open"})
	await(t, "two", displayed("2"))
	d.Show(Notice{Key: "maya", Title: "Maya (2)", Body: "leaves at nine", Open: "Open"})
	await(t, "the newer text", func() bool { return strings.Contains(dunst.Said(), "leaves at nine") })
	if n := ctl("count", "displayed"); n != "2" {
		t.Errorf("%s notifications for two conversations", n)
	}
	picture(t, screen, "notifications")
	for _, want := range []string{"appname: 'Sotto'", "summary: 'Maya'", "body: 'The &lt;small&gt; boat &amp; the big one'", "category: im.received", "desktop_entry: 'im.sotto.Sotto'", "urgency: NORMAL"} {
		if !strings.Contains(dunst.Said(), want) {
			t.Errorf("dunst was not given %s:\n%s", want, dunst.Said())
		}
	}
	next(t, "the own sound", heard.sound) // dunst plays none
	ctl("action", "0")
	if p := next(t, "a press", heard.pressed); p.Button != ButtonOpen || p.Key != "maya" && p.Key != "jo" {
		t.Errorf("pressed: %+v", p)
	}
	ctl("close-all")
	await(t, "an empty screen", displayed("0"))
	d.Show(Notice{Key: "maya", Title: "Maya"})
	d.Show(Notice{Key: "jo", Title: "Jo"})
	await(t, "two again", displayed("2"))
	d.Withdraw("maya")
	await(t, "a withdrawal", displayed("1"))
	stop()
	await(t, "the end", displayed("0"))
}
