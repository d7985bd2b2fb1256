package jsonrpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"sotto/cmd/internal/jsonrpc"
)

// handler knows a few methods to test with.
func handler(ctx context.Context, c jsonrpc.Call) (any, error) {
	switch c.Method {
	case "echo":
		return c.Params, nil
	case "nothing":
		return nil, nil
	case "fail":
		return nil, &jsonrpc.Error{Code: jsonrpc.CodeFailed, Message: "No.", Data: map[string]string{"reason": "offline"}}
	case "secret":
		return nil, errors.New("the passphrase is hunter2")
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return nil, jsonrpc.Errorf(jsonrpc.CodeMethodNotFound, "there is no method %q", c.Method)
}

func serve(t *testing.T, in string) string {
	t.Helper()
	var out strings.Builder
	if err := jsonrpc.Serve(t.Context(), strings.NewReader(in), &out, handler, jsonrpc.Options{Finish: true}); err != nil {
		t.Fatalf("Serve: %v", err)
	}
	return out.String()
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"result", `{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":"<é>"}}`, `{"jsonrpc":"2.0","id":1,"result":{"a":"<é>"}}`},
		{"no result", `{"jsonrpc":"2.0","id":"x","method":"nothing"}`, `{"jsonrpc":"2.0","id":"x","result":{}}`},
		{"null id is a request", `{"jsonrpc":"2.0","id":null,"method":"nothing"}`, `{"jsonrpc":"2.0","id":null,"result":{}}`},
		{"null params", `{"jsonrpc":"2.0","id":1,"method":"nothing","params":null}`, `{"jsonrpc":"2.0","id":1,"result":{}}`},
		{"notification", `{"jsonrpc":"2.0","method":"echo"}`, ``},
		{"failed notification", `{"jsonrpc":"2.0","method":"fail"}`, ``},
		{"failure", `{"jsonrpc":"2.0","id":2,"method":"fail"}`, `{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"No.","data":{"reason":"offline"}}}`},
		{"inner errors stay inside", `{"jsonrpc":"2.0","id":2,"method":"secret"}`, `{"jsonrpc":"2.0","id":2,"error":{"code":-32603,"message":"internal error"}}`},
		{"unknown method", `{"jsonrpc":"2.0","id":3,"method":"no"}`, `{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"there is no method \"no\""}}`},
		{"no JSON", `{"jsonrpc":`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"not valid JSON"}}`},
		{"no object", `3`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"a request is a JSON object"}}`},
		{"version", `{"jsonrpc":"1.0","id":4,"method":"echo"}`, `{"jsonrpc":"2.0","id":4,"error":{"code":-32600,"message":"\"jsonrpc\" must be \"2.0\""}}`},
		{"method", `{"jsonrpc":"2.0","id":4,"method":1}`, `{"jsonrpc":"2.0","id":4,"error":{"code":-32600,"message":"\"method\" must be a string"}}`},
		{"id", `{"jsonrpc":"2.0","id":{},"method":"echo"}`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"an id is a string, a number or null"}}`},
		{"positions", `{"jsonrpc":"2.0","id":4,"method":"echo","params":[1]}`, `{"jsonrpc":"2.0","id":4,"error":{"code":-32602,"message":"parameters are an object, by name"}}`},
		{"empty batch", `[]`, `{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"a batch has 1 to 100 requests"}}`},
		{"batch of notifications", `[{"jsonrpc":"2.0","method":"echo"}]`, ``},
		{"blank lines", "\n  \n" + `{"jsonrpc":"2.0","id":1,"method":"nothing"}` + "\n\n", `{"jsonrpc":"2.0","id":1,"result":{}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.TrimSuffix(serve(t, c.in), "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestBatch(t *testing.T) {
	out := serve(t, `[{"jsonrpc":"2.0","id":1,"method":"echo","params":{"n":1}},7,{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","id":2,"method":"fail"}]`)
	var answers []struct {
		ID     any
		Result map[string]int
		Error  *jsonrpc.Error
	}
	if err := json.Unmarshal([]byte(out), &answers); err != nil || len(answers) != 3 {
		t.Fatalf("%v: %s", err, out)
	}
	for _, a := range answers {
		switch a.ID {
		case 1.0:
			if a.Result["n"] != 1 {
				t.Errorf("answer to 1: %+v", a)
			}
		case 2.0:
			if a.Error == nil || a.Error.Code != jsonrpc.CodeFailed {
				t.Errorf("answer to 2: %+v", a)
			}
		case nil:
			if a.Error == nil || a.Error.Code != jsonrpc.CodeInvalidRequest {
				t.Errorf("answer to 7: %+v", a)
			}
		default:
			t.Errorf("unexpected id %v", a.ID)
		}
	}
}

func TestLongLineIsSkipped(t *testing.T) {
	out := serve(t, `{"jsonrpc":"2.0","id":1,"method":"echo","params":{"x":"`+strings.Repeat("a", jsonrpc.MaxLine)+"\"}}\n"+
		`{"jsonrpc":"2.0","id":2,"method":"nothing"}`)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || !strings.Contains(lines[0], "-32700") || lines[1] != `{"jsonrpc":"2.0","id":2,"result":{}}` {
		t.Fatalf("got %q", lines)
	}
}

// TestManyInFlight asks many things at once, of which the first are answered
// last.
func TestManyInFlight(t *testing.T) {
	const n = 100
	release := make(chan struct{})
	var started sync.WaitGroup
	started.Add(n)
	client := connect(t, func(ctx context.Context, c jsonrpc.Call) (any, error) {
		if c.Method == "release" {
			started.Wait()
			close(release)
			return nil, nil
		}
		started.Done()
		<-release
		return c.Params, nil
	}, nil)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			got, err := client.Call(t.Context(), "wait", map[string]int{"i": i})
			if err != nil || string(got) != fmt.Sprintf(`{"i":%d}`, i) {
				t.Errorf("call %d: %s, %v", i, got, err)
			}
		})
	}
	if _, err := client.Call(t.Context(), "release", nil); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
}

func TestNotificationsComeInOrderBeforeTheAnswer(t *testing.T) {
	var got []string
	client := connect(t, func(ctx context.Context, c jsonrpc.Call) (any, error) {
		for i := range 50 {
			if err := c.Peer.Notify("line", i); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}, func(n jsonrpc.Notification) { got = append(got, n.Method+string(n.Params)) })
	if _, err := client.Call(t.Context(), "lines", nil); err != nil {
		t.Fatal(err)
	}
	if len(got) != 50 || got[0] != "line0" || got[49] != "line49" {
		t.Fatalf("got %v", got)
	}
}

// TestHangUpCancels is a caller who goes away: what it asked for ends.
func TestHangUpCancels(t *testing.T) {
	ended := make(chan error, 2)
	begun := make(chan struct{}, 2)
	client := connect(t, func(ctx context.Context, c jsonrpc.Call) (any, error) {
		if c.Method == "subscribe" {
			c.Peer.Go(func(ctx context.Context) {
				begun <- struct{}{}
				<-ctx.Done()
				ended <- ctx.Err()
			})
			return nil, nil
		}
		begun <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return nil, ctx.Err()
	}, nil)
	if _, err := client.Call(t.Context(), "subscribe", nil); err != nil {
		t.Fatal(err)
	}
	call := make(chan error, 1)
	go func() {
		_, err := client.Call(t.Context(), "wait", nil)
		call <- err
	}()
	<-begun
	<-begun
	client.Close()
	<-ended
	<-ended
	if err := <-call; !errors.Is(err, jsonrpc.ErrClosed) {
		t.Fatalf("the call ended with %v", err)
	}
	if _, err := client.Call(t.Context(), "wait", nil); !errors.Is(err, jsonrpc.ErrClosed) {
		t.Fatalf("a call on a closed connection: %v", err)
	}
}

func TestFinishEndsSubscriptionsButNotCalls(t *testing.T) {
	in, feed := io.Pipe()
	release := make(chan struct{})
	var out strings.Builder
	done := make(chan error)
	go func() {
		done <- jsonrpc.Serve(t.Context(), in, &out, func(ctx context.Context, c jsonrpc.Call) (any, error) {
			c.Peer.Go(func(ctx context.Context) {
				<-ctx.Done()
				close(release)
			})
			<-release // only the end of the subscription lets the call go on
			return "done", ctx.Err()
		}, jsonrpc.Options{Finish: true})
	}()
	fmt.Fprintln(feed, `{"jsonrpc":"2.0","id":1,"method":"x"}`)
	feed.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if want := `{"jsonrpc":"2.0","id":1,"result":"done"}` + "\n"; out.String() != want {
		t.Fatalf("got %q", out.String())
	}
}

func connect(t *testing.T, h jsonrpc.Handler, notify func(jsonrpc.Notification)) *jsonrpc.Client {
	t.Helper()
	near, far := net.Pipe()
	client := jsonrpc.NewClient(near, notify)
	served := make(chan struct{})
	go func() {
		defer close(served)
		if err := jsonrpc.Serve(t.Context(), far, far, h, jsonrpc.Options{}); err != nil && !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Serve: %v", err)
		}
	}()
	t.Cleanup(func() {
		client.Close()
		far.Close()
		<-served
	})
	return client
}

func FuzzServe(f *testing.F) {
	f.Add(`{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":[1]}}`)
	f.Add(`[{"jsonrpc":"2.0","id":1,"method":"fail"},{}]`)
	f.Add("[[[[\n{\"id\":-1e999}")
	f.Fuzz(func(t *testing.T, in string) {
		var out strings.Builder
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if err := jsonrpc.Serve(ctx, strings.NewReader(in), &out, func(ctx context.Context, c jsonrpc.Call) (any, error) {
			if c.Method == "wait" {
				return nil, nil
			}
			return handler(ctx, c)
		}, jsonrpc.Options{Finish: true}); err != nil {
			t.Fatalf("%q: %v", in, err)
		}
		for line := range strings.Lines(out.String()) {
			if !json.Valid([]byte(line)) {
				t.Fatalf("%q answered with %q", in, line)
			}
		}
	})
}
