package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"sotto/cmd/internal/instance"
	"sotto/engine/localnet"
	"sotto/internal/drive"
)

// Stage is a virtual display in front of a local network.
type Stage struct {
	Display *drive.Display
	Network *localnet.Network

	program string // the sotto binary
	dir     string // profiles and network, thrown away
	stop    context.CancelFunc
}

// Open starts the network and a display of the given size. program is the
// built desktop program.
func Open(ctx context.Context, program string, width, height int) (*Stage, error) {
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("the desktop program is not built: %w", err)
	}
	dir, err := os.MkdirTemp("", "sotto-stage-")
	if err != nil {
		return nil, err
	}
	netCtx, stop := context.WithCancel(context.Background())
	s := &Stage{program: program, dir: dir, stop: stop}
	s.Network, err = localnet.Start(netCtx, localnet.Options{Dir: filepath.Join(dir, "network")})
	if err == nil {
		s.Display, err = drive.Start(ctx, width, height)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends the windows, the display and the network, and removes what they
// left.
func (s *Stage) Close() error {
	var err error
	if s.Display != nil {
		s.Display.Close()
	}
	if s.Network != nil {
		err = s.Network.Close()
	}
	s.stop()
	return errors.Join(err, os.RemoveAll(s.dir))
}

// Person is somebody in front of a window.
type Person struct {
	*drive.Window
	Name    string
	Profile string // folder
	stage   *Stage
}

// Enter opens a window for a person without an account yet.
func (s *Stage) Enter(ctx context.Context, name string) (*Person, error) {
	return s.Return(ctx, name, filepath.Join(s.dir, name))
}

// Return opens a window on a profile that exists.
func (s *Stage) Return(ctx context.Context, name, profile string) (*Person, error) {
	return s.open(ctx, name, profile, "--profile")
}

// EnterSeveral opens a window for the accounts of a person who has none yet.
// Profile of the person is the folder of all of them: methods that are not about
// the window are asked for with AskAt.
func (s *Stage) EnterSeveral(ctx context.Context, name string) (*Person, error) {
	return s.ReturnSeveral(ctx, name, filepath.Join(s.dir, name))
}

// ReturnSeveral opens a window on all accounts of a folder.
func (s *Stage) ReturnSeveral(ctx context.Context, name, folder string) (*Person, error) {
	return s.open(ctx, name, folder, "--data")
}

func (s *Stage) open(ctx context.Context, name, folder, option string) (*Person, error) {
	p := &Person{Name: name, Profile: folder, stage: s}
	cmd := s.Start(option, folder)
	var err error
	p.Window, err = s.Display.Open(ctx, cmd, p.Ask)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Start is the program on this stage, not yet started.
func (s *Stage) Start(options ...string) *exec.Cmd {
	cmd := s.Display.Command(context.Background(), s.program, append(options, "--network", s.Network.Path(), "--inspect")...)
	cmd.Stderr = os.Stderr
	return cmd
}

// AskAt is Ask for one of several accounts, by the name of its folder.
func (p *Person) AskAt(ctx context.Context, account, method string, params any) (json.RawMessage, error) {
	return instance.Call(ctx, filepath.Join(p.Profile, account), method, params)
}

// Ask calls a method of the program behind the person's window.
func (p *Person) Ask(ctx context.Context, method string, params any) (json.RawMessage, error) {
	return instance.Call(ctx, p.Profile, method, params)
}

// SessionID is the id of the person's account.
func (p *Person) SessionID(ctx context.Context) (string, error) {
	raw, err := p.Ask(ctx, "account.show", nil)
	if err != nil {
		return "", err
	}
	var a struct {
		SessionID string `json:"session_id"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return "", err
	}
	return a.SessionID, nil
}
