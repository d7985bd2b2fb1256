package localnet

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestStartAndClose(t *testing.T) {
	n, err := Start(t.Context(), Options{Dir: t.TempDir(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := len(n.Ready().Nodes); got != 9 {
		t.Errorf("%d nodes are listed, want 9", got)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}
