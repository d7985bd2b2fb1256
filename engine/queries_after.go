package engine

import (
	"sotto/engine/model"
	"sotto/store"
)

// MessagesAfter returns up to limit messages of all conversations that were
// stored after the one named, in the order in which they were stored; 0 begins
// with the first. With it a reader that remembers how far it came misses
// nothing, whatever happened to events meanwhile.
func (e *Engine) MessagesAfter(id model.MessageID, limit int) []model.Message {
	var list []model.Message
	e.view(func(tx *store.Tx) { list = tx.MessagesAfter(id, limit) })
	return list
}

// LastMessage returns the id that was given to a message last; 0 when there
// never was one.
func (e *Engine) LastMessage() model.MessageID {
	var id model.MessageID
	e.view(func(tx *store.Tx) { id = tx.LastMessage() })
	return id
}
