package snode

import (
	"crypto/ed25519"
	"net/netip"
	"testing"
)

// TestNodeSignsAsRecorded: the node half makes the recorded signatures.
func TestNodeSignsAsRecorded(t *testing.T) {
	rec := load1[recording](t, "storage-rpc-recorded.json")
	secret := map[[32]byte]ed25519.PrivateKey{}
	for _, n := range rec.Nodes {
		key := ed25519.PrivateKey(unhex(t, n.Secret))
		secret[publicOf(key)] = key
	}
	made := 0
	for _, c := range rec.Cases {
		request, answer, status, ok := c.rpc(t)
		if !ok || status != 200 || len(answer) == 0 || answer[0] != '{' {
			continue
		}
		req, err := Parse(request)
		if err != nil {
			t.Fatal(c.ID, err)
		}
		switch req.(type) {
		case *StoreRequest:
			a, err := DecodeStore(answer)
			made += signAgain(t, c.ID, secret, req, a, err)
		case *DeleteRequest, *DeleteAllRequest, *DeleteBeforeRequest:
			a, err := DecodeDelete(answer)
			made += signAgain(t, c.ID, secret, req, a, err)
		case *ExpireRequest, *ExpireAllRequest:
			a, err := DecodeExpire(answer)
			made += signAgain(t, c.ID, secret, req, a, err)
		case *RevokeRequest:
			a, err := DecodeSubaccount(answer)
			made += signAgain(t, c.ID, secret, req, a, err)
		}
	}
	if made < 100 {
		t.Errorf("only %d signatures made", made)
	}
}

func signAgain[R any, P interface {
	*R
	Result
}](t *testing.T, id string, secret map[[32]byte]ed25519.PrivateKey, req Request, a *RecursiveAnswer[R], err error) int {
	t.Helper()
	if err != nil {
		t.Fatal(id, err)
	}
	for i := range a.Members {
		m := &a.Members[i]
		want := *P(&m.Result).signature()
		if err := SignResult(req, P(&m.Result), secret[m.Node]); err != nil {
			t.Fatal(id, err)
		}
		if got := *P(&m.Result).signature(); got != want {
			t.Errorf("%s: member %x signs differently", id, m.Node[:4])
		}
	}
	return len(a.Members)
}

// TestRecordedSwarm: the answer of get_swarm has the nodes of the recording.
func TestRecordedSwarm(t *testing.T) {
	rec := load1[recording](t, "storage-rpc-recorded.json")
	for _, c := range rec.Cases {
		if c.ID != "get_swarm" {
			continue
		}
		a, err := DecodeSwarm(c.Response)
		if err != nil {
			t.Fatal(err)
		}
		if a.Swarm != 0x4000000000000000 || len(a.Snodes) != 4 || a.HF != (HardFork{19, 4}) {
			t.Fatalf("%+v", a)
		}
		for _, want := range rec.Nodes {
			if want.Swarm != a.Swarm {
				continue
			}
			n := Node{Ed25519: [32]byte(unhex(t, want.Ed25519)), X25519: [32]byte(unhex(t, want.X25519)),
				Legacy: [32]byte(unhex(t, want.Legacy)), IP: netip.MustParseAddr(want.IP), Port: want.HTTPS,
				QUICPort: want.OMQ, Swarm: want.Swarm}
			found := false
			for _, got := range a.Snodes {
				found = found || got == n
			}
			if !found {
				t.Errorf("node %d is missing", want.I)
			}
			back, err := ParseAddress(Address(n.Legacy))
			if err != nil || back != n.Legacy {
				t.Errorf("address of node %d: %v", want.I, err)
			}
		}
	}
}
