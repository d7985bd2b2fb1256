// Sotto-bench measures Sotto and prints one table. Each row stands beside a
// reference that is measured in the same run on the same machine: the bare
// cryptographic primitives that the work needs, bbolt opening the same file,
// SQLite searching the same texts, an empty window of the same toolkit. Limits
// are what the project promises; a row that misses one is marked, and nothing
// fails, since machines differ.
//
// Usage: sotto-bench [--only protocol,network,store,idle,window,sound,feel] [--messages N] [--scroll TIME] [--keep DIR]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	bin      string // folder of the other programs
	dir      string // scratch
	messages int
	scroll   time.Duration // how long the memory row scrolls
	profile  string        // of processor time, where to
	feelOnly string        // one of the group's rows
	table    table
}

func main() {
	if len(os.Args) > 1 {
		if child, ok := children[os.Args[1]]; ok {
			child(os.Args[2:])
			return
		}
	}
	only := flag.String("only", "protocol,network,store,idle,window,sound,feel", "groups of rows, comma-separated")
	messages := flag.Int("messages", 1_000_000, "messages of the profile that is opened and searched")
	keep := flag.String("keep", "", "folder to keep the filled profiles in between runs")
	scroll := flag.Duration("scroll", 10*time.Minute, "how long the wheel turns before memory is looked at again; shorter for a quick look")
	cpu := flag.String("cpu-profile", "", "write a processor profile of the window that scrolls to this `file`")
	feelOnly := flag.String("feel", "", "only this `row` of the group feel: "+strings.Join(feelRows, ", "))
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	b := &bench{messages: *messages, scroll: *scroll, profile: *cpu, feelOnly: *feelOnly}
	if err := b.run(ctx, strings.Split(*only, ","), *keep); err != nil {
		fmt.Fprintln(os.Stderr, "sotto-bench:", err)
		os.Exit(1)
	}
}

// children are the windows that this program shows on a virtual display when it
// starts itself.
var children = map[string]func(args []string){
	emptyWindowArg: func([]string) { emptyWindow() },
	plainListArg:   func([]string) { plainList() },
	plainPhotosArg: plainPhotos,
	scrollingArg:   scrolling,
}

func (b *bench) run(ctx context.Context, groups []string, keep string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	dir := keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "sotto-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	b.bin, b.dir = filepath.Dir(self), dir
	all := map[string]func(context.Context) error{
		"protocol": b.protocol, "network": b.network, "store": b.store, "idle": b.idle, "window": b.window, "sound": b.sound, "feel": b.feel,
	}
	b.table.begin(os.Stdout)
	for _, g := range groups {
		f, ok := all[strings.TrimSpace(g)]
		if !ok {
			return fmt.Errorf("there is no group %q", g)
		}
		if err := f(ctx); err != nil {
			return fmt.Errorf("%s: %w", g, err)
		}
	}
	b.table.end()
	return nil
}
