package desktop

import (
	"testing"

	"golang.org/x/sys/windows/registry"
)

func TestAutostartInTheRegistry(t *testing.T) {
	a := Autostart{App: App{ID: "im.sotto.SottoTest"}, Program: `C:\Program Files\Sotto\sotto.exe`, Args: []string{"--hidden", "--profile", `D:\my "profile"\`}}
	t.Cleanup(func() { _ = a.Set(false) })
	want := func(on bool) {
		t.Helper()
		if got, err := a.On(); got != on || err != nil {
			t.Errorf("on: %v, %v", got, err)
		}
	}
	want(false)
	if err := a.Set(true); err != nil {
		t.Fatal(err)
	}
	want(true)
	approved, _, err := registry.CreateKey(registry.CURRENT_USER, approvedKey, registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	defer approved.Close()
	if err := approved.SetBinaryValue(a.record(), []byte{3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	want(false) // as the task manager switches it off
	if err := a.Set(true); err != nil {
		t.Fatal(err)
	}
	want(true)
	if err := a.Set(false); err != nil {
		t.Fatal(err)
	}
	want(false)
}
