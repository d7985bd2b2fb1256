package store

import (
	"context"

	"sotto/engine/model"
)

const compactSuffix = ".compact"

type indexCache struct{}
type mergeJob struct{}
type manifest struct{}
type addedText struct{}

func (tx *Tx) flushIndex() error                                                     { return nil }
func (tx *Tx) forgetAdded(uint32)                                                    {}
func (tx *Tx) markConversationDead(uint32) error                                     { return nil }
func (tx *Tx) noteAdded(uint32, *model.Message)                                      {}
func (tx *Tx) reindex(old, m *model.Message) error                                   { return nil }
func (tx *Tx) markDead(m *model.Message) error                                       { return nil }
func (s *Store) IndexStep() (more bool, err error)                                   { return false, nil }
func (tx *Tx) Search(q model.Query) ([]model.Hit, error)                             { return nil, nil }
func (s *Store) Usage() (Usage, error)                                               { return Usage{}, nil }
func (s *Store) Compact(ctx context.Context, progress func(done, total int64)) error { return nil }
func Salvage(dir string, u Unlock, into string, o Options) (Salvaged, error)         { return Salvaged{}, nil }
