package settings

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/widget"
)

// exportLogs says what is in the log and writes it where the user wants it.
func (v *View) exportLogs() {
	const width float32 = 520
	field := widget.Name(widget.NewTextField(text.T("help.logs_path")).WithIcon(assets.IconFile), "logs.path")
	field.SetText(filepath.Join(v.window.Downloads(), text.F("help.logs_file", "date", time.Now().Format("2006-01-02"))))
	body := container.New(widget.Column{Gap: theme.Space16},
		widget.NewParagraph(text.T("help.logs_body"), widget.Body, theme.Text2, width-2*theme.Space24), field)
	s := widget.NewSheet(text.T("help.logs_title"), body)
	s.Width = width
	save := widget.Name(widget.NewButton(text.T("help.logs_save"), widget.Primary, nil), "logs.save")
	do := func() {
		path := strings.TrimSpace(field.Text())
		if path == "" || save.Disabled() {
			return
		}
		save.Disable()
		v.Storage.ExportLogs(path, func(err error) {
			save.Enable()
			switch {
			case err == nil:
				s.Dismiss()
				v.window.Toast(text.F("help.logs_saved", "path", path), "", nil, nil)
				return
			case errors.Is(err, fs.ErrExist):
				field.SetError(text.T("help.logs_exists"))
			default:
				field.SetError(text.T("help.logs_failed"))
			}
			body.Refresh()
			s.Refresh()
		})
	}
	save.OnTapped = do
	field.OnSubmitted = func(string) { do() }
	field.OnChanged = func(string) { field.SetError("") }
	s.SetFooter(nil, widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss), save)
	s.SetInitialFocus(field.FocusTarget())
	s.Open(v.window.Canvas())
}
