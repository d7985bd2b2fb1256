package chat

import (
	"sotto/engine/model"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// newLink is the preview of a link in a message.
func (k *carried) newLink() *widget.LinkCard {
	l := widget.NewLinkCard(k.linkModel())
	v, c := k.m.v, k.message
	l.OnTaken, l.OnMenu, l.OnPark = k.taken, k.menu, k.park
	l.OnOpen = func() { v.OpenLink(c.Preview.URL) }
	l.OnFetch = func() { v.vm.Fetch(c, model.PreviewImage) }
	l.OnStop = func() { v.vm.StopFile(c, model.PreviewImage) }
	l.OnNeed = k.needLink
	return l
}

func (k *carried) linkModel() widget.LinkModel {
	p := k.message.Preview
	out := widget.LinkModel{Own: k.own, Bare: k.m.compact, Title: p.Title, Host: p.Host, Pictured: p.Pictured()}
	if out.Pictured {
		out.Transfer = transferOf(p.Image)
	}
	return out
}

// needLink gives a card in view its picture.
func (k *carried) needLink(r widget.TileRequest) {
	media, f := k.m.v.actions.Media, k.message.Preview.Image
	if media == nil || k.message.ID == 0 {
		return
	}
	k.drops = append(k.drops, media.Pictures.Get(pictureKey(f, r), k.message.ID, *f, func(b vm.Bitmap, err error) {
		if err == nil && b.Image != nil {
			k.link.SetPicture(b.Image)
		}
	}))
}
