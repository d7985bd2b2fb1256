package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"sotto/cmd/internal/command"
	"sotto/cmd/internal/profile"
	"sotto/engine/model"
)

// options are what the command line says.
type options struct {
	base    string // folder of all accounts; empty: one profile only
	folder  string // of the one profile
	network string
	level   slog.Level
	inspect bool
	via     model.Proxy // of a new profile
	hidden  bool        // begin in the tray
	link    string      // to follow
	usual   bool        // all accounts, at the usual place
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{level: slog.LevelWarn}
	f := flag.NewFlagSet("sotto", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&o.base, "data", "", "`folder` of all accounts (default: in the system's data folder)")
	f.StringVar(&o.folder, "profile", "", "`folder` of a profile that is opened alone")
	f.StringVar(&o.network, "network", "", "`network` of a new profile: mainnet (default), testnet, local or a network file; a profile remembers its own")
	via := f.String("via", "", "SOCKS5 `proxy` of a new profile, HOST:PORT or tor (127.0.0.1:9050); a profile remembers its own")
	f.TextVar(&o.level, "log-level", slog.LevelWarn, "what to log on standard error: debug, info, warn, error")
	f.BoolVar(&o.inspect, "inspect", false, "let the profile's socket ask what the window shows (for tests)")
	f.BoolVar(&o.hidden, "hidden", false, "begin in the tray, if there is one")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(stderr, "usage: sotto [options] [link]")
			f.SetOutput(stderr)
			f.PrintDefaults()
		}
		return o, err
	}
	if *via != "" {
		proxy, err := command.ParseProxy(*via, "", "")
		if err != nil {
			return o, err
		}
		o.via = proxy
	}
	if f.NArg() > 1 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(1))
	}
	o.link = f.Arg(0)
	o.hidden = o.hidden && o.link == "" // a link is for somebody who is there
	switch {
	case o.folder != "" && o.base != "":
		return o, errors.New("--profile opens one profile, --data all in a folder: name one of them")
	case o.folder == "" && o.base == "":
		o.usual = true
		first, err := profile.DefaultFolder()
		if err != nil {
			return o, err
		}
		o.base = filepath.Dir(first)
	}
	return o, nil
}
