package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"

	"sotto/cmd/internal/jsonrpc"
)

// Server holds the socket of a profile.
type Server struct {
	listener net.Listener
	lock     *os.File
	socket   string
	run      string
}

// Listen takes the socket of a profile, whose folder need not exist yet. The
// error is ErrServed when another process has it. A socket that a killed
// process left behind is replaced.
func Listen(profile string) (*Server, error) {
	run, err := folder(profile)
	if err != nil {
		return nil, err
	}
	if err := makePrivate(run); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(run, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock of the socket: %w", err)
	}
	taken, err := tryLock(lock)
	if err == nil && !taken {
		err = ErrServed
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	// From here on whatever lies in the socket's places is a leftover.
	s := &Server{lock: lock, run: run}
	if err := s.bind(); err != nil {
		lock.Close()
		return nil, err
	}
	return s, nil
}

// bind opens the socket in the first place that takes it.
func (s *Server) bind() error {
	near, pointer := filepath.Join(s.run, socketName), filepath.Join(s.run, pathName)
	for _, leftover := range []string{near, pointer} {
		if err := os.Remove(leftover); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove old socket: %w", err)
		}
	}
	err := errors.New("no place with a path that is short enough")
	for _, place := range places(s.run) {
		if place != near {
			if err = makePrivate(filepath.Dir(place)); err != nil {
				continue
			}
			if e := os.Remove(place); e != nil && !errors.Is(e, os.ErrNotExist) {
				err = e
				continue
			}
		}
		var l net.Listener
		if l, err = net.Listen("unix", place); err != nil {
			continue
		}
		if err = protect(place); err == nil && place != near {
			err = os.WriteFile(pointer, []byte(place), 0o600)
		}
		if err != nil {
			l.Close()
			continue
		}
		s.listener, s.socket = l, place
		return nil
	}
	return fmt.Errorf("open socket: %w", err)
}

// Serve answers everybody who connects until ctx ends, then closes the server.
// When it returns, nothing of it is left.
func (s *Server) Serve(ctx context.Context, h jsonrpc.Handler) error {
	ctx, cancel := context.WithCancel(ctx)
	defer s.Close()
	var conns sync.WaitGroup
	defer conns.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { s.listener.Close() })
	defer stop()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("accept: %w", err)
		}
		conns.Go(func() {
			defer conn.Close()
			stop := context.AfterFunc(ctx, func() { conn.Close() })
			defer stop()
			// An error is the caller's, who hung up or wrote nonsense.
			_ = jsonrpc.Serve(ctx, conn, conn, h, jsonrpc.Options{})
		})
	}
}

// Close gives the socket up. Serve does so by itself.
func (s *Server) Close() error {
	err := s.listener.Close() // also removes the file
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return errors.Join(err, s.lock.Close())
}

// Serve serves a profile until ctx ends. See Listen for its errors.
func Serve(ctx context.Context, profile string, h jsonrpc.Handler) error {
	s, err := Listen(profile)
	if err != nil {
		return err
	}
	return s.Serve(ctx, h)
}
