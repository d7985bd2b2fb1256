package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
)

// writePage writes the contact sheet over all pictures in a folder.
func writePage(out string) (string, error) {
	files, err := filepath.Glob(filepath.Join(out, "*.png"))
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(`<!doctype html><meta charset="utf-8"><title>Sotto screens</title>
<style>
body{font:13px sans-serif;margin:24px;background:#888;color:#fff}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(560px,1fr));gap:24px}
figure{margin:0}img{width:100%;display:block;border-radius:6px}figcaption{padding:6px 0}
a{color:#fff}
</style><main>
`)
	for _, f := range files {
		name := filepath.Base(f)
		fmt.Fprintf(&b, "<figure><a href=%[1]q><img loading=lazy src=%[1]q></a><figcaption>%[2]s</figcaption></figure>\n",
			name, html.EscapeString(strings.TrimSuffix(name, ".png")))
	}
	b.WriteString("</main>\n")
	page := filepath.Join(out, "index.html")
	return page, os.WriteFile(page, []byte(b.String()), 0o644)
}
