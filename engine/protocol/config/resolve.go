package config

import "slices"

// resolution is what becomes of several messages
// (docs/protocol/config-messages.md §4).
type resolution struct {
	// winner is the index of the message that stands as it is, or -1.
	winner int
	// merged is a new message over all of them, or nil.
	merged *message
}

// resolve decides between messages, of which there is at least one. With
// mayMerge false, for members without the group's seed, the greatest one wins
// where several are left.
func resolve(messages []*message, mayMerge bool) resolution {
	newest := messages[0].seqno
	included := map[revision]bool{}
	for _, m := range messages {
		newest = max(newest, m.seqno)
		for i := range m.lagged {
			included[m.lagged[i].revision] = true
		}
	}
	var left []int
	for i, m := range messages {
		if !included[m.revision] && m.seqno+lag > newest {
			left = append(left, i)
		}
		included[m.revision] = true // what follows with this revision is a duplicate
	}
	// One of the newest is always left: only a newer message can include it.
	// Descending: where several say something of one revision, the greatest counts.
	slices.SortFunc(left, func(a, b int) int { return messages[b].compare(messages[a].revision) })
	if len(left) == 1 || !mayMerge {
		return resolution{winner: left[0]}
	}
	ordered := make([]*message, len(left))
	for i, at := range left {
		ordered[i] = messages[at]
	}
	return resolution{winner: -1, merged: mergeAll(ordered, newest+1)}
}

// replayed is one row of the replay: a diff, and the message to take values from.
type replayed struct {
	lagged
	source *dict
}

// mergeAll merges messages in descending order into one of the seqno given.
func mergeAll(messages []*message, seqno int64) *message {
	var rows []replayed
	for _, m := range messages {
		rows = append(rows, replayed{lagged{m.revision, m.diff}, m.data})
		for _, l := range m.lagged {
			rows = append(rows, replayed{l, m.data})
		}
	}
	// Stable: of rows of the same revision that of the greatest message is first.
	slices.SortStableFunc(rows, func(a, b replayed) int { return a.compare(b.revision) })
	rows = slices.CompactFunc(rows, func(a, b replayed) bool { return a.revision == b.revision })

	data := messages[0].data
	lags := make([]lagged, 0, len(rows))
	for _, row := range rows {
		data = applyDiff(data, row.diff, row.source)
		if row.seqno > seqno-lag {
			lags = append(lags, row.lagged)
		}
	}
	return &message{
		revision: revision{seqno: seqno},
		data:     data.prune(),
		lagged:   lags,
		diff:     emptyDiff,
	}
}
