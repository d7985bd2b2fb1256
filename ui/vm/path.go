package vm

import (
	"strconv"
	"strings"

	"sotto/engine/model"
	"sotto/ui/text"
)

// PathHop is one station of the path that is shown.
type PathHop struct {
	Title, Detail string
	You, Swarm    bool
	Dim           bool // there is no such relay now
}

// PathHops lists the stations from this computer to the recipient's swarm. Of
// a relay its address is known and nothing else; nothing else is claimed.
func PathHops(s model.NetworkStatus) []PathHop {
	hops := []PathHop{{Title: text.T("path.you"), Detail: text.T("path.you_detail"), You: true}}
	if s.Proxied {
		hops[0].Detail = text.T("path.proxied")
	}
	var relays []model.Hop
	if len(s.Paths) > 0 && s.Connection != model.Offline {
		relays = s.Paths[0].Hops
	}
	for i, name := range []string{"path.first", "path.second", "path.third"} {
		h := PathHop{Title: text.T(name), Dim: true, Detail: text.T("path.none")}
		if i < len(relays) {
			h.Dim, h.Detail = false, hopAddress(relays[i])
		}
		hops = append(hops, h)
	}
	return append(hops, PathHop{Title: text.T("path.swarm"), Detail: text.T("path.swarm_detail"), Swarm: true, Dim: len(relays) == 0})
}

func hopAddress(h model.Hop) string {
	if strings.Contains(h.IP, ":") {
		return "[" + h.IP + "]:" + strconv.Itoa(int(h.Port))
	}
	return h.IP + ":" + strconv.Itoa(int(h.Port))
}

// PathLine says in one sentence how the network is reached.
func PathLine(s model.NetworkStatus) (title, detail string) {
	switch {
	case s.WorkOffline:
		return text.T("path.work_offline"), text.T("path.work_offline_detail")
	case s.ProxyTrouble != model.ProxyWorks:
		return text.T("bar.proxy"), text.T("proxy." + s.ProxyTrouble.String())
	}
	switch s.Connection {
	case model.Online:
		return text.N("path.ready", len(s.Paths)), text.N("path.pool", s.PoolSize)
	case model.Degraded:
		return text.N("path.ready", 1), text.T("path.degraded")
	case model.Offline:
		return text.T("path.offline"), text.T("path.offline_detail")
	}
	return text.T("path.connecting"), text.T("path.connecting_detail")
}

// ConnectionBar is the line above the list when the network is not there. No
// title: nothing to say.
type ConnectionBar struct {
	Title, Detail string
	Bad           bool // nothing gets better by waiting
	Do            ConnectionDo
}

// ConnectionDo is what one can do about it.
type ConnectionDo int

// The things to do.
const (
	DoNothing   ConnectionDo = iota
	GoOnline                 // end working offline
	OpenNetwork              // look at the settings of the network
)

// BarOf says what works and what does not. Connecting says nothing: it is over
// in a moment, or becomes Offline.
func BarOf(s model.NetworkStatus) ConnectionBar {
	switch {
	case s.Problem == model.ReasonDisk || s.Problem == model.ReasonDamaged:
		return ConnectionBar{Title: text.T("bar." + s.Problem.String()), Detail: text.T("bar." + s.Problem.String() + "_detail"), Bad: true}
	case s.ClockWrong:
		return ConnectionBar{Title: text.T("bar.clock"), Detail: text.T("bar.clock_detail"), Bad: true}
	case s.WorkOffline:
		return ConnectionBar{Title: text.T("bar.work_offline"), Detail: text.T("bar.work_offline_detail"), Do: GoOnline}
	case s.ProxyTrouble != model.ProxyWorks:
		return ConnectionBar{Title: text.T("bar.proxy"), Detail: text.T("proxy." + s.ProxyTrouble.String()), Do: OpenNetwork}
	case s.Connection == model.Offline && s.Pending > 0:
		return ConnectionBar{Title: text.T("bar.offline"), Detail: text.T("bar.offline_pending")}
	case s.Connection == model.Offline:
		return ConnectionBar{Title: text.T("bar.offline"), Detail: text.T("bar.offline_detail")}
	}
	return ConnectionBar{}
}
