package jsonrpc

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// Handler answers a call: with a value for the result (nil is an empty object),
// or an error. An *Error in its chain goes out as it is, any other one becomes
// CodeInternal without its text.
type Handler func(ctx context.Context, call Call) (any, error)

// Options of Serve.
type Options struct {
	// Finish lets calls end that are under way when the input ends, as they do
	// when somebody pipes in a list of requests. Otherwise they are cancelled:
	// nobody waits for the answers.
	Finish bool
}

// Serve answers what comes on r, until it ends or ctx does. When it returns,
// all calls have ended, and what handlers started with [Peer.Go].
func Serve(ctx context.Context, r io.Reader, w io.Writer, h Handler, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p := &Peer{out: &lineWriter{w: w}}
	p.live, p.hangUp = context.WithCancel(ctx)
	defer p.background.Wait()
	defer p.hangUp()

	s := &server{peer: p, handle: h, slots: make(chan struct{}, MaxInFlight)}
	err := s.read(ctx, newLineReader(r, MaxLine))
	p.hangUp()
	if !o.Finish || ctx.Err() != nil {
		cancel()
	}
	s.calls.Wait()
	if errors.Is(err, io.EOF) || ctx.Err() != nil {
		return nil
	}
	return err
}

// Peer is the asking side, as handlers see it.
type Peer struct {
	out        *lineWriter
	live       context.Context // ends with the input
	hangUp     context.CancelFunc
	background sync.WaitGroup
}

// Notify sends a notification. The error is that of the connection.
func (p *Peer) Notify(method string, params any) error {
	return p.out.write(request{Version: version, Method: method, Params: params})
}

// Go runs f beside the calls until the peer has nothing more to say.
func (p *Peer) Go(f func(ctx context.Context)) {
	p.background.Go(func() { f(p.live) })
}

type server struct {
	peer   *Peer
	handle Handler
	slots  chan struct{}
	calls  sync.WaitGroup
}

func (s *server) read(ctx context.Context, lines *lineReader) error {
	for ctx.Err() == nil {
		line, err := lines.next()
		switch {
		case errors.Is(err, ErrLineTooLong):
			err = s.peer.out.write(failure(null, Errorf(CodeParse, "a line has at most %d bytes", MaxLine)))
		case err == nil:
			err = s.line(ctx, line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// line begins what one line asks for. The error is that of the connection.
func (s *server) line(ctx context.Context, line []byte) error {
	if !json.Valid(line) {
		return s.peer.out.write(failure(null, Errorf(CodeParse, "not valid JSON")))
	}
	if first(line) != '[' {
		return s.begin(ctx, line, func(r response) error { return s.peer.out.write(r) }, func() {})
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(line, &batch); err != nil {
		return s.peer.out.write(failure(null, Errorf(CodeParse, "not valid JSON")))
	}
	if len(batch) == 0 || len(batch) > MaxBatch {
		return s.peer.out.write(failure(null, Errorf(CodeInvalidRequest, "a batch has 1 to %d requests", MaxBatch)))
	}
	return s.batch(ctx, batch)
}

// batch begins all requests of a batch; the answers go out together.
func (s *server) batch(ctx context.Context, batch []json.RawMessage) error {
	var (
		mu      sync.Mutex
		answers []response
		left    sync.WaitGroup
	)
	add := func(r response) error {
		mu.Lock()
		defer mu.Unlock()
		answers = append(answers, r)
		return nil
	}
	left.Add(len(batch))
	for _, raw := range batch {
		if err := s.begin(ctx, raw, add, left.Done); err != nil {
			return err
		}
	}
	s.calls.Go(func() {
		left.Wait()
		if len(answers) > 0 {
			_ = s.peer.out.write(answers) // the reading side learns of a broken connection
		}
	})
	return nil
}

// begin runs one request and hands its answer to reply, unless it is a
// notification; then it calls done.
func (s *server) begin(ctx context.Context, raw json.RawMessage, reply func(response) error, done func()) error {
	in, bad := parseRequest(raw)
	if bad != nil {
		defer done()
		return reply(failure(in.id, bad))
	}
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		done()
		return ctx.Err()
	}
	s.calls.Go(func() {
		defer func() { <-s.slots; done() }()
		result, err := s.handle(ctx, Call{Method: in.method, Params: in.params, Peer: s.peer})
		if in.id != nil {
			_ = reply(answer(in.id, result, err)) // as above
		}
	})
	return nil
}

func failure(id json.RawMessage, e *Error) response {
	return response{Version: version, ID: id, Error: e}
}

func answer(id json.RawMessage, result any, err error) response {
	var known *Error
	switch {
	case errors.As(err, &known):
		return failure(id, known)
	case err != nil:
		return failure(id, Errorf(CodeInternal, "internal error"))
	case result == nil:
		result = struct{}{}
	}
	raw, err := encode(result)
	if err != nil {
		return failure(id, Errorf(CodeInternal, "internal error"))
	}
	return response{Version: version, ID: id, Result: raw}
}
