package vm

import (
	"context"
	"image"
	"strings"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/media/picture"
	"sotto/ui/text"
)

// JoinEngine is what joining a community needs of the engine.
type JoinEngine interface {
	DefaultCommunities() []string
	CommunityRooms(ctx context.Context, url string) ([]model.Community, error)
	PreviewCommunity(ctx context.Context, url string) (model.Community, error)
	CommunityPicture(ctx context.Context, v model.Community) ([]byte, error)
	JoinCommunity(ctx context.Context, url string) (model.ConversationID, error)
}

// Joining joins a room of a community server: by its address, or from the list
// of a server's rooms.
type Joining struct {
	Changed func() // on the interface's goroutine
	Opened  func(model.ConversationID)

	Text    string
	Busy    bool // the room is being asked for, or joined
	Problem string
	Preview *model.Community // what the address leads to

	Rooms       []model.Community // of the server whose list was asked for last
	Server      string            // that server, as it is shown
	Listing     bool
	ListProblem string

	desk     Desk
	engine   JoinEngine
	pictures map[model.ConversationID]image.Image // nil while one is fetched, or when that failed
	looks    []model.Community                    // whose pictures are to be fetched
	looking  int
	asked    int // the preview whose answer counts
	listed   int // the list whose answer counts
	listOf   string
	defined  bool // the address is whole
}

// BeginJoining makes the view-model and asks for the rooms that the network
// offers.
func BeginJoining(desk Desk, e JoinEngine) *Joining {
	j := &Joining{desk: desk, engine: e, pictures: make(map[model.ConversationID]image.Image), Changed: func() {}, Opened: func(model.ConversationID) {}}
	Ask(desk, func(context.Context) ([]string, error) { return e.DefaultCommunities(), nil }, func(list []string, _ error) {
		if len(list) > 0 && j.listOf == "" {
			j.list(list[0])
		}
	})
	return j
}

// CommunityAddress returns the address of a community that a link leads to; empty
// for every other link.
func CommunityAddress(link string) string {
	if r, err := engine.ParseRecipient(link); err == nil {
		return r.CommunityURL
	}
	return ""
}

// serverOf is a server as it is shown: without key and scheme.
func serverOf(url string) string {
	url, _, _ = strings.Cut(url, "?")
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	host, _, _ := strings.Cut(url, "/")
	return host
}

func (j *Joining) list(url string) {
	j.listOf = url
	j.listed++
	listed := j.listed
	j.Listing, j.ListProblem, j.Rooms, j.Server = true, "", nil, serverOf(url)
	j.Changed()
	Ask(j.desk, func(ctx context.Context) ([]model.Community, error) { return j.engine.CommunityRooms(ctx, url) },
		func(rooms []model.Community, err error) {
			if listed != j.listed {
				return
			}
			j.Listing, j.Rooms = false, rooms
			for _, v := range rooms[:min(len(rooms), maxRoomPictures)] {
				j.picture(v)
			}
			if err != nil {
				j.ListProblem = sentenceIn("join.list", err)
			}
			j.Changed()
		})
}

// Bounds of the pictures of rooms: a server may list any number.
const (
	maxRoomPictures    = 30
	roomPictureWorkers = 2
)

// Picture is the picture of a room; nil while there is none.
func (j *Joining) Picture(v *model.Community) image.Image { return j.pictures[v.Conversation] }

// picture has the picture of a room fetched, once. Those of joined rooms are here
// already, and one that does not come is not missed.
func (j *Joining) picture(v model.Community) {
	if _, asked := j.pictures[v.Conversation]; asked || v.Joined || v.Image == 0 {
		return
	}
	j.pictures[v.Conversation] = nil
	j.looks = append(j.looks, v)
	j.lookOn()
}

func (j *Joining) lookOn() {
	for j.looking < roomPictureWorkers && len(j.looks) > 0 {
		v := j.looks[0]
		j.looks = j.looks[1:]
		j.looking++
		Ask(j.desk, func(ctx context.Context) (image.Image, error) {
			data, err := j.engine.CommunityPicture(ctx, v)
			if err != nil {
				return nil, err
			}
			return picture.Decode(data)
		}, func(img image.Image, err error) {
			j.looking--
			if err == nil {
				j.pictures[v.Conversation] = img
				j.Changed()
			}
			j.lookOn()
		})
	}
}

// Again asks for the list once more.
func (j *Joining) Again() {
	if !j.Listing && j.listOf != "" {
		j.list(j.listOf)
	}
}

// SetText takes what is typed; a whole address is looked at at once.
func (j *Joining) SetText(s string) {
	if s == j.Text {
		return
	}
	j.Text, j.Problem, j.Preview, j.Busy = s, "", nil, false
	j.asked++
	r, err := engine.ParseRecipient(s)
	if j.defined = err == nil && r.CommunityURL != ""; j.defined {
		j.look(r.CommunityURL)
		return
	}
	j.Changed()
}

// look asks for a room before it is joined.
func (j *Joining) look(url string) {
	asked := j.asked
	j.Busy = true
	j.Changed()
	Ask(j.desk, func(ctx context.Context) (model.Community, error) { return j.engine.PreviewCommunity(ctx, url) },
		func(v model.Community, err error) {
			if asked != j.asked {
				return
			}
			if j.Busy = false; err != nil {
				j.Problem = sentenceIn("join", err)
				j.Changed()
				return
			}
			j.Preview = &v
			j.picture(v)
			if serverOf(v.URL) != j.Server {
				j.list(v.URL)
				return
			}
			j.Changed()
		})
}

// Choose takes a room of the list. The server was not told who asks for that, so
// it is asked again for what this account may do there.
func (j *Joining) Choose(v model.Community) {
	j.asked++
	j.Text, j.Problem, j.Preview, j.defined = v.URL, "", nil, true
	j.look(v.URL)
}

// Use takes the text of a QR code.
func (j *Joining) Use(code string) {
	if CommunityAddress(code) == "" {
		j.Fail(text.T("join.no_address"))
		return
	}
	j.SetText(strings.TrimSpace(code))
}

// Fail shows why a picture could not be used.
func (j *Joining) Fail(problem string) {
	j.Problem = problem
	j.Changed()
}

// Go joins the room that is shown, or opens it when it was joined already.
func (j *Joining) Go() {
	switch {
	case j.Busy || strings.TrimSpace(j.Text) == "":
		return
	case !j.defined:
		j.Problem = text.T("join.invalid")
		j.Changed()
		return
	case j.Preview == nil:
		j.Problem = ""
		j.asked++
		j.look(j.Text)
		return
	case j.Preview.Joined:
		j.Opened(j.Preview.Conversation)
		return
	}
	j.Busy = true
	j.asked++
	asked, url := j.asked, j.Preview.URL
	j.Changed()
	Ask(j.desk, func(ctx context.Context) (model.ConversationID, error) { return j.engine.JoinCommunity(ctx, url) },
		func(conv model.ConversationID, err error) {
			if err == nil {
				j.Opened(conv)
				return
			}
			if asked == j.asked {
				j.Busy, j.Problem = false, sentenceIn("join", err)
				j.Changed()
			}
		})
}

// Blinded reports whether an id is one that only a community knows somebody by.
func Blinded(id model.ID) bool {
	s := id.String()
	return strings.HasPrefix(s, "15") || strings.HasPrefix(s, "25")
}

// RoomFacts says how many are active in a room and what one may do there.
func RoomFacts(v *model.Community) string {
	var parts []string
	if v.ActiveUsers > 0 {
		parts = append(parts, text.N("chat.active", v.ActiveUsers))
	}
	switch {
	case v.Joined:
		parts = append(parts, text.T("join.joined"))
	case !v.Read:
		parts = append(parts, text.T("join.no_reading"))
	case !v.Write:
		parts = append(parts, text.T("join.reading_only"))
	}
	return strings.Join(parts, " · ")
}
