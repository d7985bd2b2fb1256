package main

import (
	"io"
	"testing"
)

// TestALinkIsNotFollowedInHiding starts with a link, hidden or not.
func TestALinkIsNotFollowedInHiding(t *testing.T) {
	for _, c := range []struct {
		args   []string
		hidden bool
	}{
		{[]string{"--data", "x"}, false},
		{[]string{"--data", "x", "--hidden"}, true},
		{[]string{"--data", "x", "--hidden", "sotto:05"}, false},
	} {
		if o, err := parse(c.args, io.Discard); err != nil || o.hidden != c.hidden {
			t.Errorf("%q: hidden %v, %v", c.args, o.hidden, err)
		}
	}
}
