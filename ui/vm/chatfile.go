package vm

import (
	"path"
	"strings"
	"time"

	"sotto/engine/model"
	"sotto/ui/text"
)

// ChatFileKind is how a file is shown in its message.
type ChatFileKind int

// The kinds.
const (
	FileOfAnyKind ChatFileKind = iota
	PictureFile
	VideoFile
	SoundFile
	VoiceFile
)

// ChatFile is a file of a message as its bubble shows it.
type ChatFile struct {
	Index   int
	Kind    ChatFileKind
	Name    string
	Type    string
	Size    uint32
	State   model.FileState
	Failure model.Reason
	Local   string // content-addressed; the same bytes have the same

	Width, Height int
	Preview       []byte // for picture.Blur

	Bars     []byte // of sounds; nil until somebody looked
	Duration time.Duration
	Position time.Duration
	Played   bool

	// Uploading: the message waits for this file; Transfer says how far it is.
	Uploading bool
	Transfer  model.Transfer
}

// Sounds reports whether the file can be played.
func (f *ChatFile) Sounds() bool { return f.Kind == VoiceFile || f.Kind == SoundFile }

// Visual reports whether the file is shown as a picture.
func (f *ChatFile) Visual() bool { return f.Kind == PictureFile }

// Moving reports whether the file is on its way.
func (f *ChatFile) Moving() bool { return f.Uploading || f.State == model.FileWaiting }

// Share is how much of a moving file has passed, 0 to 1.
func (f *ChatFile) Share() float32 {
	if f.Transfer.Total <= 0 {
		return 0
	}
	return min(float32(f.Transfer.Done)/float32(f.Transfer.Total), 1)
}

// SizeText is the size: "1.8 MB", or "620 KB of 1.8 MB" on its way.
func (f *ChatFile) SizeText() string {
	size := fileSize(f.Size)
	if f.Moving() && f.Transfer.Done > 0 && f.Size > 0 {
		done := uint32(min(int64(float32(f.Size)*f.Share()), int64(f.Size)))
		return text.F("files.of", "done", fileSize(done), "size", size)
	}
	return size
}

// Line says size and kind, or what went wrong.
func (f *ChatFile) Line() (line string, bad bool) {
	switch {
	case f.State == model.FileExpired:
		return text.T("files.gone"), true
	case f.State == model.FileFailed:
		if key := "files.failed." + f.Failure.String(); text.Has(key) {
			return text.T(key), true
		}
		return text.T("files.failed"), true
	}
	size := f.SizeText()
	if f.Size == 0 {
		size = ""
	}
	kind := FileKindText(f.Name)
	if f.Moving() || kind == "" {
		return size, false
	}
	if size == "" {
		return kind, false
	}
	return size + " · " + kind, false
}

// FileKindText names what a file is by the end of its name: "PDF".
func FileKindText(name string) string {
	ext := strings.TrimPrefix(path.Ext(name), ".")
	if ext == "" || len(ext) > 5 {
		return ""
	}
	return strings.ToUpper(ext)
}

// Why says in a sentence why the file is not here, and what to do.
func (f *ChatFile) Why() string {
	if f.State == model.FileExpired {
		return text.T("files.gone_why")
	}
	if key := "files.why." + f.Failure.String(); text.Has(key) {
		return text.T(key)
	}
	return text.T("files.why")
}

// fileName is what the file is called on the screen.
func fileName(a *model.Attachment) string {
	switch {
	case a.Voice:
		return text.T("chat.voice")
	case a.Name != "":
		return a.Name
	case a.Kind() == model.FilePicture:
		return text.T("chat.picture")
	}
	return text.T("chat.file")
}

// files tells of the attachments of a message.
func (t *teller) files(m *model.Message) []ChatFile {
	if len(m.Attachments) == 0 {
		return nil
	}
	out := make([]ChatFile, len(m.Attachments))
	waits := m.Outgoing && (m.State == model.StateQueued || m.State == model.StateSending)
	for i := range m.Attachments {
		f := tellFile(&m.Attachments[i], i)
		if waits || f.State == model.FileWaiting {
			if move, ok := t.engine.Transfer(m.ID, i); ok {
				f.Transfer, f.Uploading = move, move.Upload
			}
		}
		out[i] = f
	}
	return out
}

func tellFile(a *model.Attachment, index int) ChatFile {
	f := ChatFile{
		Index: index, Name: fileName(a), Type: a.Type, Size: a.Size, State: a.State(), Failure: a.Failure, Local: a.LocalID,
		Width: int(a.Width), Height: int(a.Height), Preview: a.Preview,
		Bars: a.Sound.Waveform, Duration: a.Sound.Duration, Position: a.Position, Played: a.Played,
	}
	switch a.Kind() {
	case model.FilePicture:
		f.Kind = PictureFile
	case model.FileVideo:
		f.Kind = VideoFile
	case model.FileSound:
		f.Kind = SoundFile
		if a.Voice {
			f.Kind = VoiceFile
		}
	}
	return f
}

// programs are the endings of what runs, or shows pages that run, when it is
// opened.
var programs = map[string]bool{}

func init() {
	for _, ext := range strings.Fields(`
		aab action app appimage application applescript appx appxbundle apk bash bat bin chm cmd com command cpl csh deb
		desktop dll dmg docm dotm drv elf exe fish flatpak flatpakref gadget hlp hta htm html img inf ins ipa iqy iso jar
		jnlp js jse ksh library-ms lnk lua mht mhtml mjs mobileconfig mpkg msc msi msix msixbundle msp mst ocx out php pif
		pkg pl potm ppam ppsm pptm ps1 psm1 py pyc pyw rb reg rpm run scf scpt scptd scr sct search-ms service
		settingcontent-ms sh shb sldm slk snap svg svgz swf sys terminal url vb vbe vbs vhd vhdx webloc website workflow
		ws wsc wsf wsh xapk xht xhtml xlam xll xlsm xltm xpi zsh`) {
		programs[ext] = true
	}
}

// IsProgram reports whether opening a file could run something: it has the
// ending of a program or of a page, or none at all.
func IsProgram(name string) bool {
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimRight(name, ". ")), "."))
	return ext == "" || programs[ext]
}

// FileSize is a size in decimal units: "620 KB", "1.8 MB".
func FileSize(n int64) string { return fileSize(uint32(min(max(n, 0), 1<<32-1))) }
