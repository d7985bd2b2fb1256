package vm

import "sotto/assets"

// FileIcon is the drawing for a kind of file.
func FileIcon(f *ChatFile) assets.IconName {
	switch {
	case f.Kind == VideoFile:
		return assets.IconVideo
	case f.Kind == SoundFile:
		return assets.IconSpeaker
	}
	switch FileKindText(f.Name) {
	case "ZIP", "GZ", "TGZ", "XZ", "7Z", "RAR", "TAR", "BZ2", "ZST":
		return assets.IconArchive
	case "GO", "C", "H", "RS", "PY", "JS", "TS", "JSON", "XML", "HTML", "CSS", "SH", "YAML", "TOML", "SQL":
		return assets.IconCode
	case "MP4", "M4V", "MOV", "WEBM", "MKV", "AVI", "3GP", "MPG", "MPEG":
		return assets.IconVideo
	case "MP3", "M4A", "AAC", "OGG", "OGA", "OPUS", "WAV", "FLAC":
		return assets.IconSpeaker
	case "GPX", "KML":
		return assets.IconPath
	case "PNG", "JPG", "JPEG", "SVG", "PSD", "TIFF", "BMP":
		return assets.IconImage
	case "ICS":
		return assets.IconCalendar
	case "VCF":
		return assets.IconUser
	}
	return assets.IconFile
}
