package engine

import (
	"bytes"
	"context"
	"strings"

	"sotto/engine/model"
	"sotto/engine/protocol/page"
	"sotto/engine/protocol/wire"
	"sotto/media/picture"
)

// LookUpLink asks the page behind a link what it is, for a preview of it
// (protocol/messages.md §7.6). The web server sees this computer's address: it
// is only done when the user has switched it on. The page is the sender's to ask;
// who receives a preview asks nobody.
//
// Errors: ReasonNotAllowed (switched off), ReasonInvalid (not a public https
// address, not a page), ReasonNotFound (it says nothing of itself),
// ReasonRejected, ReasonOffline.
func (e *Engine) LookUpLink(ctx context.Context, address string) (*model.PagePreview, error) {
	if !e.Settings().LinkPreviews {
		return nil, fail(model.ReasonNotAllowed, "previews of links are switched off")
	}
	web, err := e.core.net.web(ctx, address, page.MaxPage)
	switch {
	case err != nil:
		return nil, err
	case !page.IsHTML(web.Type):
		return nil, fail(model.ReasonInvalid, "what is behind the link is not a page")
	}
	said := page.Read(web.Body, web.Type, web.URL)
	if said.Title == "" {
		return nil, fail(model.ReasonNotFound, "the page does not say what it is")
	}
	out := &model.PagePreview{URL: address, Title: said.Title}
	if said.Image == nil {
		return out, nil
	}
	image, err := e.core.net.web(ctx, said.Image.String(), page.MaxImage)
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	if err == nil && !image.Cut {
		if _, err := picture.Inspect(image.Body); err == nil {
			out.Image = image.Body
		}
	}
	return out, nil // a page without its picture is still one
}

// draftPreview is the preview of a draft as its message has it, nil when its
// link is not in the text.
func draftPreview(p *model.PagePreview, text string) *model.LinkPreview {
	if p == nil || p.URL == "" || !strings.Contains(text, p.URL) {
		return nil
	}
	return &model.LinkPreview{URL: p.URL, Title: cutTitle(strings.ToValidUTF8(p.Title, "\ufffd"))}
}

// sendPictured sends a text with the picture of its link preview, which goes to
// the file server first. sent is false where that is not possible: then the text
// goes with the title alone.
func (e *Engine) sendPictured(ctx context.Context, conv model.ConversationID, m model.Message, image []byte) (id model.MessageID, sent bool, err error) {
	if err := e.do(ctx, func(c *core) error { return c.takesFiles(conv) }); err != nil {
		return 0, false, nil
	}
	a, file, err := e.core.stage(ctx, File{Name: "preview", Data: bytes.NewReader(image)})
	if err != nil {
		return 0, false, nil
	}
	defer file.Discard()
	if a.Kind() != model.FilePicture {
		return 0, false, nil
	}
	a.Name = ""
	m.Preview.Image = &a
	err = e.update(ctx, func(w *work) error {
		if err := w.tx.AdoptFile(file); err != nil {
			return err
		}
		return w.addUpload(conv, &m)
	})
	return m.ID, true, err
}

// wirePreview is a preview as it goes out. A picture has to be on the server.
func (w *work) wirePreview(rm *room, p *model.LinkPreview) (*wire.Preview, error) {
	out := &wire.Preview{URL: wire.Some(p.URL)}
	if p.Title != "" {
		out.Title = wire.Some(p.Title)
	}
	if p.Image == nil {
		return out, nil
	}
	var err error
	out.Image, err = w.pointer(rm, *p.Image)
	return out, err
}
