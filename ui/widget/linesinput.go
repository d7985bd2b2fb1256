package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var (
	_ fyne.Tappable          = (*DayLine)(nil)
	_ desktop.Hoverable      = (*DayLine)(nil)
	_ desktop.Cursorable     = (*DayLine)(nil)
	_ fyne.Tappable          = (*SystemLine)(nil)
	_ fyne.SecondaryTappable = (*SystemLine)(nil)
	_ desktop.Hoverable      = (*SystemLine)(nil)
	_ desktop.Cursorable     = (*SystemLine)(nil)
)

// InspectName names the line for driven tests.
func (d *DayLine) InspectName() string { return "day:" + d.text }

// Tapped implements fyne.Tappable.
func (d *DayLine) Tapped(e *fyne.PointEvent) {
	if d.over(e.Position) {
		call(d.OnTap)
	}
}

func (d *DayLine) over(p fyne.Position) bool {
	at, s := d.box.Position(), d.box.Size()
	return p.X >= at.X && p.X < at.X+s.Width && p.Y >= at.Y && p.Y < at.Y+s.Height
}

// MouseIn implements desktop.Hoverable.
func (d *DayLine) MouseIn(e *desktop.MouseEvent) { d.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (d *DayLine) MouseMoved(e *desktop.MouseEvent) { d.hover(d.over(e.Position)) }

// MouseOut implements desktop.Hoverable.
func (d *DayLine) MouseOut() { d.hover(false) }

func (d *DayLine) hover(on bool) {
	if d.hovered != on {
		d.hovered = on
		d.Refresh()
	}
}

// Cursor implements desktop.Cursorable.
func (d *DayLine) Cursor() desktop.Cursor {
	if d.hovered && d.OnTap != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// InspectName names the line for driven tests.
func (l *SystemLine) InspectName() string { return "line:" + spansText(l.spans) }

// InspectText implements Texted.
func (l *SystemLine) InspectText() string { return spansText(l.spans) }

// AccessibilityLabel implements fyne.Accessible.
func (l *SystemLine) AccessibilityLabel() string { return spansText(l.spans) }

// AccessibilityRole implements fyne.Accessible.
func (l *SystemLine) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (l *SystemLine) linkAt(p fyne.Position) *fragment {
	if l.flow == nil {
		return nil
	}
	f := l.flow.fragmentAt(inColumn(turned(p, l.Size().Width), l.textX, l.flow.width), p.Y-systemPad, l.flow.width)
	if f == nil || f.kind != Link {
		return nil
	}
	return f
}

// Tapped implements fyne.Tappable.
func (l *SystemLine) Tapped(e *fyne.PointEvent) {
	if l.Picking {
		call(l.OnTap)
		return
	}
	if l.linkAt(e.Position) != nil {
		call(l.OnLink)
		return
	}
	call(l.OnTap)
}

// TappedSecondary implements fyne.SecondaryTappable.
func (l *SystemLine) TappedSecondary(e *fyne.PointEvent) {
	if l.OnMenu != nil {
		l.OnMenu(e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (l *SystemLine) MouseIn(e *desktop.MouseEvent) { l.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (l *SystemLine) MouseMoved(e *desktop.MouseEvent) { l.pointed = l.linkAt(e.Position) != nil }

// MouseOut implements desktop.Hoverable.
func (l *SystemLine) MouseOut() { l.pointed = false }

// Cursor implements desktop.Cursorable.
func (l *SystemLine) Cursor() desktop.Cursor {
	if l.pointed && l.OnLink != nil {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}
