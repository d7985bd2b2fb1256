package engine

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"strings"
	"unicode/utf8"

	"sotto/engine/model"
	"sotto/engine/protocol/attach"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

// maxBody is where incoming bodies are cut, in code points.
const maxBody = 10_000

// handleData handles a DataMessage: of a contact, or the copy of what another
// own device has sent (protocol/messages.md §8).
func (r *receiver) handleData(in *incoming, own bool) error {
	data := in.Content.DataMessage
	with := in.Sender
	if target := data.SyncTarget; target.Set {
		if !own {
			return nil
		}
		id, err := identity.ParseSessionID(target.Value)
		if err != nil {
			return nil
		}
		with = id
	}
	switch {
	case data.Empty():
		return nil
	case data.GroupUpdateMessage != nil:
		if own {
			return nil
		}
		return r.handleGroupOffer(in, data.GroupUpdateMessage)
	}
	if data.Reaction != nil {
		return r.handleReaction(in, model.ConversationOf(with), own)
	}
	c, err := r.open(with)
	if err != nil {
		return err
	}
	if !own {
		r.applyProfile(c, data.Profile, data.ProfileKey)
	}
	if data.TimerUpdate() {
		return r.handleTimer(in, c, own)
	}
	return r.handleVisible(in, c, own)
}

// handleVisible stores a text, a file, a quote, an invitation.
func (r *receiver) handleVisible(in *incoming, c *conversation, own bool) error {
	data := in.Content.DataMessage
	m := &model.Message{
		Kind:        model.KindText,
		Text:        cutText(data.Body.Value),
		Attachments: attachments(data.Attachments),
		Timer:       r.timerOf(in, c),
	}
	if q := data.Quote; q != nil {
		if author, err := identity.ParseID(q.Author.Value); err == nil {
			m.Quote = &model.QuoteRef{Author: author, Timestamp: model.Millis(q.ID.Value)}
		}
	}
	if i := data.CommunityInvitation; i != nil {
		m.Kind = model.KindInvitation
		m.Invitation = &model.Invitation{URL: i.URL.Value, Name: identity.TruncateName(i.Name.Value, 4*identity.MaxNameBytes)}
	}
	if len(data.Preview) > 0 {
		m.Preview = linkPreview(data.Preview[0], m.Text)
	}
	if !own {
		m.Mention = r.mentionsMe(m)
	}
	return r.add(in, c, m, own)
}

func (r *receiver) mentionsMe(m *model.Message) bool {
	if r.alias != (model.ID{}) && (m.Quote != nil && m.Quote.Author == r.alias || mentions(m.Text, r.alias)) {
		return true
	}
	return m.Quote != nil && m.Quote.Author == r.me || mentions(m.Text, r.me)
}

func mentions(text string, id model.ID) bool {
	return strings.Contains(text, "@") && strings.Contains(strings.ToLower(text), "@"+id.String())
}

// cutText bounds a body at the border of a code point.
func cutText(s string) string {
	if len(s) <= maxBody || utf8.RuneCountInString(s) <= maxBody {
		return s
	}
	n := 0
	for i := range s {
		if n == maxBody {
			return s[:i]
		}
		n++
	}
	return s
}

func attachments(pointers []*wire.AttachmentPointer) []model.Attachment {
	var list []model.Attachment
	for _, p := range pointers[:min(len(pointers), attach.MaxFiles)] {
		list = append(list, attachment(p))
	}
	return list
}

func attachment(p *wire.AttachmentPointer) model.Attachment {
	in, _ := attach.FromPointer(p) // whether it can be fetched shows when it is
	a := model.Attachment{
		URL: p.URL.Value, Key: bytes.Clone(p.Key), Digest: bytes.Clone(p.Digest), Size: p.Size.Value,
		Type: in.ContentType, Name: in.Name, Caption: cutText(in.Caption),
		Voice: in.Voice, Width: in.Width, Height: in.Height,
	}
	if a.URL == "" && p.DeprecatedID.Value != 0 {
		a.URL = strconv.FormatUint(p.DeprecatedID.Value, 10)
	}
	if len(a.URL) > attach.MaxURL || len(a.Key) > attach.LegacyKeySize || len(a.Digest) > sha256.Size {
		a.URL, a.Key, a.Digest = "", nil, nil // no client makes such ones
	}
	return a
}

// linkPreview takes a preview only if its URL occurs in the text: otherwise it
// could show one page and lead to another.
func linkPreview(p *wire.Preview, text string) *model.LinkPreview {
	if p.URL.Value == "" || !strings.Contains(text, p.URL.Value) {
		return nil
	}
	preview := &model.LinkPreview{URL: p.URL.Value, Title: cutTitle(oneLine(p.Title.Value))}
	if p.Image != nil {
		image := attachment(p.Image)
		preview.Image = &image
	}
	return preview
}

// maxTitle is where titles of link previews are cut, in code points.
const maxTitle = 300

func cutTitle(s string) string {
	n := 0
	for i := range s {
		if n == maxTitle {
			return s[:i]
		}
		n++
	}
	return s
}

// applyProfile takes over name and picture of a contact, unless something newer
// is known (protocol/messages.md §4).
func (r *receiver) applyProfile(c *conversation, p *wire.LokiProfile, key []byte) {
	if p == nil || c.Kind != model.KindContact {
		return
	}
	id, ok := c.ID.ID()
	updated := int64(p.LastProfileUpdateSeconds.Value)
	if !ok || updated < 0 || updated <= c.ProfileUpdated && c.ProfileUpdated != 0 {
		return
	}
	before := c.Conversation
	if identity.TrimName(p.DisplayName.Value) != "" {
		c.Name = strings.Clone(identity.DisplayName(p.DisplayName.Value, id))
	}
	c.Picture = model.Picture{}
	const maxURL = 223
	if url := p.ProfilePicture.Value; url != "" && len(url) <= maxURL && len(key) == 32 {
		c.Picture = model.Picture{URL: strings.Clone(url), Key: append([]byte(nil), key...)}
	}
	c.ProfileUpdated = updated
	if c.Name != before.Name || c.Picture.URL != before.Picture.URL {
		r.emit(ConversationsChanged{})
	}
	r.touch(c)
}
