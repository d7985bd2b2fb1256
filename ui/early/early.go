// Package early sets what the toolkit reads from the environment as it starts,
// before any function of the program can run.
//
// The order is the language's: of the packages whose imports are ready, the first
// by path is initialized. This one needs nothing but syscall, and the toolkit's
// caches need os, which needs time, whose path comes after this one's. A package
// that imports more here would come too late.
package early

import "syscall"

// CacheEnv is the environment variable in which the toolkit looks for how long
// it keeps what it has painted and no longer shows.
const CacheEnv = "FYNE_CACHE"

// CacheTime is what the program sets there unless the user has: long enough to
// scroll back without painting anew, a third of the toolkit's own minute. In that
// minute a fast wheel leaves 80 MB of painted words behind. Not below 10 s: the
// toolkit would go through the whole window at each tick to keep it alive.
const CacheTime = "20s"

func init() {
	if _, set := syscall.Getenv(CacheEnv); !set {
		// Without it the program only needs more memory.
		_ = syscall.Setenv(CacheEnv, CacheTime)
	}
}
