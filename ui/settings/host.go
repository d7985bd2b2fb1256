package settings

// Logs are the log files of the program. Its methods may take their time.
type Logs interface {
	Folder() string
	Size() int64
	// Export writes everything that is logged into a new file.
	Export(path string) error
	Delete() error
}
