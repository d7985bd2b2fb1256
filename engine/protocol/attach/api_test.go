package attach

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sotto/engine/protocol/onion"
)

// What one side encodes the other reads.
func TestCalls(t *testing.T) {
	id := FileID([]byte("x"))
	for name, c := range map[string]struct {
		r    onion.V4Request
		want Call
	}{
		"upload":       {EncodeUpload(Upload{Blob: []byte("x")}), Call{Kind: CallUpload, Blob: []byte("x")}},
		"short upload": {EncodeUpload(Upload{Blob: []byte("x"), TTL: 60}), Call{Kind: CallUpload, Blob: []byte("x"), TTL: 60}},
		"download":     {EncodeDownload(id), Call{Kind: CallDownload, ID: id}},
		"info":         {EncodeInfo(id), Call{Kind: CallInfo, ID: id}},
		"extend":       {EncodeExtend(id, 0), Call{Kind: CallExtend, ID: id}},
		"extend for":   {EncodeExtend(id, 60), Call{Kind: CallExtend, ID: id, TTL: 60}},
	} {
		// Through the bytes of a v4 request, as they travel.
		r, err := onion.DecodeV4Request(onion.EncodeV4Request(c.r))
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseCall(r)
		if err != nil || got.Kind != c.want.Kind || got.ID != c.want.ID || got.TTL != c.want.TTL || !bytes.Equal(got.Blob, c.want.Blob) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAnswers(t *testing.T) {
	const day = 1_754_863_793_180
	up := Uploaded{ID: FileID([]byte("x")), Expires: day}
	if got, err := ParseUploaded(EncodeUploaded(up)); err != nil || got != up {
		t.Errorf("%+v, %v", got, err)
	}
	info := FileInfo{Size: 12, Uploaded: day - 1000, Expires: day}
	if got, err := ParseFileInfo(EncodeFileInfo(info)); err != nil || got != info {
		t.Errorf("%+v, %v", got, err)
	}
	body := func(s string) onion.V4Response { return onion.V4Response{Code: 200, Body: []byte(s)} }
	for doc, want := range map[string]Uploaded{
		`{"id":"123"}`:                          {ID: "123"},
		`{"id":123}`:                            {ID: "123"},
		`{"id":"a_-=","expires":1754863793.18}`: {ID: "a_-=", Expires: day},
	} {
		if got, err := ParseUploaded(body(doc)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", doc, got, err)
		}
	}
	for _, doc := range []string{``, `[]`, `{}`, `{"id":""}`, `{"id":null}`, `{"id":-5}`, `{"id":1.5}`, `{"id":"../x"}`, `{"id":"1","expires":1e300}`,
		`{"id":"1","expires":-1}`, `{"id":"` + strings.Repeat("a", 65) + `"}`, `{"id":"1"}` + strings.Repeat(" ", 5000)} {
		if got, err := ParseUploaded(body(doc)); !errors.Is(err, ErrAnswer) {
			t.Errorf("%.60s: %+v, %v", doc, got, err)
		}
	}
	for _, doc := range []string{``, `{}`, `{"size":1}`, `{"size":-1,"expires":1}`, `{"size":1,"expires":1e99}`} {
		if got, err := ParseFileInfo(body(doc)); !errors.Is(err, ErrAnswer) {
			t.Errorf("%s: %+v, %v", doc, got, err)
		}
	}
	if _, err := ParseDownloaded(body("")); !errors.Is(err, ErrAnswer) {
		t.Errorf("empty file: %v", err)
	}
	if _, err := ParseDownloaded(onion.V4Response{Code: 200, Body: make([]byte, MaxBlob+1)}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("large file: %v", err)
	}
	for code, c := range map[int]struct{ gone, large, temporary bool }{
		404: {gone: true}, 413: {large: true}, 500: {temporary: true}, 507: {temporary: true}, 429: {temporary: true}, 400: {},
	} {
		_, err := ParseDownloaded(EncodeStatus(code))
		var refused *StatusError
		if !errors.As(err, &refused) || refused.Gone() != c.gone || refused.TooLarge() != c.large || refused.Temporary() != c.temporary {
			t.Errorf("%d: %v", code, err)
		}
	}
}

func FuzzParseUploaded(f *testing.F) {
	f.Add([]byte(`{"id":"123","expires":1754863793.18}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		r := onion.V4Response{Code: 200, Body: doc}
		if up, err := ParseUploaded(r); err == nil && (!validID(up.ID) || up.Expires < 0) {
			t.Fatalf("%+v", up)
		} else if err != nil && !errors.Is(err, ErrAnswer) {
			t.Fatalf("untyped error %v", err)
		}
		if info, err := ParseFileInfo(r); err == nil && (info.Size < 0 || info.Expires < 0) {
			t.Fatalf("%+v", info)
		}
	})
}

func FuzzOpen(f *testing.F) {
	v := loadVectors(f)
	f.Add([]byte(v.Legacy.Blob), []byte(v.Legacy.Key64), []byte(v.Legacy.Digest), int64(16), false)
	f.Add([]byte(v.Small.Blob), []byte(v.Small.Key), []byte{}, int64(4), true)
	f.Fuzz(func(t *testing.T, blob, key, digest []byte, size int64, deterministic bool) {
		got, err := open(blob, Secret{Key: key, Digest: digest, Size: size, Deterministic: deterministic})
		if err == nil {
			if int64(len(got)) != size {
				t.Fatalf("%d bytes of %d", len(got), size)
			}
			return
		}
		for _, typed := range []error{ErrNotOpen, ErrSize, ErrTooLarge, ErrPointer} {
			if errors.Is(err, typed) {
				return
			}
		}
		t.Fatalf("untyped error %v", err)
	})
}
