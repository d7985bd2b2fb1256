package localnet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"time"
)

// maxControl bounds a body of the control API.
const maxControl = 1 << 20

// answerControl is the control API: JSON over HTTP, on loopback only. It has no
// login, so it also refuses what a web page could send: other host names
// (rebinding) and requests with an Origin.
func (n *Network) answerControl(r *http.Request) reply {
	host, err := netip.ParseAddrPort(r.Host)
	if err != nil || !host.Addr().IsLoopback() || r.Header.Get("Origin") != "" {
		return controlError(http.StatusForbidden, errors.New("loopback programs only"))
	}
	if r.URL.Path == "/state" && r.Method == http.MethodGet {
		s, err := n.State()
		return controlAnswer(s, err)
	}
	if r.Method != http.MethodPost {
		return controlError(http.StatusNotFound, errors.New("no such call"))
	}
	body, bad, ok := readBody(r, maxControl)
	if !ok {
		return bad
	}
	switch r.URL.Path {
	case "/faults":
		return controlAnswer(struct {
			OK bool `json:"ok"`
		}{true}, n.controlFaults(body))
	case "/community":
		return controlAnswer(struct {
			OK bool `json:"ok"`
		}{true}, n.controlCommunity(body))
	case "/nodes":
		return n.controlNodes(body)
	case "/clock":
		return n.controlClock(body)
	}
	return controlError(http.StatusNotFound, errors.New("no such call"))
}

func (n *Network) controlFaults(body []byte) error {
	var q struct {
		Nodes  json.RawMessage `json:"nodes"`
		Target *Target         `json:"target"`
		Faults
	}
	if err := strictJSON(body, &q); err != nil {
		return err
	}
	if q.Target != nil {
		if q.Nodes != nil {
			return fmt.Errorf("%w: both nodes and target", ErrFault)
		}
		return n.SetServerFaults(*q.Target, q.Faults)
	}
	if bytes.Equal(q.Nodes, []byte(`"all"`)) {
		return n.SetFaults(q.Faults)
	}
	var indices []int
	if err := json.Unmarshal(q.Nodes, &indices); err != nil || len(indices) == 0 {
		return fmt.Errorf(`%w: nodes must be "all" or a list of numbers`, ErrFault)
	}
	return n.SetFaults(q.Faults, indices...)
}

func (n *Network) controlNodes(body []byte) reply {
	var q struct {
		Join    *int  `json:"join"`
		Leave   []int `json:"leave"`
		Restart []int `json:"restart"`
	}
	err := strictJSON(body, &q)
	if err == nil && q.Join == nil && len(q.Leave) == 0 && len(q.Restart) == 0 {
		err = fmt.Errorf("%w: one of join, leave, restart", ErrOptions)
	}
	joined := []NodeInfo{}
	if err == nil && q.Join != nil {
		joined, err = n.Join(*q.Join)
	}
	if err == nil && len(q.Leave) > 0 {
		err = n.Leave(q.Leave...)
	}
	if err == nil && len(q.Restart) > 0 {
		err = n.Restart(q.Restart...)
	}
	return controlAnswer(map[string]any{"ok": true, "joined": joined}, err)
}

func (n *Network) controlClock(body []byte) reply {
	var q struct {
		AdvanceS *float64 `json:"advance_s"`
	}
	err := strictJSON(body, &q)
	switch {
	case err != nil:
	case q.AdvanceS == nil || !(*q.AdvanceS >= -maxSkew && *q.AdvanceS <= maxSkew):
		err = fmt.Errorf("%w: advance_s", ErrOptions)
	default:
		err = n.AdvanceClock(time.Duration(*q.AdvanceS * float64(time.Second)))
	}
	return controlAnswer(map[string]any{"ok": true, "now_ms": n.Now()}, err)
}

// strictJSON refuses keys that it does not know: a misspelt fault must not
// pass for no fault.
func strictJSON(body []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", errControl, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errControl
	}
	return nil
}

var errControl = errors.New("localnet: request is not the expected JSON")

func controlAnswer(v any, err error) reply {
	switch {
	case err == nil:
		doc, err := json.Marshal(v)
		if err != nil {
			return controlError(http.StatusInternalServerError, err)
		}
		return document(http.StatusOK, append(doc, '\n'))
	case errors.Is(err, ErrNoNode):
		return controlError(http.StatusNotFound, err)
	case errors.Is(err, ErrFault), errors.Is(err, ErrOptions), errors.Is(err, ErrLastNode), errors.Is(err, errControl):
		return controlError(http.StatusBadRequest, err)
	}
	return controlError(http.StatusInternalServerError, err)
}

func controlError(status int, err error) reply {
	doc, _ := json.Marshal(map[string]string{"error": err.Error()}) // a text always encodes
	return document(status, append(doc, '\n'))
}
