package groupinfo

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/crop"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// face is the picture at the top: who may change it does so by pressing it, others
// see it large.
func (v *View) face(avatar widget.AvatarModel) fyne.CanvasObject {
	m := v.model
	var face *widget.AvatarButton
	switch {
	case !m.CanSetPicture():
		face = widget.NewAvatarButton(80, avatar, text.T("contact.picture"), func() { v.enlarge(avatar) }).OnlyWithPicture()
	case !m.HasPicture():
		face = widget.NewAvatarButton(80, avatar, text.T("group.picture_choose"), v.choosePicture)
	default:
		face = widget.NewAvatarButton(80, avatar, text.T("group.picture_change"), func() {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(face)
			v.pictureMenu(face, at.AddXY(0, face.Size().Height+theme.Space4), avatar)
		})
	}
	return widget.Name(face, "group.picture")
}

// pictureMenu is what an admin can do with the picture that is there.
func (v *View) pictureMenu(owner fyne.CanvasObject, at fyne.Position, avatar widget.AvatarModel) {
	item := func(key string, icon assets.IconName, action func()) widget.MenuItem {
		return widget.MenuItem{Name: "menu.picture_" + key, Label: text.T("group.menu.picture_" + key), Icon: icon, Action: action}
	}
	remove := item("remove", assets.IconDelete, func() { v.confirm("group.picture_remove", v.model.RemovePicture) })
	remove.Danger = true
	widget.ShowMenu(owner, at, []widget.MenuItem{
		item("show", assets.IconExpand, func() { v.enlarge(avatar) }),
		item("change", assets.IconImage, v.choosePicture),
		{}, remove,
	}, nil)
}

// choosePicture asks for a file, and for the part of it that the group shows.
func (v *View) choosePicture() {
	v.window.PickPicture(func(data []byte, err error) {
		if err != nil {
			v.window.Toast(vm.PictureSentence(err), "", nil, nil)
			return
		}
		v.model.OpenPicture(data, func(c *vm.Crop) { crop.Open(v.window.Canvas(), c, func() { v.model.UsePicture(c) }) })
	})
}

// enlarge shows the picture as large as it is kept.
func (v *View) enlarge(avatar widget.AvatarModel) {
	const side float32 = 320
	s := widget.NewSheet(v.model.Conversation.Title(), container.New(widget.Centred{Width: side}, widget.NewAvatar(side, avatar)))
	s.Width = side + 2*theme.Space24
	s.Open(v.window.Canvas())
}

// addPictureLine says how far a picture is that was chosen here.
func (v *View) addPictureLine(column *fyne.Container) {
	line, retry := v.model.PictureLine()
	if line == "" {
		return
	}
	words := widget.NewParagraph(line, widget.Small, theme.Text2, inner)
	words.Centre = true
	column.Add(widget.Gap(theme.Space8))
	column.Add(words)
	if retry {
		again := widget.Name(widget.NewButton(text.T("profile.picture_retry"), widget.Ghost, v.model.RetryPicture).Sized(widget.Compact), "group.picture_retry")
		column.Add(container.New(widget.Row{}, widget.NewSpacer(nil), again, widget.NewSpacer(nil)))
	}
}

// fetches says whether files of the community come by themselves.
func (v *View) fetches() string {
	if v.model.Conversation.FetchFiles {
		return text.T("community.fetch_all")
	}
	return text.T("community.fetch_asked")
}

func (v *View) askFetch() {
	on := 1
	if v.model.Conversation.FetchFiles {
		on = 0
	}
	v.choose(text.T("community.fetch"), text.T("community.fetch_hint"), []string{text.T("community.fetch_all"), text.T("community.fetch_asked")}, on,
		func(i int) { v.model.SetFetchFiles(i == 0) })
}
