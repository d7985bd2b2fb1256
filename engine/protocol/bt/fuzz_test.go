package bt_test

import (
	"bytes"
	"testing"

	"sotto/engine/protocol/bt"
)

// Whatever decodes encodes to the same bytes, and the three ways to read agree
// on what decodes.
func FuzzDecode(f *testing.F) {
	for _, tt := range rejected {
		f.Add([]byte(tt.text))
	}
	f.Add([]byte("d1:#i1e1:&d1:n5:Alice1:sli-5ei18446744073709551615e1:aee1:<lli0e2:hhdeee1:=d1:n0:1:sll1:aeleeee"))
	f.Add([]byte(`l58:{"code":200,"headers":{"content-type":"application/json"}}2:{}e`))
	limits := bt.Limits{Depth: 8, Elements: 200, Size: 4096}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := bt.Decode(data, limits)

		r := bt.NewReader(data, limits)
		raw, _ := r.Raw()
		if skipErr := r.Close(); (skipErr == nil) != (err == nil) {
			t.Fatalf("Decode: %v, Skip: %v", err, skipErr)
		} else if err != nil {
			if skipErr.Error() != err.Error() {
				t.Fatalf("Decode: %v, Skip: %v", err, skipErr)
			}
			return
		}
		if !bytes.Equal(raw, data) {
			t.Fatalf("Raw returned %q of %q", raw, data)
		}
		back, err := bt.Encode(v)
		if err != nil || !bytes.Equal(back, data) {
			t.Fatalf("encoded %q as %q, %v", data, back, err)
		}
	})
}
