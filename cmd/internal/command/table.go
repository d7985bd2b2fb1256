package command

// Parameters that many commands have.
var (
	with          = Param{Name: "with", Value: "ID", Required: true, Help: "the other side's Session ID, or one's own for notes"}
	sentAt        = Param{Name: "timestamp", Kind: Number, Value: "T", Required: true, Help: "sent time of the message"}
	place         = Param{Name: "id", Value: "ID", Required: true, Place: true}
	target        = Param{Name: "id", Value: "ID", Required: true, Place: true}
	members       = Param{Name: "member", Kind: Texts, Value: "MEMBER", Required: true, Place: true}
	address       = Param{Name: "url", Value: "URL", Required: true, Place: true, Help: "address of a room with ?public_key="}
	room          = Param{Name: "id", Value: "ROOM", Required: true, Place: true, Help: "address of the room"}
	fileArg       = Param{Name: "file", Value: "FILE", Required: true, Place: true, Path: true}
	proxyArg      = Param{Name: "proxy", Value: "HOST:PORT", Help: "SOCKS5 proxy; tor is 127.0.0.1:9050"}
	proxyUser     = Param{Name: "proxy_user", Value: "U", Help: "its user; the password is taken from SOTTO_PROXY_PASSWORD"}
	proxyPassword = Param{Name: "proxy_password", Hidden: true}
	sealed        = Param{Name: "backup_passphrase", Hidden: true}
)

func timeout(help string) Param {
	return Param{Name: "timeout", Kind: Seconds, Value: "S", Help: help}
}

// table is filled in init, because help reads it.
var table []Command

func init() {
	table = []Command{
		{Name: "account.create", Help: "make a new account", Sends: true, Params: []Param{
			{Name: "name", Value: "N", Required: true, Help: "display name, at most 100 bytes"},
		}, run: accountCreate},
		{Name: "account.restore", Help: "bring an account back from its recovery phrase", Params: []Param{
			{Name: "phrase", Value: "\"…\"", Required: true, Help: "the 13 words"},
			{Name: "name", Value: "N", Help: "display name, if the phrase's own is not found"},
			{Name: "wait", Kind: Seconds, Value: "SECONDS", Help: "how long to wait for what the swarm has (default: 20)"},
		}, run: accountRestore},
		{Name: "account.show", Help: "who this profile is", Offline: true, Params: []Param{
			{Name: "recovery_phrase", Kind: Switch, Help: "show the recovery phrase too"},
			{Name: "passphrase", Hidden: true},
		}, run: accountShow},

		{Name: "accounts", Help: "list the accounts of this computer, without opening them", Lines: true, Offline: true, run: listAccounts},

		{Name: "factor.show", Help: "which second factor opens the profile beside its passphrase", Offline: true, run: factorShow},
		{Name: "factor.set", Help: "set or replace the second factor; without it only the recovery phrase helps", Offline: true, Secret: true, Params: []Param{
			{Name: "key_file", Value: "FILE", Path: true, Help: "a file: from now on it is needed as it is"},
			{Name: "new", Kind: Switch, Help: "make the key file anew"},
			{Name: "security_key", Kind: Switch, Help: "the FIDO2 security key that is plugged in"},
			{Name: "passphrase", Hidden: true}, {Name: "pin", Hidden: true},
		}, check: checkFactor, run: factorSet},
		{Name: "factor.remove", Help: "remove the second factor: the passphrase alone opens the profile", Offline: true, Secret: true, Params: []Param{
			{Name: "passphrase", Hidden: true},
		}, run: factorRemove},

		{Name: "send", Help: "send a message and wait until the swarm has it", Sends: true, Params: []Param{
			{Name: "to", Value: "ID", Required: true, Help: "Session ID or ONS name; one's own is a note to self"},
			{Name: "text", Value: "T", Help: "at most 2000 characters"},
			{Name: "attach", Kind: Texts, Value: "FILE", Path: true, Help: "a file to go along; may be repeated"},
			{Name: "voice", Value: "FILE", Path: true, Help: "a sound file as a voice message"},
			{Name: "reply_to", Kind: Number, Value: "TIMESTAMP", Help: "sent time of the message that this answers"},
			{Name: "whisper_to", Value: "ID", Help: "in a room, as a moderator: only this person sees it"},
			{Name: "whisper_moderators", Kind: Switch, Help: "only the moderators see it, and whom --whisper-to names"},
			timeout("how long to wait; the message stays queued after it (default: 60)"),
		}, check: checkSend, run: send},
		{Name: "receive", Help: "print what arrives", Lines: true, Params: []Param{
			{Name: "follow", Kind: Switch, Help: "until interrupted"},
			timeout("for so many seconds at most"),
			{Name: "count", Kind: Number, Value: "N", Help: "until so many messages and other news of contacts came"},
		}, run: receive},
		{Name: "conversations", Help: "list conversations and requests", Lines: true, Offline: true, run: conversations},
		{Name: "messages", Help: "list the messages of a conversation, oldest first", Lines: true, Offline: true, Params: []Param{
			with,
			{Name: "limit", Kind: Number, Value: "N", Help: "the newest N of them (default: 50)"},
			{Name: "before", Kind: Number, Value: "TIMESTAMP", Help: "only those sent before"},
		}, run: messages},

		{Name: "requests.list", Help: "list message requests", Lines: true, Offline: true, run: requestsList},
		{Name: "requests.accept", Help: "accept a message request", Sends: true, Params: []Param{place}, run: requestsAccept},
		{Name: "requests.delete", Help: "delete a message request", Sends: true, Params: []Param{place}, run: requestsDelete},
		{Name: "requests.block", Help: "delete a message request and block who sent it", Sends: true, Params: []Param{place}, run: requestsBlock},

		{Name: "react", Help: "add a reaction to a message, or remove it", Sends: true, Params: []Param{
			with, sentAt,
			{Name: "author", Value: "ID", Required: true, Help: "who wrote the message"},
			{Name: "emoji", Value: "E", Required: true},
			{Name: "remove", Kind: Switch},
		}, run: react},
		{Name: "delete", Help: "delete a message", Sends: true, Params: []Param{
			with, sentAt,
			{Name: "author", Value: "ID", Help: "who wrote it, should both have written in that millisecond"},
			{Name: "everyone", Kind: Switch, Help: "for the other side too"},
		}, run: deleteMessage},
		{Name: "expire-timer", Help: "set how messages disappear", Sends: true, Params: []Param{
			with,
			{Name: "mode", Value: "MODE", Required: true, OneOf: []string{modeOff, modeAfterRead, modeAfterSend}, Help: "off, after-read, after-send"},
			{Name: "seconds", Kind: Number, Value: "N", Help: "how long they stay"},
		}, check: checkTimer, run: expireTimer},
		{Name: "read", Help: "mark a conversation as read", Sends: true, Params: []Param{with}, run: markRead},

		{Name: "contacts", Help: "list contacts", Lines: true, Offline: true, run: contacts},
		{Name: "contact.set", Help: "change what is kept about a contact", Sends: true, Params: []Param{
			target,
			{Name: "nickname", Value: "N", Help: "what to call them; empty takes it away"},
			{Name: "block", Kind: Switch}, {Name: "unblock", Kind: Switch},
			{Name: "pin", Kind: Switch}, {Name: "unpin", Kind: Switch},
			{Name: "hide", Kind: Switch, Help: "off the list until something new arrives"},
		}, check: checkContact, run: contactSet},
		{Name: "profile.set", Help: "change name or picture", Sends: true, Params: []Param{
			{Name: "name", Value: "N"},
			{Name: "picture", Value: "FILE", Path: true, Help: "PNG, JPEG, GIF, WebP or HEIC, of which the middle is taken; empty takes the picture away"},
		}, check: checkProfile, run: profileSet},

		{Name: "group.create", Help: "make a group and invite its members", Sends: true, Params: []Param{
			{Name: "name", Value: "N", Required: true, Help: "at most 100 bytes"},
			{Name: "member", Kind: Texts, Value: "ID", Required: true, Help: "whom to invite; may be repeated"},
			{Name: "description", Value: "D", Help: "at most 600 bytes"},
		}, run: groupCreate},
		{Name: "group.invite", Help: "invite members, or invite them again", Sends: true, Params: []Param{
			target, members, {Name: "history", Kind: Switch, Help: "they can read what was said before"},
		}, run: groupInvite},
		{Name: "group.remove", Help: "remove members", Sends: true, Params: []Param{
			target, members, {Name: "messages", Kind: Switch, Help: "with all that they wrote"},
		}, run: groupRemove},
		{Name: "group.promote", Help: "make members admins, which cannot be taken back", Sends: true, Params: []Param{target, members}, run: groupPromote},
		{Name: "group.rename", Help: "change the name of a group", Sends: true, Params: []Param{
			target, {Name: "name", Value: "N", Required: true, Help: "at most 100 bytes"},
		}, run: groupRename},
		{Name: "group.picture", Help: "give a group a picture", Sends: true, Params: []Param{
			target,
			{Name: "file", Value: "FILE", Required: true, Path: true, Help: "PNG, JPEG, GIF, WebP or HEIC, of which the middle is taken; empty takes the picture away"},
		}, run: groupPicture},
		{Name: "group.timer", Help: "set how long messages of a group stay", Sends: true, Params: []Param{
			target, {Name: "seconds", Kind: Number, Value: "N", Required: true, Help: "0 is for good"},
		}, run: groupTimer},
		{Name: "group.leave", Help: "leave a group; the last admin ends it", Sends: true, Params: []Param{target}, run: groupLeave},
		{Name: "group.delete", Help: "end a group for all its members", Sends: true, Params: []Param{target}, run: groupDelete},
		{Name: "group.info", Help: "show a group and its members", Offline: true, Params: []Param{target}, run: groupInfo},

		{Name: "community.rooms", Help: "list the rooms of a community server", Lines: true, Params: []Param{address}, run: communityRooms},
		{Name: "community.join", Help: "join a room of a community", Sends: true, Params: []Param{address}, run: communityJoin},
		{Name: "community.leave", Help: "leave a room", Sends: true, Params: []Param{room}, run: communityLeave},
		{Name: "community.info", Help: "show a room that was joined", Offline: true, Params: []Param{room}, run: communityInfo},
		{Name: "community.ban", Help: "ban people from a room", Params: []Param{
			room, members, {Name: "for", Kind: Seconds, Value: "S", Help: "for so long (default: for good)"},
			{Name: "messages", Kind: Switch, Help: "delete all that they wrote there too"},
		}, run: communityBan},
		{Name: "community.unban", Help: "end bans", Params: []Param{room, members}, run: communityUnban},
		{Name: "community.invite", Help: "send contacts a card that leads to a room", Sends: true, Params: []Param{room, members}, run: communityInvite},
		{Name: "community.edit", Help: "change the text of an own message in a room", Params: []Param{
			room, sentAt, {Name: "text", Value: "T", Required: true, Help: "at most 2000 characters"},
		}, run: communityEdit},
		{Name: "community.pin", Help: "keep a message at the top of its room", Params: []Param{
			room, sentAt, {Name: "author", Value: "ID", Help: "who wrote it, should two have written in that millisecond"},
			{Name: "remove", Kind: Switch, Help: "no longer"},
		}, run: communityPin},

		{Name: "download", Help: "fetch a file of a message and save it", Params: []Param{
			with, sentAt,
			{Name: "author", Value: "ID", Help: "who wrote it, should both have written in that millisecond"},
			{Name: "attachment", Value: "ID", Help: "which of its files (default: the first)"},
			{Name: "to", Value: "DIR", Required: true, Path: true, Help: "a folder; nothing in it is overwritten"},
			timeout("how long to wait (default: 120)"),
		}, run: download},
		{Name: "sync", Help: "fetch and deliver everything once", Params: []Param{
			timeout("how long it may take (default: 60)"),
		}, run: syncNow},
		{Name: "path", Help: "show the onion paths", Params: []Param{
			timeout("how long to wait for a path (default: 30)"),
		}, run: showPath},
		{Name: "network.show", Help: "show how the network is reached", Offline: true, run: networkShow},
		{Name: "network.set", Help: "set a proxy for all connections, or work offline", Params: []Param{
			proxyArg, proxyUser, proxyPassword,
			{Name: "no_proxy", Kind: Switch, Help: "connect directly again"},
			{Name: "offline", Kind: Switch, Help: "connect to nothing"}, {Name: "online", Kind: Switch, Help: "end that"},
		}, check: checkReach, run: networkSet},
		{Name: "network.test", Help: "ask the network through a proxy", Params: []Param{proxyArg, proxyUser, proxyPassword}, check: checkReach, run: networkTest},
		{Name: "safety-number", Help: "the number to compare with a contact", Offline: true, Params: []Param{with}, run: safetyNumber},
		{Name: "export", Help: "write a conversation to a file that can be read without Sotto", Offline: true, Params: []Param{
			{Name: "with", Value: "ID", Help: "the other side's Session ID, or one's own for notes"},
			{Name: "everything", Kind: Switch, Help: "all conversations, into a folder that is made"},
			{Name: "format", Value: "json|html", OneOf: []string{"json", "html"}, Help: "json or html (default)"},
			{Name: "to", Value: "FILE", Required: true, Path: true, Help: "the file, with --everything the folder; nothing is overwritten"},
			{Name: "no_media", Kind: Switch, Help: "leave pictures, sound and files out"},
		}, check: checkExport, run: exportMessages},
		{Name: "backup", Help: "write everything to an encrypted file", Offline: true, Sealed: true, Params: []Param{fileArg, sealed}, run: backup},
		{Name: "backup-info", Help: "show what is in a backup", Offline: true, Sealed: true, Params: []Param{fileArg, sealed}, run: backupInfo},
		{Name: "restore-backup", Help: "bring a backup back: as a new profile, or what is missing in this one", Sealed: true, Params: []Param{
			fileArg, sealed, {Name: "conversation", Kind: Texts, Value: "ID", Help: "messages of this conversation only; may be repeated"},
		}, run: restoreBackup},
		{Name: RPC, Help: "answer JSON-RPC 2.0 on standard input, one object a line"},
	}
}

// RPC is the command line's command for JSON-RPC; it is no method.
const RPC = "rpc"
