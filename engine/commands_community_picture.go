package engine

import (
	"context"

	"sotto/engine/model"
	"sotto/engine/protocol/community"
)

// CommunityPicture fetches the picture of a room that PreviewCommunity or
// CommunityRooms told of, as a JPEG or PNG file to be shown; of a room that was
// joined Avatar has it. The server is not told who asks. ReasonNotFound when the
// room has none; other errors as of PreviewCommunity.
func (e *Engine) CommunityPicture(ctx context.Context, v model.Community) ([]byte, error) {
	if v.Image <= 0 {
		return nil, fail(model.ReasonNotFound, "the room has no picture")
	}
	address, err := parseCommunity(v.URL)
	if err != nil {
		return nil, err
	}
	a, err := e.knownServer(ctx, address.Base, address.PublicKey)
	if err != nil {
		return nil, err
	}
	a.blind = nil
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	room := community.Address{Base: a.url, PublicKey: a.key, Room: address.Room}
	r, err := e.core.fetchRoomPicture(ctx, fileHost{a, address.Room}, model.Picture{URL: room.FileURL(v.Image)})
	return r.Image, err
}
