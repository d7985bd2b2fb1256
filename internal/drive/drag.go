package drive

import (
	"context"
	"strconv"
)

// Drag presses button 1 on one thing and lets it go on another, by way of what
// is between them.
func (w *Window) Drag(ctx context.Context, what, onto string) error {
	to, err := w.Find(ctx, onto)
	if err != nil {
		return err
	}
	from, err := w.Find(ctx, what)
	if err != nil {
		return err
	}
	if err := w.Hover(ctx, what); err != nil {
		return err
	}
	args := []string{"mousedown", "1"}
	const steps = 8
	for i := 1; i <= steps; i++ {
		part := func(a, b float32) string { return strconv.Itoa(int(a + (b-a)*float32(i)/steps)) }
		args = append(args, "mousemove", "--sync", "--window", w.ID,
			part(from.X+from.W/2, to.X+to.W/2), part(from.Y+from.H/2, to.Y+to.H/2))
	}
	_, err = w.xdo(ctx, append(args, "mouseup", "1")...)
	return err
}
