package settings

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) help() []fyne.CanvasObject {
	fact := func(key, value string) fyne.CanvasObject {
		r := v.row(key, func() { v.window.Copy(value) })
		r.Value = value
		return v.place(key, r)
	}
	link := func(key string, icon assets.IconName, do func()) fyne.CanvasObject {
		r := v.row(key, do)
		r.Icon, r.Chevron = icon, true
		return v.place(key, r)
	}
	folder := v.row("help.folder", func() { v.window.Copy(v.about.Folder) })
	folder.Detail = v.about.Folder
	remove := v.row("help.delete_logs", v.Storage.DeleteLogs)
	remove.Icon, remove.Value = assets.IconDelete, vm.Bytes(v.Storage.LogSize)
	logo := container.New(widget.Row{Gap: theme.Space16}, widget.NewLogo(assets.LogoApp, 64),
		container.New(widget.Column{}, widget.NewLabel("Sotto", widget.Title, theme.Text),
			widget.NewLabel(text.T("help.about"), widget.Small, theme.Text2)))
	return []fyne.CanvasObject{
		logo, widget.Gap(theme.Space24),
		section("", v.updates()...),
		section("help.program", fact("help.version", v.about.Version), fact("help.network", v.networkName()),
			v.place("help.folder", folder), link("help.open_folder", assets.IconFolder, v.openFolder)),
		section("help.trouble", link("help.logs", assets.IconDownload, v.exportLogs), v.place("help.delete_logs", remove)),
		section("", link("help.shortcuts", assets.IconKeyboard, v.window.ShowShortcuts), link("help.licences", assets.IconFile, v.licences)),
		note(text.T("help.licence")),
	}
}

// updates looks for newer versions, where there is somebody to ask.
func (v *View) updates() []fyne.CanvasObject {
	u := v.Updates
	if !u.Can {
		none := v.row("help.updates", nil)
		none.Detail = text.T("help.updates_none")
		return []fyne.CanvasObject{v.place("help.updates", none)}
	}
	now := v.row("help.update_now", nil)
	if now.Detail = u.Outcome; u.Busy {
		now.Detail = text.T("update.looking")
	}
	look := widget.Name(widget.NewButton(text.T("help.update_look"), widget.Secondary, u.Look).Sized(widget.Compact), "help.update_look")
	look.SetDisabled(u.Busy)
	look.OnFocus = v.follow(now)
	now.Tail = look
	return []fyne.CanvasObject{
		v.toggle("help.updates", v.Settings.Now.CheckUpdates, v.set(func(s *model.Settings, on bool) { s.CheckUpdates = on })),
		v.mark("help.update_now", now, look),
	}
}

func (v *View) openFolder() {
	if !v.window.OpenFolder(v.about.Folder) {
		v.window.Toast(text.F("help.not_opened", "path", v.about.Folder), "", nil, nil)
	}
}
