package model

// Settings are the choices of a profile that its owner makes. They are stored
// encrypted; the zero value of each field is its default.
type Settings struct {
	ReadReceipts     bool // send and show (messages.md §7.4); off by default
	TypingIndicators bool // send and show (messages.md §7.3); off by default
	LinkPreviews     bool // pages behind links are asked for title and picture (messages.md §7.6); off by default
	HidePreviews     bool // notifications tell neither name nor text
	NewlineOnEnter   bool // Enter breaks the line, Ctrl+Enter sends
	Appearance       Appearance
	LockAfter        int  // minutes without input until the lock screen; 0 is never
	StayOpen         bool // do not lock when the computer sleeps or its screen locks
	PhraseSeen       bool // the recovery phrase was shown, the banner may go
	ShowNoteToSelf   bool
	WindowWidth      int
	WindowHeight     int
	LeftPane         int // width in logical pixels, 0 is the default

	NotificationsOff   bool   // no notification at all
	HideText           bool   // notifications tell the name and no text
	NotifySilently     bool   // notifications come without a sound
	RequestsQuiet      bool   // message requests do not notify
	CloseToTray        bool   // closing the window hides it, where there is a tray
	HideRequestsBanner bool   // requests wait behind their filter, without a banner
	EmojiNamesOff      bool   // the composer does not complete :names:
	RecentEmoji        string // used last, newest first, a space between
	SkinTone           uint8  // of emoji of people: 0 none, 1 light to 5 dark
	Folders            FolderNames
	CommunityRequests  Choice // people of communities may write; synced
	DevicesSeen        Millis // until when changes of other devices were said to be the own
	AutoDownloadOff    bool   // files of contacts are fetched only when asked for
	AutoDownloadMax    int64  // bytes of a file up to which they come by themselves; 0 is all
	Microphone         string // device to record with; empty is the system's default
	Loudspeaker        string // device to play on; empty is the system's default
	VoiceAlone         bool   // the next voice message does not follow by itself
	KeepSilence        bool   // silence at the ends of a recording is sent, too
	Proxy              Proxy  // what all connections go through; the password is nowhere else
	WorkOffline        bool   // nothing is connected to
	CheckUpdates       bool   // look for newer versions once a day; off by default
	UpdatesChecked     Millis // when that was done last, network time
	AccountLabel       string // what the account is called on this computer; empty is its name
	TrimAfter          int    // months after which messages go from this profile; 0 is never
}

// Choice is a yes or no that may never have been made.
type Choice uint8

const (
	Unset Choice = iota
	No
	Yes
)

// ChoiceOf is the choice that was made.
func ChoiceOf(yes bool) Choice {
	if yes {
		return Yes
	}
	return No
}

// Appearance is how the window looks.
type Appearance struct {
	Theme   string // "system" (empty), "light", "dark"
	Accent  string // empty is "lagoon"
	Zoom    int    // percent, 0 is 100
	Still   bool   // no motion
	Compact bool
}

// Connection is what the window's path light and the offline bar show.
type Connection uint8

const (
	Connecting Connection = iota // no path yet, trying
	Online                       // two paths work
	Degraded                     // one path works
	Offline                      // no network
)

// Hop is one node of an onion path as it may be shown.
type Hop struct {
	Ed25519 string // hex
	IP      string
	Port    uint16
}

// Path is one onion path: guard first.
type Path struct {
	Hops     []Hop
	Failures int
}

// NetworkStatus is the state of the network side.
type NetworkStatus struct {
	Network     string // "mainnet", "testnet", "local" or the name in the network file
	Connection  Connection
	Paths       []Path
	PoolSize    int
	ClockOffset int64  // milliseconds, network minus this computer
	ClockWrong  bool   // so far off that the user should be told
	LastSync    Millis // last complete poll of the own swarm
	Pending     int    // outbox rows
	Problem     Reason
	// WorkOffline says that nothing is connected to because the user wants so,
	// Proxied that everything goes through a proxy, ProxyTrouble what is wrong
	// with it while Connection is not Online.
	WorkOffline  bool
	Proxied      bool
	ProxyTrouble ProxyTrouble
	// Unsynced says that the other devices, or the other members of a group, do
	// not know yet of all that changed here.
	Unsynced bool
	// UnreadConfigs counts config messages of the own account that cannot be
	// read: written by a newer client, or damaged.
	UnreadConfigs int
	// ConfigProblem says why what changed here does not reach the other devices.
	ConfigProblem Reason
}
