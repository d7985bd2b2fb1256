package onion

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// appendString appends s as a JSON string, leaving everything but quotes,
// backslashes and control characters as it is (as official nodes do). Bytes
// that are not UTF-8 become U+FFFD, since JSON has no place for them.
func appendString[T string | []byte](dst []byte, s T) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, s[start:i]...)
				dst = utf8.AppendRune(dst, utf8.RuneError)
				i++
				start = i
				continue
			}
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = append(dst, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// unquote undoes appendString for a JSON string, quotes included. The common case of an RPC answer (many \" and nothing else)
// runs at copying speed; anything rarer is left to encoding/json.
func unquote(s []byte) ([]byte, error) {
	return unquoteInto(make([]byte, 0, len(s)), s)
}

// unquoteInto writes to out, which may be s[:0]: what is written never
// overtakes what is read. s is then spoiled even when an error comes back.
func unquoteInto(out, s []byte) ([]byte, error) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return nil, errors.New("not a string")
	}
	in := s[1 : len(s)-1]
	for {
		i := bytes.IndexByte(in, '\\')
		if i < 0 {
			return append(out, in...), nil
		}
		out = append(out, in[:i]...)
		if i+1 >= len(in) {
			return nil, errors.New("bad escape")
		}
		switch c := in[i+1]; c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'r':
			out = append(out, '\r')
		default:
			// The rest, from the escape on, as a string of its own. Escapes
			// are self-contained but for surrogate pairs, which begin here.
			var text string
			if err := json.Unmarshal(append(append([]byte{'"'}, in[i:]...), '"'), &text); err != nil {
				return nil, err
			}
			return append(out, text...), nil
		}
		in = in[i+2:]
	}
}

// topLevel calls f with each key and raw value (never empty) of a JSON object.
// Values are not judged, only brackets and quotes are balanced.
func topLevel(doc []byte, f func(key string, raw []byte) error) error {
	s := scanner{doc: doc}
	s.space()
	if !s.take('{') {
		return errors.New("not an object")
	}
	for first := true; ; first = false {
		s.space()
		if s.take('}') {
			break
		}
		if !first && !s.take(',') {
			return errSyntax
		}
		s.space()
		key, ok := s.text()
		if !ok {
			return errSyntax
		}
		s.space()
		if !s.take(':') {
			return errSyntax
		}
		s.space()
		raw, ok := s.value()
		if !ok {
			return errSyntax
		}
		name, err := unquote(key)
		if err != nil {
			return err
		}
		if err := f(string(name), raw); err != nil {
			return err
		}
	}
	s.space()
	if s.at != len(s.doc) {
		return errSyntax
	}
	return nil
}

var errSyntax = errors.New("JSON syntax")

// scanner finds the ends of values.
type scanner struct {
	doc []byte
	at  int
}

func (s *scanner) space() {
	for s.at < len(s.doc) {
		switch s.doc[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) take(c byte) bool {
	if s.at < len(s.doc) && s.doc[s.at] == c {
		s.at++
		return true
	}
	return false
}

// text returns a string with its quotes.
func (s *scanner) text() ([]byte, bool) {
	start := s.at
	if !s.take('"') {
		return nil, false
	}
	for {
		i := bytes.IndexByte(s.doc[s.at:], '"')
		if i < 0 {
			return nil, false
		}
		s.at += i + 1
		slashes := 0
		for j := s.at - 2; j > start && s.doc[j] == '\\'; j-- {
			slashes++
		}
		if slashes%2 == 0 {
			return s.doc[start:s.at], true
		}
	}
}

// value returns any value as it stands.
func (s *scanner) value() ([]byte, bool) {
	start, depth := s.at, 0
	for s.at < len(s.doc) {
		switch s.doc[s.at] {
		case '"':
			if _, ok := s.text(); !ok {
				return nil, false
			}
			if depth == 0 {
				return s.doc[start:s.at], true
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.doc[start:s.at], s.at > start
			}
			if depth--; depth == 0 {
				s.at++
				return s.doc[start:s.at], true
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return s.doc[start:s.at], s.at > start
			}
		}
		s.at++
	}
	return s.doc[start:s.at], depth == 0 && s.at > start
}

// nodeSyntaxError describes a control that is not JSON as official nodes do
// (nlohmann::json). The position and the reason are exact for text that is no
// value at all, which is what a wrong key or a foreign program produces.
func nodeSyntaxError(doc []byte) string {
	const prefix = "[json.exception.parse_error.101] parse error at line "
	err := json.Unmarshal(doc, new(json.RawMessage))
	at := len(doc)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = int(syntax.Offset)
	}
	at = min(at, len(doc))
	line, column := 1+bytes.Count(doc[:at], []byte{'\n'}), at-bytes.LastIndexByte(doc[:at], '\n')-1
	if len(bytes.TrimSpace(doc)) == 0 {
		return prefix + strconv.Itoa(line) + ", column " + strconv.Itoa(column+1) +
			": syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal"
	}
	last := doc[:at]
	if i := bytes.LastIndexAny(last, " \t\r\n,:{}[]"); i >= 0 && i+1 < len(last) {
		last = last[i+1:]
	}
	return fmt.Sprintf("%s%d, column %d: syntax error while parsing value - invalid literal; last read: '%s'",
		prefix, line, column, last)
}
