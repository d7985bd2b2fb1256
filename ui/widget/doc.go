// Package widget holds Sotto's own widgets: what every screen is built from.
//
// Widgets know no domain: plain values in, functions out. They follow the
// design tokens of ui/theme, redraw themselves when the theme changes, work
// with the keyboard (a 2 px ring shows where it is), draw emoji in colour and
// text that runs right to left, and never move by themselves: a window is
// repainted whole when anything in it is dirty.
//
// Everything runs on the interface's goroutine. Tell the time to nobody:
// delays go through fyne.Do.
//
// # Window
//
//	Stage             content of a window; Toast, tooltips, OnEscape, OnResize; StageOf, Escape
//	Split             left column (280 to 400, dragged), middle, right panel; one column below 640
//	Sheet, Confirm    dialogs with veil, title, body, footer; Open, Dismiss
//	ShowMenu          context menu of MenuItem, ShowMenuWith adds a strip above it
//	VirtualList       list of any length over a ListAdapter, anchored
//	NewScroll         a page that scrolls
//
// # Layout
//
//	Column, Row, Spacer, Inset, Centred, Gap   for container.New; they know wrapped text
//	Surface, NewCard, Separator           grounds and lines
//
// # Text
//
//	Style             Caption, CaptionBold, Small, SmallBold, Body, BodyBold, Title, Display, Code, Time ...
//	Label             NewLabel, NewShrinking (one line), NewParagraph, NewParagraphSpans (wrapped)
//	Span, ParseText   links, mentions, code fences; Text for plain text
//
// # Controls
//
//	Button            Primary, Secondary, Outlined, Ghost, Danger, DangerSoft; Sized(Large|Compact)
//	IconButton        40 or 32; Solid, Bad, On; its tooltip is its name
//	Toggle, Check, NewRadio, Segmented
//	TextField         NewTextField, NewSearchField, NewSecretField; Large, WithIcon, SetError, SetDone
//	TextArea          growing text; NewBoxedTextArea
//	Composer          TextArea with buttons, QuoteBar above, a note
//	WordGrid          numbered boxes for a recovery phrase
//	PressRow          icon or lead, title, detail, value, tail, chevron
//	Chip, NewChipButton
//
// # Showing
//
//	Avatar, Badge, KeyCap, Progress, Icon, Logo
//	Banner            notice with icon, sentence, actions
//	ConversationRow   row of the list, set with RowModel
//	Bubble            message, set with BubbleModel; HeightOfBubble measures without one
//	MediaStack        what a message carries over its text: Album, VoiceRow, FileRow
//	ThumbGrid         files about to be sent, in their order
//	PicturePane, Strip  one picture with zoom, small ones beside it
//	Tiles             square pictures, three in a row
//	WaveBar, PlayerBar  a recording; the player outside of the list
//	DayLine, UnreadLine, SystemLine, Typing
//	QR, QRImage
//	PathView          the onion path
package widget
