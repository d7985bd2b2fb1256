package securitykey

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

// Report descriptors as keys, keyboards and mice have them.
var descriptors = map[string]struct {
	hex string
	key bool
}{
	"FIDO":         {"06d0f10901a1010920150026ff007508954081020921150026ff00750895409102c0", true},
	"keyboard":     {"05010906a101050719e029e71500250175019508810295017508810195057501", false},
	"mouse":        {"05010902a1010901a100050919012903150025019503750181029501", false},
	"another use":  {"06d0f10902a101c0", false},
	"page in data": {"0501090226d0f10901c0", false},
	"cut":          {"06d0", false},
	"empty":        {"", false},
}

func TestHidrawFindsKeys(t *testing.T) {
	sys := t.TempDir()
	for name, d := range descriptors {
		b, err := hex.DecodeString(d.hex)
		if err != nil {
			t.Fatal(err)
		}
		if isKey(b) != d.key {
			t.Errorf("%s: %v", name, !d.key)
		}
		dir := filepath.Join(sys, name, "device")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "report_descriptor"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := hidraw{sys, "/dev"}.Devices()
	if err != nil || len(found) != 1 || found[0] != hidrawDevice("/dev/FIDO") {
		t.Errorf("%v, %v", found, err)
	}
	if found, err := (hidraw{filepath.Join(sys, "nowhere"), "/dev"}).Devices(); err != nil || len(found) != 0 {
		t.Errorf("no HID at all: %v, %v", found, err)
	}
}
