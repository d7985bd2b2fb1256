package jsonrpc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
)

// Notification came from the answering side.
type Notification struct {
	Method string
	Params json.RawMessage
}

// Client is the asking side of a connection. Its methods may be called from any
// goroutine.
type Client struct {
	conn   io.ReadWriteCloser
	out    *lineWriter
	notify func(Notification)
	done   chan struct{}

	mu      sync.Mutex
	last    uint64
	waiting map[string]chan response
	err     error // why the connection ended
}

// NewClient speaks over conn, which it closes in the end. notify, which may be
// nil, is called for each notification in the order of arrival, and before the
// call returns whose answer came after it.
func NewClient(conn io.ReadWriteCloser, notify func(Notification)) *Client {
	c := &Client{
		conn: conn, out: &lineWriter{w: conn}, notify: notify,
		done: make(chan struct{}), waiting: make(map[string]chan response),
	}
	go c.read()
	return c
}

// Close ends the connection and waits for the reader.
func (c *Client) Close() error {
	err := c.conn.Close()
	<-c.done
	return err
}

// Call asks and waits for the result. An error of the other side is an *Error.
func (c *Client) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	answer := make(chan response, 1)
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return nil, c.err
	}
	c.last++
	id := strconv.FormatUint(c.last, 10)
	c.waiting[id] = answer
	c.mu.Unlock()
	defer c.forget(id)

	if err := c.out.write(request{Version: version, ID: json.RawMessage(id), Method: method, Params: params}); err != nil {
		return nil, fmt.Errorf("call %s: %w: %w", method, ErrClosed, err)
	}
	select {
	case r := <-answer:
		return result(r)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-c.done:
		select {
		case r := <-answer: // it came last
			return result(r)
		default:
			return nil, c.err
		}
	}
}

func result(r response) (json.RawMessage, error) {
	if r.Error != nil {
		return nil, r.Error
	}
	return r.Result, nil
}

func (c *Client) forget(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.waiting, id)
}

// read hands out what comes, until the connection ends.
func (c *Client) read() {
	lines := newLineReader(c.conn, MaxAnswer)
	for {
		line, err := lines.next()
		if err == nil {
			err = c.take(line)
		}
		if err != nil {
			c.mu.Lock()
			c.err = fmt.Errorf("%w: %w", ErrClosed, err)
			if errors.Is(err, io.EOF) {
				c.err = ErrClosed
			}
			c.mu.Unlock()
			close(c.done)
			_ = c.conn.Close() // of no use any more
			return
		}
	}
}

func (c *Client) take(line []byte) error {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
		Result json.RawMessage `json:"result"`
		Error  *Error          `json:"error"`
	}
	if err := json.Unmarshal(line, &m); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	if m.Method != "" {
		if c.notify != nil {
			c.notify(Notification{m.Method, m.Params})
		}
		return nil
	}
	c.mu.Lock()
	answer := c.waiting[string(m.ID)]
	delete(c.waiting, string(m.ID))
	c.mu.Unlock()
	if answer != nil {
		answer <- response{ID: m.ID, Result: m.Result, Error: m.Error}
	}
	return nil
}
