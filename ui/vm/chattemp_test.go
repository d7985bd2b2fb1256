package vm

import "os"

// tempDir is a folder that outlives single tests.
func tempDir() (string, error) { return os.MkdirTemp("", "sotto-vm-") }
