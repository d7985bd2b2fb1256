package settings

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/engine/model"
	"sotto/ui/text"
	"sotto/ui/theme"
	"sotto/ui/vm"
	"sotto/ui/widget"
)

func (v *View) network() []fyne.CanvasObject {
	title, detail := vm.PathLine(v.Me.Status)
	state := v.row("network.state", nil)
	state.Title, state.Detail = title, detail
	path := v.row("network.path", v.window.ShowPath)
	path.Icon, path.Chevron = assets.IconPath, true
	name := v.row("network.name", nil)
	name.Value = v.networkName()
	proxy := v.row("network.proxy", v.proxy)
	proxy.Value, proxy.Chevron = vm.ProxyLine(v.Settings.Now.Proxy), true
	return []fyne.CanvasObject{
		heading("network.state"), card(v.place("network.state", state)), widget.Gap(theme.Space24),
		section("network.way",
			v.place("network.proxy", proxy),
			v.toggle("network.offline", v.Settings.Now.WorkOffline, v.set(func(s *model.Settings, on bool) { s.WorkOffline = on }))),
		section("", v.place("network.path", path)),
		section("", v.place("network.name", name)),
	}
}

// networkName is what people call the network.
func (v *View) networkName() string {
	if key := "help.network_" + v.about.Network; text.Has(key) {
		return text.T(key)
	}
	return v.about.Network
}
