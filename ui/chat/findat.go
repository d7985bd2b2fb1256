package chat

import "sotto/engine/model"

// FindAt opens the search in this conversation at a message that a search
// everywhere has found.
func (v *View) FindAt(query string, at model.MessageID) { v.vm.FindAt(query, at) }
