package theme

import (
	"os"
	"runtime"
)

const variantVariable = "FYNE_THEME"

// AssumeLight has the toolkit begin in the light theme where it asks the
// desktop in the background: it would begin in the dark one, flash on a light
// desktop, and stay dark where no desktop answers. What the desktop says counts
// as soon as it says it. Call it before the toolkit's application is made, and
// done right after.
func AssumeLight() (done func()) {
	switch _, set := os.LookupEnv(variantVariable); {
	case set, runtime.GOOS == "windows", runtime.GOOS == "darwin":
		return func() {}
	}
	// Setenv and Unsetenv fail only for malformed names.
	_ = os.Setenv(variantVariable, "light")
	return func() { _ = os.Unsetenv(variantVariable) }
}
