package config

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"sotto/engine/protocol/bt"
)

type mergeCase struct {
	Case   string
	Inputs []struct{ Name, Plaintext, Hash string }
	Clean  *struct {
		Merged    bool
		Index     int `json:"unmerged_index"`
		Seqno     int64
		Plaintext string
		Hash      string
	} `json:"result_clean"`
	Mutable *struct {
		Seqno     int64
		Plaintext string
	} `json:"result_as_mutable"`
	Errors []struct{ Index int } `json:"parse_errors"`
}

func mergeCases(t *testing.T) (merges, parses []mergeCase) {
	var v struct{ Cases, Parse []mergeCase }
	load(t, "config-merge.json", &v)
	if len(v.Cases) < 20 || len(v.Parse) < 12 {
		t.Fatal("vectors are missing")
	}
	return v.Cases, v.Parse
}

// orders returns all orders of n things, or many where there are too many.
func orders(n int) [][]int {
	var out [][]int
	identity := make([]int, n)
	for i := range identity {
		identity[i] = i
	}
	if n > 5 {
		random := rand.New(rand.NewPCG(1, uint64(n)))
		for range 300 {
			out = append(out, random.Perm(n))
		}
		return append(out, identity)
	}
	var walk func(prefix, rest []int)
	walk = func(prefix, rest []int) {
		if len(rest) == 0 {
			out = append(out, slices.Clone(prefix))
			return
		}
		for i := range rest {
			walk(append(slices.Clone(prefix), rest[i]), slices.Delete(slices.Clone(rest), i, i+1))
		}
	}
	walk(nil, identity)
	return out
}

func TestOfficialMergesInEveryOrder(t *testing.T) {
	merges, parses := mergeCases(t)
	for _, c := range append(merges, parses...) {
		if c.Clean == nil {
			continue
		}
		for _, order := range orders(len(c.Inputs)) {
			var messages []*message
			for _, i := range order {
				m, err := parse(unhex(t, c.Inputs[i].Plaintext), plainLimits, nil, false)
				if err != nil {
					t.Fatalf("%s: %s: %v", c.Case, c.Inputs[i].Name, err)
				}
				if hex.EncodeToString(m.hash[:]) != c.Inputs[i].Hash {
					t.Errorf("%s: %s: hash %x, want %s", c.Case, c.Inputs[i].Name, m.hash, c.Inputs[i].Hash)
				}
				messages = append(messages, m)
			}
			r := resolve(messages, true)
			if (r.merged != nil) != c.Clean.Merged {
				t.Fatalf("%s, order %v: winner %d, want merged %v", c.Case, order, r.winner, c.Clean.Merged)
			}
			result := r.merged
			if result == nil {
				result = messages[r.winner]
				// Of duplicates any may win.
				won, want := c.Inputs[order[r.winner]].Hash, c.Inputs[c.Clean.Index].Hash
				if won != want {
					t.Errorf("%s, order %v: %s wins, want %s", c.Case, order, won, want)
				}
			}
			result.serialize(nil)
			if text := string(unhex(t, c.Clean.Plaintext)); result.text != text || result.seqno != c.Clean.Seqno {
				t.Errorf("%s, order %v: seqno %d\n%q, want %d\n%q", c.Case, order, result.seqno, result.text, c.Clean.Seqno, text)
			}
			if c.Clean.Merged && hex.EncodeToString(result.hash[:]) != c.Clean.Hash {
				t.Errorf("%s: hash %x, want %s", c.Case, result.hash, c.Clean.Hash)
			}
			if r.merged == nil {
				result = result.increment()
				result.diff = diffOf(result.data, result.data)
				result.serialize(nil)
			}
			if text := string(unhex(t, c.Mutable.Plaintext)); result.text != text || result.seqno != c.Mutable.Seqno {
				t.Errorf("%s, order %v, to be edited: seqno %d\n%q, want %d\n%q", c.Case, order, result.seqno, result.text, c.Mutable.Seqno, text)
			}
		}
	}
}

func TestOfficialParseErrors(t *testing.T) {
	_, parses := mergeCases(t)
	causes := map[string]error{
		"bad: unsorted keys":            bt.ErrOrder,
		"bad: first key not #":          errKeys,
		"bad: empty sub-dict":           errEmpty,
		"bad: lagged seqno >= own":      ErrSeqno,
		"bad: set with dupes":           errSet,
		"bad: string before int in set": errSet,
		"rejected: missing < and =":     errKeys,
		"bad: key after ~":              errKeys,
	}
	refused := 0
	for _, c := range parses {
		if c.Clean != nil {
			continue
		}
		refused++
		_, err := parse(unhex(t, c.Inputs[0].Plaintext), plainLimits, nil, false)
		if want := causes[c.Case]; want == nil || !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", c.Case, err, want)
		}
	}
	if refused != len(causes) {
		t.Errorf("%d cases, want %d", refused, len(causes))
	}
}
