// Sotto-bench measures Sotto and prints one table. Each row stands beside a
// reference that is measured in the same run on the same machine: the bare
// cryptographic primitives that the work needs, bbolt opening the same file,
// SQLite searching the same texts, an empty window of the same toolkit. Limits
// are what the project promises; a row that misses one is marked, and nothing
// fails, since machines differ.
//
// Usage: sotto-bench [--only protocol,network,store,window] [--messages N] [--keep DIR]
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
)

// bench is one run.
type bench struct {
	bin      string // folder of the other programs
	dir      string // scratch
	messages int
	table    table
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == emptyWindowArg {
		emptyWindow()
		return
	}
	only := flag.String("only", "protocol,network,store,window", "groups of rows, comma-separated")
	messages := flag.Int("messages", 1_000_000, "messages of the profile that is opened and searched")
	keep := flag.String("keep", "", "folder to keep the filled profile in between runs")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, strings.Split(*only, ","), *messages, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "sotto-bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, groups []string, messages int, keep string) error {
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
	b := &bench{bin: filepath.Dir(self), dir: dir, messages: messages}
	all := map[string]func(context.Context) error{
		"protocol": b.protocol, "network": b.network, "store": b.store, "window": b.window,
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
