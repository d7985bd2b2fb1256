package clipboard

import (
	"context"
	"os/exec"
)

func read(ctx context.Context) (data []byte, needs string) {
	out, err := exec.CommandContext(ctx, "/usr/bin/osascript", "-e", "the clipboard as «class PNGf»").Output()
	if err != nil { // no picture there
		return nil, ""
	}
	if data = appleData(out); usable(data) {
		return data, ""
	}
	return nil, ""
}
