package vm

import (
	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatInvite is an invitation to a room of a community. Name and address are of
// the sender's making: joining shows first what the server says.
type ChatInvite struct {
	Name   string
	Server string // without scheme and key; empty when the address is none
	URL    string
}

func invite(v *model.Invitation) *ChatInvite {
	if v == nil {
		return &ChatInvite{}
	}
	i := &ChatInvite{Name: shorten(v.Name, 100), URL: CommunityAddress(v.URL)}
	if i.URL != "" {
		i.Server = shorten(serverOf(i.URL), 80)
	}
	return i
}

// Line says what can be done with it.
func (i *ChatInvite) Line() string {
	if i.URL == "" {
		return text.T("chat.invite_broken")
	}
	return i.Server
}
