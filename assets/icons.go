package assets

// IconName names one of the project's own icons: 24 grid, one colour.
type IconName string

// The icons. A test checks that each has its drawing and each drawing its name.
const (
	IconAdmin        IconName = "admin"
	IconArchive      IconName = "archive"
	IconArrowDown    IconName = "arrow-down"
	IconArrowLeft    IconName = "arrow-left"
	IconArrowRight   IconName = "arrow-right"
	IconAttach       IconName = "attach"
	IconBack         IconName = "back"
	IconBell         IconName = "bell"
	IconBlock        IconName = "block"
	IconCalendar     IconName = "calendar"
	IconCamera       IconName = "camera"
	IconCheck        IconName = "check"
	IconChevronDown  IconName = "chevron-down"
	IconChevronRight IconName = "chevron-right"
	IconChevronUp    IconName = "chevron-up"
	IconClock        IconName = "clock"
	IconClose        IconName = "close"
	IconCode         IconName = "code"
	IconCommunity    IconName = "community"
	IconCompose      IconName = "compose"
	IconCopy         IconName = "copy"
	IconDelete       IconName = "delete"
	IconDevice       IconName = "device"
	IconDevicePhone  IconName = "device-phone"
	IconDots         IconName = "dots"
	IconDoubleCheck  IconName = "double-check"
	IconDownload     IconName = "download"
	IconEdit         IconName = "edit"
	IconEmoji        IconName = "emoji"
	IconExpand       IconName = "expand"
	IconEye          IconName = "eye"
	IconEyeOff       IconName = "eye-off"
	IconFile         IconName = "file"
	IconFilter       IconName = "filter"
	IconFolder       IconName = "folder"
	IconForward      IconName = "forward"
	IconGroup        IconName = "group"
	IconHangup       IconName = "hangup"
	IconHeart        IconName = "heart"
	IconHelp         IconName = "help"
	IconImage        IconName = "image"
	IconInfo         IconName = "info"
	IconKey          IconName = "key"
	IconKeyboard     IconName = "keyboard"
	IconLanguage     IconName = "language"
	IconLeave        IconName = "leave"
	IconLink         IconName = "link"
	IconLock         IconName = "lock"
	IconMention      IconName = "mention"
	IconMic          IconName = "mic"
	IconMicOff       IconName = "mic-off"
	IconMinus        IconName = "minus"
	IconMoon         IconName = "moon"
	IconMore         IconName = "more"
	IconMute         IconName = "mute"
	IconNote         IconName = "note"
	IconOffline      IconName = "offline"
	IconOnion        IconName = "onion"
	IconPalette      IconName = "palette"
	IconPaste        IconName = "paste"
	IconPath         IconName = "path"
	IconPause        IconName = "pause"
	IconPhone        IconName = "phone"
	IconPin          IconName = "pin"
	IconPlay         IconName = "play"
	IconPlus         IconName = "plus"
	IconQR           IconName = "qr"
	IconReply        IconName = "reply"
	IconReset        IconName = "reset"
	IconRetry        IconName = "retry"
	IconRotate       IconName = "rotate"
	IconScreen       IconName = "screen"
	IconSearch       IconName = "search"
	IconSelect       IconName = "select"
	IconSend         IconName = "send"
	IconSettings     IconName = "settings"
	IconShare        IconName = "share"
	IconShield       IconName = "shield"
	IconShieldCheck  IconName = "shield-check"
	IconSpeaker      IconName = "speaker"
	IconSpeakerOff   IconName = "speaker-off"
	IconStop         IconName = "stop"
	IconStorage      IconName = "storage"
	IconSun          IconName = "sun"
	IconSwarm        IconName = "swarm"
	IconTimer        IconName = "timer"
	IconUnlock       IconName = "unlock"
	IconUpload       IconName = "upload"
	IconUser         IconName = "user"
	IconUserPlus     IconName = "user-plus"
	IconVideo        IconName = "video"
	IconWarning      IconName = "warning"
	IconZoomIn       IconName = "zoom-in"
	IconZoomOut      IconName = "zoom-out"
)

// Icons lists every icon, sorted by name.
var Icons = []IconName{
	IconAdmin,
	IconArchive,
	IconArrowDown,
	IconArrowLeft,
	IconArrowRight,
	IconAttach,
	IconBack,
	IconBell,
	IconBlock,
	IconCalendar,
	IconCamera,
	IconCheck,
	IconChevronDown,
	IconChevronRight,
	IconChevronUp,
	IconClock,
	IconClose,
	IconCode,
	IconCommunity,
	IconCompose,
	IconCopy,
	IconDelete,
	IconDevice,
	IconDevicePhone,
	IconDots,
	IconDoubleCheck,
	IconDownload,
	IconEdit,
	IconEmoji,
	IconExpand,
	IconEye,
	IconEyeOff,
	IconFile,
	IconFilter,
	IconFolder,
	IconForward,
	IconGroup,
	IconHangup,
	IconHeart,
	IconHelp,
	IconImage,
	IconInfo,
	IconKey,
	IconKeyboard,
	IconLanguage,
	IconLeave,
	IconLink,
	IconLock,
	IconMention,
	IconMic,
	IconMicOff,
	IconMinus,
	IconMoon,
	IconMore,
	IconMute,
	IconNote,
	IconOffline,
	IconOnion,
	IconPalette,
	IconPaste,
	IconPath,
	IconPause,
	IconPhone,
	IconPin,
	IconPlay,
	IconPlus,
	IconQR,
	IconReply,
	IconReset,
	IconRetry,
	IconRotate,
	IconScreen,
	IconSearch,
	IconSelect,
	IconSend,
	IconSettings,
	IconShare,
	IconShield,
	IconShieldCheck,
	IconSpeaker,
	IconSpeakerOff,
	IconStop,
	IconStorage,
	IconSun,
	IconSwarm,
	IconTimer,
	IconUnlock,
	IconUpload,
	IconUser,
	IconUserPlus,
	IconVideo,
	IconWarning,
	IconZoomIn,
	IconZoomOut,
}
