package fileserver

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"sotto/engine/protocol/onion"
)

type kit struct {
	*Server
	now int64
}

func newKit(t testing.TB) *kit {
	t.Helper()
	dir := t.TempDir()
	db, err := bbolt.Open(filepath.Join(dir, "db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	k := &kit{now: 1_700_000_000_123}
	if k.Server, err = New(filepath.Join(dir, "files"), db, func() int64 { return k.now }); err != nil {
		t.Fatal(err)
	}
	return k
}

func post(endpoint string, body []byte, headers ...onion.Header) onion.V4Request {
	if body != nil {
		headers = append(headers, onion.Header{Name: "Content-Type", Value: "application/octet-stream"})
	}
	return onion.V4Request{Method: "POST", Endpoint: endpoint, Headers: headers, Body: body}
}

func get(endpoint string, headers ...onion.Header) onion.V4Request {
	return onion.V4Request{Method: "GET", Endpoint: endpoint, Headers: headers}
}

func (k *kit) must(t testing.TB, r onion.V4Request, into any) onion.V4Response {
	t.Helper()
	a := k.Serve(r)
	if a.Code != 200 {
		t.Fatalf("%s %s: %d %s", r.Method, r.Endpoint, a.Code, a.Body)
	}
	if into != nil {
		if err := json.Unmarshal(a.Body, into); err != nil {
			t.Fatalf("%v in %s", err, a.Body)
		}
	}
	return a
}

// The id of the vector in attachments.md §5.
func TestIDVector(t *testing.T) {
	if got := ID([]byte("Hello attachment")); got != "Nnt0JHQiRlmGnLE1VpegqY3jpi_UtGVrLuf6L1Vj_ST2" {
		t.Errorf("id %s", got)
	}
}

func TestUploadDownloadInfoExtend(t *testing.T) {
	k := newKit(t)
	data := []byte("Hello attachment")
	var up struct {
		ID      string
		Expires float64
	}
	k.must(t, post("/file", data), &up)
	if want := 1_700_000_000.123 + 21*86400; len(up.ID) != IDSize || up.Expires != want {
		t.Errorf("%+v, want expires %f", up, want)
	}
	down := k.must(t, get("/file/"+up.ID), nil)
	h := map[string]string{}
	for _, x := range down.Headers {
		h[x.Name] = x.Value
	}
	if !bytes.Equal(down.Body, data) || h["content-type"] != "application/octet-stream" || h["expires"] != "Tue, 05 Dec 2023 22:13:20 GMT" {
		t.Errorf("%q %v", down.Body, h)
	}
	var info struct {
		Size              int
		Uploaded, Expires float64
	}
	k.must(t, get("/file/"+up.ID+"/info"), &info)
	if info.Size != 16 || info.Uploaded != 1_700_000_000.123 || info.Expires != up.Expires {
		t.Errorf("%+v", info)
	}
	k.now += 86400_000
	k.must(t, post("/file/"+up.ID+"/extend", nil), &info)
	if info.Uploaded != 1_700_000_000.123 || info.Expires != up.Expires+86400 {
		t.Errorf("extended: %+v", info)
	}
	// The same bytes again: the same id, renewed.
	k.now += 86400_000
	id := up.ID
	k.must(t, post("/file", data), &up)
	if n, err := k.Count(); up.ID != id || n != 1 || err != nil {
		t.Errorf("%s, %d files, %v", up.ID, n, err)
	}
}

func TestFilesEnd(t *testing.T) {
	k := newKit(t)
	var short, long struct{ ID string }
	k.must(t, post("/file", []byte("short"), onion.Header{Name: "X-FS-TTL", Value: "3600"}), &short)
	k.must(t, post("/file", []byte("long"), onion.Header{Name: "x-fs-ttl", Value: "999999999"}), &long)
	k.now += 3600_000
	if a := k.Serve(get("/file/" + short.ID)); a.Code != 404 {
		t.Errorf("ended, not swept: %d", a.Code)
	}
	if a := k.Serve(post("/file/"+short.ID+"/extend", nil)); a.Code != 404 {
		t.Errorf("extend of an ended file: %d", a.Code)
	}
	if n, err := k.Sweep(); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if files, err := os.ReadDir(k.dir); err != nil || len(files) != 1 {
		t.Errorf("%d files left, %v", len(files), err)
	}
	k.now += TTL
	if n, err := k.Sweep(); n != 1 || err != nil {
		t.Errorf("no file lives longer than %v: %d, %v", TTL*time.Millisecond, n, err)
	}
}

func TestRefusals(t *testing.T) {
	k := newKit(t)
	untyped := onion.V4Request{Method: "POST", Endpoint: "/file", Body: []byte("x")}
	for name, c := range map[string]struct {
		req  onion.V4Request
		code int
	}{
		"empty upload":    {post("/file", nil), 413},
		"too large":       {post("/file", make([]byte, MaxFile+1)), 413},
		"no type":         {untyped, 400},
		"bad life":        {post("/file", []byte("x"), onion.Header{Name: "X-FS-TTL", Value: "soon"}), 400},
		"negative life":   {post("/file", []byte("x"), onion.Header{Name: "X-FS-TTL", Value: "-5"}), 400},
		"unknown file":    {get("/file/" + strings.Repeat("A", 44)), 404},
		"unknown info":    {get("/file/1234/info"), 404},
		"unknown extend":  {post("/file/"+strings.Repeat("A", 44)+"/extend", nil), 404},
		"numeric extend":  {post("/file/1234/extend", nil), 404},
		"outside":         {get("/file/..%2f..%2fnetwork.db"), 404},
		"other path":      {get("/token_info"), 404},
		"no path":         {get(""), 404},
		"whole URL":       {get("http://example.org/file/1"), 404},
		"get of upload":   {get("/file"), 405},
		"wrong method":    {post("/file/"+strings.Repeat("A", 44), []byte("x")), 405},
		"deep path":       {get("/file/a/b/c"), 404},
		"no platform":     {get("/session_version"), 404},
		"other platforms": {get("/session_version?platform=palm"), 404},
	} {
		a := k.Serve(c.req)
		if want := `{"status_code":` + strconv.Itoa(c.code) + `}`; a.Code != c.code || string(a.Body) != want {
			t.Errorf("%s: %d %s, want %d", name, a.Code, a.Body, c.code)
		}
	}
	if a := k.Serve(post("/file", make([]byte, MaxFile))); a.Code != 200 {
		t.Errorf("largest file: %d", a.Code)
	}
}

func TestVersionAuthentication(t *testing.T) {
	k := newKit(t)
	const endpoint = "/session_version?platform=desktop"
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	id := "07" + hex.EncodeToString(key.Public().(ed25519.PublicKey))
	headers := func(id string, at int64, sig []byte) []onion.Header {
		return []onion.Header{
			{Name: "X-FS-Pubkey", Value: id},
			{Name: "X-FS-Timestamp", Value: strconv.FormatInt(at, 10)},
			{Name: "X-FS-Signature", Value: base64.StdEncoding.EncodeToString(sig)},
		}
	}
	now := k.now / 1000
	good := ed25519.Sign(key, []byte(strconv.FormatInt(now, 10)+"GET"+endpoint))
	old := now - 25*3600
	oldSig := ed25519.Sign(key, []byte(strconv.FormatInt(old, 10)+"GET"+endpoint))
	for name, c := range map[string]struct {
		headers []onion.Header
		code    int
	}{
		"none":            {nil, 200},
		"good":            {headers(id, now, good), 200},
		"one missing":     {headers(id, now, good)[:2], 400},
		"old":             {headers(id, old, oldSig), 425},
		"wrong signature": {headers(id, now, oldSig), 401},
		"wrong prefix":    {headers("05"+id[2:], now, good), 400},
		"no id":           {headers("07", now, good), 400},
		"no point":        {headers("0702"+strings.Repeat("00", 31), now, good), 400},
		"short signature": {headers(id, now, good[:10]), 400},
	} {
		if a := k.Serve(get(endpoint, c.headers...)); a.Code != c.code {
			t.Errorf("%s: %d %s, want %d", name, a.Code, a.Body, c.code)
		}
	}
}

func FuzzServe(f *testing.F) {
	f.Add("GET", "/file/abc/info", "X-FS-TTL", "1", []byte("x"))
	f.Add("POST", "/file", "Content-Type", "a", []byte("x"))
	f.Add("GET", "/session_version?platform=ios", "X-FS-Pubkey", "07", []byte(nil))
	k := newKit(f)
	f.Fuzz(func(t *testing.T, method, endpoint, name, value string, body []byte) {
		a := k.Serve(onion.V4Request{Method: method, Endpoint: endpoint, Headers: []onion.Header{{Name: name, Value: value}}, Body: body})
		if a.Code < 200 || a.Code > 599 || len(a.Headers) == 0 {
			t.Errorf("%d %v", a.Code, a.Headers)
		}
	})
}
