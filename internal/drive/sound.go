package drive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Sound is a PulseAudio of one's own on a computer without hardware. Its sinks
// play to nobody, in real time, one channel at SoundRate; the monitor of a sink,
// "NAME.monitor", hears what is played there.
type Sound struct {
	server string
	dir    string
	cmd    *exec.Cmd
	ended  chan struct{}
}

// SoundRate is the sample rate of the sinks.
const SoundRate = 44_100

// StartSound starts the server with sinks of these names and waits until it
// answers.
func StartSound(ctx context.Context, sinks ...string) (*Sound, error) {
	for _, program := range []string{"pulseaudio", "pactl", "paplay", "parec"} {
		if _, err := exec.LookPath(program); err != nil {
			return nil, ErrMissing{program}
		}
	}
	dir, err := os.MkdirTemp("", "sotto-sound-")
	if err != nil {
		return nil, err
	}
	socket := filepath.Join(dir, "native")
	args := []string{"-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "--high-priority=no", "--realtime=no"}
	for _, name := range sinks {
		args = append(args, fmt.Sprintf("--load=module-null-sink rate=%d channels=1 format=s16le norewinds=1 sink_name=%s", SoundRate, name))
	}
	s := &Sound{server: "unix:" + socket, dir: dir, ended: make(chan struct{})}
	s.cmd = exec.Command("pulseaudio", append(args, "--load=module-native-protocol-unix auth-anonymous=1 socket="+socket)...)
	s.cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "XDG_CONFIG_HOME="+dir)
	var told bytes.Buffer
	s.cmd.Stderr = &told
	if err := s.cmd.Start(); err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	go func() {
		_ = s.cmd.Wait() // how it ended is told by what it wrote
		close(s.ended)
	}()
	err = poll(ctx, 20*time.Millisecond, func() (bool, error) {
		select {
		case <-s.ended:
			return false, errors.New("pulseaudio ended: " + strings.TrimSpace(told.String()))
		default:
		}
		return s.Command(ctx, "pactl", "info").Run() == nil, nil
	})
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("sound server: %w", err)
	}
	return s, nil
}

// Env is where programs find the server, for their environment. sink and source
// are what they play into and record from unless told otherwise; "" leaves that
// to the server.
func (s *Sound) Env(sink, source string) map[string]string {
	env := map[string]string{"PULSE_SERVER": s.server}
	if sink != "" {
		env["PULSE_SINK"] = sink
	}
	if source != "" {
		env["PULSE_SOURCE"] = source
	}
	return env
}

// Command prepares a program that talks to the server.
func (s *Sound) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "PULSE_SERVER="+s.server)
	return cmd
}

// Close ends the server.
func (s *Sound) Close() {
	_ = s.cmd.Process.Kill() // it keeps nothing
	<-s.ended
	_ = os.RemoveAll(s.dir)
}
