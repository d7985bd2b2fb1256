package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"sotto/engine/model"
	"sotto/store"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"account create --name Ada", `account.create map[name:Ada] map[]`},
		{"--json --profile /p account show --recovery-phrase", `account.show map[recovery_phrase:true] map[json:true profile:/p]`},
		{"account show --json", `account.show map[] map[json:true]`},
		{"send --to 05 --text=a=b --timeout 1.5", `send map[text:a=b timeout:1.5 to:05] map[]`},
		{"send --to 05 --text --json", `send map[text:--json to:05] map[]`},
		{"send --to 05 --attach a --attach b", `send map[attach:[a b] to:05] map[]`},
		{"requests accept 05", `requests.accept map[id:05] map[]`},
		{"contact set 05 --nickname= --pin", `contact.set map[id:05 nickname: pin:true] map[]`},
		{"contact set -- -x", `contact.set map[id:-x] map[]`},
		{"group invite 03 05a 05b", `group.invite map[id:03 member:[05a 05b]] map[]`},
		{"expire-timer --with 05 --mode after-read --seconds 300", `expire-timer map[mode:after-read seconds:300 with:05] map[]`},
		{"rpc", `rpc map[] map[]`},

		{"", "no command given"},
		{"acounts", `there is no command "acounts"`},
		{"account", `"account" is followed by one of create, restore, show`},
		{"account bake", `"account" is followed by one of create, restore, show`},
		{"account.create --name x", `there is no command "account.create"`},
		{"account create", `"account create" needs --name`},
		{"account create --name", `--name needs a value`},
		{"account create --name a --name b", `--name is given twice`},
		{"account create --name a b", `"account create" does not know what to do with "b"`},
		{"account show --passphrase x", `"account show" knows no option --passphrase`},
		{"--text a send", `unknown option --text; options of a command come after it`},
		{"receive --count x", `--count is a whole number, not "x"`},
		{"receive --count -1", `count is not negative`},
		{"receive --timeout soon", `--timeout is a number of seconds, not "soon"`},
		{"receive --timeout -1", `timeout is a number of seconds`},
		{"receive --timeout NaN", `--timeout is a number of seconds, not "NaN"`},
		{"receive --follow=yes", `--follow takes no value`},
		{"requests accept", `"requests accept" needs ID`},
		{"expire-timer --with 05 --mode soon", `mode is one of off, after-read, after-send`},
		{"--log-level loud sync", `log_level is one of debug, info, warn, error`},
	} {
		t.Run(c.line, func(t *testing.T) {
			l, err := Parse(strings.Fields(c.line))
			got := ""
			if err != nil {
				if !IsUsage(err) {
					t.Fatalf("%T is no usage error", err)
				}
				got = err.Error()
			} else {
				got = fmt.Sprint(l.Command.Name, " ", map[string]any(l.Args), " ", map[string]any(l.Global))
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFromJSON(t *testing.T) {
	for _, c := range []struct{ method, params, want string }{
		{"send", `{"to":"05","text":"x","reply_to":1700000000000,"timeout":2}`, `map[reply_to:1700000000000 text:x timeout:2 to:05]`},
		{"send", `{"to":"05","attach":["a","b"]}`, `map[attach:[a b] to:05]`},
		{"send", `{"to":"05","attach":"a","text":null}`, `map[attach:[a] to:05]`},
		{"receive", ``, `map[]`},
		{"receive", `{"follow":false}`, `map[follow:false]`},
		{"send", `{"to":5}`, `to is a string`},
		{"send", `{"text":"x"}`, `"send" needs --to`},
		{"send", `{"to":"05","reply_to":1.5}`, `reply_to is a whole number`},
		{"send", `{"to":"05","reply-to":1}`, `"send" knows no parameter "reply-to"`},
		{"receive", `{"count":-1}`, `count is not negative`},
		{"receive", `{"timeout":1e300}`, `timeout is a number of seconds`},
		{"receive", `{"follow":"yes"}`, `follow is true or false`},
		{"expire-timer", `{"with":"05","mode":"x"}`, `mode is one of off, after-read, after-send`},
	} {
		t.Run(c.method+c.params, func(t *testing.T) {
			command, ok := Find(c.method)
			if !ok {
				t.Fatal("no such method")
			}
			args, err := command.FromJSON(json.RawMessage(c.params))
			got := fmt.Sprint(map[string]any(args))
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestContract holds the table against the verbs that people script with.
func TestContract(t *testing.T) {
	available := "accounts account.create account.restore account.show send receive conversations messages requests.list " +
		"requests.accept requests.delete requests.block react delete expire-timer read contacts contact.set profile.set " +
		"factor.show factor.set factor.remove download " +
		"group.create group.invite group.remove group.promote group.rename group.picture group.timer group.leave group.delete group.info " +
		"community.rooms community.join community.leave community.info community.ban community.unban community.pin community.invite community.edit " +
		"sync path safety-number network.show network.set network.test export backup backup-info restore-backup rpc"
	for _, name := range strings.Fields(available) {
		c, ok := Find(name)
		if !ok || c.run == nil && name != RPC {
			t.Errorf("%s is not available", name)
		}
	}
	if n := len(strings.Fields(available)); n != len(table) {
		t.Errorf("the table has %d commands, the contract %d", len(table), n)
	}
}

func TestFailure(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{model.Fail(model.ReasonNotAllowed, "the contact is blocked", nil), `{"reason":"not_allowed","message":"The contact is blocked."}`},
		{model.Fail(model.ReasonLocked, "no way", store.ErrLocked), `{"reason":"locked","message":"No way."}`},
		{model.Fail(model.ReasonClock, "the clock is wrong", nil), `{"reason":"offline","message":"The clock is wrong.","cause":"clock"}`},
		{model.Fail(model.ReasonExpired, "too old", nil), `{"reason":"rejected","message":"Too old.","cause":"expired"}`},
		{model.Fail(model.ReasonDisk, "the disk is full", errors.New("/home/ada/secret")), `{"reason":"internal","message":"The disk is full.","cause":"disk"}`},
		{errors.New("nil map"), `{"reason":"internal","message":"Something went wrong inside; --log-level debug tells more."}`},
		{fmt.Errorf("wrapped: %w", &Failure{Reason: "offline", Message: "Queued.", ID: "1", Timestamp: 2}), `{"reason":"offline","message":"Queued.","id":"1","timestamp":2}`},
		{fromRPC(toRPC(&Failure{Reason: "offline", Message: "Queued.", ID: "1"})), `{"reason":"offline","message":"Queued.","id":"1"}`},
	} {
		got, err := json.Marshal(NewFailure(c.err))
		if err != nil || string(got) != c.want {
			t.Errorf("%v:\ngot  %s\nwant %s", c.err, got, c.want)
		}
	}
	closed := map[string]bool{"offline": true, "not_found": true, "invalid": true, "too_large": true, "not_allowed": true, "rejected": true, "locked": true, "internal": true}
	for r := model.ReasonOffline; r <= model.ReasonCancelled; r++ {
		if f := NewFailure(model.Fail(r, "x", nil)); !closed[f.Reason] {
			t.Errorf("reason %v becomes %q", r, f.Reason)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("send --to 05 --text x")
	f.Add("--json account -- create --name")
	f.Fuzz(func(t *testing.T, line string) {
		l, err := Parse(strings.Split(line, " "))
		if err == nil && l.Command == nil && !l.Help {
			t.Fatal("neither command nor error")
		}
		if err != nil && !IsUsage(err) {
			t.Fatalf("%T", err)
		}
	})
}

func FuzzFromJSON(f *testing.F) {
	f.Add("send", `{"to":"05","attach":["a"]}`)
	f.Add("receive", `{"timeout":1e999,"count":null}`)
	f.Fuzz(func(t *testing.T, method, params string) {
		c, ok := Find(method)
		if !ok || !json.Valid([]byte(params)) {
			return
		}
		if _, err := c.FromJSON(json.RawMessage(params)); err != nil && !IsUsage(err) {
			t.Fatalf("%T", err)
		}
	})
}
