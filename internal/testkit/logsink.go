package testkit

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"sotto/engine"
)

// LogSink keeps a person's log and holds it to the rules of the house: no
// warnings, no texts, no ids, no keys.
type LogSink struct {
	mu      sync.Mutex
	text    bytes.Buffer
	secrets []string
	errors  bool
}

// Write implements io.Writer.
func (l *LogSink) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// ExpectErrors says that warnings and errors are part of the story.
func (l *LogSink) ExpectErrors() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errors = true
}

// Forbid adds a text that the log must not have.
func (l *LogSink) Forbid(secret string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.secrets = append(l.secrets, secret)
}

func (l *LogSink) guard(e *engine.Engine) {
	phrase, err := e.RecoveryPhrase(context.Background())
	if err == nil {
		words := strings.Fields(phrase)
		l.Forbid(strings.Join(words[:3], " "))
	}
	if seed, err := e.RecoverySeedHex(context.Background()); err == nil {
		l.Forbid(seed)
	}
	id := e.Me().ID.String()
	l.Forbid(id)
	l.Forbid(id[2:])
	l.Forbid("hello")
}

func (l *LogSink) check(t testing.TB) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.String()
	if !l.errors {
		for line := range strings.Lines(text) {
			if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
				t.Errorf("warning in the log: %s", line)
			}
		}
	}
	for _, secret := range l.secrets {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("the log gives something away, near: %.80s", text[max(0, i-80):i])
		}
	}
}
