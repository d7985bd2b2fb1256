package localnet

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path/filepath"
	"strings"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Room describes a room of the community server.
type Room = communityserver.RoomSpec

// defaultRooms are the rooms of a new network.
func defaultRooms() []Room {
	return []Room{
		{
			Token: "lounge", Name: "Lounge", Description: "The first room of the local network.\nEverybody may write here.",
			Picture: roomPicture(),
		},
		{Token: "questions", Name: "Questions", Description: "Ask, answer, react."},
		{Token: "pictures", Name: "Pictures"},
	}
}

// roomPicture is a small PNG: two hills under a sky.
func roomPicture() []byte {
	const size = 128
	m := image.NewRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			c := color.RGBA{0x8f, 0xc7, 0xe8, 0xff}
			left, right := (x-40)*(x-40)/40, (x-100)*(x-100)/30
			if y > 60+left {
				c = color.RGBA{0x3f, 0x8f, 0x6b, 0xff}
			}
			if y > 84+right {
				c = color.RGBA{0x2b, 0x6b, 0x57, 0xff}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic("localnet: " + err.Error()) // memory takes every picture
	}
	return b.Bytes()
}

// openCommunity opens the community server and makes its first rooms.
func (n *Network) openCommunity() error {
	var err error
	if n.communityKey, err = n.state.communityKey(); err != nil {
		return err
	}
	n.community, err = communityserver.Open(communityserver.Config{
		Dir:         filepath.Join(n.opt.Dir, "community"),
		PublicKey:   n.communityKey.Public(),
		Now:         n.communityNow,
		NoBlinding:  n.opt.NoBlinding,
		NoRateLimit: n.opt.NoRateLimit,
	})
	if err != nil {
		return err
	}
	tokens, err := n.community.Rooms()
	if err != nil || len(tokens) > 0 {
		return err
	}
	for _, room := range n.opt.Rooms {
		if err := n.community.AddRoom(room); err != nil {
			return fmt.Errorf("%w: %w", ErrOptions, err)
		}
	}
	return nil
}

// communityNow is the time of the community server, which faults may move.
func (n *Network) communityNow() int64 {
	now := n.time.now()
	if e := n.communityHTTP; e != nil {
		now += int64(e.gate.faults.Load().ClockSkewS) * 1000
	}
	return now
}

// Community is the community server behind the network, for what its operator
// does: adding rooms, promoting admins, filling rooms.
func (n *Network) Community() *communityserver.Server { return n.community }

func (n *Network) communityInfo() *CommunityInfo {
	rooms, err := n.community.Rooms()
	if err != nil {
		// A closed network still tells where it was.
		n.opt.Logger.Warn("localnet: rooms of the community", "error", err)
	}
	key := n.communityKey.Public()
	return &CommunityInfo{URL: n.communityHTTP.url(), PublicKey: hex.EncodeToString(key[:]), Rooms: append([]string{}, rooms...)}
}

// answerCommunity is the HTTP face of the community server: v4 requests alone.
func (n *Network) answerCommunity(r *http.Request) reply {
	return answerV4(r, n.communityKey, communityserver.Malformed(), func(q onion.V4Request) onion.V4Response {
		n.communityRequests.add(firstPart(q.Endpoint))
		return n.community.Serve(q)
	})
}

// firstPart names a request by the first element of its path.
func firstPart(endpoint string) string {
	name := strings.TrimPrefix(endpoint, "/")
	if i := strings.IndexAny(name, "/?"); i >= 0 {
		name = name[:i]
	}
	switch name {
	case "capabilities", "rooms", "room", "batch", "sequence", "user", "inbox", "outbox":
		return name
	}
	return "unknown"
}

// answerV4 opens a request to a web server, lets it be answered and closes the
// answer.
func answerV4(r *http.Request, key *onion.NodeKey, malformed onion.V4Response, serve func(onion.V4Request) onion.V4Response) reply {
	if r.URL.Path != onion.DefaultTarget || r.Method != http.MethodPost {
		return notFound(r)
	}
	body, bad, ok := readBody(r, onion.MaxRequest)
	if !ok {
		return bad
	}
	call, err := onion.PeelServer(body, key)
	var refused *onion.PeelError
	answer := malformed
	switch {
	case errors.As(err, &refused):
		return text(refused.Status, refused.Text)
	case err == nil:
		answer = serve(call.Request)
	}
	defer call.Reply.Zero()
	sealed, err := call.Reply.SealServer(rand.Reader, answer)
	if err != nil {
		return text(http.StatusInternalServerError, "request failed")
	}
	return reply{status: http.StatusOK, contentType: typeBinary, body: sealed}
}

// controlCommunity is the operator's part of the control API: a new room, or an
// admin of a room or, without one, of the whole server.
func (n *Network) controlCommunity(body []byte) error {
	var q struct {
		Create *struct {
			Token       string `json:"token"`
			Name        string `json:"name"`
			Description string `json:"description"`
		} `json:"create"`
		Admin string `json:"admin"`
		Room  string `json:"room"`
	}
	if err := strictJSON(body, &q); err != nil {
		return err
	}
	var err error
	switch {
	case (q.Create == nil) == (q.Admin == ""):
		err = errors.New("one of create, admin")
	case q.Create != nil:
		err = n.community.AddRoom(Room{Token: q.Create.Token, Name: q.Create.Name, Description: q.Create.Description})
	default:
		var id identity.ID
		if id, err = identity.ParseID(q.Admin); err == nil {
			err = n.community.Promote(id, q.Room)
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrOptions, err)
	}
	return nil
}
