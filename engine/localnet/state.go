package localnet

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"sotto/engine/protocol/snode"
)

// state is what a network remembers besides messages and files. All keys follow
// from Master, so the file is as secret as they are (mode 0600).
type state struct {
	Version       int         `json:"version"`
	Master        [32]byte    `json:"master"`
	Created       int64       `json:"created"` // network time, ms
	OffsetMS      int64       `json:"offset_ms"`
	SwarmSize     int         `json:"swarm_size"`
	NextNode      int         `json:"next_node"`
	SeedPort      uint16      `json:"seed_port"`
	HTTPPort      uint16      `json:"seed_http_port"`
	FilePort      uint16      `json:"file_server_port"`
	CtlPort       uint16      `json:"control_port"`
	CommunityPort uint16      `json:"community_port"`
	SeedKey       []byte      `json:"seed_tls_key"` // PKCS #8
	Nodes         []nodeState `json:"nodes"`
	Names         []nameState `json:"names,omitempty"`
}

type nodeState struct {
	Index  int       `json:"index"`
	Port   uint16    `json:"port"`
	Swarm  uint64    `json:"swarm"`
	Custom *NodeKeys `json:"custom,omitempty"` // nil: derived from the master secret
}

type nameState struct {
	Hash  string `json:"hash"`
	Value []byte `json:"value"`
	Nonce []byte `json:"nonce"`
}

const stateVersion = 1

var (
	bucketState = []byte("state")
	keyState    = []byte("network")
)

// openState opens the network's database; st is nil when it is new.
func openState(path string) (db *bbolt.DB, st *state, err error) {
	db, err = bbolt.Open(path, 0o600, &bbolt.Options{Timeout: 200 * time.Millisecond})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, nil, ErrInUse
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrState, err)
	}
	err = db.View(func(t *bbolt.Tx) error {
		b := t.Bucket(bucketState)
		if b == nil {
			return nil
		}
		st = new(state)
		if err := json.Unmarshal(b.Get(keyState), st); err != nil {
			return fmt.Errorf("%w: %w", ErrState, err)
		}
		if st.Version != stateVersion {
			return fmt.Errorf("%w: version %d", ErrState, st.Version)
		}
		return nil
	})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return db, st, nil
}

func saveState(db *bbolt.DB, st *state) error {
	doc, err := json.Marshal(st)
	if err != nil {
		return err
	}
	err = db.Update(func(t *bbolt.Tx) error {
		b, err := t.CreateBucketIfNotExists(bucketState)
		if err != nil {
			return err
		}
		return b.Put(keyState, doc)
	})
	if err != nil {
		return fmt.Errorf("save network state: %w", err)
	}
	return nil
}

// newState lays a network out: swarm ids, and which node is in which swarm.
// Ports are found later.
func newState(o Options, now int64) (*state, error) {
	st := &state{Version: stateVersion, Created: now, SwarmSize: o.SwarmSize}
	if o.Seed != 0 {
		st.Master = derive([32]byte{}, fmt.Sprintf("seed %d", o.Seed))
	} else if _, err := rand.Read(st.Master[:]); err != nil {
		return nil, err
	}
	key, err := newTLSKey()
	if err != nil {
		return nil, err
	}
	st.SeedKey = key
	for i := range o.Nodes {
		n := nodeState{Index: i, Swarm: snode.NoSwarm}
		if i < len(o.Keys) {
			k := o.Keys[i]
			n.Custom, n.Swarm = &k, k.Swarm
		}
		st.Nodes = append(st.Nodes, n)
	}
	st.NextNode = o.Nodes
	st.layOut()
	return st, nil
}
