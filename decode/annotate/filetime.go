package annotate

import (
	"strconv"
	"time"
)

// fileTimeEpoch is the number of seconds from 1601-01-01 to 1970-01-01.
const fileTimeEpoch = 11644473600

// FileTimeMax is the last FILETIME of the year 9999, past which RFC 3339 has
// no way to write one.
const FileTimeMax = 2650467743999999999

// TimeOf converts a FILETIME (100 ns since 1601-01-01 UTC; MS-DTYP 2.3.3).
func TimeOf(t uint64) time.Time {
	return time.Unix(int64(t/1e7)-fileTimeEpoch, int64(t%1e7)*100).UTC()
}

// FileTimeOf is the FILETIME of t, which must not lie before 1601.
func FileTimeOf(t time.Time) uint64 {
	return uint64(t.Unix()+fileTimeEpoch)*1e7 + uint64(t.Nanosecond()/100)
}

// AppendFileTime writes a FILETIME as RFC 3339 in UTC with all seven digits of
// its 100 ns units. One past the year 9999 is written as 0x and its digits.
func AppendFileTime(dst []byte, t uint64) []byte {
	if t > FileTimeMax {
		return append(append(dst, '0', 'x'), strconv.FormatUint(t, 16)...)
	}
	return TimeOf(t).AppendFormat(dst, "2006-01-02T15:04:05.0000000Z07:00")
}
