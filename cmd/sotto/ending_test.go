package main

import (
	"sync"
	"testing"
	"time"
)

// The program ends though the toolkit does not, and what is left to do is done once.
func TestTheProgramEndsWithoutTheToolkit(t *testing.T) {
	done, code := 0, -1
	late := make(chan time.Time, 1)
	late <- time.Time{}
	e := ending{returned: make(chan struct{}), exit: func(c int) { code = c }}
	e.finish = sync.OnceValue(func() int { done++; return exitError })
	e.await(late)
	if code != exitError {
		t.Errorf("it ended with %d", code)
	}
	if e.finish(); done != 1 {
		t.Errorf("it was finished %d times", done)
	}
}

func TestAToolkitThatEndsIsNotHurried(t *testing.T) {
	e := ending{returned: make(chan struct{}), exit: func(int) { t.Error("hurried") }, finish: func() int { return exitOK }}
	close(e.returned)
	e.await(make(chan time.Time))
}
