package contact

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// SharedActions are what the lists of shared things ask of the window.
type SharedActions struct {
	Back     func()
	View     func(list []vm.ViewerPicture, at int)
	Open     func(m *vm.ChatMessage, file vm.ChatFile)
	Save     func(list []vm.FileRef)
	GoTo     func(m *vm.ChatMessage)
	Link     func(address string)
	Play     func(m *vm.ChatMessage, index int)
	Toast    func(sentence string)
	Pictures *vm.Pictures
}

// Shared is the panel with what was shared in a conversation.
type Shared struct {
	model   *vm.Shared
	actions SharedActions
	object  *widget.Surface
	tabs    *widget.Segmented
	list    *fyne.Container
	page    *fyne.Container
	scroll  fyne.CanvasObject
	save    *widget.IconButton
	drops   []func()
}

var sharedKinds = []model.MediaKind{model.MediaVisual, model.MediaFiles, model.MediaLinks, model.MediaVoice}

// NewShared makes the panel.
func NewShared(desk vm.Desk, e vm.SharedEngine, conv model.ConversationID, a SharedActions) *Shared {
	s := &Shared{model: vm.NewShared(desk, e, conv), actions: a}
	var names []string
	for _, key := range []string{"media", "files", "links", "voice"} {
		names = append(names, text.T("shared."+key))
	}
	s.tabs = widget.Name(widget.NewSegmented(names, 0, func(i int) { s.model.Show(sharedKinds[i]) }), "shared.tabs")
	back := widget.Name(widget.NewIconButton(assets.IconBack, text.T("app.back"), a.Back), "shared.back")
	s.save = widget.Name(widget.NewIconButton(assets.IconDownload, text.T("shared.save_all"), func() { a.Save(s.model.Saveable()) }), "shared.save_all")
	bar := container.New(widget.Inset{Left: theme.Space8, Right: theme.Space8}, container.New(widget.Row{Gap: theme.Space4},
		back, widget.NewLabel(text.T("shared.title"), widget.BodyBold, theme.Text), widget.NewSpacer(nil), s.save))
	s.list = container.New(widget.Column{})
	s.page = container.New(widget.Inset{Left: theme.Space16, Top: theme.Space12, Right: theme.Space16, Bottom: theme.Space24},
		container.New(widget.Column{Gap: theme.Space12}, container.New(widget.Row{}, s.tabs), s.list))
	s.scroll = widget.NewScroll(s.page)
	s.object = widget.NewSurface(theme.List, container.New(below{}, bar, widget.NewSeparator(), s.scroll))
	s.model.Changed = s.update
	s.update()
	return s
}

// Object returns what is shown.
func (s *Shared) Object() fyne.CanvasObject { return s.object }

// Leave lets go of the bitmaps.
func (s *Shared) Leave() {
	for _, drop := range s.drops {
		drop()
	}
	s.drops = nil
}

func (s *Shared) update() {
	if s.scroll == nil {
		return
	}
	s.Leave()
	s.list.Objects = nil
	m := s.model
	s.save.SetDisabled(len(m.Saveable()) == 0)
	switch {
	case m.Loaded && len(m.Items) == 0:
		s.list.Add(container.New(widget.Inset{Top: theme.Space24},
			widget.NewParagraph(text.T("shared.none"), widget.Small, theme.Text2, inner)))
	case m.Kind == model.MediaVisual:
		s.pictures()
	default:
		for i := range m.Items {
			s.month(i)
			s.list.Add(s.row(&m.Items[i]))
		}
	}
	if m.More {
		s.list.Add(container.New(widget.Inset{Top: theme.Space12}, container.New(widget.Row{},
			widget.Name(widget.NewButton(text.T("shared.more"), widget.Secondary, m.ReadMore).Sized(widget.Compact), "shared.more"))))
	}
	s.page.Refresh()
	s.scroll.Refresh()
}

// month adds a heading where the month changes.
func (s *Shared) month(i int) {
	m := s.model
	if i == 0 || m.Items[i].Month != m.Items[i-1].Month {
		s.list.Add(container.New(widget.Inset{Top: theme.Space8, Bottom: theme.Space4},
			widget.NewLabel(m.Items[i].Month, widget.CaptionBold, theme.Text3)))
	}
}

// pictures shows tiles, three in a row, under the months.
func (s *Shared) pictures() {
	m := s.model
	for i := 0; i < len(m.Items); {
		s.month(i)
		end := i
		for end < len(m.Items) && m.Items[end].Month == m.Items[i].Month {
			end++
		}
		s.list.Add(s.tiles(i, end))
		i = end
	}
}

// tiles shows the pictures of a month.
func (s *Shared) tiles(from, to int) fyne.CanvasObject {
	model := widget.TilesModel{}
	for i := from; i < to; i++ {
		f := &s.model.Items[i].File
		model.Tiles = append(model.Tiles, widget.PictureModel{Name: f.Name, Video: f.Kind == vm.VideoFile, Transfer: transferOf(f)})
	}
	t := widget.NewTiles(model)
	t.OnOpen = func(i int) { s.open(from + i) }
	t.OnNeed = func(i, side int, scale float32) {
		it := &s.model.Items[from+i]
		if it.File.Kind == vm.VideoFile || s.actions.Pictures == nil {
			return
		}
		r := int(theme.Radius6 * scale)
		key := vm.PictureKey{Local: it.File.Local, Width: side, Height: side, Radii: [4]int{r, r, r, r}}
		s.drops = append(s.drops, s.actions.Pictures.Get(key, it.Message.ID, it.File, func(b vm.Bitmap, err error) {
			if err == nil && b.Image != nil {
				t.SetPicture(i, image.Image(b.Image))
			}
		}))
	}
	return t
}

func transferOf(f *vm.ChatFile) widget.Transfer {
	states := map[model.FileState]widget.TransferState{
		model.FileRemote: widget.Away, model.FileWaiting: widget.Moving, model.FileHere: widget.Here,
		model.FileFailed: widget.Broken, model.FileExpired: widget.Lost,
	}
	return widget.Transfer{State: states[f.State], Share: f.Share()}
}

// open opens what was pressed, or fetches it.
func (s *Shared) open(i int) {
	it := &s.model.Items[i]
	switch {
	case it.File.State == model.FileRemote || it.File.State == model.FileFailed:
		s.model.Fetch(it, s.actions.Toast)
	case it.File.State != model.FileHere:
		if it.File.State == model.FileExpired {
			s.actions.Toast(it.File.Why())
		}
	case it.File.Visual():
		list := s.model.Pictures()
		for n := range list {
			if list[n].Message.ID == it.Message.ID && list[n].File.Index == it.File.Index {
				s.actions.View(list, n)
				return
			}
		}
	case it.File.Sounds():
		s.actions.Play(it.Message, it.File.Index)
	default:
		s.actions.Open(it.Message, it.File)
	}
}

func (s *Shared) row(it *vm.SharedItem) fyne.CanvasObject {
	i := 0
	for ; &s.model.Items[i] != it; i++ {
	}
	icon, title, detail := assets.IconFile, it.File.Name, it.When
	do := func() { s.open(i) }
	name := "shared.row:" + title
	switch {
	case it.URL != "":
		icon, title, detail = assets.IconLink, it.Title, it.URL
		if title == "" {
			title, detail = it.URL, it.When
		}
		name, do = "shared.row:"+it.URL, func() { s.actions.Link(it.URL) }
	case it.File.Kind == vm.VoiceFile:
		icon, title = assets.IconMic, it.Message.Sender
		if it.File.Duration > 0 {
			detail = vm.SoundTime(it.File.Duration) + " · " + it.When
		}
	default:
		line, _ := it.File.Line()
		icon, detail = vm.FileIcon(&it.File), line+" · "+it.When
	}
	r := widget.NewPressRow(icon, title, do)
	r.Detail = detail
	return widget.NewMenuArea(widget.Name(r, name), func(at fyne.Position) {
		items := []widget.MenuItem{{Name: "menu.go_to", Label: text.T("shared.go_to"), Icon: assets.IconArrowLeft, Action: func() { s.actions.GoTo(it.Message) }}}
		if it.URL == "" && it.File.State == model.FileHere {
			items = append(items, widget.MenuItem{Name: "menu.save", Label: text.T("chat.menu.save"), Icon: assets.IconDownload, Action: func() {
				s.actions.Save([]vm.FileRef{{Message: it.Message.ID, Index: it.File.Index}})
			}})
		}
		widget.ShowMenu(r, at, items, nil)
	})
}
