package vm

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/engine"
	"sotto/engine/export"
	"sotto/engine/model"
)

func TestDataGoesOutAndComesBack(t *testing.T) {
	d, e := newDesktop(t), alone(t)
	self := model.ConversationOf(e.Me().ID)
	if _, err := e.SendText(t.Context(), self, model.Draft{Text: "buy oars"}); err != nil {
		t.Fatal(err)
	}
	m := NewData(d.Desk, e)
	said, made := "", ""
	m.Told = func(sentence, path string) { said, made = sentence, path }
	do := func(what string, f func()) string {
		t.Helper()
		said, made = "", ""
		f()
		if m.Job == NoJob {
			t.Errorf("%s: it does not say that it began", what)
		}
		d.until(what, func() bool { return m.Job == NoJob && said != "" })
		return said
	}
	dir := t.TempDir()
	file := BackupName(dir, time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC))
	if filepath.Base(file) != "Sotto 2026-11-28.sotto-backup" {
		t.Errorf("proposes %q", file)
	}
	if s := do("backed up", func() { m.Backup(file, "correct horse") }); made != file || !strings.Contains(s, "1 message") {
		t.Errorf("says %q, made %q", s, made)
	}
	if s := do("refused", func() { m.Backup(file, "correct horse") }); made != "" || s != BackupSentence(engine.ErrFileExists) {
		t.Errorf("over a file: says %q", s)
	}
	var info engine.BackupInfo
	looked := false
	LookIntoBackup(d.Desk, file, "wrong", func(_ engine.BackupInfo, err error) { looked = errors.Is(err, engine.ErrPassphrase) })
	d.until("looked", func() bool { return looked })
	LookIntoBackup(d.Desk, file, "correct horse", func(i engine.BackupInfo, err error) { info = i })
	d.until("looked", func() bool { return info.Name == "Robin" })
	if line := BackupLine(info); !strings.Contains(line, "Robin") || !strings.Contains(line, "1 message") {
		t.Errorf("says %q", line)
	}

	if err := e.ClearMessages(t.Context(), self); err != nil {
		t.Fatal(err)
	}
	if s := do("restored", func() { m.Restore(file, "correct horse", []model.ConversationID{self}) }); !strings.Contains(s, "1 message") || e.CountMessages(self) != 1 {
		t.Errorf("says %q", s)
	}
	if s := do("restored again", func() { m.Restore(file, "correct horse", nil) }); strings.Contains(s, "1 message") {
		t.Errorf("says %q", s)
	}
	page := ExportName(dir, "Note to Self", export.JSON, time.Now())
	if page = WithFormat(page, export.HTML); filepath.Base(page) != "Note to Self.html" {
		t.Errorf("proposes %q", page)
	}
	do("exported", func() { m.Export(ExportWish{Conversation: self, Format: export.HTML, Media: true, Path: page}) })
	html, err := os.ReadFile(page)
	if err != nil || made != page || !strings.Contains(string(html), "buy oars") {
		t.Errorf("made %q: %v", made, err)
	}
	do("exported", func() { m.Export(ExportWish{Format: export.JSON, Path: filepath.Join(dir, "all")}) })
	if _, err := os.Stat(filepath.Join(dir, "all", "index.json")); err != nil {
		t.Error(err)
	}

	// One job at a time, and it can be stopped.
	m.Backup(filepath.Join(dir, "second"), "correct horse")
	said = ""
	m.Export(ExportWish{Format: export.JSON, Path: filepath.Join(dir, "more")})
	if said == "" {
		t.Error("two jobs at a time")
	}
	m.Cancel()
	d.until("ended", func() bool { return m.Job == NoJob })
}

func TestEveryTroubleOfABackupHasASentence(t *testing.T) {
	seen := map[string]bool{}
	for _, err := range []error{
		engine.ErrNoBackup, engine.ErrBackupVersion, engine.ErrBackupDamaged, engine.ErrPassphrase, engine.ErrBackupAccount,
		engine.ErrBackupNetwork, engine.ErrFileExists, model.Fail(model.ReasonDisk, "", nil), model.Fail(model.ReasonNotFound, "", nil),
		model.Fail(model.ReasonNotAllowed, "", nil), model.Fail(model.ReasonCancelled, "", nil),
	} {
		if s := BackupSentence(err); s == "" || strings.HasPrefix(s, "data.") || seen[s] {
			t.Errorf("%v: %q", err, s)
		} else {
			seen[s] = true
		}
	}
}
