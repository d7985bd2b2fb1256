package vm

import (
	"strconv"
	"strings"

	"sotto/ui/text"
)

// Bytes writes a size as people read it: "12 KB", "3.4 MB". Units are thousands,
// as in file managers.
func Bytes(n int64) string {
	switch {
	case n < 1000:
		return text.N("size.bytes", int(n))
	case n < 999_500:
		return text.F("size.kb", "n", strconv.FormatInt((n+500)/1000, 10))
	case n < 999_500_000:
		return text.F("size.mb", "n", decimal(float64(n)/1e6))
	}
	return text.F("size.gb", "n", decimal(float64(n)/1e9))
}

// decimal writes three digits or so: 3.4, 34, 340.
func decimal(v float64) string {
	if v < 9.95 {
		return point(v, 1)
	}
	return point(v, 0)
}

// point writes a number with so many places after the decimal point.
func point(v float64, places int) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', places, 64), ".", text.T("size.point"), 1)
}

// Count writes a number with its thousands set apart.
func Count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
