package testkit

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/engine/protocol/identity"
)

// TestProfileFolderTellsNothing looks through every byte of a used profile for
// what must not be there.
func TestProfileFolderTellsNothing(t *testing.T) {
	k := New(t)
	alice, bob := k.Alice(t), k.Bob(t)
	alice.Befriend(bob)
	const text, draft, nickname = "the spare key lies under the blue flowerpot", "unfinished thoughts about gardening", "Bobby from the allotment"
	alice.Send(bob, text)
	alice.Exchange()
	bob.Send(alice, "thank you, I found the blue flowerpot")
	bob.Exchange()
	alice.Exchange()
	alice.Must(alice.SaveDraft(alice.Ctx(), bob.ID(), model.Draft{Text: draft}))
	alice.Must(alice.SetNickname(alice.Ctx(), bob.ID(), nickname))
	doomed := alice.Send(bob, "this message was deleted again, compass and sextant")
	alice.Exchange()
	alice.Must(alice.Delete(alice.Ctx(), []model.MessageID{doomed}, false))
	phrase, err := alice.RecoveryPhrase(alice.Ctx())
	alice.Must(err)
	if hits, err := alice.Search(model.Query{Text: "flowerpot", Limit: 5}); err != nil || len(hits) != 2 {
		t.Fatalf("the index does not find what is looked for: %v, %v", hits, err)
	}
	account, err := identity.Restore(phrase)
	if err != nil {
		t.Fatal(err)
	}
	seed, private := account.SeedBytes(), account.X25519Private()
	secrets := map[string][]byte{
		"a message sent": []byte(text), "a message received": []byte("thank you, I found"), "a deleted message": []byte("compass and sextant"),
		"a word of a message": []byte("flowerpot"), "a draft": []byte("unfinished thoughts"), "a nickname": []byte(nickname),
		"the recovery phrase": []byte(phrase), "the seed": seed, "the Ed25519 key": account.Ed25519()[:32],
		"the public Ed25519 key": account.Ed25519Public(), "the X25519 key": private[:],
		"the own id": idBytes(alice), "the contact's id": idBytes(bob),
		"the own id as text": []byte(alice.Me().ID.String()), "the contact's id as text": []byte(bob.Me().ID.String()),
	}
	for i, word := range strings.Fields(phrase)[:3] {
		secrets["words of the phrase, from "+word] = []byte(strings.Join(strings.Fields(phrase)[i:i+2], " "))
	}
	look := func(when string) {
		files := 0
		err := filepath.WalkDir(alice.dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			for what, secret := range secrets {
				for form, b := range forms(secret) {
					if bytes.Contains(data, b) {
						t.Errorf("%s: %s stands in %s (%s)", when, what, filepath.Base(path), form)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files < 2 {
			t.Fatalf("%s: only %d files in the profile", when, files)
		}
	}
	look("while it is used")
	alice.Quit()
	look("after it was closed")
}
