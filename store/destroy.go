package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Destroy removes a profile for good: first what opens it (the entry in the key
// ring, profile.json), then database, attachments and lock. Only what this
// package put into the folder goes, whatever else is there stays. A folder
// without a profile is no error; one that another process uses is ErrLocked.
//
// The bytes may survive on the disk, since file systems and drives do not
// overwrite. They are sealed, and the key that opened them is gone.
func Destroy(dir string, o Options) error {
	o = o.withDefaults()
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := takeLock(dir)
	if err != nil {
		return err
	}
	err = destroy(dir, o)
	l.release()
	if err != nil {
		return explain(fmt.Errorf("remove profile: %w", err))
	}
	return explain(remove(filepath.Join(dir, lockName)))
}

func destroy(dir string, o Options) error {
	if prof, err := readProfileFile(dir); err == nil {
		forget(o.Keyring, prof.Slots)
	}
	path := filepath.Join(dir, profileName)
	if err := wipe(path); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	database := filepath.Join(dir, databaseName)
	for _, p := range []string{path + newSuffix, filepath.Join(dir, triesName), filepath.Join(dir, triesName+newSuffix),
		filepath.Join(dir, languageName), filepath.Join(dir, languageName+newSuffix), database, database + compactSuffix, database + mergeSuffix} {
		if err := remove(p); err != nil {
			return err
		}
	}
	return os.RemoveAll(filepath.Join(dir, attachmentsName))
}

// wipe overwrites a small file before it is removed.
func wipe(path string) error {
	st, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case st.Mode().IsRegular():
		// What cannot be overwritten can still be removed.
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			_, _ = f.Write(make([]byte, min(st.Size(), maxProfileFile)))
			_ = f.Sync()
			_ = f.Close()
		}
	}
	return remove(path)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
