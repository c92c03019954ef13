package decode

import "github.com/ntlmctl/ntlmctl/decode/annotate"

// checkFileTime makes findings of a FILETIME that says no time.
func checkFileTime(t uint64, offset int, r *annotate.Recorder) {
	switch {
	case t == 0:
		r.Find(annotate.FileTimeZero, offset, 8, "")
	case t > annotate.FileTimeMax:
		r.Find(annotate.FileTimeOverflow, offset, 8, "")
	}
}
