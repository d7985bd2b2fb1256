// Package picker is the sheet in which one chooses a file, mostly a picture:
// folders and files of one folder at a time, and a field for a path.
package picker

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"sotto/assets"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

// Sheet is an open sheet.
type Sheet struct {
	*widget.Sheet
	desk    vm.Desk
	chosen  func(path string)
	many    func(paths []string) // several may be chosen
	picked  []string
	add     *widget.Button
	path    *widget.TextField
	rows    *fyne.Container
	body    *fyne.Container
	folder  string
	entries []entry
	request int // the folder whose answer counts
	kind    kind
}

// kind is what there is to choose.
type kind struct {
	name string // of its sentences: picker.NAME...
	fits func(file string) bool
	icon assets.IconName
}

var (
	pictures = kind{"picker", isPicture, assets.IconImage}
	anyFile  = kind{"picker.any", func(string) bool { return true }, assets.IconFile}
)

const (
	width  float32 = 520
	atMost int     = 400 // entries of one folder that are shown
)

// last is the folder of the last choice of this run.
var last string

// Open shows the sheet for pictures over a window; chosen is called with the
// file.
func Open(c fyne.Canvas, desk vm.Desk, chosen func(path string)) *Sheet {
	return open(c, desk, pictures, chosen)
}

// OpenAny shows the sheet for files of any kind.
func OpenAny(c fyne.Canvas, desk vm.Desk, chosen func(path string)) *Sheet {
	return open(c, desk, anyFile, chosen)
}

func open(c fyne.Canvas, desk vm.Desk, k kind, chosen func(path string)) *Sheet {
	desk, leave := desk.Sub()
	s := &Sheet{desk: desk, kind: k, chosen: chosen, rows: container.New(widget.Column{})}
	s.path = widget.Name(widget.NewTextField(text.T("picker.path")).WithIcon(assets.IconFolder), "picker.path")
	s.path.OnSubmitted = s.typed
	up := widget.Name(widget.NewIconButton(assets.IconArrowLeft, text.T("picker.up"), func() { s.list(filepath.Dir(s.folder)) }), "picker.up")
	s.body = container.New(widget.Column{Gap: theme.Space12}, container.New(head{}, up, s.path), s.rows)
	s.Sheet = widget.NewSheet(text.T(k.name+".title"), s.body)
	s.Width = width
	s.SetFooter(widget.NewShrinking(text.T(k.name+".hint"), widget.Small, theme.Text2),
		widget.NewButton(text.T("widget.cancel"), widget.Secondary, s.Dismiss))
	s.SetInitialFocus(s.path.FocusTarget())
	s.OnClose = leave
	if last == "" {
		last = home()
	}
	s.list(last)
	s.Open(c)
	return s
}

func home() string {
	dir, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	for _, name := range []string{"Downloads", "Pictures"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.IsDir() {
			return filepath.Join(dir, name)
		}
	}
	return dir
}

// entry is a row: a folder or a file.
type entry struct {
	name   string
	folder bool
}

// read lists the folders of a folder and the files that fit, folders first.
func read(folder string, fits func(string) bool) ([]entry, error) {
	all, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var out []entry
	for _, e := range all {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		isFolder := e.IsDir()
		if e.Type()&os.ModeSymlink != 0 {
			info, err := os.Stat(filepath.Join(folder, e.Name()))
			isFolder = err == nil && info.IsDir()
		}
		if isFolder || fits(e.Name()) {
			out = append(out, entry{e.Name(), isFolder})
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].folder != out[j].folder {
			return out[i].folder
		}
		return strings.ToLower(out[i].name) < strings.ToLower(out[j].name)
	})
	return out, nil
}

func isPicture(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp":
		return true
	}
	return false
}

func (s *Sheet) list(folder string) {
	s.request++
	request := s.request
	vm.Ask(s.desk, func(context.Context) ([]entry, error) { return read(folder, s.kind.fits) }, func(all []entry, err error) {
		if request != s.request {
			return
		}
		if err != nil {
			s.path.SetError(text.T("picker.unreadable"))
			s.refresh()
			return
		}
		s.folder, last = folder, folder
		s.path.SetError("")
		s.path.SetText(folder)
		s.show(all)
	})
}

func (s *Sheet) show(all []entry) {
	s.entries = all
	s.rows.Objects = nil
	for i, e := range all {
		if i == atMost {
			break
		}
		path := filepath.Join(s.folder, e.name)
		icon, do := s.kind.icon, func() { s.choose(path) }
		if e.folder {
			icon, do = assets.IconFolder, func() { s.list(path) }
		}
		r := widget.NewPressRow(icon, e.name, do)
		r.Height, r.Chevron = 40, e.folder
		if !e.folder && slices.Contains(s.picked, path) {
			r.Tail = widget.NewIcon(assets.IconCheck, 20, theme.AccentInk)
			r.Bold, r.Ground = true, theme.AccentSoft
		}
		s.rows.Add(widget.Name(r, "picker.row:"+e.name))
	}
	if len(all) == 0 {
		s.rows.Add(container.New(widget.Inset{Left: theme.Space12, Top: theme.Space8},
			widget.NewParagraph(text.T(s.kind.name+".empty"), widget.Body, theme.Text3, width-72)))
	}
	s.refresh()
}

func (s *Sheet) refresh() {
	s.body.Refresh()
	if s.Sheet != nil && s.IsOpen() {
		s.Refresh()
	}
}

// typed takes a path from the field: a folder to list, or the file.
func (s *Sheet) typed(path string) {
	path = strings.TrimSpace(path)
	request := s.request
	vm.Ask(s.desk, func(context.Context) (bool, error) {
		info, err := os.Stat(path)
		return err == nil && info.IsDir(), err
	}, func(folder bool, err error) {
		switch {
		case request != s.request:
		case err != nil:
			s.path.SetError(text.T("picker.unreadable"))
			s.refresh()
		case folder:
			s.list(path)
		default:
			s.choose(path)
		}
	})
}

func (s *Sheet) choose(path string) {
	if s.many != nil {
		s.pick(path)
		return
	}
	s.Dismiss()
	s.chosen(path)
}

// head sets the button up before the field.
type head struct{}

func (head) Layout(o []fyne.CanvasObject, s fyne.Size) {
	defer widget.Turn(o, s)
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(40, 40))
	o[1].Move(fyne.NewPos(44, 0))
	o[1].Resize(fyne.NewSize(s.Width-44, o[1].MinSize().Height))
}

func (head) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(200, o[1].MinSize().Height)
}
