package drive

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Notices is a notification service on a display (dunst). What it shows stays until
// somebody takes it away.
type Notices struct {
	display *Display
	said    Output
}

// StartNotices starts the service and waits until it answers. It is found on the
// session bus of the environment, and ends with the display.
func (d *Display) StartNotices(ctx context.Context) (*Notices, error) {
	for _, program := range []string{"dunst", "dunstctl"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, ErrMissing{program}
		}
	}
	settings := filepath.Join(d.screenDir, "dunstrc")
	err := os.WriteFile(settings, []byte("[global]\nmarkup = full\n[urgency_normal]\ntimeout = 0\n"), 0o600)
	if err != nil {
		return nil, err
	}
	n := &Notices{display: d}
	cmd := d.Command(context.Background(), "dunst", "-conf", settings, "-print")
	cmd.Stdout = &n.said
	if _, err := d.start(cmd); err != nil {
		return nil, err
	}
	err = poll(ctx, 50*time.Millisecond, func() (bool, error) {
		_, err := n.Control(ctx, "count")
		return err == nil, nil
	})
	if err != nil {
		return nil, fmt.Errorf("notification service: %w", err)
	}
	return n, nil
}

// Said is all that the service was given to show so far, as dunst prints it.
func (n *Notices) Said() string { return n.said.String() }

// Control gives the service an order (see dunstctl(1)) and returns its answer.
func (n *Notices) Control(ctx context.Context, order ...string) (string, error) {
	out, err := n.display.Command(ctx, "dunstctl", order...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("dunstctl %s: %w: %s", strings.Join(order, " "), err, out)
	}
	return strings.TrimSpace(string(out)), nil
}
