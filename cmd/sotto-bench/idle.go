package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"sotto/engine/localnet"
)

// What the idle account is in, and how long it is watched. Nothing has happened
// for a week in any group or room, so each group is asked about every two
// minutes and all rooms of a server together twice a minute: 25 + 2 requests a
// minute over what an account without groups asks. Two minutes is what official
// clients do for groups as quiet, ten seconds for a server; both are as many as
// they are so that a first message after a quiet week does not come later than
// somebody waits for an answer. A request that finds nothing costs one onion
// request (four key agreements) and no write to the disk, which is why the
// processor hardly notices.
const (
	idleGroups = 50
	idleRooms  = 20
	idleQuiet  = 8 * 24 * time.Hour
	idleSettle = 150 * time.Second // a whole round of the groups, and what the jump of the clock made due
	idleWatch  = 4 * time.Minute   // two rounds
)

// idle watches the engine without a window, of an account in many groups and
// rooms and of one in none.
func (b *bench) idle(ctx context.Context) error {
	dir, err := os.MkdirTemp(b.dir, "idle-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o := localnet.Options{Dir: filepath.Join(dir, "network"), NoEcho: true, NoRateLimit: true}
	for i := range idleRooms {
		o.Rooms = append(o.Rooms, localnet.Room{Token: fmt.Sprint("room", i), Name: fmt.Sprint("Room ", i)})
	}
	net, err := localnet.Start(ctx, o)
	if err != nil {
		return err
	}
	defer net.Close()
	maya, err := b.newServed(ctx, net, filepath.Join(dir, "maya"))
	if err != nil {
		return err
	}
	id, err := maya.id()
	err = errors.Join(err, maya.close())
	if err != nil {
		return err
	}
	alone, err := b.newServed(ctx, net, filepath.Join(dir, "alone"))
	if err != nil {
		return err
	}
	if err := alone.close(); err != nil {
		return err
	}
	sociable, err := b.newServed(ctx, net, filepath.Join(dir, "sociable"))
	if err != nil {
		return err
	}
	community := net.Ready().Community
	for i := range idleRooms {
		if _, err := sociable.ask("community.join", map[string]any{"url": community.URL + "/" + fmt.Sprint("room", i) + "?public_key=" + community.PublicKey}); err != nil {
			return err
		}
	}
	for i := range idleGroups {
		if _, err := sociable.ask("group.create", map[string]any{"name": fmt.Sprint("Group ", i), "member": []string{id}}); err != nil {
			return err
		}
	}
	if _, err := sociable.ask("sync", map[string]any{"timeout": 120}); err != nil {
		return err
	}
	if err := sociable.close(); err != nil {
		return err
	}
	if err := net.AdvanceClock(idleQuiet); err != nil {
		return err
	}
	var reading [2]idleReading
	for i, who := range []*served{alone, sociable} {
		if reading[i], err = b.watchIdle(ctx, net, who.profile); err != nil {
			return err
		}
	}
	theirs, ours := reading[0], reading[1]
	what := fmt.Sprintf("idle in %d groups and %d rooms: ", idleGroups, idleRooms)
	b.table.within(what+"requests", ours.requests, "an account in none", theirs.requests, "/min", 30)
	b.table.within(what+"processor", ours.cpu, "an account in none", theirs.cpu, "% of a core", 0.5)
	return nil
}

type idleReading struct{ requests, cpu float64 }

func (b *bench) watchIdle(ctx context.Context, net *localnet.Network, profile string) (r idleReading, err error) {
	who, err := b.serve(ctx, net, profile)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, who.close()) }()
	pause(ctx, idleSettle)
	count := func() (requests int64, work time.Duration, err error) {
		s, err := net.State()
		if err != nil {
			return 0, 0, err
		}
		work, err = workTime(who.cmd.Process.Pid)
		// Each request of a client enters the network at a guard.
		return s.Hops["guard"], work, err
	}
	before, busy, err := count()
	if err != nil {
		return r, err
	}
	from := time.Now()
	pause(ctx, idleWatch)
	after, busier, err := count()
	if err != nil {
		return r, err
	}
	long := time.Since(from)
	r.requests = float64(after-before) / long.Minutes()
	r.cpu = 100 * (busier - busy).Seconds() / long.Seconds()
	return r, ctx.Err()
}

// served is an engine without a window that is asked over its standard input.
type served struct {
	profile string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	asked   int
}

// newServed makes an account and serves it.
func (b *bench) newServed(ctx context.Context, net *localnet.Network, profile string) (*served, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(b.bin, "sotto-cli"), "--profile", profile, "--network", net.Path(),
		"--insecure-no-passphrase", "account", "create", "--name", filepath.Base(profile)).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("create an account: %w: %s", err, out)
	}
	return b.serve(ctx, net, profile)
}

func (b *bench) serve(ctx context.Context, net *localnet.Network, profile string) (*served, error) {
	s := &served{profile: profile, cmd: exec.CommandContext(ctx, filepath.Join(b.bin, "sotto-cli"), "--profile", profile, "--network", net.Path(), "rpc")}
	s.cmd.Stderr = os.Stderr
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewScanner(out)
	s.out.Buffer(nil, 1<<20)
	return s, s.cmd.Start()
}

func (s *served) ask(method string, params map[string]any) (json.RawMessage, error) {
	s.asked++
	doc, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": s.asked, "method": method, "params": params})
	if err != nil {
		return nil, err
	}
	if _, err := s.in.Write(append(doc, '\n')); err != nil {
		return nil, err
	}
	if !s.out.Scan() {
		return nil, fmt.Errorf("%s: no answer: %w", method, s.out.Err())
	}
	var a struct {
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(s.out.Bytes(), &a); err != nil {
		return nil, err
	}
	if a.Error != nil {
		return nil, fmt.Errorf("%s: %s", method, a.Error)
	}
	return a.Result, nil
}

func (s *served) id() (string, error) {
	raw, err := s.ask("account.show", nil)
	if err != nil {
		return "", err
	}
	var a struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return "", err
	}
	_, err = hex.DecodeString(a.SessionID)
	return a.SessionID, err
}

func (s *served) close() error { return errors.Join(s.in.Close(), s.cmd.Wait()) }
