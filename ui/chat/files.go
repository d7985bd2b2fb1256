package chat

import (
	"net/url"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// listen follows the player and the recorder.
func (v *View) listen() {
	media := v.actions.Media
	if media == nil {
		return
	}
	v.unlisten = append(v.unlisten, media.Player.Listen(v.messages.sounds), media.Recorder.Listen(v.bottom.recording))
	v.bottom.recording()
}

// sounds shows the player's state in the rows in view.
func (m *messages) sounds() {
	first, last := m.list.VisibleRange()
	for i := max(first, 0); i <= last && i < len(m.items); i++ {
		k := m.built[m.items[i].Key].carried
		if k == nil {
			continue
		}
		for n, r := range k.sounds {
			if now, was := k.soundModel(n), r.Model(); !sameSound(&now, &was) {
				r.Set(now)
			}
		}
	}
}

// sameSound reports whether two states of a sound look the same.
func sameSound(a, b *widget.VoiceModel) bool {
	return a.Playing == b.Playing && a.Share == b.Share && a.Time == b.Time && a.Unplayed == b.Unplayed && a.Speed == b.Speed && a.Transfer == b.Transfer
}

// FileChanged implements vm.ChatView.
func (v *View) FileChanged(c *vm.ChatMessage, index int) {
	for key, b := range v.messages.built {
		if b.item.Message == c && b.carried != nil {
			v.messages.built[key].carried.update(index)
		}
	}
}

// FilesUnsent implements vm.ChatView: the sheet comes back with what was in it.
func (v *View) FilesUnsent(files []*vm.OutFile, caption, why string) {
	v.Notice(why)
	v.openBasket(func(b *vm.Basket) {
		b.Files = files
		b.Changed()
	}, caption)
}

// openPicture shows a picture of the conversation in the viewer.
func (v *View) openPicture(c *vm.ChatMessage, index int) {
	if f := &c.Media[index]; f.State == model.FileExpired {
		v.Notice(f.Why())
		return
	}
	list := v.vm.Pictures()
	for i := range list {
		if list[i].Message.ID == c.ID && list[i].File.Index == index && v.actions.View != nil {
			v.actions.View(v.vm, list, i)
			return
		}
	}
}

// openFile opens a file with the system's program for it, after a warning if
// that could run it.
func (v *View) openFile(c *vm.ChatMessage, index int) {
	media, f := v.actions.Media, &c.Media[index]
	if media == nil || c.ID == 0 {
		return
	}
	if f.State == model.FileExpired {
		v.Notice(f.Why())
		return
	}
	ref := vm.FileRef{Message: c.ID, Index: index}
	open := func() {
		media.Files.Open(ref, f.Name, func(path string) {
			at := &url.URL{Scheme: "file", Path: filepath.ToSlash(path)}
			if err := fyne.CurrentApp().OpenURL(at); err != nil {
				v.Notice(text.T("files.no_program"))
			}
		}, v.Notice)
	}
	if !vm.IsProgram(f.Name) {
		open()
		return
	}
	v.warnProgram(f, open, func() { v.save(ref) })
}

// warnProgram asks before something is opened that could do anything.
func (v *View) warnProgram(f *vm.ChatFile, open, save func()) {
	const width = 440
	body := container.New(widget.Column{Gap: theme.Space12},
		widget.NewParagraph(f.Name, widget.BodyBold, theme.Text, width-48),
		widget.NewBanner(widget.WarnTone, assets.IconWarning, widget.Text(text.T("files.program_warning"))))
	sheet := widget.NewSheet(text.T("files.program_title"), body)
	sheet.Width = width
	act := func(do func()) func() {
		return func() {
			sheet.Dismiss()
			do()
		}
	}
	cancel := widget.NewButton(text.T("widget.cancel"), widget.Secondary, sheet.Dismiss)
	anyway := widget.Name(widget.NewButton(text.T("files.program_open"), widget.DangerSoft, act(open)), "program.open")
	sheet.SetFooter(container.New(widget.Row{}, anyway), cancel,
		widget.Name(widget.NewButton(text.T("files.program_save"), widget.Primary, act(save)), "program.save"))
	sheet.SetInitialFocus(cancel)
	sheet.Open(v.canvas())
}

// save writes files of a message where downloads go.
func (v *View) save(list ...vm.FileRef) {
	if v.actions.Media != nil && len(list) > 0 {
		v.actions.Media.Files.Save(list, v.Notice)
	}
}

// saveable are the files of a message that are here.
func saveable(c *vm.ChatMessage) []vm.FileRef {
	var out []vm.FileRef
	for i := range c.Media {
		if c.Media[i].State == model.FileHere && c.ID != 0 {
			out = append(out, vm.FileRef{Message: c.ID, Index: i})
		}
	}
	return out
}

// fileItems are the rows of a message's menu for its files.
func (v *View) fileItems(c *vm.ChatMessage) []widget.MenuItem {
	if v.actions.Media == nil {
		return nil
	}
	var out []widget.MenuItem
	refs := saveable(c)
	switch {
	case len(refs) == 1:
		out = append(out, menuItem("save", assets.IconDownload, "Ctrl S", func() { v.save(refs...) }))
	case len(refs) > 1:
		item := menuItem("save_all", assets.IconDownload, "Ctrl S", func() { v.save(refs...) })
		out = append(out, item)
	}
	var away []int
	for i := range c.Media {
		if s := c.Media[i].State; s == model.FileRemote || s == model.FileFailed {
			away = append(away, i)
		}
	}
	if len(away) > 0 {
		out = append(out, menuItem("fetch", assets.IconDownload, "", func() {
			for _, i := range away {
				v.vm.Fetch(c, i)
			}
		}))
	}
	return out
}

// ViewPictures shows pictures of the conversation that are listed elsewhere.
func (v *View) ViewPictures(list []vm.ViewerPicture, at int) {
	if v.actions.View != nil {
		v.actions.View(v.vm, list, at)
	}
}

// OpenFile opens a file of a message that is listed elsewhere.
func (v *View) OpenFile(c *vm.ChatMessage, index int) { v.openFile(c, index) }

// OpenLink asks whether to open an address.
func (v *View) OpenLink(address string) {
	v.link(widget.Span{Kind: widget.Link, Data: address})
}
