package attach

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
)

var (
	testKey = [64]byte{1, 2, 3, 63: 4}
	testIV  = [16]byte{5, 6, 15: 7}
)

func content(n int64) []byte {
	file := make([]byte, n)
	r := rand.New(rand.NewPCG(uint64(n), 1))
	for i := range file {
		file[i] = byte(r.Uint32())
	}
	return file
}

// sealed returns a file's blob under both schemes.
func sealed(t testing.TB, file []byte) map[string]struct {
	blob []byte
	s    Secret
} {
	t.Helper()
	out := map[string]struct {
		blob []byte
		s    Secret
	}{}
	var b bytes.Buffer
	s, err := SealLegacy(&b, bytes.NewReader(file), int64(len(file)), testKey, testIV, true)
	if err != nil {
		t.Fatal(err)
	}
	out["legacy"] = struct {
		blob []byte
		s    Secret
	}{bytes.Clone(b.Bytes()), s}
	b.Reset()
	if s, err = SealDeterministic(&b, bytes.NewReader(file), [32]byte{9}, DomainAttachment); err != nil {
		t.Fatal(err)
	}
	out["deterministic"] = struct {
		blob []byte
		s    Secret
	}{b.Bytes(), s}
	return out
}

// Every length around the seams of blocks, buffers and chunks, up to the limit.
func TestLengths(t *testing.T) {
	lengths := []int64{0, 1, 15, 16, 17, 540, 541, 542, 4053, 4054, 32767, 32768, 32769, 65535, 65536, 65537, 131072, 262143, 1_000_003, MaxFile - 1, MaxFile}
	for _, n := range lengths {
		if testing.Short() && n > 1<<20 {
			continue
		}
		file := content(n)
		for scheme, x := range sealed(t, file) {
			if scheme == "legacy" && (len(x.blob) > MaxUpload || int64(len(x.blob)) != LegacyBlobSize(n, true)) {
				t.Errorf("%d bytes: blob of %d", n, len(x.blob))
			}
			if scheme == "deterministic" && int64(len(x.blob)) != DeterministicBlobSize(n) {
				t.Errorf("%d bytes: deterministic blob of %d", n, len(x.blob))
			}
			got, err := open(x.blob, x.s)
			if err != nil || !bytes.Equal(got, file) {
				t.Errorf("%s, %d bytes: opens to %d, %v", scheme, n, len(got), err)
			}
		}
	}
	var out bytes.Buffer
	if _, err := SealLegacy(&out, bytes.NewReader(content(MaxFile+1)), MaxFile+1, testKey, testIV, true); !errors.Is(err, ErrTooLarge) || out.Len() != 0 {
		t.Errorf("above the limit: %v, %d bytes written", err, out.Len())
	}
}

// Padding never shortens a file and never rises above the limit.
func TestPaddingHolds(t *testing.T) {
	for n := int64(0); n <= MaxFile; n += 1 + n/97 {
		if p := sentPadded(n); p < n || p > MaxFile {
			t.Fatalf("%d is padded to %d", n, p)
		}
		if p := deterministicPadding(n); p < 1 {
			t.Fatalf("%d gets %d of padding", n, p)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	file := content(100_000)
	other := sealed(t, content(99_999))
	for scheme, x := range sealed(t, file) {
		flip := func(i int) []byte {
			b := bytes.Clone(x.blob)
			b[(i+len(b))%len(b)] ^= 1
			return b
		}
		with := func(f func(*Secret)) Secret {
			s := x.s
			s.Key, s.Digest = bytes.Clone(s.Key), bytes.Clone(s.Digest)
			f(&s)
			return s
		}
		for name, c := range map[string]struct {
			blob []byte
			s    Secret
			want error
		}{
			"first byte changed":  {flip(0), x.s, ErrNotOpen},
			"middle changed":      {flip(len(x.blob) / 2), x.s, ErrNotOpen},
			"last byte changed":   {flip(-1), x.s, ErrNotOpen},
			"cut short":           {x.blob[:len(x.blob)-16], x.s, ErrNotOpen},
			"cut at a chunk":      {x.blob[:streamPrefix+2*streamSealed], x.s, ErrNotOpen},
			"head alone":          {x.blob[:streamPrefix], x.s, ErrNotOpen},
			"one byte":            {x.blob[:1], x.s, ErrNotOpen},
			"nothing":             {nil, x.s, ErrNotOpen},
			"something behind it": {append(bytes.Clone(x.blob), make([]byte, 16)...), x.s, ErrNotOpen},
			"another file":        {other[scheme].blob, x.s, ErrNotOpen},
			"wrong key":           {x.blob, with(func(s *Secret) { s.Key[len(s.Key)-1] ^= 1 }), ErrNotOpen},
			"short key":           {x.blob, with(func(s *Secret) { s.Key = s.Key[1:] }), ErrPointer},
			"no key":              {x.blob, with(func(s *Secret) { s.Key = nil }), ErrPointer},
			"size too large":      {x.blob, with(func(s *Secret) { s.Size += 200_000 }), ErrSize},
			"size absurd":         {x.blob, with(func(s *Secret) { s.Size = 1 << 40 }), ErrTooLarge},
			"size negative":       {x.blob, with(func(s *Secret) { s.Size = -1 }), ErrPointer},
			"blob too large":      {make([]byte, MaxBlob+1), x.s, ErrTooLarge},
		} {
			got, err := open(c.blob, c.s)
			if !errors.Is(err, c.want) {
				t.Errorf("%s, %s: %v, want %v", scheme, name, err, c.want)
			}
			if scheme == "legacy" && len(got) != 0 && c.want != ErrSize {
				t.Errorf("%s, %s: %d bytes came out", scheme, name, len(got))
			}
		}
	}
	x := sealed(t, file)["legacy"]
	x.s.Digest = make([]byte, 32)
	if got, err := open(x.blob, x.s); !errors.Is(err, ErrNotOpen) || len(got) != 0 {
		t.Errorf("wrong digest: %d bytes, %v", len(got), err)
	}
	x.s.Digest = nil
	if _, err := open(x.blob, x.s); !errors.Is(err, ErrPointer) {
		t.Errorf("no digest: %v", err)
	}
}

// Chunks of a deterministic blob in another order, or twice, do not open.
func TestChunksStayInOrder(t *testing.T) {
	x := sealed(t, content(150_000))["deterministic"]
	chunk := func(i int) []byte { return x.blob[streamPrefix+i*streamSealed : streamPrefix+(i+1)*streamSealed] }
	swapped := bytes.Clone(x.blob)
	copy(swapped[streamPrefix:], chunk(1))
	copy(swapped[streamPrefix+streamSealed:], chunk(0))
	twice := bytes.Clone(x.blob)
	copy(twice[streamPrefix+streamSealed:], chunk(0))
	for name, blob := range map[string][]byte{"swapped": swapped, "twice": twice} {
		if _, err := open(blob, x.s); !errors.Is(err, ErrNotOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSourceThatChanges(t *testing.T) {
	for name, size := range map[string]int64{"grew": 99, "shrank": 101} {
		if _, err := SealLegacy(io.Discard, bytes.NewReader(content(100)), size, testKey, testIV, true); !errors.Is(err, ErrLength) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := SealLegacy(io.Discard, bytes.NewReader(nil), 0, [64]byte{}, testIV, true); !errors.Is(err, ErrKey) {
		t.Errorf("zero key: %v", err)
	}
}

func TestPictureRefuses(t *testing.T) {
	key := [32]byte{1}
	blob, err := SealPicture([]byte("picture"), key, [12]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	bad := bytes.Clone(blob)
	bad[20] ^= 1
	for name, c := range map[string]struct {
		blob, key []byte
		want      error
	}{
		"changed":     {bad, key[:], ErrNotOpen},
		"other key":   {blob, make([]byte, 32), ErrNotOpen},
		"short key":   {blob, key[:16], ErrPointer},
		"28 bytes":    {blob[:28], key[:], ErrNotOpen},
		"S and noise": {append([]byte{'S'}, content(200)...), key[:], ErrNotOpen},
		"too large":   {make([]byte, MaxBlob+1), key[:], ErrTooLarge},
	} {
		for _, flag := range []bool{false, true} {
			if got, err := OpenPicture(c.blob, c.key, flag); !errors.Is(err, c.want) {
				t.Errorf("%s, flag %v: %d bytes, %v", name, flag, len(got), err)
			}
		}
	}
	if _, err := SealPicture(nil, key, [12]byte{}); !errors.Is(err, ErrLength) {
		t.Errorf("empty: %v", err)
	}
}

// Ten megabytes pass through buffers of a few dozen kilobytes.
func TestStreamsHoldLittle(t *testing.T) {
	const n = 10_000_000 - 100
	var blob bytes.Buffer
	blob.Grow(int(LegacyBlobSize(n, true)))
	file := content(n)
	allocated := func(f func()) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	var s Secret
	var err error
	if used := allocated(func() { s, err = SealLegacy(&blob, bytes.NewReader(file), n, testKey, testIV, true) }); err != nil || used > 300_000 {
		t.Errorf("sealing allocates %d bytes, %v", used, err)
	}
	if used := allocated(func() { err = Open(io.Discard, bytes.NewReader(blob.Bytes()), s) }); err != nil || used > 300_000 {
		t.Errorf("opening allocates %d bytes, %v", used, err)
	}
	if used := allocated(func() {
		_, err = SealDeterministic(io.Discard, bytes.NewReader(file), [32]byte{1}, DomainAttachment)
	}); err != nil || used > 1_000_000 {
		t.Errorf("deterministic sealing allocates %d bytes, %v", used, err)
	}
}
