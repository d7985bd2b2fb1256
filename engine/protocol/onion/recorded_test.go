package onion

import (
	"bytes"
	"encoding/hex"
	"testing"
)

// TestRecordedExact rebuilds what official nodes answered, byte for byte.
func TestRecordedExact(t *testing.T) {
	v := load[recorded](t, "onion-recorded.json")
	for _, e := range v.Exact {
		name := ""
		for _, l := range e.Layers {
			name += l.EncType + " "
		}
		t.Run(name, func(t *testing.T) {
			keys := &scriptedKeys{t: t}
			var nonces []byte
			node := map[int]Node{}
			for _, l := range e.Layers {
				keys.secrets = append(keys.secrets, unhex(t, l.Private))
				nonces = append(nonces, unhex(t, l.Nonce)...)
				scheme, ok := ParseScheme(l.EncType)
				if !ok {
					t.Fatalf("scheme %q", l.EncType)
				}
				node[l.Node] = Node{key32(t, v.Nodes[l.Node].Ed25519), key32(t, v.Nodes[l.Node].Public), scheme}
			}
			n := len(e.Hops)
			var path []Node
			for _, h := range e.Hops[:n-1] {
				path = append(path, node[h])
			}
			r, err := Build(path, NodeDestination{Node: node[e.Hops[n-1]]}, []byte(`{"method":"info","params":{}}`),
				Options{Rand: bytes.NewReader(nonces), Keys: keys, order: destinationFirst})
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(r.Body, unhex(t, e.HTTPBody)) {
				t.Errorf("HTTP body differs")
			}
			for i, l := range e.Layers {
				if got := hex.EncodeToString(r.ciphers[i].key[:]); got != l.Key {
					t.Errorf("layer %d: key %s, want %s", i, got, l.Key)
				}
			}
			a, err := r.OpenAnswer([]byte(e.Answer))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(AppendNodeAnswer(nil, a.Status, a.Body, false)); got != e.Plain {
				t.Errorf("answer %s, want %s", got, e.Plain)
			}
			body := r.Body
			for _, h := range e.Hops[:n-1] {
				p, err := Peel(body, nodeKey(t, v.Nodes[h].Private))
				if err != nil {
					t.Fatal(err)
				}
				body = p.(*Forward).Body
			}
			p, err := Peel(body, nodeKey(t, v.Nodes[e.Hops[n-1]].Private))
			if err != nil {
				t.Fatal(err)
			}
			f := p.(*Final)
			sealedNonce := unhexBase64(t, e.Answer)[:f.Reply.cipher.nonceSize()]
			again, err := f.Reply.SealNode(bytes.NewReader(sealedNonce), a.Status, a.Body, true)
			if err != nil || string(again) != e.Answer {
				t.Errorf("reply differs: %s, %v", again, err)
			}
		})
	}
}

func unhexBase64(t *testing.T, s string) []byte {
	t.Helper()
	b, err := decodeBase64([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
