package store

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Wrong tries are counted in a file of their own beside profile.json, so that
// whoever guesses waits after a restart too, and so that counting never writes
// the key slots. The count alone is kept, no time: whoever asks measures the
// pause with the clock that cannot be set (see PenaltyFor), and begins it anew
// when the program does. Nobody gains by setting the computer's clock.
//
// This is for somebody at the window. Who has the files can leave the count
// out and guess against Argon2id.
const triesName = "tries.json"

const maxTriesFile = 1 << 10

type triesFile struct {
	Wrong int `json:"wrong"` // since the last time that it was right
}

const (
	freeTries  = 2 // slips that cost nothing
	maxPenalty = 60 * time.Second
	manyTries  = 1 << 20 // where counting stops
)

// PenaltyFor is how long the next try has to wait after so many wrong ones: from
// the third on 2, 4, 8, 16, 32, then 60 seconds. It is measured from the last
// wrong try, or from the start of the program when that was before it.
func PenaltyFor(wrong int) time.Duration {
	over := wrong - freeTries
	switch {
	case over <= 0:
		return 0
	case over >= 6:
		return maxPenalty
	}
	return time.Second << over
}

// WrongTries returns how often somebody was wrong about the profile in dir since
// it was last opened. What cannot be read counts as many: a damaged count does
// not give free tries.
func WrongTries(dir string) int {
	f, err := os.Open(filepath.Join(dir, triesName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		return manyTries
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxTriesFile))
	var t triesFile
	if err != nil || json.Unmarshal(b, &t) != nil || t.Wrong < 0 || t.Wrong > manyTries {
		return manyTries
	}
	return t.Wrong
}

// countTry and clearTries are called with the profile's lock held. A disk that
// refuses the count must not keep the owner out, so their errors are let go.
func countTry(dir string) {
	b, err := json.Marshal(triesFile{min(WrongTries(dir)+1, manyTries)})
	if err != nil {
		panic("store: " + err.Error())
	}
	_ = replaceFile(filepath.Join(dir, triesName), append(b, '\n'))
}

func clearTries(dir string) {
	if path := filepath.Join(dir, triesName); WrongTries(dir) > 0 {
		_ = os.Remove(path)
	}
}
