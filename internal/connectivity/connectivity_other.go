//go:build !linux

package connectivity

import "context"

func (w *watcher) watch(ctx context.Context) { w.poll(ctx) }
