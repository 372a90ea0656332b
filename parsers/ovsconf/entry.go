package ovsconf

import "strings"

// entry is a line of the journal.
type entry struct {
	node       string
	identifier string // SYSLOG_IDENTIFIER
	pid        string // "" when there is none
	message    string
}

// parseEntry reads "Oct 17 12:48:29.123456 NODE IDENTIFIER[PID]: MESSAGE" (journalctl -o short and short-precise), and with a time such as
// 2023-10-17T12:48:29+0000 (short-iso). `oc adm node-logs --unify=false` puts the name of the node before all.
func parseEntry(line string) (e entry, ok bool) {
	rest, ok := cutTime(line)
	if !ok {
		_, after, _ := strings.Cut(line, " ")
		if rest, ok = cutTime(after); !ok {
			return e, false
		}
	}
	var source string
	e.node, rest, _ = strings.Cut(rest, " ")
	source, e.message, ok = strings.Cut(rest, ":")
	if !ok || e.node == "" || source == "" || strings.Contains(source, " ") {
		return e, false
	}
	e.message = strings.TrimPrefix(e.message, " ")
	e.identifier = source
	if at := strings.IndexByte(source, '['); at >= 0 {
		e.identifier, e.pid = source[:at], strings.TrimSuffix(source[at+1:], "]")
	}
	return e, true
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// cutTime returns what follows the time that a line begins with.
func cutTime(s string) (rest string, ok bool) {
	const short = len("Oct 17 12:48:29")
	if len(s) > short && strings.Contains(months, s[:3]) && s[3] == ' ' && s[6] == ' ' && s[9] == ':' && s[12] == ':' {
		_, rest, ok = strings.Cut(s[short:], " ")
		return rest, ok
	}
	first, rest, ok := strings.Cut(s, " ")
	isISO := len(first) >= len("2023-10-17T12:48:29") && first[4] == '-' && first[10] == 'T' && first[13] == ':'
	return rest, ok && isISO
}
