package testkit_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
	"time"

	"sotto/engine/localnet"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

// photograph is a picture of 900 × 600 whose colour changes with the place.
func photograph(t *testing.T, seed uint8) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 900, 600))
	for y := range 600 {
		for x := range 900 {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 4), uint8(y / 3), seed, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// avatar waits until somebody shows a picture of a conversation, other than
// before.
func avatar(p *testkit.Person, conv model.ConversationID, before []byte) (file []byte) {
	p.Await("a picture", func() bool {
		got, ok := p.Avatar(conv)
		file = got
		return ok && !bytes.Equal(got, before)
	})
	return file
}

// Alice sets a picture: it shows at once, and Bob and her second device show the
// same pixels. Removed, it is gone everywhere.
func TestPictureOfAPerson(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	phone := alice.Device()
	phone.Exchange()

	alice.Must(alice.SetPicture(alice.Ctx(), photograph(t, 200), image.Rect(0, 0, 300, 300)))
	own, ok := alice.Avatar(alice.ID())
	if !ok {
		t.Fatal("the own picture does not show at once")
	}
	alice.Exchange()
	if u := alice.PictureUpload(); u.Waiting || u.Problem != model.ReasonNone {
		t.Errorf("after the exchange the upload is %+v", u)
	}
	if url := alice.Me().Picture.URL; url == "" || len(url) > 223 {
		t.Errorf("the picture lies at %q", url)
	}
	alice.Send(bob, "look at me")
	alice.Exchange()
	bob.Exchange()
	phone.Exchange()
	seen, elsewhere := avatar(bob, alice.ID(), nil), avatar(phone, alice.ID(), nil)
	if !bytes.Equal(own, seen) || !bytes.Equal(own, elsewhere) {
		t.Errorf("the pictures differ: %d, %d, %d bytes", len(own), len(seen), len(elsewhere))
	}
	img, err := jpeg.Decode(bytes.NewReader(seen))
	if err != nil || img.Bounds().Dx() != 300 || img.Bounds().Dy() != 300 {
		t.Fatalf("Bob shows %v, %v", img.Bounds(), err)
	}
	if r, g, _, _ := img.At(290, 10).RGBA(); r>>8 < 60 || r>>8 > 85 || g>>8 > 15 {
		t.Errorf("not the upper left corner of the photograph: %d %d", r>>8, g>>8)
	}

	// Another one, set on the phone.
	phone.Must(phone.SetPicture(phone.Ctx(), photograph(t, 10), image.Rectangle{}))
	phone.Exchange()
	alice.Exchange()
	second := avatar(alice, alice.ID(), own)
	phone.Send(bob, "and now")
	phone.Exchange()
	bob.Exchange()
	if got := avatar(bob, alice.ID(), own); !bytes.Equal(got, second) {
		t.Error("the second picture differs")
	}

	alice.Must(alice.RemovePicture(alice.Ctx()))
	if _, ok := alice.Avatar(alice.ID()); ok {
		t.Error("a removed picture still shows")
	}
	alice.Send(bob, "nobody")
	alice.Exchange()
	bob.Exchange()
	phone.Exchange()
	for name, d := range map[string]*testkit.Person{"Bob": bob, "the phone": phone} {
		if _, ok := d.Avatar(alice.ID()); ok {
			t.Errorf("%s still shows a removed picture", name)
		}
	}
}

// Who asks to talk is seen by initials until the user agrees.
func TestPictureOfARequest(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Must(alice.SetPicture(alice.Ctx(), photograph(t, 1), image.Rectangle{}))
	alice.Exchange()
	alice.Send(bob, "hello")
	alice.Exchange()
	bob.Exchange()
	if c := find(t, bob, alice); c.Picture.URL == "" {
		t.Fatal("the request brought no picture")
	}
	bob.Exchange()
	if _, ok := bob.Avatar(alice.ID()); ok {
		t.Error("a stranger's picture shows")
	}
	state, err := kit.Net.State()
	bob.Must(err)
	if n := state.FileServer.Requests["GET"]; n != 0 {
		t.Errorf("%d files were fetched for a stranger", n)
	}
	bob.Must(bob.AcceptRequest(bob.Ctx(), alice.ID()))
	avatar(bob, alice.ID(), nil)
}

// A file server that is down costs nothing but time, also over a restart.
func TestPictureWhileTheFileServerIsDown(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	if err := kit.Net.SetServerFaults(localnet.TargetFileServer, localnet.Faults{Dead: true}); err != nil {
		t.Fatal(err)
	}
	alice.Must(alice.SetPicture(alice.Ctx(), photograph(t, 90), image.Rectangle{}))
	alice.Await("a try that failed", func() bool { return alice.PictureUpload().Problem != model.ReasonNone })
	own, _ := alice.Avatar(alice.ID())
	alice.Quit()
	alice.Start()
	if again, ok := alice.Avatar(alice.ID()); !ok || !bytes.Equal(own, again) {
		t.Error("the picture that waits does not show after a restart")
	}
	if alice.Me().Picture.URL != "" {
		t.Error("others are told of a picture that is not there")
	}
	if err := kit.Net.SetServerFaults(localnet.TargetFileServer, localnet.Faults{}); err != nil {
		t.Fatal(err)
	}
	alice.Exchange()
	alice.Send(bob, "here it is")
	alice.Exchange()
	bob.Exchange()
	if got := avatar(bob, alice.ID(), nil); !bytes.Equal(got, own) {
		t.Error("another picture arrived")
	}
}

// The file server forgets after its time. The owner's device has it keep the
// picture, and brings the picture again when it is gone all the same.
func TestPictureOutlivesTheFileServer(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Log.ExpectErrors() // this computer's clock is weeks off
	bob.Log.ExpectErrors()
	alice.Befriend(bob)
	alice.Must(alice.SetPicture(alice.Ctx(), photograph(t, 33), image.Rectangle{}))
	alice.Exchange()
	own, _ := alice.Avatar(alice.ID())
	first := alice.Me().Picture.URL
	requests := func(method string) int64 {
		state, err := kit.Net.State()
		alice.Must(err)
		return state.FileServer.Requests[method]
	}

	// Two weeks twice: more than the server keeps a file for.
	for range 2 {
		before := requests("POST")
		kit.Advance(t, 14*24*time.Hour)
		alice.Exchange()
		alice.Await("the extension", func() bool { alice.Exchange(); return requests("POST") > before })
	}
	alice.Exchange()
	if url := alice.Me().Picture.URL; url != first {
		t.Errorf("a picture that was kept lies elsewhere now")
	}
	alice.Send(bob, "still me")
	alice.Exchange()
	bob.Exchange()
	if got := avatar(bob, alice.ID(), nil); !bytes.Equal(got, own) {
		t.Error("Bob shows another picture")
	}

	// Off for longer than the server keeps files.
	kit.Advance(t, 40*24*time.Hour)
	alice.Exchange()
	alice.Await("the picture to lie elsewhere", func() bool { alice.Exchange(); return alice.Me().Picture.URL != first })
	phone := alice.Device()
	phone.Log.ExpectErrors()
	phone.Exchange()
	if got := avatar(phone, alice.ID(), nil); !bytes.Equal(got, own) {
		t.Error("another picture was uploaded")
	}
}
