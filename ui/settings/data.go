package settings

import (
	"fyne.io/fyne/v2"

	"sotto/assets"
	"sotto/ui/datasheet"
	"sotto/ui/vm"
)

// data is what one can do with everything that is one's own.
func (v *View) data() []fyne.CanvasObject {
	backup := v.row("data.backup", func() { datasheet.Backup(v.window, v.Data) })
	backup.Icon, backup.Chevron = assets.IconShieldCheck, true
	restore := v.row("data.restore", func() { datasheet.Restore(v.window, v.Data) })
	restore.Icon, restore.Chevron = assets.IconReset, true
	all := v.row("data.export", func() { datasheet.Export(v.window, v.Data, "", "") })
	all.Icon, all.Chevron = assets.IconUpload, true
	clear := v.row("data.clear", func() { v.Open("clear") })
	clear.Icon, clear.Chevron = assets.IconDelete, true
	var page []fyne.CanvasObject
	if v.Data.Job != vm.NoJob {
		key := map[vm.DataJob]string{vm.BackingUp: "data.backing_up", vm.Restoring: "data.restoring", vm.Exporting: "data.exporting"}[v.Data.Job]
		bar := newProgress(key, "data.cancel", v.Data.Cancel)
		v.live = func() { bar.set(v.Data.Done, "") }
		v.live()
		page = append(page, section("", bar.box))
	}
	return append(page,
		section("data.backup_section", v.place("data.backup", backup), v.place("data.restore", restore)),
		section("data.export_section", v.place("data.export", all)),
		section("data.clear_section", v.place("data.clear", clear)))
}
