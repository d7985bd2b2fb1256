package config

import (
	"slices"
	"strings"
)

func ptr[T any](v T) *T { return &v }

func sortEntries(entries []entry) {
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
}
