package cookies

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// layouts are the forms of a date beside those of HTTP.
var layouts = [...]string{
	"Mon, 02-Jan-2006 15:04:05 MST", "Mon, 02-Jan-06 15:04:05 MST", "Monday, 02-Jan-2006 15:04:05 MST",
	"Mon, 2 Jan 2006 15:04:05 MST", "Mon Jan _2 15:04:05 2006", "2 Jan 2006 15:04:05 MST",
}

// date reads the date of Expires, in the forms that servers send.
func date(text string) (time.Time, bool) {
	text = strings.Trim(text, `"`)
	if at, err := http.ParseTime(text); err == nil {
		return at, true
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// seconds reads Max-Age. Zero and less is the past; what is too much is a century.
func seconds(text string) (time.Duration, bool) {
	const most = 100 * 365 * 24 * 3600
	text = strings.Trim(text, `"`)
	digits := strings.TrimPrefix(text, "-")
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > most {
		n = most
	}
	if n <= 0 || digits != text {
		n = -1
	}
	return time.Duration(n) * time.Second, true
}
