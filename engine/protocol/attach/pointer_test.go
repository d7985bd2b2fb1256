package attach

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/wire"
)

const defaultEd25519 = "b8eef9821445ae16e2e97ef8aa6fe782fd11ad5253cd6723b281341dba22e371"

func mainServer(t testing.TB) Server {
	t.Helper()
	s := Server{Base: "http://filev2.getsession.org"}
	for i := range s.Ed25519 {
		s.Ed25519[i] = unhex(defaultEd25519[2*i])<<4 | unhex(defaultEd25519[2*i+1])
	}
	var err error
	if s.X25519, err = identity.X25519FromEd25519(s.Ed25519[:]); err != nil {
		t.Fatal(err)
	}
	return s
}

func unhex(c byte) byte { return byte(strings.IndexByte("0123456789abcdef", c)) }

func TestParseURL(t *testing.T) {
	def := mainServer(t)
	local := Server{Base: "http://127.0.0.1:22024", X25519: [32]byte{7}}
	const foreign = "http://potatofiles.getsession.org/file/"
	const foreignKey = "ff86dcd4b26d1bfec944c59859494248626d6428efc12168749d65a1b92f5e28"
	for raw, want := range map[string]struct {
		base, id string
		d        bool
		err      error
	}{
		"http://filev2.getsession.org/file/123":                                    {def.Base, "123", false, nil},
		"http://filev2.getsession.org:80/file/123":                                 {def.Base, "123", false, nil},
		"HTTP://FileV2.GetSession.org/file/123":                                    {def.Base, "123", false, nil},
		"http://filev2.getsession.org/file/Nnt0JHQiRlmGnLE1VpegqY3jpi_UtGVrLuf6#d": {def.Base, "Nnt0JHQiRlmGnLE1VpegqY3jpi_UtGVrLuf6", true, nil},
		"http://filev2.getsession.org/file/1#d=":                                   {def.Base, "1", true, nil},
		"http://filev2.getsession.org/file/1#p=" + defaultEd25519 + "&d":           {def.Base, "1", true, nil},
		"http://filev2.getsession.org/file/1#p=" + foreignKey:                      {def.Base, "1", false, nil}, // the key of a known server is not the URL's to say
		"https://open.getsession.org/files/99":                                     {def.Base, "99", false, nil},
		"http://file.getsession.org/file/99":                                       {def.Base, "99", false, nil},
		"https://open.getsession.org/loki/v1/f/99":                                 {def.Base, "99", false, nil},
		"99":                                 {def.Base, "99", false, nil},
		"http://127.0.0.1:22024/file/abc#d":  {local.Base, "abc", true, nil},
		foreign + "5#p=" + foreignKey + "&d": {"http://potatofiles.getsession.org", "5", true, nil},
		foreign + "5":                        {err: ErrServer},
		foreign + "5#p=zz":                   {err: ErrServer},
		foreign + "5#p=" + strings.Repeat("0", 64):   {err: ErrServer},
		"http://192.168.1.1/file/5#p=" + foreignKey:  {err: ErrServer},
		"http://localhost/file/5#p=" + foreignKey:    {err: ErrServer},
		"http://[::1]/file/5#p=" + foreignKey:        {err: ErrServer},
		"":                                           {err: ErrURL},
		"ftp://filev2.getsession.org/file/1":         {err: ErrURL},
		"javascript:alert(1)":                        {err: ErrURL},
		"http://filev2.getsession.org/file/":         {err: ErrURL},
		"http://filev2.getsession.org/file/a%2Fb%20": {err: ErrURL},
		"http://filev2.getsession.org/file/a\nb":     {err: ErrURL},
		"http://me@filev2.getsession.org/file/1":     {err: ErrURL},
		"http://x/" + strings.Repeat("a", 600):       {err: ErrURL},
	} {
		got, err := ParseURL(raw, def, local)
		if !errors.Is(err, want.err) {
			t.Errorf("%q: %v, want %v", raw, err, want.err)
			continue
		}
		if err == nil && (got.Server.Base != want.base || got.ID != want.id || got.Deterministic != want.d) {
			t.Errorf("%q: %+v", raw, got)
		}
		if err == nil && got.Server.Base == def.Base && got.Server != def {
			t.Errorf("%q: another server's keys", raw)
		}
	}
	// Written and read again.
	for _, at := range []Location{{def, "123", false}, {def, "Nnt0", true}} {
		for _, named := range []bool{false, true} {
			raw := at.URL(named)
			if got, err := ParseURL(raw, def); err != nil || got != at {
				t.Errorf("%s: %+v, %v", raw, got, err)
			}
			if strings.Contains(raw, "p=") != named {
				t.Errorf("%s: named %v", raw, named)
			}
		}
	}
}

func TestPointerRoundTrip(t *testing.T) {
	def := mainServer(t)
	for _, out := range []Outgoing{
		{
			Info:     Info{Name: "cat.jpg", ContentType: "image/jpeg", Width: 640, Height: 480},
			Secret:   Secret{Key: make([]byte, 64), Digest: make([]byte, 32), Size: 1234},
			Location: Location{Server: def, ID: "Nnt0JHQiRlmGnLE1VpegqY3jpi_UtGVrLuf6L1Vj_ST2"},
		},
		{
			Info:     Info{Name: VoiceName, ContentType: "audio/mp3", Voice: true},
			Secret:   Secret{Key: make([]byte, 32), Size: 99, Deterministic: true},
			Location: Location{Server: def, ID: "1234567", Deterministic: true},
		},
	} {
		p := out.Pointer()
		if !p.DeprecatedID.Set || (out.ID == "1234567") != (p.DeprecatedID.Value == 1234567) {
			t.Errorf("deprecated_id %v", p.DeprecatedID)
		}
		in, err := FromPointer(p, def)
		if err != nil || in.Info != out.Info || in.Location != out.Location || in.Size != out.Size || in.Secret.Deterministic != out.Secret.Deterministic {
			t.Errorf("%+v, %v; want %+v", in, err, out)
		}
	}
}

func TestFromPointerRefuses(t *testing.T) {
	def := mainServer(t)
	good := func() *wire.AttachmentPointer {
		return &wire.AttachmentPointer{
			DeprecatedID: wire.Some(uint64(77)), Key: make([]byte, 64), Digest: make([]byte, 32),
			Size: wire.Some(uint32(10)), FileName: wire.Some("../../a\u202egpj.exe"), ContentType: wire.Some("IMAGE/PNG; x=y"),
		}
	}
	in, err := FromPointer(good(), def)
	if err != nil || in.ID != "77" || in.Name != "agpj.exe" || in.ContentType != "image/png" {
		t.Errorf("old message: %+v, %v", in, err)
	}
	for name, c := range map[string]struct {
		change func(*wire.AttachmentPointer)
		want   error
	}{
		"no id, no url":    {func(p *wire.AttachmentPointer) { p.DeprecatedID.Value = 0 }, ErrURL},
		"no key":           {func(p *wire.AttachmentPointer) { p.Key = nil }, ErrPointer},
		"short digest":     {func(p *wire.AttachmentPointer) { p.Digest = p.Digest[1:] }, ErrPointer},
		"no size":          {func(p *wire.AttachmentPointer) { p.Size = wire.Opt[uint32]{} }, ErrPointer},
		"absurd size":      {func(p *wire.AttachmentPointer) { p.Size.Value = 1 << 31 }, ErrTooLarge},
		"key of the other": {func(p *wire.AttachmentPointer) { p.URL = wire.Some(def.Base + "/file/7#d") }, ErrPointer},
		"unknown server":   {func(p *wire.AttachmentPointer) { p.URL = wire.Some("http://evil.example/file/7") }, ErrServer},
	} {
		p := good()
		c.change(p)
		in, err := FromPointer(p, def)
		if !errors.Is(err, c.want) || in.Name != "agpj.exe" {
			t.Errorf("%s: %+v, %v", name, in.Info, err)
		}
	}
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"photo.jpg":                            "photo.jpg",
		"../../etc/passwd":                     "passwd",
		`C:\Windows\system32\cmd.exe`:          "cmd.exe",
		"a/b\\c.txt":                           "c.txt",
		"photo\u202egpj.exe":                   "photogpj.exe",
		"\u2066x\u2069.pdf":                    "x.pdf",
		"a\x00b\x1b[31m.txt":                   "ab[31m.txt",
		"line\nbreak\t.txt":                    "line break .txt",
		"zero\u200bwidth\ufeff.txt":            "zerowidth.txt",
		".bashrc":                              "bashrc",
		"...":                                  "file",
		"":                                     "file",
		"/":                                    "file",
		"CON":                                  "_CON",
		"con.txt":                              "_con.txt",
		"LPT1.tar.gz":                          "_LPT1.tar.gz",
		"COM¹":                                 "_COM¹",
		"console.txt":                          "console.txt",
		"trailing. ":                           "trailing",
		"what?<a>|b*.txt":                      "what__a__b_.txt",
		"a:stream":                             "a_stream",
		"Übergrößenträger ñ 文件.pdf":            "Übergrößenträger ñ 文件.pdf",
		"bad\xff\xfeutf8.txt":                  "badutf8.txt",
		strings.Repeat("ä", 300) + ".jpg":      strings.Repeat("ä", 118) + ".jpg",
		"x." + strings.Repeat("y", 300):        "x." + strings.Repeat("y", 238),
		strings.Repeat("a", 236) + " . " + ".": strings.Repeat("a", 236),
	} {
		got := CleanName(name)
		if got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
		if again := CleanName(got); again != got {
			t.Errorf("%q becomes %q the second time", got, again)
		}
	}
}

func TestIsProgram(t *testing.T) {
	for name, want := range map[string]bool{
		"setup.EXE": true, "a.pdf.scr": true, "run.sh": true, "x.desktop": true, "photo\u202egpj.exe": true, "a.jar": true,
		"setup.exe. ": true, "report.docm": true, "photo.jpg": false, "exe": false, "report.pdf": false, "a.zip": false,
	} {
		if got := IsProgram(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../../a\u202egpj.exe")
	f.Add("CON. .txt")
	f.Fuzz(func(t *testing.T, name string) {
		got := CleanName(name)
		if got == "" || len(got) > MaxName || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\:\x00\n\u202e\u200b") || got[0] == '.' {
			t.Fatalf("%q becomes %q", name, got)
		}
		if again := CleanName(got); again != got {
			t.Fatalf("%q becomes %q, then %q", name, got, again)
		}
	})
}

func FuzzParseURL(f *testing.F) {
	def := mainServer(f)
	f.Add("http://filev2.getsession.org/file/1#p=" + defaultEd25519 + "&d")
	f.Add("123")
	f.Fuzz(func(t *testing.T, raw string) {
		at, err := ParseURL(raw, def)
		if err != nil {
			if !errors.Is(err, ErrURL) && !errors.Is(err, ErrServer) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if again, err := ParseURL(at.URL(true), def); err != nil || again.ID != at.ID || again.Deterministic != at.Deterministic {
			t.Fatalf("%q: %+v, then %+v, %v", raw, at, again, err)
		}
	})
}
