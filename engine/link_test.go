package engine

import (
	"net/url"
	"strings"
	"testing"

	"sotto/engine/model"
)

const (
	linkID   = "05bb1db66b8a3aa2b3be0ab2cc4c84d4e3ad8d9a8a4a24ad5f2d1e0a7d5a4f9d01"
	linkKey  = "a03c383cf63c3c4efe67acc52112a6dd734b3a946b9545f488aaa93da7991238"
	linkRoom = "https://rooms.example.org/garden?public_key=" + linkKey
)

func TestLinks(t *testing.T) {
	for _, c := range []struct{ link, id, room string }{
		{"sotto:" + linkID, linkID, ""},
		{"SOTTO:" + strings.ToUpper(linkID), linkID, ""},
		{"sotto://" + linkID + "/", linkID, ""},
		{"sotto:add?id=" + linkID, linkID, ""},
		{"sotto://add/?id=" + linkID, linkID, ""},
		{"sotto:join?url=" + url.QueryEscape(linkRoom), "", linkRoom},
		{"sotto://join?url=" + url.QueryEscape(linkRoom), "", linkRoom},
		{linkRoom, "", linkRoom},
		{"HTTPS://Rooms.Example.ORG/r/garden?public_key=" + linkKey, "", linkRoom},
	} {
		r, err := ParseLink(c.link)
		id := ""
		if r.ID != (model.ID{}) {
			id = r.ID.String()
		}
		if err != nil || id != c.id || r.CommunityURL != c.room || r.ONSName != "" {
			t.Errorf("%s: %+v, %v", c.link, r, err)
		}
	}
}

func TestHostileLinksAreRefused(t *testing.T) {
	for link, reason := range map[string]model.Reason{
		"":                                            model.ReasonInvalid,
		"sotto:":                                      model.ReasonInvalid,
		"sotto:somebody":                              model.ReasonInvalid, // names are looked up on the network: not by a link
		"sotto:add?id=somebody":                       model.ReasonInvalid,
		"sotto:add":                                   model.ReasonInvalid,
		"sotto:delete?id=" + linkID:                   model.ReasonInvalid,
		"sotto:add?id=" + linkID + "&say=hi":          model.ReasonInvalid,
		"sotto:add?id=" + linkID + "&id=x":            model.ReasonInvalid,
		"sotto:" + linkID + "\n":                      model.ReasonInvalid,
		"sotto:" + linkID + "%00":                     model.ReasonInvalid,
		"sotto:03" + linkID[2:]:                       model.ReasonNotAllowed, // a group
		"sotto:15" + linkID[2:]:                       model.ReasonNotAllowed, // blinded
		"sotto:join?url=" + linkID:                    model.ReasonInvalid,
		"sotto:join?url=file:///etc/passwd":           model.ReasonInvalid,
		"sotto:join?url=sotto:" + linkID:              model.ReasonInvalid,
		"javascript:alert(1)":                         model.ReasonInvalid,
		"file:///etc/passwd":                          model.ReasonInvalid,
		"https://example.org/":                        model.ReasonInvalid,
		"https://a@b.example/r?public_key=" + linkKey: model.ReasonInvalid,
		"https://b.example/r?public_key=" + linkKey + "&x=1":        model.ReasonInvalid,
		"https://b.example/r?public_key=" + linkKey + "#x":          model.ReasonInvalid,
		"https://b.example/r?public_key=" + strings.Repeat("0", 64): model.ReasonInvalid,
		"https://b.example/../r?public_key=" + linkKey:              model.ReasonInvalid,
		"https://b\u0430nk.example/r?public_key=" + linkKey:         model.ReasonInvalid,
		"sotto:" + strings.Repeat("0", 4096):                        model.ReasonTooLarge,
	} {
		if r, err := ParseLink(link); err == nil || model.ReasonOf(err) != reason {
			t.Errorf("%.80q: %+v, %v", link, r, err)
		}
	}
}

// FuzzLink holds that whatever is taken leads to exactly one thing, which the
// parser of what people type takes as well.
func FuzzLink(f *testing.F) {
	f.Add("sotto:" + linkID)
	f.Add("sotto:add?id=" + linkID)
	f.Add("sotto://join/?url=" + url.QueryEscape(linkRoom))
	f.Add(linkRoom)
	f.Fuzz(func(t *testing.T, link string) {
		r, err := ParseLink(link)
		if err != nil {
			return
		}
		again := r.CommunityURL
		if again == "" {
			again = r.ID.String()
		} else if r.ID != (model.ID{}) {
			t.Fatalf("%q leads to two things", link)
		}
		if typed, err := ParseRecipient(again); err != nil || typed != r {
			t.Fatalf("%q: %+v is typed as %+v, %v", link, r, typed, err)
		}
	})
}
