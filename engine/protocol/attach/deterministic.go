package attach

import (
	"errors"
	"fmt"
	"io"

	"github.com/minio/blake2b-simd"
)

// The deterministic scheme (protocol/attachments.md §3): the same file of the
// same account gives the same bytes, and so the same id on the file server.
//
//	blob = 'S' ‖ header(24) ‖ chunks of secretstream over (00… ‖ 01 ‖ file)
const streamMagic = 'S'

// Domain separates the keys of attachments from those of profile pictures.
type Domain string

const (
	DomainAttachment Domain = "SessionAttachmnt"
	DomainPicture    Domain = "Session_Prof_Pic"
)

// DeterministicKeySize is the length of the key in a pointer.
const DeterministicKeySize = streamKey

// DeterministicBlobSize is the length of the blob that SealDeterministic makes
// of n bytes.
func DeterministicBlobSize(n int64) int64 { return deterministicSize(n, deterministicPadding(n)) }

// SealDeterministic reads a file twice from src and writes its blob to dst.
// seed is the account's Ed25519 seed. Sotto reads this scheme and does not send
// it: clients of before 2025 cannot open it.
//
// Errors: ErrTooLarge, ErrLength when the second reading differs in length, and
// those of src and dst.
func SealDeterministic(dst io.Writer, src io.ReadSeeker, seed [32]byte, domain Domain) (Secret, error) {
	h, err := blake2b.New(&blake2b.Config{Size: streamHeader + streamKey, Key: seed[:], Person: []byte(domain)})
	if err != nil {
		return Secret{}, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return Secret{}, err
	}
	size, err := io.Copy(h, io.LimitReader(src, MaxBlob+1))
	if err != nil {
		return Secret{}, err
	}
	if size > MaxBlob || DeterministicBlobSize(size) > MaxBlob {
		return Secret{}, ErrTooLarge
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return Secret{}, err
	}
	sum := h.Sum(nil)
	key := sum[streamHeader:]
	if err := sealStream(dst, src, size, deterministicPadding(size), key, sum[:streamHeader]); err != nil {
		return Secret{}, err
	}
	return Secret{Key: key, Size: size, Deterministic: true}, nil
}

func sealStream(dst io.Writer, src io.Reader, size, padding int64, key, header []byte) error {
	stream, err := newSecretstream(key, header)
	if err != nil {
		return err
	}
	if _, err := dst.Write(append([]byte{streamMagic}, header...)); err != nil {
		return err
	}
	frame := make([]byte, frameSize)
	defer clear(frame)
	total := padding + size
	for at := int64(0); at < total; {
		chunk := frame[frameBlock:][:min(total-at, streamChunk)]
		front := min(max(0, padding-at), int64(len(chunk)))
		clear(chunk[:front])
		if end := padding - 1 - at; 0 <= end && end < front {
			chunk[end] = 1
		}
		if err := readPadded(src, chunk[front:], int64(len(chunk))-front); err != nil {
			return err
		}
		at += int64(len(chunk))
		tag := byte(tagMessage)
		if at == total {
			tag = tagFinal
		}
		out, err := stream.push(frame, len(chunk), tag)
		if err != nil {
			return err
		}
		if _, err := dst.Write(out); err != nil {
			return err
		}
	}
	return expectEnd(src)
}

// wholeFile as a size: everything behind the padding.
const wholeFile = -1

func openDeterministic(dst io.Writer, blob io.Reader, length, size int64, key []byte) error {
	if len(key) != streamKey {
		return ErrPointer
	}
	var head [streamPrefix]byte
	if _, err := io.ReadFull(blob, head[:]); err != nil {
		return readError(err)
	}
	if head[0] != streamMagic || length <= streamPrefix {
		return ErrNotOpen
	}
	stream, err := newSecretstream(key, head[1:])
	if err != nil {
		return ErrPointer
	}
	frame := make([]byte, frameSize)
	defer clear(frame)
	inPadding, want := true, size
	for left := length - streamPrefix; left > 0; {
		sealed := frame[frameWire:][:min(left, streamSealed)]
		if _, err := io.ReadFull(blob, sealed); err != nil {
			return readError(err)
		}
		left -= int64(len(sealed))
		plain, tag, err := stream.pull(frame, len(sealed))
		if err != nil {
			return err
		}
		if (left == 0) != (tag == tagFinal) {
			return fmt.Errorf("%w: cut short", ErrNotOpen)
		}
		if inPadding {
			if plain, inPadding, err = skipPadding(plain); err != nil {
				return err
			}
		}
		if size != wholeFile {
			plain = plain[:min(want, int64(len(plain)))]
			want -= int64(len(plain))
		}
		if len(plain) > 0 {
			if _, err := dst.Write(plain); err != nil {
				return err
			}
		}
	}
	switch {
	case inPadding:
		return ErrNotOpen
	case want > 0:
		return ErrSize
	}
	return nil
}

// skipPadding takes zeros and the 01 behind them off the front.
func skipPadding(p []byte) (rest []byte, more bool, err error) {
	for i, c := range p {
		switch c {
		case 0:
		case 1:
			return p[i+1:], false, nil
		default:
			return nil, false, fmt.Errorf("%w: bad padding", ErrNotOpen)
		}
	}
	return nil, true, nil
}

// readError tells a blob that is too short from a disk that fails.
func readError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrNotOpen
	}
	return err
}
