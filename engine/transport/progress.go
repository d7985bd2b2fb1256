package transport

import (
	"context"
	"io"
	"net/http"
)

// Progress is told how many bytes of a request went to the guard and how many of
// its answer came back, and the sum of what is known to come: announced is 0
// until the answer begins. A repeated try begins at 0 again. It is called from
// goroutines of the connection and must be quick.
type Progress func(sent, request, received, announced int64)

type progressKey struct{}

// WithProgress makes the requests under ctx tell how far they are. Bytes are
// those on the connection to the guard: with all layers around the payload.
func WithProgress(ctx context.Context, p Progress) context.Context {
	return context.WithValue(ctx, progressKey{}, p)
}

func progressOf(ctx context.Context) Progress {
	p, _ := ctx.Value(progressKey{}).(Progress)
	return p
}

// countBody counts the body of a request, also of one that net/http repeats.
func countBody(req *http.Request, total int64, p Progress) {
	again := req.GetBody
	req.Body = &counter{r: req.Body, told: func(n int64) { p(n, total, 0, 0) }}
	req.GetBody = func() (io.ReadCloser, error) {
		body, err := again()
		if err != nil {
			return nil, err
		}
		return &counter{r: body, told: func(n int64) { p(n, total, 0, 0) }}, nil
	}
}

type counter struct {
	r    io.ReadCloser
	n    int64
	told func(n int64)
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if n > 0 {
		c.n += int64(n)
		c.told(c.n)
	}
	return n, err
}

func (c *counter) Close() error { return c.r.Close() }
