package network_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sotto/cmd/internal/network"
	"sotto/engine/transport"
)

const file = `{
  "name": "house",
  "seeds": [{"url": "http://127.0.0.1:4001", "pins": []}],
  "file_server": {"url": "http://127.0.0.1:4002", "x25519": "KEY"},
  "allow_loopback": true, "distinct_subnets": false, "min_pool": 6
}`

func write(t *testing.T, text, key string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "net.json")
	if err := os.WriteFile(path, []byte(strings.Replace(text, "KEY", strings.Repeat(key, 32), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func name(t *testing.T, c *network.Choice) string {
	t.Helper()
	n, closeNet, err := c.Describe(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := closeNet(); err != nil {
		t.Fatal(err)
	}
	return n.Name
}

func TestWords(t *testing.T) {
	house := write(t, file, "a1")
	for _, c := range []struct {
		word, remembered, want string
		err                    error
	}{
		{"", "", "mainnet", nil},
		{"testnet", "", "testnet", nil},
		{house, "", "house", nil},
		{"nowhere", "", "", network.ErrUnknown},
		{write(t, "{", ""), "", "", transport.ErrNetworkFile},
		{"", "mainnet", "mainnet", nil},
		{"mainnet", "mainnet", "mainnet", nil},
		{"testnet", "mainnet", "", network.ErrOther},
		{"local", "mainnet", "", network.ErrOther},
		{house, "mainnet", "", network.ErrOther},
		{"", "house", "", network.ErrForgotten},
		{"mainnet", "house", "", network.ErrForgotten},
		{house, "house", "house", nil},
	} {
		t.Run(c.word+" "+c.remembered, func(t *testing.T) {
			choice, err := network.Choose(c.word, t.TempDir(), c.remembered)
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err == nil && name(t, choice) != c.want {
				t.Fatalf("network %s", name(t, choice))
			}
		})
	}
}

func TestNetworkFileIsRemembered(t *testing.T) {
	profile := filepath.Join(t.TempDir(), "profile")
	house := write(t, file, "a1")
	choice, err := network.Choose(house, profile, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := choice.Remember(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(house); err != nil {
		t.Fatal(err)
	}
	again, err := network.Choose("", profile, "house")
	if err != nil || name(t, again) != "house" {
		t.Fatalf("remembered: %v", err)
	}
	moved := write(t, strings.Replace(file, "4001", "5001", 1), "a1")
	if choice, err = network.Choose(moved, profile, "house"); err != nil {
		t.Fatalf("the same network at another address: %v", err)
	}
	if err := choice.Remember(); err != nil {
		t.Fatal(err)
	}
	if again, err = network.Choose("", profile, "house"); err != nil {
		t.Fatal(err)
	}
	n, _, err := again.Open(t.Context(), nil, nil)
	if err != nil || n.Seeds[0].URL != "http://127.0.0.1:5001" {
		t.Fatalf("the new address is not kept: %v, %v", n.Seeds, err)
	}
	if _, err := network.Choose(write(t, file, "b2"), profile, "house"); !errors.Is(err, network.ErrOther) {
		t.Fatalf("another network of the same name: %v", err)
	}
}

// TestLocalIsShared is about three neighbours: the network goes on when the one
// who runs it goes away, with the same nodes.
func TestLocalIsShared(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	home := t.TempDir()
	back := make(chan struct{}, 3)
	open := func(who string) (transport.Network, func() error) {
		t.Helper()
		choice, err := network.Choose(network.Local, filepath.Join(home, who), "")
		if err != nil {
			t.Fatal(err)
		}
		n, closeNet, err := choice.Open(ctx, nil, func() { back <- struct{}{} })
		if err != nil {
			t.Fatal(err)
		}
		return n, closeNet
	}
	first, closeFirst := open("alice")
	second, closeSecond := open("bob")
	if first.FileServer != second.FileServer || first.Seeds[0].URL != second.Seeds[0].URL {
		t.Fatalf("two networks: %+v, %+v", first, second)
	}
	if err := closeFirst(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-back: // by the hand of the second one
	case <-ctx.Done():
		t.Fatal("nobody took the network over")
	}
	u, err := url.Parse(second.Seeds[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatalf("the network is not where it was: %v", err)
	}
	conn.Close()
	third, closeThird := open("carol")
	if third.FileServer != first.FileServer {
		t.Fatal("the network changed its keys")
	}
	if err := closeThird(); err != nil {
		t.Fatal(err)
	}
	if err := closeSecond(); err != nil {
		t.Fatal(err)
	}
	// A description needs no running network, and the folder tells which it is.
	choice, err := network.Choose("", filepath.Join(home, "alice"), "local")
	if err != nil || name(t, choice) != "local" {
		t.Fatalf("remembered: %v", err)
	}
	same, err := network.Choose(filepath.Join(home, "sotto-localnet", "network.json"), filepath.Join(home, "alice"), "local")
	if err != nil || name(t, same) != "local" {
		t.Fatalf("the same by its file: %v", err)
	}
}
