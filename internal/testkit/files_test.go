package testkit_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/model"
	"sotto/internal/testkit"
)

// Two hundred files take some minutes; the default run sends a few.
var manyFiles = flag.Int("files", 8, "how many files go through the local network")

func fileBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8), byte(n >> 16), 1}).Read(b)
	return b
}

// Files of all sizes go both ways through a lossy network while devices restart:
// equal bytes come out, and when the conversation is cleared nothing of them is
// left on either disk.
func TestFilesThroughTheNetwork(t *testing.T) {
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Log.ExpectErrors()
	bob.Log.ExpectErrors()
	alice.Befriend(bob)
	kit.Drop(t, 0.01)
	sizes := map[string]int{}
	for i := range *manyFiles {
		// From nothing to the limit, more small ones than large ones.
		n := int(float64(engine.MaxFile) * float64(i*i*i) / float64(max(1, (*manyFiles-1)*(*manyFiles-1)*(*manyFiles-1))))
		name := fmt.Sprintf("file %03d%s", i, []string{".bin", ".pdf", ".mp4", ".zip", ".txt"}[i%5])
		sizes[name] = n
		from, to := alice, bob
		if i%2 == 1 {
			from, to = bob, alice
		}
		_, err := from.SendFiles(from.Ctx(), to.ID(), model.Draft{Text: "a file"}, []engine.File{{Name: name, Data: bytes.NewReader(fileBytes(n))}})
		from.Must(err)
		if i%10 == 4 {
			// In the middle of whatever it is doing.
			from.Quit()
			from.Start()
			to.Quit()
			to.Start()
		}
	}
	for _, p := range []struct{ who, with *testkit.Person }{{alice, bob}, {bob, alice}} {
		p.who.AwaitFor(time.Duration(60+4**manyFiles)*time.Second, "all files", func() bool {
			here := 0
			for _, m := range p.who.Messages(p.with) {
				for i, a := range m.Attachments {
					switch a.State() {
					case model.FileHere:
						here++
					case model.FileFailed:
						p.who.Must(p.who.Download(p.who.Ctx(), m.ID, i))
					}
				}
			}
			return here == *manyFiles && p.who.Status().Pending == 0
		})
	}
	kit.Heal(t)
	for _, p := range []struct{ who, with *testkit.Person }{{alice, bob}, {bob, alice}} {
		seen := map[string]bool{}
		for _, m := range p.who.Messages(p.with) {
			for i, a := range m.Attachments {
				r, err := p.who.OpenAttachment(m.ID, i)
				p.who.Must(err)
				got, err := io.ReadAll(r)
				p.who.Must(err)
				p.who.Must(r.Close())
				if !bytes.Equal(got, fileBytes(sizes[a.Name])) || seen[a.Name] {
					t.Errorf("%s: %d bytes, want %d (twice: %v)", a.Name, len(got), sizes[a.Name], seen[a.Name])
				}
				seen[a.Name] = true
			}
		}
		if len(seen) != *manyFiles {
			t.Errorf("%d files, want %d", len(seen), *manyFiles)
		}
		p.who.Must(p.who.ClearMessages(p.who.Ctx(), p.with.ID()))
		if use, err := p.who.StorageUse(p.who.Ctx()); err != nil || use.Attachments != 0 {
			t.Errorf("%d bytes of attachments left (%v)", use.Attachments, err)
		}
	}
}

// What a camera wrote into a photograph does not leave the computer: neither the
// other side nor the own copy has it, by the word of an independent reader.
func TestPhotographsTellNoPlace(t *testing.T) {
	exiftool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "photo.jpg")
	img := image.NewRGBA(image.Rect(0, 0, 320, 200))
	for i := range img.Pix {
		img.Pix[i] = byte(i * i >> 7)
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, img, nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, photo.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(exiftool, "-q", "-overwrite_original", "-EXIF:GPSLatitude=52.52", "-EXIF:GPSLatitudeRef=N",
		"-EXIF:GPSLongitude=13.405", "-EXIF:GPSLongitudeRef=E", "-EXIF:Make=Camera", "-XMP-dc:Title=At home", path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, _ = exec.Command(exiftool, path).Output(); !strings.Contains(string(out), "GPS") {
		t.Fatalf("the photograph says nothing to begin with:\n%s", out)
	}
	kit := testkit.New(t)
	alice, bob := kit.Alice(t), kit.Bob(t)
	alice.Befriend(bob)
	_, err = alice.SendFiles(alice.Ctx(), bob.ID(), model.Draft{}, []engine.File{{Path: path}})
	alice.Must(err)
	// The original may go at once.
	alice.Must(os.Remove(path))
	for _, p := range []struct{ who, with *testkit.Person }{{alice, bob}, {bob, alice}} {
		m := p.who.AwaitFile(p.with)
		if a := m.Attachments[0]; a.Type != "image/jpeg" || a.Width != 320 || a.Height != 200 || len(a.Preview) == 0 {
			t.Errorf("%+v", a)
		}
		saved, err := p.who.SaveAttachment(p.who.Ctx(), m.ID, 0, dir)
		p.who.Must(err)
		out, err := exec.Command(exiftool, saved).Output()
		p.who.Must(err)
		if strings.Contains(string(out), "GPS") || strings.Contains(string(out), "Camera") || strings.Contains(string(out), "At home") {
			t.Errorf("it still says:\n%s", out)
		}
	}
}
