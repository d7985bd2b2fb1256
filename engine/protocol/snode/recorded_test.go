package snode

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"sotto/engine/protocol/identity"
)

// The recording: requests to eight official storage servers and what they said.

type recording struct {
	Nodes []struct {
		I       int
		IP      string
		HTTPS   uint16
		OMQ     uint16
		Swarm   uint64
		Ed25519 string `json:"ed_pk"`
		Secret  string `json:"ed_sk"`
		X25519  string `json:"x_pk"`
		Legacy  string `json:"legacy_pk"`
	}
	Accounts map[string]struct {
		ID    string
		Seed  string `json:"ed25519_seed_hex"`
		Swarm string
	}
	Cases    []recordedCase
	Failures []recordedCase `json:"failure_cases"`
}

type recordedCase struct {
	ID        string
	Transport string
	HTTP      struct{ Method, Path string }
	Node      int
	Hops      []int
	Request   json.RawMessage
	Raw       *string `json:"request_raw"`
	Status    int
	Response  json.RawMessage
	Decrypted string
	Verified  struct {
		Members int    `json:"members"`
		Text    string `json:"signed_text_of_first_member"`
	}
}

// rpc gives the request and answer of a storage RPC, whichever way it went.
func (c *recordedCase) rpc(t *testing.T) (request, answer []byte, status int, ok bool) {
	t.Helper()
	switch {
	case c.Raw != nil:
		request = []byte(*c.Raw)
	case len(c.Request) > 0:
		request = c.Request
	default:
		return nil, nil, 0, false
	}
	if strings.Contains(string(request), "characters)...") {
		return nil, nil, 0, false // shortened in the recording
	}
	if c.Transport == "onion" {
		if c.Decrypted == "" {
			return nil, nil, 0, false
		}
		var outer struct {
			Body   json.RawMessage
			Status int
		}
		if err := json.Unmarshal([]byte(c.Decrypted), &outer); err != nil {
			t.Fatal(c.ID, err)
		}
		answer, status = outer.Body, outer.Status
		if text := ""; json.Unmarshal(answer, &text) == nil {
			answer = []byte(text)
		}
		return request, answer, status, strings.HasPrefix(c.ID, "onion3") || strings.HasPrefix(c.ID, "onion_err_inner")
	}
	if c.HTTP.Path != "/storage_rpc/v1" && c.HTTP.Path != "" || c.HTTP.Method == "GET" || c.ID == "err_longpoll" {
		return nil, nil, 0, false // not the storage RPC
	}
	var text string
	switch {
	case json.Unmarshal(c.Response, &text) == nil:
		answer = []byte(text)
	case len(c.Response) > 0:
		answer = []byte(canonical(t, c.Response)) // the file is indented, the wire is not
	}
	return request, answer, c.Status, true
}

func (c *recordedCase) node() int {
	if len(c.Hops) > 0 {
		return c.Hops[len(c.Hops)-1]
	}
	return c.Node
}

// TestRecordedRequests: each request parses, is judged as the official node
// judged it, to the letter, and is written back with the same meaning.
func TestRecordedRequests(t *testing.T) {
	rec := load1[recording](t, "storage-rpc-recorded.json")
	swarms := []uint64{0x4000000000000000, 0xc000000000000000}
	revoked := map[SubaccountToken]bool{}
	env := Env{HF: HardFork{19, 4}, Revoked: func(_ identity.ID, token SubaccountToken) bool { return revoked[token] }}
	seen, signed, errorsSeen := 0, 0, 0

	judge := func(t *testing.T, req Request, node int) error {
		if a, ok := req.(AccountRequest); ok {
			if _, ask := req.(*SwarmRequest); !ask && SwarmOf(a.Account(), swarms) != rec.Nodes[node].Swarm {
				return &WrongSwarmError{Swarm: &SwarmAnswer{}}
			}
		}
		err := Authorize(req, env)
		if s, ok := req.(SignedRequest); ok && err == nil && s.auth().Signature != nil {
			if err := Verify(s); err != nil {
				t.Errorf("accepted, but %v", err)
			}
			signed++
		}
		if r, ok := req.(*RevokeRequest); ok && err == nil {
			for _, token := range r.Tokens {
				revoked[token] = !r.Undo
			}
		}
		return err
	}
	for _, c := range append(rec.Cases, rec.Failures...) {
		request, answer, status, ok := c.rpc(t)
		if !ok || (c.ID == "decommissioned") {
			continue
		}
		seen++
		t.Run(c.ID, func(t *testing.T) {
			env.Now = timeOf(answer, request, env.Now)
			req, err := Parse(request)
			if err == nil {
				again, err := Parse(Encode(req))
				if err != nil {
					t.Fatalf("written back: %v", err)
				}
				if a, b := string(Encode(again)), string(Encode(req)); a != b {
					t.Errorf("%s\nbecame %s", b, a)
				}
				if got, want := canonical(t, Encode(req)), normal(t, request); got != want {
					t.Errorf("encoded %s\nwant    %s", got, want)
				}
				if err := judge(t, req, c.node()); err != nil {
					compareError(t, err, status, answer)
					errorsSeen++
					return
				}
				if b, ok := req.(*BatchRequest); ok {
					judgeBatch(t, b, answer, func(r Request) error { return judge(t, r, c.node()) })
				}
				if status != 200 && !(status == 404 && c.ID == "delete_required") {
					t.Errorf("accepted, official: %d %s", status, answer)
				}
				return
			}
			errorsSeen++
			compareError(t, err, status, answer)
		})
	}
	if seen < 110 || signed < 42 || errorsSeen < 45 {
		t.Errorf("only %d cases, %d signatures, %d errors", seen, signed, errorsSeen)
	}
}

func compareError(t *testing.T, err error, status int, answer []byte) {
	t.Helper()
	var refusal *RPCError
	var wrong *WrongSwarmError
	switch {
	case errors.As(err, &wrong):
		if status != StatusWrongSwarm {
			t.Errorf("wrong swarm, official: %d %s", status, answer)
		}
	case !errors.As(err, &refusal):
		t.Errorf("untyped error %v", err)
	case refusal.Status != status || refusal.Text != strings.TrimSpace(string(answer)):
		t.Errorf("%d %s\nofficial: %d %s", refusal.Status, refusal.Text, status, answer)
	}
}

// judgeBatch compares code by code.
func judgeBatch(t *testing.T, b *BatchRequest, answer []byte, judge func(Request) error) {
	t.Helper()
	a, err := DecodeBatch(answer)
	if err != nil {
		t.Fatal(err)
	}
	for i, sub := range a.Results {
		if err := judge(b.Requests[i]); err != nil {
			compareError(t, err, sub.Code, sub.Body)
		} else if sub.Code != 200 {
			t.Errorf("request %d accepted, official: %d %s", i, sub.Code, sub.Body)
		}
	}
}

// timeOf is when a request was judged: "t" of the answer, else the time of the
// last one.
func timeOf(answer, request []byte, last int64) int64 {
	var a struct {
		T       int64
		Results []struct{ Body json.RawMessage }
	}
	if json.Unmarshal(answer, &a) == nil {
		if a.T != 0 {
			return a.T
		}
		for _, r := range a.Results {
			var inner struct{ T int64 }
			if json.Unmarshal(r.Body, &inner) == nil && inner.T != 0 {
				return inner.T
			}
		}
	}
	return last
}

// normal is a recorded request without the freedoms that its meaning leaves.
func normal(t *testing.T, request []byte) string {
	t.Helper()
	s := canonical(t, request)
	s = strings.ReplaceAll(s, `"pubKey":`, `"pubkey":`)
	s = strings.ReplaceAll(s, `"namespace":0,`, "")
	s = strings.ReplaceAll(s, "get_snodes_for_pubkey", "get_swarm")
	s = strings.ReplaceAll(s, `"lastHash"`, `"last_hash"`)
	s = strings.ReplaceAll(s, `"last_hash":"",`, "")
	s = strings.ReplaceAll(s, `"last_hash":null,`, "")
	for _, key := range []string{"timestamp", "ttl"} {
		if _, rest, ok := strings.Cut(s, `"`+key+`":"`); ok {
			n, _, _ := strings.Cut(rest, `"`)
			s = strings.Replace(s, `"`+key+`":"`+n+`"`, `"`+key+`":`+n, 1)
		}
	}
	return canonical(t, []byte(s))
}

// TestRecordedAnswers: each JSON answer decodes, all node signatures verify,
// and it is written back as the official node wrote it.
func TestRecordedAnswers(t *testing.T) {
	rec := load1[recording](t, "storage-rpc-recorded.json")
	seen, signatures := 0, 0
	for _, c := range append(rec.Cases, rec.Failures...) {
		request, answer, status, ok := c.rpc(t)
		if !ok || len(answer) == 0 || answer[0] != '{' {
			continue
		}
		req, err := Parse(request)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		seen++
		t.Run(c.ID, func(t *testing.T) {
			got, n := decodeAndEncode(t, req, status, answer)
			signatures += n
			if want := canonical(t, answer); string(got) != want {
				t.Errorf("encoded %s\nwant    %s", got, want)
			}
			if c.Verified.Members > 0 && c.Verified.Members != n {
				t.Errorf("%d signatures verified, recording says %d", n, c.Verified.Members)
			}
		})
	}
	if seen < 70 || signatures < 132 {
		t.Errorf("only %d answers, %d node signatures", seen, signatures)
	}
}

// decodeAndEncode returns the answer written back and how many node signatures
// were found good.
func decodeAndEncode(t *testing.T, req Request, status int, answer []byte) ([]byte, int) {
	t.Helper()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%v: %.300s", err, answer)
		}
	}
	if status == StatusWrongSwarm {
		var wrong *WrongSwarmError
		if !errors.As(CheckStatus(status, answer), &wrong) || len(wrong.Swarm.Snodes) != 4 {
			t.Fatalf("%+v", wrong)
		}
		return wrong.Swarm.Encode(), 0
	}
	check(CheckStatus(status, answer))
	switch r := req.(type) {
	case *InfoRequest:
		a, err := DecodeInfo(answer)
		check(err)
		return a.Encode(), 0
	case *SwarmRequest:
		a, err := DecodeSwarm(answer)
		check(err)
		for i := range a.Snodes {
			if !a.Snodes[i].Usable() {
				t.Errorf("node %d is not usable", i)
			}
		}
		return a.Encode(), 0
	case *StoreRequest:
		a, err := DecodeStore(answer)
		check(err)
		if want := MessageHash(r.Pubkey, r.Namespace, r.Data); a.Hash != want {
			t.Errorf("hash %s, want %s", a.Hash, want)
		}
		return a.Encode(), allVerified(t, req, a)
	case *RetrieveRequest:
		a, err := DecodeRetrieve(answer)
		check(err)
		for _, m := range a.Messages {
			if want := MessageHash(r.Pubkey, r.Namespace, m.Data); m.Hash != want {
				t.Errorf("hash %s, want %s", m.Hash, want)
			}
		}
		return a.Encode(), 0
	case *DeleteRequest, *DeleteAllRequest, *DeleteBeforeRequest:
		a, err := DecodeDelete(answer)
		check(err)
		if nothing := DeletedNothing(a); (status == StatusNotFound) && !nothing {
			t.Error("404, but something was deleted")
		}
		return a.Encode(), allVerified(t, req, a)
	case *ExpireRequest, *ExpireAllRequest:
		a, err := DecodeExpire(answer)
		check(err)
		return a.Encode(), allVerified(t, req, a)
	case *RevokeRequest:
		a, err := DecodeSubaccount(answer)
		check(err)
		return a.Encode(), allVerified(t, req, a)
	case *ExpiriesRequest:
		a, err := DecodeExpiries(answer)
		check(err)
		return a.Encode(), 0
	case *OxendRequest:
		a, err := DecodeOxend(answer)
		check(err)
		if r.Endpoint == EndpointServiceNodes {
			nodes, _, err := DecodeNodeList(a.Result)
			check(err)
			q, err := ParseNodeQuery(r.Params)
			check(err)
			if len(nodes) != q.Limit {
				t.Errorf("%d nodes, asked for %d", len(nodes), q.Limit)
			}
			a.Result = EncodeNodeList(nodes, 0, q.Fields)
		}
		return a.Encode(), 0
	case *BatchRequest:
		a, err := DecodeBatch(answer)
		check(err)
		n := 0
		for i := range a.Results {
			sub := &a.Results[i]
			if sub.Text {
				continue
			}
			again, good := decodeAndEncode(t, r.Requests[i], sub.Code, sub.Body)
			sub.Body = again
			n += good
		}
		return a.Encode(), n
	case *IfElseRequest:
		a, err := DecodeIfElse(answer)
		check(err)
		if got := r.If.Holds(a.HF, a.Version, a.Height); got != a.Condition {
			t.Errorf("condition %v, official %v", got, a.Condition)
		}
		branch := r.Then
		if !a.Condition {
			branch = r.Else
		}
		if (branch == nil) != (a.Result == nil) {
			t.Errorf("result %v", a.Result)
		}
		if a.Result != nil {
			a.Result.Body, _ = decodeAndEncode(t, branch, a.Result.Code, a.Result.Body)
		}
		return a.Encode(), 0
	}
	t.Fatalf("no decoder for %T", req)
	return nil, 0
}

func allVerified[R any, P interface {
	*R
	Result
}](t *testing.T, req Request, a *RecursiveAnswer[R]) int {
	t.Helper()
	n := CountVerified[R, P](req, a.Members)
	if n != a.Succeeded() || n == 0 {
		t.Errorf("%d of %d node signatures verify", n, a.Succeeded())
	}
	return n
}
