package snode

import (
	"encoding/binary"
	"slices"
	"strconv"

	"sotto/engine/protocol/identity"
)

// NoSwarm is the swarm id of a node that is in no swarm.
const NoSwarm = ^uint64(0)

// Space maps an account to the 64-bit ring of swarms: XOR of the four
// big-endian words of its key, without prefix (service-nodes.md §2).
func Space(id identity.ID) uint64 {
	k := id.Key()
	return binary.BigEndian.Uint64(k[0:]) ^ binary.BigEndian.Uint64(k[8:]) ^
		binary.BigEndian.Uint64(k[16:]) ^ binary.BigEndian.Uint64(k[24:])
}

// SwarmOf picks the account's swarm out of ascending swarm ids: the nearest on
// the ring, the lower one on equal distance; NoSwarm when there is none.
func SwarmOf(id identity.ID, ascending []uint64) uint64 {
	return nearestSwarm(Space(id), ascending)
}

func nearestSwarm(space uint64, ids []uint64) uint64 {
	for len(ids) > 0 && ids[len(ids)-1] == NoSwarm {
		ids = ids[:len(ids)-1]
	}
	switch len(ids) {
	case 0:
		return NoSwarm
	case 1:
		return ids[0]
	}
	i, _ := slices.BinarySearch(ids, space)
	right, left := ids[i%len(ids)], ids[(i+len(ids)-1)%len(ids)]
	if right-space < space-left {
		return right
	}
	return left
}

// FormatSwarm is the form of a swarm id in answers: hex without leading zeros.
func FormatSwarm(id uint64) string { return strconv.FormatUint(id, 16) }

// ParseSwarm reads FormatSwarm.
func ParseSwarm(s string) (uint64, error) {
	id, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		return 0, ErrAnswer
	}
	return id, nil
}
