// Package uptime reads the line that `uptime` of procps prints.
package uptime

import (
	"regexp"
	"strconv"

	"github.com/sosbond/sosbond/parsers/text"
)

// The forms of print_uptime in procps: "up 1 min", "up 20:11", "up 1 day, 3 min", "up 12 days,  1:02".
var (
	upRE   = regexp.MustCompile(`\bup\s+(.*?),\s+\d+ users?\b|\bup\s+(.*?),\s+load average`)
	partRE = regexp.MustCompile(`(\d{1,6})(?::(\d\d)| (day|min|hour|sec)s?)?`)
)

// Parse returns for how many minutes the host had been up.
func Parse(data []byte) (minutes text.At[int], problems text.Problems) {
	for n, line := range text.Lines(data) {
		m := upRE.FindStringSubmatch(line)
		if m == nil {
			if line != "" {
				problems.Add(n, line, "not a line of uptime")
			}
			continue
		}
		return text.Of(sum(m[1]+m[2]), n), problems
	}
	return minutes, problems
}

// sum adds up the parts: days, hours and minutes.
func sum(s string) (minutes int) {
	const hour, day = 60, 24 * 60
	for _, p := range partRE.FindAllStringSubmatch(s, -1) {
		n, err := strconv.Atoi(p[1])
		if err != nil {
			continue
		}
		switch {
		case p[2] != "":
			rest, _ := strconv.Atoi(p[2]) // two digits by the expression
			minutes += n*hour + rest
		case p[3] == "day":
			minutes += n * day
		case p[3] == "hour":
			minutes += n * hour
		case p[3] == "min":
			minutes += n
		}
	}
	return minutes
}
