package localnet

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"sotto/engine/protocol/snode"
)

// Info is the line that says that everything answers (design: sotto-localnet).
type Info struct {
	Ready      bool           `json:"ready"`
	Network    string         `json:"network"` // path of network.json
	Seed       string         `json:"seed"`
	SeedHTTP   string         `json:"seed_http"`
	Control    string         `json:"control"`
	FileServer ServerInfo     `json:"file_server"`
	Community  *CommunityInfo `json:"community"`
	Echo       string         `json:"echo"`
	Nodes      []NodeInfo     `json:"nodes"`
}

// ServerInfo is a web server behind onion requests.
type ServerInfo struct {
	URL    string `json:"url"`
	X25519 string `json:"x25519"`
}

// CommunityInfo is a community server.
type CommunityInfo struct {
	URL       string   `json:"url"`
	PublicKey string   `json:"public_key"`
	Rooms     []string `json:"rooms"`
}

// NodeInfo is one listed node.
type NodeInfo struct {
	Index   int    `json:"index"`
	IP      string `json:"ip"`
	Port    uint16 `json:"port"`
	Ed25519 string `json:"ed25519"`
	X25519  string `json:"x25519"`
	Swarm   string `json:"swarm"` // hex without leading zeros
}

// Ready tells what runs where.
func (n *Network) Ready() Info {
	info := Info{
		Ready:      true,
		Network:    n.Path(),
		Seed:       n.seed.url(),
		SeedHTTP:   n.seedHTTP.url(),
		Control:    n.control.url(),
		FileServer: n.fileServerInfo(),
		Community:  n.communityInfo(),
		Echo:       n.echoID.String(),
		Nodes:      []NodeInfo{},
	}
	for _, m := range n.roster.Load().nodes {
		info.Nodes = append(info.Nodes, m.info())
	}
	return info
}

func (m *member) info() NodeInfo {
	return NodeInfo{
		Index:   m.index,
		IP:      m.IP.String(),
		Port:    m.Port,
		Ed25519: hex.EncodeToString(m.Ed25519[:]),
		X25519:  hex.EncodeToString(m.X25519[:]),
		Swarm:   snode.FormatSwarm(m.Swarm),
	}
}

func (n *Network) fileServerInfo() ServerInfo {
	key := n.fileKey.Public()
	return ServerInfo{URL: n.fileServer.url(), X25519: hex.EncodeToString(key[:])}
}

// smallestPool is the pool below which clients ask the seeds.
const smallestPool = 6

// File is the content of network.json, from which clients know the network.
func (n *Network) File() []byte {
	type seed struct {
		URL  string   `json:"url"`
		Pins []string `json:"pins"`
	}
	type communityEntry struct {
		URL       string `json:"url"`
		PublicKey string `json:"public_key"`
	}
	community := n.communityInfo()
	doc, err := json.MarshalIndent(struct {
		Name            string           `json:"name"`
		Seeds           []seed           `json:"seeds"`
		FileServer      ServerInfo       `json:"file_server"`
		Communities     []communityEntry `json:"communities"`
		Releases        ServerInfo       `json:"releases"`
		AllowLoopback   bool             `json:"allow_loopback"`
		DistinctSubnets bool             `json:"distinct_subnets"`
		MinPool         int              `json:"min_pool"`
	}{
		Name:          "local",
		Seeds:         []seed{{n.seed.url(), []string{n.pin}}},
		FileServer:    n.fileServerInfo(),
		Communities:   []communityEntry{{community.URL, community.PublicKey}},
		Releases:      n.fileServerInfo(),
		AllowLoopback: true,
		MinPool:       min(smallestPool, len(n.roster.Load().nodes)),
	}, "", "  ")
	if err != nil {
		panic("localnet: " + err.Error()) // texts and numbers always encode
	}
	return append(doc, '\n')
}

// Path is where network.json lies.
func (n *Network) Path() string { return filepath.Join(n.opt.Dir, "network.json") }

func (n *Network) writeFile() error {
	tmp := n.Path() + ".new"
	err := os.WriteFile(tmp, n.File(), 0o600)
	if err == nil {
		err = os.Rename(tmp, n.Path())
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write network file: %w", err), os.Remove(tmp))
	}
	return nil
}
