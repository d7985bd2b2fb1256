package localnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"go.etcd.io/bbolt"

	"sotto/engine/localnet/communityserver"
	"sotto/engine/localnet/echo"
	"sotto/engine/localnet/fileserver"
	"sotto/engine/protocol/identity"
	"sotto/engine/protocol/onion"
)

// Network is a running network. All methods are safe for several goroutines.
type Network struct {
	opt     Options
	db      *bbolt.DB
	time    netTime
	created int64
	ip      netip.Addr
	roster  atomic.Pointer[roster]
	names   atomic.Pointer[map[string]nameState] // by base64 hash
	peers   *peerNet
	exit    *http.Client

	mu     sync.Mutex // guards state and nodes; changes of the list hold it throughout
	state  *state
	nodes  []*node // all that run, also those that left
	closed bool

	seed, seedHTTP *endpoint
	pin            string
	seedRequests   tally

	fileServer   *endpoint
	fileKey      *onion.NodeKey
	files        *fileserver.Server
	fileRequests tally

	communityHTTP     *endpoint
	communityKey      *onion.NodeKey
	community         *communityserver.Server
	communityRequests tally

	control *endpoint
	echo    *echo.Echo
	echoID  identity.ID

	ctx        context.Context
	cancel     context.CancelFunc
	background sync.WaitGroup
	detach     func() bool
	closeOnce  sync.Once
	closeErr   error
}

// Start runs the network of o.Dir until Close, or until ctx ends. When it
// returns, everything answers.
func Start(ctx context.Context, o Options) (*Network, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, "nodes"), 0o700); err != nil {
		return nil, fmt.Errorf("localnet: %w", err)
	}
	db, st, err := openState(filepath.Join(o.Dir, "network.db"))
	if err != nil {
		return nil, err
	}
	n := &Network{opt: o, db: db, ip: netip.MustParseAddr(o.Listen), exit: newExitClient()}
	n.time.base = o.Clock
	n.ctx, n.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if st == nil {
		if st, err = newState(o, n.time.now()); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	n.state, n.created = st, st.Created
	n.time.offset.Store(st.OffsetMS)
	n.peers = newPeerNet(st.peerSecret())
	if err := n.start(); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	n.mu.Lock()
	n.detach = context.AfterFunc(ctx, func() { _ = n.Close() })
	n.mu.Unlock()
	return n, nil
}

func (n *Network) start() error {
	n.roster.Store(newRoster(nil)) // nothing is listed while starting
	n.publishNames()
	if err := n.dropStrangers(); err != nil {
		return err
	}
	for i := range n.state.Nodes {
		if err := n.startNode(&n.state.Nodes[i]); err != nil {
			return err
		}
	}
	if err := n.startServers(); err != nil {
		return err
	}
	n.publish()
	if err := saveState(n.db, n.state); err != nil {
		return err
	}
	if err := n.writeFile(); err != nil {
		return err
	}
	n.background.Go(n.sweepLoop)
	return n.startEcho()
}

// dropStrangers deletes the databases of nodes that have left.
func (n *Network) dropStrangers() error {
	dir := filepath.Join(n.opt.Dir, "nodes")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("localnet: %w", err)
	}
	for _, e := range entries {
		ours := slices.ContainsFunc(n.state.Nodes, func(st nodeState) bool { return databaseName(st.Index) == e.Name() })
		if ours {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("localnet: %w", err)
		}
	}
	return nil
}

// startNode opens a node's database and port.
func (n *Network) startNode(st *nodeState) error {
	node, err := n.newNode(n.ctx, st)
	if err != nil {
		return err
	}
	n.nodes = append(n.nodes, node)
	l, err := n.listen(&node.port)
	if err != nil {
		return fmt.Errorf("node %d: %w", st.Index, err)
	}
	st.Port = node.port
	return node.start(l)
}

// startServers starts what is not a node.
func (n *Network) startServers() error {
	cert, pin, err := certificate(n.state.SeedKey, n.opt.Listen)
	if err != nil {
		return err
	}
	n.pin = pin
	if n.fileKey, err = n.state.fileServerKey(); err != nil {
		return err
	}
	n.files, err = fileserver.New(filepath.Join(n.opt.Dir, "files"), n.db, n.time.now)
	if err != nil {
		return err
	}
	if err := n.openCommunity(); err != nil {
		return err
	}
	seedGate := newGate(n.opt.Timings.Slow, 1, uint64(n.created))
	fileGate := newGate(n.opt.Timings.Slow, 2, uint64(n.created))
	n.seed = n.newEndpoint(n.state.SeedPort, seedGate, n.answerSeed)
	n.seed.tls = serverTLS(cert)
	n.seedHTTP = n.newEndpoint(n.state.HTTPPort, seedGate, n.answerSeed)
	n.fileServer = n.newEndpoint(n.state.FilePort, fileGate, n.answerFiles)
	communityGate := newGate(n.opt.Timings.Slow, 4, uint64(n.created))
	n.communityHTTP = n.newEndpoint(n.state.CommunityPort, communityGate, n.answerCommunity)
	n.control = n.newEndpoint(n.state.CtlPort, newGate(0, 3, 3), n.answerControl)
	for _, e := range []struct {
		name string
		*endpoint
		port *uint16
	}{
		{"seed", n.seed, &n.state.SeedPort},
		{"seed (http)", n.seedHTTP, &n.state.HTTPPort},
		{"file server", n.fileServer, &n.state.FilePort},
		{"community", n.communityHTTP, &n.state.CommunityPort},
		{"control", n.control, &n.state.CtlPort},
	} {
		l, err := n.listen(&e.endpoint.port)
		if err == nil {
			err = e.start(l)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		*e.port = e.endpoint.port
	}
	return nil
}

// listen opens a port that the network has, or with Options.Move another one.
func (n *Network) listen(port *uint16) (net.Listener, error) {
	had := *port
	l, err := listen(n.opt.Listen, port)
	if err == nil || had == 0 || !n.opt.Move {
		return l, err
	}
	*port = 0
	if l, err = listen(n.opt.Listen, port); err == nil {
		n.opt.Logger.Warn("a port of the local network is taken, it uses another", "taken", had, "port", *port)
	}
	return l, err
}

func (n *Network) newEndpoint(port uint16, g *gate, answer func(*http.Request) reply) *endpoint {
	return &endpoint{ip: n.opt.Listen, port: port, gate: g, answer: answer, parent: n.ctx}
}

// publish makes the list of state the one that everybody sees, and lets nodes
// act on the change.
func (n *Network) publish() {
	var list []*member
	for i := range n.state.Nodes {
		st := &n.state.Nodes[i]
		node := n.nodeAt(st.Index)
		list = append(list, newMember(n.ip, st.Index, st.Port, st.Swarm, &node.keys))
	}
	slices.SortFunc(list, func(a, b *member) int { return cmp.Compare(a.index, b.index) })
	after := newRoster(list)
	before := n.roster.Swap(after)
	for _, node := range n.nodes {
		node.follow(n.ctx, before, after)
	}
}

func (n *Network) nodeAt(index int) *node {
	for _, node := range n.nodes {
		if node.index == index {
			return node
		}
	}
	return nil
}

// startEcho lets Echo in, under the name "echo".
func (n *Network) startEcho() error {
	account, err := n.state.echoAccount()
	if err != nil {
		return err
	}
	n.echoID = account.ID()
	if n.opt.NoEcho {
		return nil
	}
	if err := n.RegisterONS("echo", n.echoID); err != nil {
		return err
	}
	n.echo, err = echo.New(echo.Config{
		Account: account,
		SeedURL: n.seedHTTP.url(),
		Files:   echo.Server{URL: n.fileServer.url(), X25519: n.fileKey.Public()},
		Poll:    n.opt.Timings.Echo,
		DB:      n.db,
		Logger:  n.opt.Logger,
	})
	if err != nil {
		return err
	}
	n.background.Go(func() { n.echo.Run(n.ctx) })
	return nil
}

// sweepLoop deletes what has ended, every Timings.Sweep of network time.
func (n *Network) sweepLoop() {
	for {
		t := n.opt.Clock.NewTimer(n.opt.Timings.Sweep)
		select {
		case <-n.ctx.Done():
			t.Stop()
			return
		case <-t.C():
			n.sweep()
		}
	}
}

func (n *Network) sweep() {
	n.mu.Lock()
	nodes := slices.Clone(n.nodes)
	n.mu.Unlock()
	for _, node := range nodes {
		if _, err := node.db.Load().Sweep(node.now()); err != nil {
			n.opt.Logger.Warn("localnet: sweep failed", "node", node.index, "error", err)
		}
	}
	if _, err := n.files.Sweep(); err != nil {
		n.opt.Logger.Warn("localnet: sweep of files failed", "error", err)
	}
	if err := n.community.Sweep(); err != nil {
		n.opt.Logger.Warn("localnet: sweep of the community failed", "error", err)
	}
}

// Close stops everything and waits for it. What was stored stays in the folder.
func (n *Network) Close() error {
	n.closeOnce.Do(func() {
		n.mu.Lock()
		n.closed = true
		nodes, detach := slices.Clone(n.nodes), n.detach
		n.mu.Unlock()
		n.cancel()
		if detach != nil {
			detach()
		}
		for _, node := range nodes {
			node.stop()
		}
		for _, e := range []*endpoint{n.seed, n.seedHTTP, n.fileServer, n.communityHTTP, n.control} {
			if e != nil {
				e.stop()
			}
		}
		n.background.Wait()
		n.peers.close()
		n.exit.CloseIdleConnections()
		for _, node := range nodes {
			if db := node.db.Load(); db != nil {
				n.closeErr = errors.Join(n.closeErr, db.Close())
			}
		}
		if n.community != nil {
			n.closeErr = errors.Join(n.closeErr, n.community.Close())
		}
		n.closeErr = errors.Join(n.closeErr, n.db.Close())
	})
	return n.closeErr
}

// Echo is the account that answers.
func (n *Network) Echo() identity.ID { return n.echoID }
