package engine

import (
	"context"
	"errors"

	"sotto/engine/model"
	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/release"
)

// CanCheckUpdates reports whether there is a server to ask and a key to believe.
func (e *Engine) CanCheckUpdates() bool { return e.core.releases.URL != "" && e.core.trusted != nil }

// CheckUpdate asks, through an onion path as everything, whether there is a
// version after the one that runs. The request says neither who asks nor which
// version that is; the answer counts only with the signature of whoever makes
// Sotto. Nothing is downloaded. Errors: ReasonNotAllowed (there is nobody to
// ask), ReasonNotFound (nothing is known), ReasonRejected (an answer that is not
// signed right), ReasonOffline.
func (e *Engine) CheckUpdate(ctx context.Context, running string) (model.Update, error) {
	if !e.CanCheckUpdates() {
		return model.Update{}, fail(model.ReasonNotAllowed, "there is no server to ask about versions")
	}
	now, ok := release.ParseVersion(running)
	if !ok {
		return model.Update{}, fail(model.ReasonInvalid, "this is not a version: "+running)
	}
	answer, err := e.core.net.server(ctx, e.core.releases.URL, e.core.releases.X25519, func(int64) (onion.V4Request, error) { return release.Request(), nil })
	if err != nil {
		return model.Update{}, err
	}
	s, err := release.Verify(answer, *e.core.trusted)
	switch {
	case errors.Is(err, release.ErrNone):
		return model.Update{}, model.Fail(model.ReasonNotFound, "the server knows of no version", err)
	case err != nil:
		return model.Update{}, model.Fail(model.ReasonRejected, "what the server says of versions is not signed by Sotto's makers", err)
	}
	return model.Update{Newer: s.Version.After(now), Version: s.Version.String(), Published: s.Published, Page: s.Page}, nil
}
