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
	// By hand: a token's JSON has several times, and time's own way of writing
	// them would be an eighth of its cost.
	units, seconds := uint32(t%1e7), t/1e7
	days, second := seconds/86400, uint32(seconds%86400)
	year, month, day := civil(days)
	dst = append(dst, "yyyy-mm-ddThh:mm:ss.0123456Z"...)
	b := dst[len(dst)-28:]
	putDigits(b[:4], uint32(year))
	putDigits(b[5:7], uint32(month))
	putDigits(b[8:10], uint32(day))
	putDigits(b[11:13], second/3600)
	putDigits(b[14:16], second/60%60)
	putDigits(b[17:19], second%60)
	putDigits(b[20:27], units)
	return dst
}

// civil is the date, days after 1601-01-01, in the Gregorian calendar. 1601 is
// the first year of a cycle of 400; within the arithmetic years begin in March.
func civil(days uint64) (year, month, day uint64) {
	days += 306 // from 1600-03-01
	era, doe := days/146097, days%146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	year, month = 1600+400*era+yoe, mp+3
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

// putDigits fills b with n in decimal.
func putDigits(b []byte, n uint32) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = '0' + byte(n%10)
		n /= 10
	}
}
