package kernlog

import "bytes"

// form is how a line of a log looks.
type form int

const (
	unknown form = iota
	bare         // no time stamp: dmesg of RHEL 5, or an error message
	stamped      // "[   23.1] text" or "[Sun Nov 22 06:43:51 2026] text": dmesg, written by the kernel
	tagged       // "Nov 22 06:43:51 host kernel: text": journal or syslog, written by the kernel
	foreign      // the same, written by a program
	marker       // "-- Reboot --": written by journalctl
	skipped      // empty, or the continuation of a message of several lines
)

// kernelText tells the form of a line and returns what the kernel wrote, if it did.
func kernelText(line []byte) ([]byte, form) {
	line = trimPriority(line)
	if len(line) == 0 {
		return nil, skipped
	}
	switch line[0] {
	case ' ', '\t':
		return nil, skipped
	case '[':
		if text := afterTimestamp(line); len(text) < len(line) {
			return afterHost(text), stamped
		}
	case '-':
		if bytes.HasPrefix(line, []byte("-- ")) {
			return nil, marker
		}
	case '*': // ** 11 printk messages dropped ** [  737.3] text
		if i := bytes.Index(line, []byte("** [")); i > 0 {
			return afterTimestamp(line[i+3:]), stamped
		}
	case 'k': // dmesg -x: "kern  :info  : [   23.1] text"
		if i := bytes.IndexByte(line, '['); i > 0 && i < 24 && bytes.HasPrefix(line, []byte("kern  :")) {
			return afterTimestamp(line[i:]), stamped
		}
	}
	switch length := timestampLen(line); {
	case length == 0:
		return line, bare
	case length > 19 && line[10] == 'T' && line[19] == ',': // dmesg --time-format iso
		return line[length:], stamped
	default:
		return afterTag(line, length)
	}
}

// trimPriority removes the "<6>" of dmesg -r and of syslog.
func trimPriority(line []byte) []byte {
	if len(line) > 2 && line[0] == '<' {
		if end := bytes.IndexByte(line[:min(len(line), 6)], '>'); end > 0 {
			return line[end+1:]
		}
	}
	return line
}

// afterTag returns what follows "kernel: " where that is the first word which ends with a colon: "host NetworkManager[812]: ... kernel: ..."
// was not written by the kernel.
func afterTag(line []byte, from int) ([]byte, form) {
	for at := from; at < len(line); {
		i := bytes.IndexByte(line[at:], ':')
		if i < 0 {
			break
		}
		at += i + 1
		if at < len(line) && line[at] != ' ' { // in the time, or in an IPv6 address
			continue
		}
		tag := line[from : at-1]
		tag = tag[bytes.LastIndexByte(tag, ' ')+1:]
		if string(tag) == "kernel" || bytes.HasPrefix(tag, []byte("kernel[")) {
			return afterTimestamp(bytes.TrimLeft(line[at:], " ")), tagged
		}
		break
	}
	return nil, foreign
}

// afterHost removes the "host kernel: " that journalctl -o short-monotonic has after the time.
func afterHost(text []byte) []byte {
	if i := bytes.Index(text[:min(len(text), 2*maxName)], []byte(": ")); i > 0 && bytes.HasSuffix(text[:i], []byte(" kernel")) {
		return text[i+2:]
	}
	return text
}

// afterTimestamp removes "[   23.190000] " and the "[    T1] " of kernels with CONFIG_PRINTK_CALLER from the start of a message.
func afterTimestamp(text []byte) []byte {
	for _, known := range []func([]byte) bool{isTime, isCaller} {
		if len(text) == 0 || text[0] != '[' {
			break
		}
		end := bytes.IndexByte(text[:min(len(text), 40)], ']')
		if end < 0 || !known(text[1:end]) {
			break
		}
		text = bytes.TrimLeft(text[end+1:], " ")
	}
	return text
}

// isTime tells "   23.190000", "  +0.000001", "Sun Nov 22 06:43:51 2026" and "Nov22 06:43" from a tag like "drm".
func isTime(s []byte) bool {
	n := len(s)
	switch {
	case n == 24:
		return s[3] == ' ' && s[13] == ':' && s[16] == ':'
	case n == 11 && s[8] == ':':
		return s[5] == ' '
	}
	return n > 0 && len(bytes.Trim(s, " +.0123456789")) == 0 && bytes.IndexByte(s, '.') > 0
}

// isCaller tells "    T1" and "   C12".
func isCaller(s []byte) bool {
	s = bytes.TrimLeft(s, " ")
	return len(s) > 1 && (s[0] == 'T' || s[0] == 'C') && len(bytes.Trim(s[1:], "0123456789")) == 0
}

// timestampLen returns the length of the time at the start of a line of a journal or of syslog, with the blank behind it; 0 without one.
func timestampLen(line []byte) int {
	if len(line) < 16 {
		return 0
	}
	switch {
	case line[3] == ' ' && line[6] == ' ' && line[9] == ':' && line[12] == ':': // Nov 22 06:43:51
		return wordEnd(line, 13)
	case line[4] == '-' && line[7] == '-' && (line[10] == 'T' || line[10] == ' ') && line[13] == ':': // 2026-11-22T06:43:51+00:00
		return wordEnd(line, 11)
	case line[3] == ' ' && line[8] == '-' && line[11] == '-' && line[14] == ' ': // Sun 2026-11-22 06:43:51 UTC
		return wordEnd(line, 15)
	case line[4] == ' ' && line[8] == ' ' && line[11] == ' ' && line[14] == ':': // 2026 Nov 22 06:43:51
		return wordEnd(line, 12)
	case line[10] == '.' && len(bytes.TrimLeft(line[:10], "0123456789")) == 0: // 1795329831.123456
		return wordEnd(line, 11)
	}
	return 0
}

// wordEnd returns where the word that line[from] is in ends, with the blank behind it.
func wordEnd(line []byte, from int) int {
	if i := bytes.IndexByte(line[from:], ' '); i >= 0 {
		return from + i + 1
	}
	return len(line)
}
