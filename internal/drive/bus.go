package drive

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Bus is a D-Bus of one's own, on which everybody may listen to everything. It
// serves as that of a session and as that of the system.
type Bus struct {
	// Address is where programs find it, for DBUS_SESSION_BUS_ADDRESS and
	// DBUS_SYSTEM_BUS_ADDRESS.
	Address string
	dir     string
	cmd     *exec.Cmd
}

// StartBus starts the bus and waits until it listens. Of the services that this
// computer has it starts those that are named, and no other, when somebody calls
// them; one that the computer does not have is an ErrMissing.
func StartBus(services ...string) (*Bus, error) {
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		return nil, ErrMissing{"dbus-daemon"}
	}
	dir, err := os.MkdirTemp("", "sotto-bus-")
	if err != nil {
		return nil, err
	}
	b := &Bus{dir: dir}
	for _, name := range services {
		entry, err := os.ReadFile("/usr/share/dbus-1/services/" + name + ".service")
		if errors.Is(err, os.ErrNotExist) {
			err = ErrMissing{name}
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+".service"), entry, 0o600)
		}
		if err != nil {
			b.Close()
			return nil, err
		}
	}
	config := filepath.Join(dir, "bus.conf")
	err = os.WriteFile(config, []byte(`<busconfig><type>session</type><listen>unix:path=`+filepath.Join(dir, "bus")+`</listen><servicedir>`+dir+`</servicedir><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`), 0o600)
	if err != nil {
		b.Close()
		return nil, err
	}
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	b.cmd = cmd
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Close()
		return nil, errors.New("dbus-daemon ended before it listened")
	}
	b.Address = strings.TrimSpace(line)
	return b, nil
}

// Close ends the bus; who is connected is cut off.
func (b *Bus) Close() {
	if b.cmd != nil {
		_ = b.cmd.Process.Kill()
		_ = b.cmd.Wait()
	}
	_ = os.RemoveAll(b.dir)
}
