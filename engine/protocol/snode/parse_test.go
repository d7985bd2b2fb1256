package snode

import (
	"fmt"
	"strings"
	"testing"
)

// TestParseErrors: texts that the recording has not, and the order in which
// official nodes complain.
func TestParseErrors(t *testing.T) {
	pk := `"pubkey":"05` + strings.Repeat("ab", 32) + `"`
	group := `"pubkey":"03` + strings.Repeat("ab", 32) + `"`
	sig := `"signature":"` + strings.Repeat("A", 86) + `=="`
	hash := strings.Repeat("A", 43)
	const invalid = "400 invalid request: "
	for _, row := range []struct{ method, params, want string }{
		{"store", `{}`, invalid + "Required field 'timestamp' missing"},
		{"store", `{"timestamp":1,"ttl":1,"expiry":1795381386147}`, invalid + "Cannot specify both 'expiry' and 'ttl'"},
		{"store", `{"timestamp":1,"ttl":-1}`, invalid + "Invalid value given for 'ttl': expected positive integer"},
		{"store", `{"timestamp":true,"ttl":1}`, invalid + "Invalid value given for 'timestamp': expected integer"},
		{"store", `{"timestamp":null,"ttl":1}`, invalid + "Required field 'timestamp' missing"},
		{"store", `{"timestamp":1,"ttl":1}`, invalid + "Required field 'pubkey' missing"},
		{"store", `{"timestamp":1,"ttl":1,"pubkey":5}`, invalid + "Invalid value given for 'pubkey': expected string"},
		{"store", `{"timestamp":1,"ttl":1,"pubkey":"05"}`, invalid + "Pubkey must be 66 hex digits (33 bytes) long"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":7}`, invalid + "Invalid value given for 'data': expected string"},
		{"store", `{"timestamp":1,"expiry":5,` + pk + `}`, invalid + "Invalid timestamp for 'expiry': timestamp must be in milliseconds"},
		{"store", `{"timestamp":1,"expiry":-5,` + pk + `}`, invalid + "Invalid value given for 'expiry': expected integer timestamp (in milliseconds)"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":"A"}`, invalid + "Invalid 'data' value: not base64 encoded"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":"","namespace":-32769}`, invalid + "Invalid value given for 'namespace': value out of range"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":"","namespace":99999999999999999999}`, invalid + "Invalid value given for 'namespace': value out of range"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":""}`, "200"},
		{"store", `{"timestamp":1,"ttl":1,` + pk + `,"data":"",` + sig + `,"pubkey_ed25519":"ab"}`, invalid + "Invalid pubkey_ed25519: expected 64 hex char or 32 byte pubkey"},
		{"store", `{"timestamp":1,"ttl":1,` + group + `,"data":"",` + sig + `,"pubkey_ed25519":"ab"}`, invalid + "pubkey_ed25519 is only permitted for 05[...] pubkeys"},
		{"store", `{"timestamp":1,"ttl":1,` + group + `,"data":"",` + sig + `,"subaccount":"AA"}`, invalid + "invalid subaccount: subaccount_sig is required when using subaccount"},
		{"store", `{"timestamp":1,"ttl":1,` + group + `,"data":"",` + sig + `,"subaccount":"AA","subaccount_sig":"AA"}`, invalid + "invalid subaccount: expected base64 or hex-encoded subaccount token"},
		{"store", `{"timestamp":1,"ttl":1,` + group + `,"data":"",` + sig + `,"subaccount":"` + strings.Repeat("ab", 36) + `","subaccount_sig":"AA"}`, invalid + "invalid subaccount signature: expected base64 encoded Ed25519 signature"},
		{"store", strings.ReplaceAll(`{"timestamp":1,"ttl":1,`+pk+`,"data":"",`+sig+`}`, "pubkey", "pubKey"), "200"},
		{"retrieve", `{` + pk + `,"last_hash":"` + hash + `","lastHash":"x","namespace":-10}`, invalid + "Cannot specify both 'last_hash' and 'lastHash'"},
		{"retrieve", `{` + pk + `,"last_hash":"` + strings.Repeat("*", 43) + `"}`, invalid + "Invalid last_hash: not base64"},
		{"retrieve", `{` + pk + `,"lastHash":"","last_hash":null}`, "200"},
		{"retrieve", `{` + pk + `,"max_count":"1"}`, invalid + "Invalid value given for 'max_count': expected integer"},
		{"retrieve", `{` + pk + `,` + sig + `}`, invalid + "Required field 'timestamp' missing"},
		{"delete", `{` + pk + `,` + sig + `}`, invalid + "Required field 'messages' missing"},
		{"delete", `{` + pk + `,` + sig + `,"messages":"` + hash + `"}`, "200"},
		{"delete", `{` + pk + `,` + sig + `,"messages":["` + hash + `",5]}`, invalid + "Invalid value given for 'messages': expected string array"},
		{"delete", `{` + pk + `,` + sig + `,"messages":["` + hash + `"],"required":1}`, invalid + "Invalid value given for 'required': expected boolean"},
		{"delete_all", `{` + pk + `,` + sig + `}`, invalid + "Required field 'timestamp' missing"},
		{"delete_all", `{` + pk + `,` + sig + `,"timestamp":1795381386147,"namespace":"every"}`, invalid + `Invalid value given for 'namespace': expected integer or "all"`},
		{"delete_before", `{` + pk + `,` + sig + `}`, invalid + "Required field 'before' missing"},
		{"expire", `{` + pk + `,` + sig + `,"messages":["` + hash + `"]}`, invalid + "Required field 'expiry' missing"},
		{"expire", `{` + pk + `,` + sig + `,"messages":["` + hash + `"],"expiry":[1795381386147,"x"]}`, invalid + "Invalid value given for 'expiry': expected integer timestamp (in milliseconds)"},
		{"expire", `{` + pk + `,` + sig + `,"messages":["` + hash + `"],"expiry":[]}`, invalid + "'expiry' must be a single expiry, or the same length as 'messages'"},
		{"get_expiries", `{` + pk + `,` + sig + `,"timestamp":1795381386147,"messages":["all"]}`, invalid + "invalid message hash: all"},
		{"oxend_request", `{}`, invalid + "Required field 'endpoint' missing"},
		{"oxend_request", `{"endpoint":"ons_resolve","params":null}`, "200"},
		{"batch", `{"requests":{}}`, invalid + `Invalid batch request: no valid "requests" field`},
		{"batch", `{"requests":[5]}`, invalid + "Invalid batch request: requests must be objects"},
		{"batch", `{"requests":[{"method":"info"}]}`, invalid + "Invalid batch request: subrequests must have method/params keys"},
		{"batch", `{"requests":[{"method":"ifelse","params":{}}]}`, invalid + "Invalid batch subrequest: subrequests may not contain meta-requests"},
		{"sequence", `{"requests":[` + strings.Repeat(`{"method":"info","params":{}},`, 19) + `{"method":"info","params":{}}]}`, "200"},
		{"ifelse", `{}`, invalid + `Invalid ifelse request: no valid "if" field`},
		{"ifelse", `{"if":{}}`, invalid + `Invalid ifelse request: must specify at least one "if" condition`},
		{"ifelse", `{"if":{"hf_at_least":[]},"then":{}}`, invalid + `Invalid ifelse request: must specify at least one "if" condition`},
		{"ifelse", `{"if":{"hf_at_least":[19]}}`, invalid + `Invalid ifelse request: at least one of "then"/"else" required`},
		{"ifelse", `{"if":{"hf_at_least":[19]},"then":5}`, invalid + "Invalid ifelse request: then must be an object"},
		{"ifelse", `{"if":{"hf_at_least":[19]},"else":{}}`, invalid + "Invalid ifelse request: else must have method/params keys"},
		{"ifelse", `{"if":{"height_before":5},"else":{"method":"batch","params":{"requests":[{"method":"info","params":{}}]}}}`, "200"},
	} {
		_, err := Parse(fmt.Appendf(nil, `{"method":%q,"params":%s}`, row.method, row.params))
		if got := answer(err); got != row.want {
			t.Errorf("%s %.90s:\ngot  %s\nwant %s", row.method, row.params, got, row.want)
		}
	}
	for body, want := range map[string]string{
		"":                                        "400 invalid json",
		`{"method":"info","params":{}`:            "400 invalid json",
		"{\"method\":\"\xff\",\"params\":{}}":     "400 invalid json",
		strings.Repeat("[", 100000):               "400 invalid json",
		`{"method":"info","params":[]}`:           "400 invalid json: no `params` field",
		`{"method":5,"params":{}}`:                "400 invalid json: no `method` field",
		`{"method":"info","params":{"x":1}} `:     "200",
		`{"\u006dethod":"in\u0066o","params":{}}`: "200",
		// Of equal keys the last counts.
		`{"method":"nope","method":"info","params":{}}`: "200",
	} {
		_, err := Parse([]byte(body))
		if got := answer(err); got != want {
			t.Errorf("%.60q: %s, want %s", body, got, want)
		}
	}
	if _, err := Parse([]byte(`{"method":"info","params":` + strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 71))); err == nil {
		t.Error("70 levels of nesting accepted")
	}
	deep := `{"method":"info","params":{}}`
	for range 12 {
		deep = `{"method":"ifelse","params":{"if":{"v_before":[9]},"then":` + deep + `}}`
	}
	if _, err := Parse([]byte(deep)); err == nil {
		t.Error("12 conditions within each other accepted")
	}
}

func TestConditions(t *testing.T) {
	height := int64(100)
	for _, row := range []struct {
		c    Condition
		want bool
	}{
		{Condition{HFAtLeast: []int{19}}, true},
		{Condition{HFAtLeast: []int{19, 5}}, false},
		{Condition{HFBefore: []int{19, 4}}, false},
		{Condition{HFBefore: []int{20}}, true},
		{Condition{VersionAtLeast: []int{2, 8}}, true},
		{Condition{VersionAtLeast: []int{2, 8, 1}}, false},
		{Condition{VersionBefore: []int{2, 8, 0}}, false},
		{Condition{VersionBefore: []int{3}}, true},
		{Condition{HeightAtLeast: &height}, true},
		{Condition{HeightBefore: &height}, false},
		{Condition{HeightAtLeast: &height, HFAtLeast: []int{20}}, false},
	} {
		if got := row.c.Holds(HardFork{19, 4}, [3]int{2, 8, 0}, 100); got != row.want {
			t.Errorf("%+v: %v", row.c, got)
		}
		back, err := parseCondition(row.c.append(nil))
		if err != nil || back.Holds(HardFork{19, 4}, [3]int{2, 8, 0}, 100) != row.want {
			t.Errorf("%s: %v", row.c.append(nil), err)
		}
	}
}
