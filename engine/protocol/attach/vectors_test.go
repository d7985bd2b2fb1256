package attach

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

type hexBytes []byte

func (h *hexBytes) UnmarshalText(t []byte) error {
	b, err := hex.DecodeString(string(t))
	*h = b
	return err
}

type vectors struct {
	Legacy struct {
		Key64, IV, Blob, Digest hexBytes
		Plaintext               string
		PaddedLen               int64 `json:"padded_len"`
		BlobLen                 int64 `json:"blob_len"`
	}
	LegacyUnpadded struct{ Blob, Digest hexBytes } `json:"legacy_unpadded"`
	LegacyPadding  []struct{ Size, Padded int64 }  `json:"legacy_padding"`
	DetPadding     []struct {
		Size, Padding int64
		EncryptedSize int64 `json:"encrypted_size"`
	} `json:"deterministic_padding"`
	Deterministic []struct {
		Domain, Personal string
		Seed             hexBytes
		Plaintext        string
		PlaintextRule    string `json:"plaintext_rule"`
		Padding          int64
		Header, Key      hexBytes
		Len              int64    `json:"encrypted_len"`
		SHA256           hexBytes `json:"encrypted_sha256"`
		First            hexBytes `json:"encrypted_first_64"`
		Last             hexBytes `json:"encrypted_last_32"`
	}
	Small struct {
		Padding   int64
		Key, Blob hexBytes
		Plaintext string
	} `json:"deterministic_small_padding"`
	Picture struct{ Key, IV, Plaintext, Blob hexBytes } `json:"profile_picture_legacy"`
	FileID  struct{ Uploaded, ID string }               `json:"file_id"`
}

func loadVectors(t testing.TB) *vectors {
	t.Helper()
	data, err := os.ReadFile("testdata/attachment.json")
	if err != nil {
		t.Fatal(err)
	}
	v := &vectors{}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
	if len(v.LegacyPadding) < 10 || len(v.DetPadding) < 10 || len(v.Deterministic) != 3 {
		t.Fatal("vectors are missing")
	}
	return v
}

func open(blob []byte, s Secret) ([]byte, error) {
	var out bytes.Buffer
	err := Open(&out, bytes.NewReader(blob), s)
	return out.Bytes(), err
}

func TestLegacyVectors(t *testing.T) {
	v := loadVectors(t).Legacy
	file := []byte(v.Plaintext)
	for _, c := range []struct {
		padded       bool
		blob, digest []byte
	}{
		{true, v.Blob, v.Digest},
		{false, loadVectors(t).LegacyUnpadded.Blob, loadVectors(t).LegacyUnpadded.Digest},
	} {
		var out bytes.Buffer
		s, err := SealLegacy(&out, bytes.NewReader(file), int64(len(file)), [64]byte(v.Key64), [16]byte(v.IV), c.padded)
		if err != nil || !bytes.Equal(out.Bytes(), c.blob) || !bytes.Equal(s.Digest, c.digest) || s.Size != int64(len(file)) {
			t.Errorf("padded %v: %x, digest %x, %v", c.padded, out.Bytes(), s.Digest, err)
		}
		if n := LegacyBlobSize(int64(len(file)), c.padded); n != int64(len(c.blob)) {
			t.Errorf("padded %v: size %d", c.padded, n)
		}
		got, err := open(c.blob, Secret{Key: v.Key64, Digest: c.digest, Size: int64(len(file))})
		if err != nil || !bytes.Equal(got, file) {
			t.Errorf("padded %v: opens to %q, %v", c.padded, got, err)
		}
	}
}

func TestPaddingVectors(t *testing.T) {
	v := loadVectors(t)
	for _, row := range v.LegacyPadding {
		if got := legacyPadded(row.Size); got != row.Padded {
			t.Errorf("legacy: %d is padded to %d, want %d", row.Size, got, row.Padded)
		}
	}
	for _, row := range v.DetPadding {
		p := deterministicPadding(row.Size)
		if size := deterministicSize(row.Size, p); p != row.Padding || size != row.EncryptedSize {
			t.Errorf("deterministic: %d gets %d, %d in all; want %d, %d", row.Size, p, size, row.Padding, row.EncryptedSize)
		}
	}
}

func TestDeterministicVectors(t *testing.T) {
	for _, v := range loadVectors(t).Deterministic {
		file := []byte(v.Plaintext)
		if v.PlaintextRule != "" {
			file = make([]byte, 100_000)
			for i := range file {
				file[i] = byte(7*i + 3)
			}
		}
		var out bytes.Buffer
		s, err := SealDeterministic(&out, bytes.NewReader(file), [32]byte(v.Seed), Domain(v.Personal))
		if err != nil {
			t.Fatal(err)
		}
		blob := out.Bytes()
		sum := sha256.Sum256(blob)
		if !bytes.Equal(s.Key, v.Key) || !bytes.Equal(blob[1:25], v.Header) || int64(len(blob)) != v.Len ||
			!bytes.Equal(sum[:], v.SHA256) || !bytes.Equal(blob[:64], v.First) || !bytes.Equal(blob[len(blob)-32:], v.Last) {
			t.Errorf("%s, %d bytes: blob of %d with key %x", v.Domain, len(file), len(blob), s.Key)
		}
		if got, err := open(blob, s); err != nil || !bytes.Equal(got, file) {
			t.Errorf("%s: opens to %d bytes, %v", v.Domain, len(got), err)
		}
		if Domain(v.Personal) == DomainPicture {
			for _, flag := range []bool{true, false} { // with the URL's flag and with it lost
				if got, err := OpenPicture(blob, s.Key, flag); err != nil || !bytes.Equal(got, file) {
					t.Errorf("picture, flag %v: %q, %v", flag, got, err)
				}
			}
		}
	}
	v := loadVectors(t).Small
	file := []byte(v.Plaintext)
	if got, err := open(v.Blob, Secret{Key: v.Key, Size: int64(len(file)), Deterministic: true}); err != nil || !bytes.Equal(got, file) {
		t.Errorf("small padding: %q, %v", got, err)
	}
	var out bytes.Buffer
	if err := sealStream(&out, bytes.NewReader(file), int64(len(file)), v.Padding, v.Key, v.Blob[1:25]); err != nil || !bytes.Equal(out.Bytes(), v.Blob) {
		t.Errorf("small padding: sealed to %x, %v", out.Bytes(), err)
	}
}

func TestPictureVector(t *testing.T) {
	v := loadVectors(t).Picture
	blob, err := SealPicture(v.Plaintext, [32]byte(v.Key), [12]byte(v.IV))
	if err != nil || !bytes.Equal(blob, v.Blob) {
		t.Errorf("sealed to %x, %v", blob, err)
	}
	if got, err := OpenPicture(v.Blob, v.Key, false); err != nil || !bytes.Equal(got, v.Plaintext) {
		t.Errorf("opens to %x, %v", got, err)
	}
}

func TestFileIDVector(t *testing.T) {
	v := loadVectors(t).FileID
	if got := FileID([]byte(v.Uploaded)); got != v.ID {
		t.Errorf("id %s, want %s", got, v.ID)
	}
}
