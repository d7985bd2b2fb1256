package snode

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

func testNodes(t testing.TB, n int) []Node {
	t.Helper()
	var nodes []Node
	for i := range n {
		key := publicOf(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i + 1)}, 32)))
		x, err := identity.X25519FromEd25519(key[:])
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, Node{Ed25519: key, X25519: x, Legacy: key, IP: netip.AddrFrom4([4]byte{10, 0, byte(i), 1}),
			Port: uint16(22000 + i), QUICPort: uint16(23000 + i), Swarm: uint64(i) << 60, Version: [3]int{2, 8, i}, UnlockHeight: int64(i)})
	}
	return nodes
}

// TestNodeListRoundTrip: what a seed says arrives as it was.
func TestNodeListRoundTrip(t *testing.T) {
	nodes := testNodes(t, 9)
	list := EncodeNodeList(nodes, 1_900_000, nil)
	if got := canonical(t, list); got != string(list) {
		t.Errorf("not compact and sorted: %s", list)
	}
	for name, body := range map[string][]byte{"node": list, "seed": EncodeSeedAnswer(list, nil)} {
		got, height, err := DecodeNodeList(body)
		if err != nil || height != 1_900_000 || !slices.Equal(got, nodes) {
			t.Errorf("%s: %+v, %d, %v", name, got, height, err)
		}
	}
	// The binary form has no legacy key and no unlock height.
	got, err := DecodeActiveNodes(EncodeActiveNodes(nodes))
	if err != nil || len(got) != len(nodes) {
		t.Fatalf("%d nodes, %v", len(got), err)
	}
	for i, n := range nodes {
		n.Legacy, n.UnlockHeight = [32]byte{}, 0
		if got[i] != n {
			t.Errorf("node %d: %+v, want %+v", i, got[i], n)
		}
	}
}

func TestSeedQuestion(t *testing.T) {
	q, err := ParseNodeQuery(SeedRequest())
	if err != nil || q.Method != "get_n_service_nodes" || q.Limit != 0 || !slices.Contains(q.Fields, "pubkey_x25519") {
		t.Errorf("%+v, %v", q, err)
	}
	// What is asked for is what comes.
	list := string(EncodeNodeList(testNodes(t, 1), 5, q.Fields))
	if strings.Contains(list, "swarm_id") || !strings.Contains(list, `"storage_port":22000`) || !strings.Contains(list, `"height":5`) {
		t.Errorf("list %s", list)
	}
	q, err = ParseNodeQuery([]byte(`{"id":"7","method":"get_service_nodes","params":{"n":3,"fields":["public_ip","x"]}}`))
	if err != nil || q.Limit != 3 || len(q.Fields) != 2 || string(q.ID) != `"7"` {
		t.Errorf("%+v, %v", q, err)
	}
	if got := string(EncodeSeedAnswer([]byte("{}"), q.ID)); got != `{"id":"7","jsonrpc":"2.0","result":{}}` {
		t.Errorf("answer %s", got)
	}
	for _, bad := range []string{"", "[]", `{"params":5}`, `{"params":{"limit":"x"}}`, `{} x`} {
		if _, err := ParseNodeQuery([]byte(bad)); !errors.Is(err, ErrNodeList) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	r := ServiceNodesRequest()
	if _, err := Parse(Encode(r)); err != nil {
		t.Errorf("request through a node: %v", err)
	}
}

// TestNodeListFilter: an entry that cannot be used is dropped, the others stay.
func TestNodeListFilter(t *testing.T) {
	key := strings.Repeat("ab", 32)
	entry := func(ip, port, ed, x string) string {
		return `{"public_ip":` + ip + `,"storage_port":` + port + `,"pubkey_ed25519":` + ed + `,"pubkey_x25519":` + x + `}`
	}
	good := entry(`"1.2.3.4"`, `22021`, `"`+key+`"`, `"`+key+`"`)
	bad := []string{
		entry(`"0.0.0.0"`, `22021`, `"`+key+`"`, `"`+key+`"`),
		entry(`"255.255.255.255"`, `22021`, `"`+key+`"`, `"`+key+`"`),
		entry(`"::1"`, `22021`, `"`+key+`"`, `"`+key+`"`),
		entry(`"example.org"`, `22021`, `"`+key+`"`, `"`+key+`"`),
		entry(`"1.2.3.4"`, `0`, `"`+key+`"`, `"`+key+`"`),
		entry(`"1.2.3.4"`, `70000`, `"`+key+`"`, `"`+key+`"`),
		entry(`"1.2.3.4"`, `"22021"`, `"`+key+`"`, `"`+key+`"`),
		entry(`"1.2.3.4"`, `22021`, `""`, `"`+key+`"`),
		entry(`"1.2.3.4"`, `22021`, `"`+key+`"`, `"`+strings.Repeat("zz", 32)+`"`),
		entry(`"1.2.3.4"`, `22021`, `"`+key+`"`, `null`),
		`{}`, `5`, `"x"`, `null`, `[1,2]`,
	}
	body := `{"result":{"service_node_states":[` + strings.Join(append(bad, good), ",") + `],"status":"OK"}}`
	nodes, _, err := DecodeNodeList([]byte(body))
	if err != nil || len(nodes) != 1 || nodes[0].Port != 22021 || nodes[0].Swarm != NoSwarm {
		t.Errorf("%+v, %v", nodes, err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"service_node_states":{}}`, `{"service_node_states":[}`,
		`{"result":{"result":{"service_node_states":[]}}}`, body + "x"} {
		if _, _, err := DecodeNodeList([]byte(bad)); !errors.Is(err, ErrNodeList) {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
	for _, bad := range []string{"*", "AAAA", strings.Repeat("A", 67)} {
		if _, err := DecodeActiveNodes([]byte(bad)); !errors.Is(err, ErrNodeList) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestAddress(t *testing.T) {
	legacy := [32]byte(unhex(t, "9bd7cdcb8fc745889f50f65da87f76b4c4d7ff08e2040e52d33520a1fe1a04bc"))
	const want = "uxmh51hxa7nat84o63q4o95ssunpx9aehenyhwsugwokd9o4y16y.snode"
	if got := Address(legacy); got != want {
		t.Errorf("address %s", got)
	}
	if got, err := ParseAddress(want); err != nil || got != legacy {
		t.Errorf("%x, %v", got, err)
	}
	for _, bad := range []string{"", ".snode", want[:57], strings.Replace(want, "u", "v", 1), strings.Replace(want, "6y.snode", "6b.snode", 1), want[:52]} {
		if _, err := ParseAddress(bad); !errors.Is(err, ErrAddress) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
