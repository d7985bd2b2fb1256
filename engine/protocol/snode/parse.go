package snode

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"sotto/engine/protocol/identity"
)

// Parse reads the body of a storage RPC as a node does. The error is always an
// *RPCError with the status and text of official nodes; when several things are
// wrong it names the one that official nodes find first.
func Parse(body []byte) (Request, error) {
	if !validDocument(body) {
		return nil, &RPCError{StatusBadRequest, "invalid json"}
	}
	top := readFields(body, "method", "params")
	method, ok := top.get("method").text()
	if !ok {
		return nil, &RPCError{StatusBadRequest, "invalid json: no `method` field"}
	}
	params := top.get("params")
	if params == nil || params[0] != '{' {
		return nil, &RPCError{StatusBadRequest, "invalid json: no `params` field"}
	}
	parse := parsers(method)
	if parse == nil {
		return nil, &RPCError{StatusBadRequest, "no method " + method}
	}
	r, err := parse(params, 0)
	if err != nil {
		return nil, &RPCError{StatusBadRequest, "invalid request: " + err.Error()}
	}
	return r, nil
}

// validDocument: strict JSON in UTF-8 with bounded nesting.
func validDocument(body []byte) bool {
	if len(body) > MaxRequestBody || !json.Valid(body) || !utf8.Valid(body) {
		return false
	}
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch ch := body[i]; {
		case inString && ch == '\\':
			i++
		case ch == '"':
			inString = !inString
		case inString:
		case ch == '{' || ch == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case ch == '}' || ch == ']':
			depth--
		}
	}
	return true
}

// parseFunc reads the params of one method. nested counts batches and
// conditions around it.
type parseFunc func(params []byte, nested int) (Request, error)

func parsers(method string) parseFunc {
	switch method {
	case "info":
		return func([]byte, int) (Request, error) { return &InfoRequest{}, nil }
	case "get_swarm", "get_snodes_for_pubkey":
		return parseSwarm
	case "store":
		return parseStore
	case "retrieve":
		return parseRetrieve
	case "delete":
		return parseDelete
	case "delete_all":
		return parseDeleteAll
	case "delete_before":
		return parseDeleteBefore
	case "expire":
		return parseExpire
	case "expire_all":
		return parseExpireAll
	case "get_expiries":
		return parseExpiries
	case "revoke_subaccount":
		return func(p []byte, _ int) (Request, error) { return parseRevoke(p, "revoke") }
	case "unrevoke_subaccount":
		return func(p []byte, _ int) (Request, error) { return parseRevoke(p, "unrevoke") }
	case "oxend_request":
		return parseOxend
	case "batch":
		return func(p []byte, nested int) (Request, error) { return parseBatch(p, nested, false) }
	case "sequence":
		return func(p []byte, nested int) (Request, error) { return parseBatch(p, nested, true) }
	case "ifelse":
		return parseIfElse
	}
	return nil
}

func parseSwarm(params []byte, _ int) (Request, error) {
	f := load(params, field{"pubKey", kindString}, field{"pubkey", kindString})
	pk := f.alias("pubkey", "pubKey")
	if f.err != nil {
		return nil, f.err
	}
	id, ok := parsePubkey(pk)
	if !ok {
		return nil, fmt.Errorf("Pubkey must be 66 hex digits/33 bytes long")
	}
	return &SwarmRequest{Pubkey: id}, nil
}

func parseStore(params []byte, _ int) (Request, error) {
	f := load(params, field{"data", kindString}, field{"expiry", kindTime}, field{"namespace", kindNamespace},
		field{"pubKey", kindString}, field{"pubkey", kindString}, field{"pubkey_ed25519", kindString},
		field{"sig_timestamp", kindTime}, field{"signature", kindString}, field{"subaccount", kindString},
		field{"subaccount_sig", kindString}, field{"timestamp", kindTextOrTime}, field{"ttl", kindTextOrInt})
	r := &StoreRequest{}
	f.require("timestamp")
	switch {
	case f.has("expiry") && f.has("ttl"):
		f.fail("Cannot specify both 'expiry' and 'ttl'")
	case !f.has("expiry") && !f.has("ttl"):
		f.fail("Required field 'expiry' or 'ttl' missing")
	}
	r.Timestamp, r.Expiry, r.TTL = f.int("timestamp"), f.int("expiry"), f.int("ttl")
	pk := f.alias("pubkey", "pubKey")
	r.Namespace = Namespace(f.int("namespace"))
	if f.has("signature") {
		f.signature(&r.Auth, pk)
		f.subaccount(&r.Auth)
		r.SigTimestamp = f.int("sig_timestamp")
	} else {
		f.pubkey(&r.Auth, pk)
	}
	f.require("data")
	if f.err != nil {
		return nil, f.err
	}
	data := f.text("data")
	if !isBase64(data) {
		return nil, fmt.Errorf("Invalid 'data' value: not base64 encoded")
	}
	if len(data) > MaxData/3*4 {
		return nil, fmt.Errorf("Message body exceeds maximum allowed length of %d bytes", MaxData)
	}
	r.Data, _ = decodeBase64([]byte(data))
	// Sums of these must not run over.
	r.Timestamp = max(min(r.Timestamp, maxTime), -maxTime)
	r.TTL, r.Expiry = min(r.TTL, maxTime), min(r.Expiry, maxTime)
	return r, nil
}

// maxTime is beyond anything that Authorize lets pass, far from overflow.
const maxTime = 1 << 60

func parseRetrieve(params []byte, _ int) (Request, error) {
	f := load(params, field{"lastHash", kindString}, field{"last_hash", kindString}, field{"max_count", kindInt},
		field{"max_size", kindInt}, field{"namespace", kindNamespace}, field{"pubKey", kindString},
		field{"pubkey", kindString}, field{"pubkey_ed25519", kindString}, field{"signature", kindString},
		field{"subaccount", kindString}, field{"subaccount_sig", kindString}, field{"timestamp", kindTime})
	r := &RetrieveRequest{}
	pk := f.alias("pubkey", "pubKey")
	r.Namespace = Namespace(f.int("namespace"))
	if f.has("pubkey_ed25519") || f.has("signature") || f.has("timestamp") ||
		(f.has("namespace") && !r.Namespace.ReadableByAll()) {
		f.signature(&r.Auth, pk)
		f.subaccount(&r.Auth)
		f.require("timestamp")
		r.Timestamp = f.int("timestamp")
	} else {
		f.pubkey(&r.Auth, pk)
	}
	if f.has("last_hash") && f.has("lastHash") {
		f.fail("Cannot specify both 'last_hash' and 'lastHash'")
	}
	r.LastHash = f.text("last_hash")
	if f.has("lastHash") {
		r.LastHash = f.text("lastHash")
	}
	switch {
	case r.LastHash == "":
	case len(r.LastHash) != HashLength:
		f.fail("Invalid last_hash: expected base64 (43 chars)")
	case !isBase64(r.LastHash):
		f.fail("Invalid last_hash: not base64")
	}
	r.MaxCount, r.MaxSize = int(f.int("max_count")), int(f.int("max_size"))
	return r, f.err
}

// authFields are those of every signed request, in the order of the alphabet
// with more.
func authFields(more ...field) []field {
	all := append(more, field{"pubkey", kindString}, field{"pubkey_ed25519", kindString},
		field{"signature", kindString}, field{"subaccount", kindString}, field{"subaccount_sig", kindString})
	// Official nodes look at the types in alphabetical order.
	slices.SortFunc(all, func(a, b field) int { return compareText(a.name, b.name) })
	return all
}

func parseDelete(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"messages", kindStrings}, field{"required", kindBool})...)
	r := &DeleteRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	r.Messages = f.messages()
	r.Required = f.bool("required")
	return r, f.err
}

func parseDeleteAll(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"namespace", kindScope}, field{"timestamp", kindTime})...)
	r := &DeleteAllRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	f.require("timestamp")
	r.Timestamp, r.Scope = f.int("timestamp"), f.scope()
	return r, f.err
}

func parseDeleteBefore(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"before", kindTime}, field{"namespace", kindScope})...)
	r := &DeleteBeforeRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	f.require("before")
	r.Before, r.Scope = f.int("before"), f.scope()
	return r, f.err
}

func parseExpire(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"expiry", kindTimes}, field{"extend", kindBool},
		field{"messages", kindStrings}, field{"shorten", kindBool})...)
	r := &ExpireRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	f.require("expiry")
	r.Expiry = f.times("expiry")
	r.Shorten, r.Extend = f.bool("shorten"), f.bool("extend")
	if r.Shorten && r.Extend {
		f.fail("cannot specify both 'shorten' and 'extend'")
	}
	r.Messages = f.messages()
	if len(r.Expiry) != 1 && len(r.Expiry) != len(r.Messages) {
		f.fail("'expiry' must be a single expiry, or the same length as 'messages'")
	}
	return r, f.err
}

func parseExpireAll(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"expiry", kindTime}, field{"namespace", kindScope})...)
	r := &ExpireAllRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	f.require("expiry")
	r.Expiry, r.Scope = f.int("expiry"), f.scope()
	return r, f.err
}

func parseExpiries(params []byte, _ int) (Request, error) {
	f := load(params, authFields(field{"messages", kindStrings}, field{"timestamp", kindTime})...)
	r := &ExpiriesRequest{}
	f.signature(&r.Auth, f.text("pubkey"))
	f.subaccount(&r.Auth)
	f.require("timestamp")
	r.Timestamp = f.int("timestamp")
	r.Messages = f.messages()
	return r, f.err
}

func parseRevoke(params []byte, key string) (Request, error) {
	f := load(params, authFields(field{key, kindStrings}, field{"timestamp", kindTime})...)
	r := &RevokeRequest{Undo: key == "unrevoke"}
	f.signature(&r.Auth, f.text("pubkey"))
	f.require(key)
	f.require("timestamp")
	r.Timestamp = f.int("timestamp")
	list := f.strings(key)
	if f.err == nil && len(list) == 0 {
		f.fail(key + " does not contain any subaccount tokens")
	}
	if len(list) > MaxRevocations {
		f.fail(fmt.Sprintf("too many subaccounts in '%s': at most %d", key, MaxRevocations))
	}
	for _, s := range list {
		t, ok := parseToken(s)
		if !ok {
			f.fail("invalid " + key + ": expected base64 or hex-encoded subaccount tag")
		}
		r.Tokens = append(r.Tokens, t)
	}
	return r, f.err
}

func parseOxend(params []byte, _ int) (Request, error) {
	f := load(params, field{"endpoint", kindString})
	f.require("endpoint")
	r := &OxendRequest{Endpoint: f.text("endpoint")}
	if f.err == nil && r.Endpoint != EndpointServiceNodes && r.Endpoint != EndpointONS {
		f.fail("Invalid oxend endpoint '" + r.Endpoint + "'")
	}
	if p := readFields(params, "params").get("params"); p != nil && string(p) != "null" {
		r.Params = p
	}
	return r, f.err
}

func parseBatch(params []byte, nested int, sequence bool) (Request, error) {
	list := readFields(params, "requests").get("requests")
	if list == nil || list[0] != '[' {
		return nil, fmt.Errorf(`Invalid batch request: no valid "requests" field`)
	}
	var subs [][]byte
	c := cursor{b: list}
	c.items(func() {
		if sub := c.raw(); len(subs) <= MaxBatch {
			subs = append(subs, sub)
		}
	})
	switch {
	case len(subs) == 0:
		return nil, fmt.Errorf(`Invalid batch request: no valid "requests" field`)
	case len(subs) > MaxBatch:
		return nil, fmt.Errorf("Invalid batch request: subrequest limit exceeded")
	}
	r := &BatchRequest{Sequence: sequence, Requests: make([]Request, 0, len(subs))}
	for _, sub := range subs {
		if sub[0] != '{' {
			return nil, fmt.Errorf("Invalid batch request: requests must be objects")
		}
		f := readFields(sub, "method", "params")
		method, ok := f.get("method").text()
		p := f.get("params")
		if !ok || p == nil || p[0] != '{' {
			return nil, fmt.Errorf("Invalid batch request: subrequests must have method/params keys")
		}
		parse := parsers(method)
		if parse == nil {
			return nil, fmt.Errorf("Invalid batch subrequest: invalid method %q", method)
		}
		if method == "batch" || method == "sequence" || method == "ifelse" {
			return nil, fmt.Errorf("Invalid batch subrequest: subrequests may not contain meta-requests")
		}
		q, err := parse(p, nested+1)
		if err != nil {
			return nil, err
		}
		r.Requests = append(r.Requests, q)
	}
	return r, nil
}

// maxNested bounds conditions within conditions.
const maxNested = 8

func parseIfElse(params []byte, nested int) (Request, error) {
	if nested > maxNested {
		return nil, fmt.Errorf("Invalid ifelse request: nested too deeply")
	}
	top := readFields(params, "if", "then", "else")
	cond := top.get("if")
	if cond == nil || cond[0] != '{' {
		return nil, fmt.Errorf(`Invalid ifelse request: no valid "if" field`)
	}
	r := &IfElseRequest{}
	var err error
	if r.If, err = parseCondition(cond); err != nil {
		return nil, err
	}
	if r.Then, err = parseBranch(top.get("then"), "then", nested); err != nil {
		return nil, err
	}
	if r.Else, err = parseBranch(top.get("else"), "else", nested); err != nil {
		return nil, err
	}
	if r.Then == nil && r.Else == nil {
		return nil, fmt.Errorf(`Invalid ifelse request: at least one of "then"/"else" required`)
	}
	return r, nil
}

func parseBranch(p raw, key string, nested int) (Request, error) {
	if p == nil {
		return nil, nil
	}
	if p[0] != '{' {
		return nil, fmt.Errorf("Invalid ifelse request: %s must be an object", key)
	}
	f := readFields(p, "method", "params")
	method, ok := f.get("method").text()
	params := f.get("params")
	if !ok || params == nil {
		return nil, fmt.Errorf("Invalid ifelse request: %s must have method/params keys", key)
	}
	parse := parsers(method)
	if parse == nil || params[0] != '{' {
		return nil, fmt.Errorf("Invalid ifelse request method %q", key)
	}
	return parse(params, nested+1)
}

func parseCondition(p []byte) (Condition, error) {
	f := load(p, field{"height_at_least", kindInt}, field{"height_before", kindInt}, field{"hf_at_least", kindInts},
		field{"hf_before", kindInts}, field{"v_at_least", kindInts}, field{"v_before", kindInts})
	c := Condition{HFAtLeast: f.ints("hf_at_least"), HFBefore: f.ints("hf_before"),
		VersionAtLeast: f.ints("v_at_least"), VersionBefore: f.ints("v_before")}
	if f.has("height_at_least") {
		n := f.int("height_at_least")
		c.HeightAtLeast = &n
	}
	if f.has("height_before") {
		n := f.int("height_before")
		c.HeightBefore = &n
	}
	if f.err == nil && c.empty() {
		f.fail(`Invalid ifelse request: must specify at least one "if" condition`)
	}
	return c, f.err
}

func (c *Condition) empty() bool {
	return len(c.HFAtLeast) == 0 && len(c.HFBefore) == 0 && len(c.VersionAtLeast) == 0 &&
		len(c.VersionBefore) == 0 && c.HeightAtLeast == nil && c.HeightBefore == nil
}

// Holds evaluates the condition for a node's view of the network. Lists are
// compared as if filled up with zeros.
func (c *Condition) Holds(hf HardFork, version [3]int, height int64) bool {
	return (len(c.HFAtLeast) == 0 || compareVersion(hf[:], c.HFAtLeast) >= 0) &&
		(len(c.HFBefore) == 0 || compareVersion(hf[:], c.HFBefore) < 0) &&
		(len(c.VersionAtLeast) == 0 || compareVersion(version[:], c.VersionAtLeast) >= 0) &&
		(len(c.VersionBefore) == 0 || compareVersion(version[:], c.VersionBefore) < 0) &&
		(c.HeightAtLeast == nil || height >= *c.HeightAtLeast) &&
		(c.HeightBefore == nil || height < *c.HeightBefore)
}

func compareVersion(have, want []int) int {
	for i, h := range have {
		w := 0
		if i < len(want) {
			w = want[i]
		}
		if h != w {
			if h < w {
				return -1
			}
			return 1
		}
	}
	return 0
}

func parsePubkey(s string) (id identity.ID, ok bool) {
	if len(s) != 66 {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil
}

func parseToken(s string) (t SubaccountToken, ok bool) {
	switch len(s) {
	case 48:
		b, ok := decodeBase64([]byte(s))
		if !ok || len(b) != len(t) {
			return t, false
		}
		return SubaccountToken(b), true
	case 72:
		_, err := hex.Decode(t[:], []byte(s))
		return t, err == nil
	}
	return t, false
}
