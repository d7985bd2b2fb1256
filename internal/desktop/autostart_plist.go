package desktop

import (
	"encoding/xml"
	"strings"
)

// plist is the launch agent of macOS (launchd.plist(5)).
func (a Autostart) plist() string {
	var b strings.Builder
	element := func(indent, name, text string) {
		b.WriteString(indent + "<" + name + ">")
		_ = xml.EscapeText(&b, []byte(text)) // a strings.Builder takes everything
		b.WriteString("</" + name + ">\n")
	}
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
`)
	element("\t", "key", "Label")
	element("\t", "string", a.record())
	element("\t", "key", "ProgramArguments")
	b.WriteString("\t<array>\n")
	for _, arg := range append([]string{a.Program}, a.Args...) {
		element("\t\t", "string", arg)
	}
	b.WriteString("\t</array>\n")
	element("\t", "key", "RunAtLoad")
	b.WriteString("\t<true/>\n")
	element("\t", "key", "ProcessType")
	element("\t", "string", "Interactive")
	b.WriteString("</dict>\n</plist>\n")
	return b.String()
}
