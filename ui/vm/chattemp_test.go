package vm

import (
	"fmt"
	"os"
	"testing"
)

// folder is the profile of the engine that all tests take subscriptions from.
var folder string

func tempDir() (string, error) {
	var err error
	folder, err = os.MkdirTemp("", "sotto-vm-")
	return folder, err
}

func TestMain(m *testing.M) {
	code := m.Run()
	if folder != "" {
		e, err := quiet()
		if err == nil {
			err = e.Close()
		}
		if err == nil {
			err = os.RemoveAll(folder)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
