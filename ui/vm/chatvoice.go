package vm

import "sotto/engine/model"

// VoiceDraft is what goes with a voice message: it answers what the composer
// answers. The text stays in the composer.
func (c *Chat) VoiceDraft() model.Draft { return model.Draft{Quote: c.draft().Quote} }

// VoiceSent takes the answered message out of the composer.
func (c *Chat) VoiceSent() {
	if !c.left {
		c.CancelReply()
		c.ToEnd()
	}
}
