package widget

import (
	"strings"

	"fyne.io/fyne/v2"
)

// What screen readers are told. The toolkit hands it on where the system has
// an interface for it.

var (
	_ fyne.Accessible = (*Button)(nil)
	_ fyne.Accessible = (*IconButton)(nil)
	_ fyne.Accessible = (*Check)(nil)
	_ fyne.Accessible = (*Chip)(nil)
	_ fyne.Accessible = (*PressRow)(nil)
	_ fyne.Accessible = (*Label)(nil)
	_ fyne.Accessible = (*ConversationRow)(nil)
	_ fyne.Accessible = (*Bubble)(nil)
)

// AccessibilityLabel implements fyne.Accessible.
func (b *Button) AccessibilityLabel() string { return b.Text }

// AccessibilityRole implements fyne.Accessible.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel implements fyne.Accessible.
func (c *Check) AccessibilityLabel() string { return c.Text }

// AccessibilityRole implements fyne.Accessible.
func (c *Check) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel implements fyne.Accessible.
func (c *Chip) AccessibilityLabel() string { return c.Text }

// AccessibilityRole implements fyne.Accessible.
func (c *Chip) AccessibilityRole() fyne.AccessibleRole {
	if c.disabled {
		return fyne.AccessibleRoleText
	}
	return fyne.AccessibleRoleButton
}

// AccessibilityLabel implements fyne.Accessible.
func (r *PressRow) AccessibilityLabel() string { return sentence(r.Title, r.Detail, r.Value) }

// AccessibilityRole implements fyne.Accessible.
func (r *PressRow) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// AccessibilityLabel implements fyne.Accessible.
func (l *Label) AccessibilityLabel() string { return spansText(l.Spans) }

// AccessibilityRole implements fyne.Accessible.
func (l *Label) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// AccessibilityLabel implements fyne.Accessible.
func (r *ConversationRow) AccessibilityLabel() string {
	m := &r.model
	return sentence(m.Name, CountText(m.Unread), spansText(m.previewSpans()), m.Time)
}

// AccessibilityRole implements fyne.Accessible.
func (r *ConversationRow) AccessibilityRole() fyne.AccessibleRole {
	return fyne.AccessibleRoleButton
}

// AccessibilityLabel implements fyne.Accessible.
func (b *Bubble) AccessibilityLabel() string {
	m := &b.model
	failed := ""
	if m.State == Failed {
		failed, _ = failTexts(m)
	}
	return sentence(m.Sender, spansText(m.Spans)+m.Deleted, m.Time, failed)
}

// AccessibilityRole implements fyne.Accessible.
func (b *Bubble) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func sentence(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}
