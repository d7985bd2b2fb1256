package engine

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"sotto/engine/model"
	"sotto/store"
)

// StorageUse adds up what the profile takes on the disk. It reads the
// attachments' folder and walks over the index: not for every frame.
func (e *Engine) StorageUse(ctx context.Context) (model.StorageUse, error) {
	var use model.StorageUse
	usage, err := e.store.Usage()
	if err != nil {
		return use, storeError("measure the profile", err)
	}
	use.Database, use.Free, use.Index = usage.File, usage.Free, usage.Index
	if use.Attachments, err = folderSize(ctx, e.store.AttachmentsDir()); err != nil {
		return use, err
	}
	e.view(func(tx *store.Tx) {
		for _, c := range tx.Conversations() {
			n := tx.CountMessages(c.ID)
			use.Messages += n
			if n > 0 {
				use.Conversations = append(use.Conversations, model.ConversationUse{Conversation: c, Messages: n})
			}
		}
	})
	slices.SortFunc(use.Conversations, func(a, b model.ConversationUse) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), byTitle(a.Conversation, b.Conversation))
	})
	return use, nil
}

// folderSize adds up the regular files below a folder, which may be missing.
func folderSize(ctx context.Context, dir string) (int64, error) {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return contextError(ctx)
		case errors.Is(err, fs.ErrNotExist): // gone meanwhile
			return nil
		case err != nil:
			return err
		case !d.Type().IsRegular():
			return nil
		}
		if info, err := d.Info(); err == nil {
			total += info.Size()
		}
		return nil
	})
	var known *model.Error
	if err != nil && !errors.As(err, &known) {
		err = model.Fail(model.ReasonDisk, "could not measure the attachments", err)
	}
	return total, err
}

// Compact writes the database anew: without free pages, and without the words
// of deleted messages in the search index. Reading goes on meanwhile, what
// wants to write waits. It can be interrupted through ctx; then everything is as
// it was. progress, which may be nil, gets bytes done and bytes in all.
func (e *Engine) Compact(ctx context.Context, progress func(done, total int64)) error {
	err := e.store.Compact(ctx, progress)
	if err != nil && ctx.Err() != nil {
		return contextError(ctx)
	}
	return storeError("compact the database", err)
}
