package onion

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
)

func TestParsePathError(t *testing.T) {
	var key [32]byte
	copy(key[:], bytes.Repeat([]byte{0xab}, 32))
	hexKey := hex.EncodeToString(key[:])
	for _, row := range []struct {
		status   int
		text     string
		toServer bool
		kind     PathErrorKind
		named    bool
	}{
		{502, "Next node not found: " + hexKey, false, NextNodeNotFound, true},
		{502, "Next node is currently unreachable: " + hexKey, false, NextNodeUnreachable, true},
		{503, "Snode not ready: " + hexKey, true, NodeNotReady, true},
		{503, "Snode not ready", false, NodeNotReady, false},
		{503, "Service node is not ready: not in any swarm\n", false, NodeNotReady, false},
		{504, "Request time out", false, PathTimeout, false},
		{500, "Invalid response from snode", true, PathBadResponse, false},
		{502, "Failed to connect to 127.0.0.1 port 22514 after 0 ms: Couldn't connect to server", true, ServerUnreachable, false},
		{400, "Error parsing onion request: Invalid encryption type rot13", false, OwnFrame, false},
		{400, "Invalid ciphertext", false, PathCiphertext, false},
		{406, "", false, OwnClock, false},
		{425, "", true, OwnClock, false},
		{421, "{}", false, WrongSwarm, false},
		{413, "Request body too large", false, TooLarge, false},
		{429, "Too Many Requests\n", false, RateLimited, false},
		{500, "teapot", true, ServerStatus, false},
		{502, "<html>bad gateway", true, ServerUnreachable, false},
		{500, "teapot", false, PathUnknown, false},
		// A malformed key accuses nobody.
		{502, "Next node not found: abc", false, PathUnknown, false},
		{502, "Next node not found: " + strings.Repeat("zz", 32), false, PathUnknown, false},
		{504, "anything", true, PathUnknown, false},
	} {
		e := ParsePathError(row.status, []byte(row.text), row.toServer)
		if e.Kind != row.kind || e.Named != row.named || e.Status != row.status || (e.Named && e.Node != key) {
			t.Errorf("%d %q: %v, named %v", row.status, row.text, e, e.Named)
		}
		if e.Error() == "" {
			t.Error("no text")
		}
	}
	// Every text of the recording is recognized.
	v := load[recorded](t, "onion-recorded.json")
	for _, c := range v.Cases {
		if c.Status == 200 {
			continue
		}
		var text string
		if err := json.Unmarshal(c.Response, &text); err != nil {
			t.Fatal(c.ID, err)
		}
		if e := ParsePathError(c.Status, []byte(text), strings.HasPrefix(c.ID, "onion_relay")); e.Kind == PathUnknown {
			t.Errorf("%s: %q not recognized", c.ID, text)
		}
	}
	for _, c := range v.Failures {
		var text string
		if json.Unmarshal(c.Response, &text) != nil {
			continue
		}
		if e := ParsePathError(c.Status, []byte(text), false); e.Kind == PathUnknown {
			t.Errorf("%s: %q not recognized", c.ID, text)
		}
	}
}
