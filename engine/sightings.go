package engine

import (
	"encoding/json"

	"sotto/engine/model"
	"sotto/engine/protocol/snode"
	"sotto/store"
)

const (
	sightingsBlob = "sightings"
	maxSightings  = 100
	// sightingGap is how far apart changes are at least to count as two.
	sightingGap model.Millis = 60 * 60 * 1000
)

var configKinds = map[snode.Namespace]model.ConfigKinds{
	snode.UserProfile: model.ConfigProfile, snode.Contacts: model.ConfigContacts,
	snode.UserGroups: model.ConfigGroups, snode.ConvoInfoVolatile: model.ConfigRead,
}

// Sightings returns when other devices were seen to change something, newest
// first.
func (e *Engine) Sightings() []model.Sighting {
	var list []model.Sighting
	e.view(func(tx *store.Tx) { list = sightings(tx) })
	return list
}

func sightings(tx *store.Tx) []model.Sighting {
	var list []model.Sighting
	if b := tx.Blob(sightingsBlob); b != nil && json.Unmarshal(b, &list) != nil {
		return nil
	}
	return list
}

// sighted notes that another device changed something. What this device finds
// when its account is restored is no news.
func (r *receiver) sighted(pages []configPage, changed []snode.Namespace) error {
	if len(changed) == 0 || r.configs.unmerged {
		return nil
	}
	now := model.Sighting{}
	for _, ns := range changed {
		now.Changes |= configKinds[ns]
	}
	for _, page := range pages {
		for _, m := range page.messages {
			now.At = max(now.At, min(model.Millis(m.Timestamp), r.now))
		}
	}
	list := sightings(r.tx)
	if len(list) > 0 && now.At < list[0].At+sightingGap {
		now.Changes |= list[0].Changes
		now.At = max(now.At, list[0].At)
		list = list[1:]
	}
	list = append([]model.Sighting{now}, list...)
	b, err := json.Marshal(list[:min(len(list), maxSightings)])
	if err != nil {
		return model.Fail(model.ReasonInternal, "sightings do not encode", err)
	}
	r.emit(UsedElsewhere{})
	return r.tx.PutBlob(sightingsBlob, b)
}
