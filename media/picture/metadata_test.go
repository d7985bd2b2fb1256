package picture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// secret is written into every field of every file.
const secret = "SECRET-52.5200-13.4050"

func exiftool(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not installed: packaging/setup.sh test installs it")
	}
	var stderr bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("exiftool %v: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return out
}

// Tags of an independent reader that describe the file and its pixels.
var harmless = map[string]bool{
	"SourceFile": true, "ExifTool": true, "System": true, "File": true, "JFIF": true, "PNG": true,
	"RIFF": true, "GIF": true, "Composite": true,
}

// A photograph with its place in EXIF, XMP, IPTC, comments, texts and an
// embedded thumbnail, in every format that is sent: an independent reader finds
// none of it afterwards.
func TestNothingOfTheCameraIsSent(t *testing.T) {
	dir := t.TempDir()
	q := quarters(640, 480)
	thumb := filepath.Join(dir, "thumb.jpg")
	if err := os.WriteFile(thumb, encode(t, "jpeg", quarters(160, 120)), 0o600); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"photo.jpg": encode(t, "jpeg", q), "screen.png": encode(t, "png", q), "moving.gif": load(t, "moving.gif"),
		"moving.webp": load(t, "moving.webp"), "still.webp": load(t, "quarters.webp"), "phone.heic": load(t, "quarters.heic"),
	}
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"-q", "-m", "-overwrite_original", "-XMP-dc:Title=" + secret, "-XMP-exif:GPSLatitude=52.52", "-XMP-exif:GPSLongitude=13.405"}
			switch filepath.Ext(name) {
			case ".jpg":
				args = append(args, "-Comment="+secret, "-IPTC:City="+secret, "-EXIF:GPSLatitude=52.52", "-EXIF:GPSLatitudeRef=N",
					"-EXIF:GPSLongitude=13.405", "-EXIF:GPSLongitudeRef=E", "-EXIF:Make="+secret, "-EXIF:SerialNumber="+secret,
					"-EXIF:UserComment="+secret, "-ThumbnailImage<="+thumb)
			case ".png":
				args = append(args, "-PNG:Comment="+secret, "-PNG:Author="+secret, "-EXIF:GPSLatitude=52.52", "-EXIF:GPSLatitudeRef=N", "-EXIF:Artist="+secret)
			case ".gif":
				args = append(args, "-Comment="+secret)
			default:
				args = append(args, "-EXIF:GPSLatitude=52.52", "-EXIF:GPSLatitudeRef=N", "-EXIF:Artist="+secret)
			}
			exiftool(t, append(args, path)...)
			marked, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			// Something behind the end as well.
			marked = append(marked, secret...)
			if before := exiftool(t, "-json", "-G", path); !strings.Contains(string(before), secret) || !strings.Contains(string(before), "GPS") {
				t.Fatalf("the file is not marked, the test shows nothing:\n%s", before)
			}
			for _, original := range []bool{false, true} {
				p, err := Prepare(marked, Options{Original: original})
				if err != nil {
					t.Fatal(err)
				}
				check(t, dir, fmt.Sprintf("sent-%v-%s%s", original, name, p.Kind.Ext()), p.Data)
			}
			p, err := PrepareAvatar(marked, q.Rect)
			if err != nil {
				t.Fatal(err)
			}
			check(t, dir, "avatar-"+name+".jpg", p.Data)
		})
	}
}

func check(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(secret)) || bytes.Contains(data, []byte("SECRET")) {
		t.Errorf("%s: the secret is in the bytes", name)
	}
	var read []map[string]any
	if err := json.Unmarshal(exiftool(t, "-json", "-a", "-u", "-G", "-ee", path), &read); err != nil || len(read) != 1 {
		t.Fatalf("%s: %v", name, err)
	}
	for tag, value := range read[0] {
		group, rest, _ := strings.Cut(tag, ":")
		switch {
		case !harmless[group],
			strings.Contains(rest, "GPS"), strings.Contains(rest, "Thumbnail"), strings.Contains(rest, "Comment"),
			strings.Contains(fmt.Sprint(value), "SECRET"), rest == "Warning":
			t.Errorf("%s: %s is %v", name, tag, value)
		}
	}
}
