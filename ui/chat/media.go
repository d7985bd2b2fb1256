package chat

import (
	"image"

	"fyne.io/fyne/v2"

	"sotto/engine/model"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Media is what conversations share for pictures, sounds and files. It belongs
// to the window.
type Media struct {
	Player   *vm.Player
	Recorder *vm.Recorder
	Pictures *vm.Pictures
	Files    *vm.Files
}

// carried is what a message carries as its bubble shows it.
type carried struct {
	m       *messages
	message *vm.ChatMessage
	own     bool
	stack   *widget.MediaStack
	album   *widget.Album
	visual  []int // files in the album
	sounds  map[int]*widget.VoiceRow
	rows    map[int]*widget.FileRow
	link    *widget.LinkCard
	drops   []func() // bitmaps that were asked for
	moving  []func() // animations
	whole   bool     // nothing but pictures
}

// carry makes the parts of a message with files or a link preview, nil for one
// without.
func (m *messages) carry(it *vm.ChatItem, compact bool) *carried {
	c := it.Message
	if len(c.Media) == 0 && c.Preview == nil && c.Invite == nil || c.Deleted {
		return nil
	}
	k := &carried{m: m, message: c, own: c.Outgoing && !compact, sounds: map[int]*widget.VoiceRow{}, rows: map[int]*widget.FileRow{}}
	for i := range c.Media {
		if c.Media[i].Visual() {
			k.visual = append(k.visual, i)
		}
	}
	var parts []widget.MediaPart
	k.whole = len(k.visual) == len(c.Media) && c.Preview == nil && c.Invite == nil && !compact
	if len(k.visual) > 0 {
		k.album = k.newAlbum(k.albumModel(it, compact))
		parts = append(parts, k.album)
	}
	for i := range c.Media {
		switch f := &c.Media[i]; {
		case f.Visual():
		case f.Sounds():
			k.sounds[i] = k.newSound(i)
			parts = append(parts, k.sounds[i])
		default:
			k.rows[i] = k.newRow(i)
			parts = append(parts, k.rows[i])
		}
	}
	if c.Preview != nil {
		k.link = k.newLink()
		parts = append(parts, k.link)
	}
	if c.Invite != nil {
		parts = append(parts, k.newInvite())
	}
	k.stack = widget.NewMediaStack(c.Body != "" && !k.whole, parts...)
	return k
}

// corners are those of the album: of the bubble where it reaches them.
func (k *carried) corners(it *vm.ChatItem, compact bool) [4]float32 {
	c := it.Message
	if !k.whole {
		return [4]float32{theme.Radius12, theme.Radius12, theme.Radius12, theme.Radius12}
	}
	var r [4]float32
	if titled := it.First && !c.Outgoing && k.m.named(); c.Quote == nil && !titled {
		r[0], r[1] = theme.Radius18, theme.Radius18
	}
	if c.Body == "" {
		r[2], r[3] = theme.Radius18, theme.Radius18
		if it.Last && c.Outgoing {
			r[2] = theme.Radius6
		} else if it.Last {
			r[3] = theme.Radius6
		}
	}
	return r
}

// named reports whether bubbles of others begin with a name.
func (m *messages) named() bool {
	kind := m.v.vm.Head.Kind
	return kind == model.KindGroup || kind == model.KindCommunity
}

var transferStates = map[model.FileState]widget.TransferState{
	model.FileRemote: widget.Away, model.FileWaiting: widget.Moving, model.FileHere: widget.Here,
	model.FileFailed: widget.Broken, model.FileExpired: widget.Lost,
}

func transferOf(f *vm.ChatFile) widget.Transfer {
	t := widget.Transfer{State: transferStates[f.State], Share: f.Share()}
	if f.Uploading {
		t.State = widget.Moving
	}
	return t
}

func (k *carried) albumModel(it *vm.ChatItem, compact bool) widget.AlbumModel {
	a := widget.AlbumModel{Own: k.own, Radii: k.corners(it, compact), Captioned: k.whole && k.message.Body != ""}
	for _, i := range k.visual {
		a.Pictures = append(a.Pictures, pictureModel(&k.message.Media[i]))
	}
	return a
}

func pictureModel(f *vm.ChatFile) widget.PictureModel {
	p := widget.PictureModel{Name: f.Name, Width: f.Width, Height: f.Height, Transfer: transferOf(f), Size: f.SizeText()}
	if f.Type == "image/gif" {
		p.Label = "GIF"
	}
	return p
}

func (k *carried) newAlbum(model widget.AlbumModel) *widget.Album {
	a := widget.NewAlbum(model)
	v := k.m.v
	a.OnTaken = k.taken
	a.OnOpen = func(i int) { v.openPicture(k.message, k.visual[i]) }
	a.OnFetch = func(i int) { v.vm.Fetch(k.message, k.visual[i]) }
	a.OnStop = func(i int) { v.vm.StopFile(k.message, k.visual[i]) }
	a.OnMenu = k.menu
	a.OnNeed = k.need
	a.OnPark = k.park
	return a
}

// taken picks the message while messages are being picked.
func (k *carried) taken(*fyne.PointEvent) bool {
	if !k.m.v.vm.Picking() {
		return false
	}
	k.m.tapped(k.message)
	return true
}

func (k *carried) menu(at fyne.Position) {
	if k.message.ID != 0 {
		k.m.v.menu(k.stack, at, k.message)
	}
}

// need gives a tile in view its bitmap.
func (k *carried) need(r widget.TileRequest) {
	media := k.m.v.actions.Media
	if media == nil {
		return
	}
	f := k.message.Media[k.visual[r.Index]]
	key := pictureKey(&f, r)
	drop := media.Pictures.Get(key, k.message.ID, f, func(b vm.Bitmap, err error) {
		if err != nil || b.Image == nil {
			return // the place stays; opening it says why
		}
		k.album.SetPicture(r.Index, b.Image)
		if b.Animated && !k.m.v.vm.Settings().Appearance.Still {
			k.animate(r.Index, key, f)
		}
	})
	k.drops = append(k.drops, drop)
}

func pictureKey(f *vm.ChatFile, r widget.TileRequest) vm.PictureKey {
	return vm.PictureKey{Local: f.Local, Width: r.Width, Height: r.Height, Radii: r.Radii}
}

// animationMost is how many pictures of a message move at once.
const animationMost = 4

func (k *carried) animate(tile int, key vm.PictureKey, f vm.ChatFile) {
	if len(k.moving) >= animationMost {
		return
	}
	stop := k.m.v.actions.Media.Pictures.Animate(key, k.message.ID, f, func(frame image.Image) { k.album.SetPicture(tile, frame) })
	k.moving = append(k.moving, stop)
}

// park lets go of what is only needed in view.
func (k *carried) park() {
	for _, f := range append(k.drops, k.moving...) {
		f()
	}
	k.drops, k.moving = nil, nil
}

func (k *carried) newInvite() *widget.InviteRow {
	i := k.message.Invite
	r := widget.NewInviteRow(widget.InviteModel{Own: k.own, Name: i.Name, Line: i.Line(), Dead: i.URL == ""})
	r.OnTaken, r.OnMenu = k.taken, k.menu
	r.OnOpen = func() { k.m.v.actions.Join(i.URL) }
	return r
}

func (k *carried) newRow(i int) *widget.FileRow {
	r := widget.NewFileRow(k.rowModel(i))
	v := k.m.v
	r.OnTaken, r.OnMenu = k.taken, k.menu
	r.OnOpen = func() { v.openFile(k.message, i) }
	r.OnFetch = func() { v.vm.Fetch(k.message, i) }
	r.OnStop = func() { v.vm.StopFile(k.message, i) }
	return r
}

func (k *carried) rowModel(i int) widget.FileModel {
	f := &k.message.Media[i]
	line, bad := f.Line()
	return widget.FileModel{Own: k.own, Name: f.Name, Line: line, Icon: vm.FileIcon(f), Transfer: transferOf(f), Bad: bad}
}

func (k *carried) newSound(i int) *widget.VoiceRow {
	r := widget.NewVoiceRow(k.soundModel(i))
	v, c := k.m.v, k.message
	r.OnTaken, r.OnMenu = k.taken, k.menu
	media := v.actions.Media
	if media == nil {
		return r
	}
	r.OnPlay = func() {
		switch f := &c.Media[i]; {
		case f.Moving():
			v.vm.StopFile(c, i)
		case f.State == model.FileHere:
			media.Player.Toggle(c, i, v.vm.Conversation())
		default:
			v.vm.Fetch(c, i)
		}
	}
	r.OnSeek = func(share float32) { media.Player.Seek(c, i, v.vm.Conversation(), share) }
	r.OnSpeed = media.Player.Speed
	return r
}

func (k *carried) soundModel(i int) widget.VoiceModel {
	f := &k.message.Media[i]
	out := widget.VoiceModel{
		Own: k.own, Bars: f.Bars, Transfer: transferOf(f), Speed: vm.SpeedText(1), Time: vm.SoundTime(f.Duration),
		Unplayed: f.Kind == vm.VoiceFile && !f.Played && !k.message.Outgoing,
	}
	if f.Kind == vm.SoundFile {
		out.Title = f.Name
	}
	if f.Duration == 0 {
		out.Time = f.SizeText()
	}
	media := k.m.v.actions.Media
	if media == nil || k.message.ID == 0 {
		return out
	}
	at, of, playing := media.Player.Where(k.message, i)
	out.Speed = vm.SpeedText(media.Player.State.Speed)
	out.Playing = playing
	if of > 0 {
		out.Share = float32(at) / float32(of)
		out.Time = vm.SoundTime(of)
		if at > 0 || playing {
			out.Time = vm.SoundTime(at) + " / " + vm.SoundTime(of)
		}
	}
	return out
}

// shown is called when the row comes into view.
func (k *carried) shown() {
	k.stack.Unpark()
	media := k.m.v.actions.Media
	if media == nil {
		return
	}
	for i, r := range k.sounds {
		r.Set(k.soundModel(i))
		if k.message.ID != 0 {
			media.Player.Learn(k.message, i)
		}
	}
}

// update shows a file in its new state.
func (k *carried) update(i int) {
	if i == model.PreviewImage {
		if k.link != nil {
			k.link.Set(k.linkModel())
		}
		return
	}
	if r := k.rows[i]; r != nil {
		r.Set(k.rowModel(i))
	}
	if r := k.sounds[i]; r != nil {
		r.Set(k.soundModel(i))
	}
	if k.album != nil && k.message.Media[i].Visual() {
		a := k.album.Model()
		for n, j := range k.visual {
			a.Pictures[n] = pictureModel(&k.message.Media[j])
		}
		k.album.Set(a)
	}
}
