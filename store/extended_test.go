package store

import "os"

// extended switches the long sweeps on.
var extended = os.Getenv("SOTTO_EXTENDED") != ""
