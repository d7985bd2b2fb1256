package page

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

var lake, _ = url.Parse("https://lake.example/two/nights")

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ html, title, image string }{
		"open graph": {`<!DOCTYPE html><html><head><title>Site</title>
			<meta property="og:title" content="Two nights &amp; a boat"><meta content='/img/a.jpg' property='og:image' /></head>`,
			"Two nights & a boat", "https://lake.example/img/a.jpg"},
		"title alone":        {"<HTML><HEAD><TITLE>\n  Two\tnights </TITLE>", "Two nights", ""},
		"name for property":  {`<meta name=og:title content=Lake><meta name="og:image" content="//cdn.example/a.png">`, "Lake", "https://cdn.example/a.png"},
		"icon":               {`<title>A</title><link rel="shortcut icon" href="/f.png"><link href=touch.png rel=apple-touch-icon>`, "A", "https://lake.example/two/touch.png"},
		"first one counts":   {`<meta property="og:title" content="First"><meta property="og:title" content="Second">`, "First", ""},
		"secure url":         {`<title>A</title><meta property="og:image:secure_url" content="https://cdn.example/s.png">`, "A", "https://cdn.example/s.png"},
		"plain http picture": {`<title>A</title><meta property="og:image" content="http://cdn.example/s.png">`, "A", ""},
		"other schemes":      {`<title>A</title><meta property="og:image" content="data:image/png;base64,AAAA"><link rel=icon href="file:///etc/passwd">`, "A", ""},
		"within a script":    {`<script>var s = "<title>No</title><meta property='og:title' content='No'>"</script><title>Yes</title>`, "Yes", ""},
		"within a comment":   {`<!-- <title>No</title> --><title>Yes</title>`, "Yes", ""},
		"in the body":        {`<head></head><body><title>No</title><meta property="og:title" content="No">`, "", ""},
		"nothing":            {"", "", ""},
		"an open quote":      {`<meta property="og:title content="x"><title>A</title>`, "A", ""},
		"an open comment":    {`<title>A</title><!-- <meta property="og:title" content="B">`, "A", ""},
		"stray signs":        {`<meta = == property="og:title" = content="A">`, "A", ""},
		"greater-than in it": {`<meta property="og:title" content="a > b">`, "a > b", ""},
		"right-to-left":      {`<title>مرحبا</title>`, "مرحبا", ""},
		"turned around":      {"<title>\u202emoc.elpmaxe\u202c &#x2067;a&#8297;</title>", "moc.elpmaxe a", ""},
	} {
		got := Read([]byte(c.html), "text/html", lake)
		image := ""
		if got.Image != nil {
			image = got.Image.String()
		}
		if got.Title != c.title || image != c.image {
			t.Errorf("%s: %q, %q, want %q, %q", name, got.Title, image, c.title, c.image)
		}
	}
}

func TestReadOldPages(t *testing.T) {
	if got := Read([]byte("<title>Stra\xdfe</title>"), "text/html; charset=iso-8859-1", lake).Title; got != "Straße" {
		t.Errorf("title %q", got)
	}
	if got := Read([]byte("<title>Stra\xdfe</title>"), "text/html; charset=utf-8", lake).Title; got != "Stra\ufffde" {
		t.Errorf("title %q", got)
	}
	cut := "<title>Straße</title>" + strings.Repeat("ü", 10)
	if got := Read([]byte(cut[:len(cut)-1]), "text/html", lake).Title; got != "Straße" {
		t.Errorf("of a cut page: %q", got)
	}
	for kind, want := range map[string]bool{"text/html": true, "Text/HTML; charset=x": true, "application/xhtml+xml": true, "text/plain": false, "": false, "image/png": false} {
		if IsHTML(kind) != want {
			t.Errorf("%q is a page: %v", kind, !want)
		}
	}
}

// A hostile page costs no more than its length.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<title>A</title><meta property="og:image" content="/a.png"><link rel=icon href=b>`), "text/html")
	f.Add([]byte(`<meta a='`+strings.Repeat("<", 100)), "text/html; charset=latin1")
	f.Fuzz(func(t *testing.T, document []byte, kind string) {
		p := Read(document, kind, lake)
		if utf8.RuneCountInString(p.Title) > MaxTitle || strings.ContainsAny(p.Title, "\n\r\x00") || !utf8.ValidString(p.Title) {
			t.Errorf("title %q", p.Title)
		}
		if p.Image != nil && (p.Image.Scheme != "https" || p.Image.Host == "") {
			t.Errorf("picture at %v", p.Image)
		}
	})
}
