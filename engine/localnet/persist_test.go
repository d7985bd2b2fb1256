package localnet

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sotto/engine/protocol/onion"
	"sotto/engine/protocol/snode"
)

// childDir makes the test program run a network in this folder instead of the
// tests: the process that TestKilledNetworkKeepsEverything kills.
const childDir = "SOTTO_LOCALNET_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		n, err := Start(context.Background(), Options{Dir: dir, NoEcho: true, NoRateLimit: true})
		if err != nil {
			panic(err)
		}
		line, err := json.Marshal(n.Ready())
		if err != nil {
			panic(err)
		}
		os.Stdout.Write(append(line, '\n'))
		select {} // until killed
	}
	goleak.VerifyTestMain(m)
}

func TestNetworkContinuesOnTheSamePorts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := browser(t)
	alice := person(t, "alice")
	n := startNet(t, Options{Dir: dir, NoEcho: true})
	members, _ := n.members(alice.ID())
	mustStore(t, rpc(t, n, c, members[0], storeOf(alice.ID(), n.Now(), "kept")))
	if _, err := n.Join(1); err != nil {
		t.Fatal(err)
	}
	_, others := n.members(alice.ID())
	if err := n.Leave(others[0]); err != nil {
		t.Fatal(err)
	}
	if err := n.RegisterONS("alice", alice.ID()); err != nil {
		t.Fatal(err)
	}
	file := []byte("a file")
	up := toServer(t, n, c, members, onion.V4Request{Method: "POST", Endpoint: "/file",
		Headers: []onion.Header{{Name: "Content-Type", Value: "application/octet-stream"}}, Body: file})
	var uploaded struct{ ID string }
	if err := json.Unmarshal(up.Body, &uploaded); err != nil {
		t.Fatal(err)
	}
	if err := n.AdvanceClock(time.Hour); err != nil {
		t.Fatal(err)
	}
	before, now := n.Ready(), n.Now()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}

	// Other options for a network that exists change nothing about it.
	n = startNet(t, Options{Dir: dir, Nodes: 3, Seed: 99, NoEcho: true})
	after := n.Ready()
	if a, b := encodeJSON(t, before), encodeJSON(t, after); a != b {
		t.Errorf("another network\n got %s\nwant %s", b, a)
	}
	if d := n.Now() - now; d < 0 || d > 60_000 {
		t.Errorf("the clock moved by %d ms", d)
	}
	if got := texts(t, rpc(t, n, c, members[1], retrieveOf(t, alice, n.Now(), 0))); !slices.Equal(got, []string{"kept"}) {
		t.Errorf("messages %q", got)
	}
	if _, found := n.lookUp(fromHex(t, nameHash(t, "alice"))); !found {
		t.Error("the name is gone")
	}
	down := toServer(t, n, c, members, onion.V4Request{Method: "GET", Endpoint: "/file/" + uploaded.ID})
	if down.Status != 200 || string(down.Body) != string(file) {
		t.Errorf("file: %d %q", down.Status, down.Body)
	}
	if _, err := os.Stat(filepath.Join(dir, "nodes", databaseName(others[0]))); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("database of a node that left: %v", err)
	}
}

func TestKilledNetworkKeepsEverything(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var info Info
	if err := json.Unmarshal(line, &info); err != nil {
		t.Fatal(err)
	}
	c := browser(t)
	alice := person(t, "alice")
	var stored []string
	for i := 0; len(stored) < 100; i++ {
		node := info.Nodes[i%len(info.Nodes)]
		req := storeOf(alice.ID(), time.Now().UnixMilli(), itoa(i))
		g, err := tryAsk(c, "POST", "https://127.0.0.1:"+itoa(int(node.Port))+"/storage_rpc/v1", nil, snode.Encode(req))
		if err != nil {
			t.Fatal(err)
		}
		if g.status == 200 {
			stored = append(stored, itoa(i))
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	n := startNet(t, Options{Dir: dir, NoEcho: true})
	members, _ := n.members(alice.ID())
	for _, i := range members {
		if got := texts(t, rpc(t, n, c, i, retrieveOf(t, alice, n.Now(), 0))); !slices.Equal(got, stored) {
			t.Errorf("node %d has %d of %d messages", i, len(got), len(stored))
		}
	}
}

func TestFolderIsUsedOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	startNet(t, Options{Dir: dir, NoEcho: true})
	if _, err := Start(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("second start: %v", err)
	}
}

func TestTakenPortIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := startNet(t, Options{Dir: dir, NoEcho: true})
	port := n.nodeAt(3).port
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	squatter, err := listen("127.0.0.1", &port)
	if err != nil {
		t.Fatal(err)
	}
	defer squatter.Close()
	if _, err := Start(t.Context(), Options{Dir: dir, NoEcho: true}); !errors.Is(err, ErrPort) || !strings.Contains(err.Error(), "node 3") {
		t.Errorf("taken port: %v", err)
	}
}

// Every port that somebody has taken meanwhile is exchanged for one that is free,
// the others stay, and the next start finds them all.
func TestTakenPortsAreMoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	n := startNet(t, Options{Dir: dir, NoEcho: true})
	ports := func() []uint16 {
		list := []uint16{n.state.SeedPort, n.state.HTTPPort, n.state.FilePort, n.state.CommunityPort, n.state.CtlPort}
		for _, st := range n.state.Nodes {
			list = append(list, st.Port)
		}
		return list
	}
	before := ports()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	taken := []uint16{before[0], before[4], before[5+3]}
	for _, port := range taken {
		squatter, err := listen("127.0.0.1", &port)
		if err != nil {
			t.Fatal(err)
		}
		defer squatter.Close()
	}
	n = startNet(t, Options{Dir: dir, NoEcho: true, Move: true})
	after := ports()
	for i := range after {
		if moved := after[i] != before[i]; moved != slices.Contains(taken, before[i]) {
			t.Errorf("port %d: %d became %d", i, before[i], after[i])
		}
	}
	if !strings.Contains(string(n.File()), fmt.Sprint(":", after[0])) {
		t.Errorf("the file does not tell the seed's port %d: %s", after[0], n.File())
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = startNet(t, Options{Dir: dir, NoEcho: true})
	if again := ports(); !slices.Equal(again, after) {
		t.Errorf("the next start has %v, not %v", again, after)
	}
}

func TestBadOptions(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]Options{
		"no folder":         {},
		"no nodes":          {Dir: t.TempDir(), Nodes: -1},
		"too many nodes":    {Dir: t.TempDir(), Nodes: MaxNodes + 1},
		"swarms of none":    {Dir: t.TempDir(), SwarmSize: -1},
		"a public address":  {Dir: t.TempDir(), Listen: "0.0.0.0"},
		"an IPv6 address":   {Dir: t.TempDir(), Listen: "::1"},
		"a name":            {Dir: t.TempDir(), Listen: "localhost"},
		"more keys than it": {Dir: t.TempDir(), Nodes: 1, Keys: make([]NodeKeys, 2)},
	} {
		if n, err := Start(t.Context(), o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
			if n != nil {
				n.Close()
			}
		}
	}
}

func TestUnreadableState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "network.db"), []byte("no database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: dir}); !errors.Is(err, ErrState) {
		t.Errorf("%v", err)
	}
}

func TestContextEndsTheNetwork(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	n, err := Start(ctx, Options{Dir: t.TempDir(), NoEcho: true})
	if err != nil {
		t.Fatal(err)
	}
	url := n.nodeURL(0)
	cancel()
	c := browser(t)
	eventually(t, "the port is closed", func() bool {
		_, err := tryAsk(c, "POST", url+"/storage_rpc/v1", nil, nil)
		return err != nil
	})
	if err := n.Close(); err != nil {
		t.Error(err)
	}
	if _, err := n.Join(1); !errors.Is(err, ErrClosed) {
		t.Errorf("join after the end: %v", err)
	}
	if _, err := n.State(); !errors.Is(err, ErrClosed) {
		t.Errorf("state after the end: %v", err)
	}
	if err := n.SetFaults(Faults{}); !errors.Is(err, ErrClosed) {
		t.Errorf("faults after the end: %v", err)
	}
}
