package networkd

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// units are the words for units of time in systemd.time(7), lengths in microseconds. "m" is a minute there and "M" a month.
var units = map[string]float64{
	"us": 1, "usec": 1, "µs": 1, "μs": 1,
	"ms": 1e3, "msec": 1e3,
	"s": 1e6, "sec": 1e6, "second": 1e6, "seconds": 1e6,
	"m": 60e6, "min": 60e6, "minute": 60e6, "minutes": 60e6,
	"h": 3600e6, "hr": 3600e6, "hour": 3600e6, "hours": 3600e6,
	"d": 86400e6, "day": 86400e6, "days": 86400e6,
	"w": 604800e6, "week": 604800e6, "weeks": 604800e6,
	"M": 2629800e6, "month": 2629800e6, "months": 2629800e6,
	"y": 31557600e6, "year": 31557600e6, "years": 31557600e6,
}

var spanRE = regexp.MustCompile(`^\s*([0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})\s*([A-Za-zµμ]*)`)

// Timespan reads a time span as systemd.time(7) writes them: "100ms", "1s 500ms", "0.5". A number without a unit counts in unit. ok is false
// for what systemd refuses, and for "infinity".
func Timespan(s string, unit time.Duration) (span time.Duration, ok bool) {
	var micros float64
	for s = strings.TrimSpace(s); s != ""; {
		m := spanRE.FindStringSubmatch(s)
		if m == nil {
			return 0, false
		}
		number, err := strconv.ParseFloat(m[1], 64)
		length, known := units[m[2]]
		if m[2] == "" {
			length, known = float64(unit)/float64(time.Microsecond), true
		}
		if err != nil || !known {
			return 0, false
		}
		micros += number * length
		s, ok = s[len(m[0]):], true
	}
	if micros > math.MaxInt64/float64(time.Microsecond)/2 {
		return 0, false
	}
	return time.Duration(math.Round(micros)) * time.Microsecond, ok
}
