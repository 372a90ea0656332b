package redact

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// pattern finds what is replaced by its form: ids, addresses, what may be a name in the DNS. What stands first wins where two begin at one place.
var pattern = regexp.MustCompile(strings.Join([]string{
	`(?P<uuid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})`,
	`(?P<mail>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)`,
	`(?P<colons>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,}(?:(?:\.[0-9]{1,3}){3})?)`, // MAC and IPv6 addresses, and times
	`(?P<mac>[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}|(?:en|wl|ww|ib)x[0-9A-Fa-f]{12})`,
	`(?P<node>ip(?:-[0-9]{1,3}){4})`, // a host that a cloud called by its address
	`(?P<disk>(?:file|filename)=[^\s,;]+)`,
	`(?P<bridge>[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{12})`, // a priority, and the MAC address of a bridge
	`(?P<ip>[0-9]{1,3}(?:\.[0-9]{1,3}){3})`,
	`(?P<home>/home/[A-Za-z0-9._-]+)`,
	`(?P<serial>(?i:serial(?:[ _]?number)?(?:=|: ?))[A-Za-z0-9][A-Za-z0-9._-]*)`,
	`(?P<iscsi>iqn\.[0-9]{4}-[0-9]{2}\.[A-Za-z0-9.:_-]+)`,
	`(?P<dns>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)`,
	`(?P<hex>(?:0[xX])?[0-9A-Fa-f]{12,})`,
}, "|"))

var groups = pattern.SubexpNames()

// span is a part of a text with what it becomes.
type span struct {
	from, to int
	by       string
}

// text redacts a text, be it a line of the archive or a sentence of a rule.
func (p *pass) text(s string) string {
	return splice(s, merge(p.nameSpans(s), p.patternSpans(s)))
}

// replaceNames replaces the names alone.
func (p *pass) replaceNames(s string) string { return splice(s, p.nameSpans(s)) }

// merge takes names before what was found by its form, and leaves out of the latter what overlaps.
func merge(names, forms []span) (out []span) {
	for len(forms) > 0 {
		f := forms[0]
		switch {
		case len(names) == 0 || f.to <= names[0].from:
			out, forms = append(out, f), forms[1:]
		case names[0].to <= f.from:
			out, names = append(out, names[0]), names[1:]
		case f.from < names[0].from || f.from == names[0].from && f.to > names[0].to: // a name in a longer whole: an address of mail
			for len(names) > 0 && names[0].from < f.to {
				names = names[1:]
			}
		default:
			forms = forms[1:]
		}
	}
	return append(out, names...)
}

func splice(s string, spans []span) string {
	if len(spans) == 0 {
		return s
	}
	var b strings.Builder
	end := 0
	for _, x := range spans {
		b.WriteString(s[end:x.from])
		b.WriteString(x.by)
		end = x.to
	}
	b.WriteString(s[end:])
	return b.String()
}

// patternSpans finds what is told by its form.
func (p *pass) patternSpans(s string) (spans []span) {
	for at := 0; at < len(s); {
		m := pattern.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		x := span{from: at + m[0], to: at + m[1]}
		found := p.replacement(s, &x, groupOf(m))
		if found {
			spans = append(spans, x)
			at = x.to
			continue
		}
		at = next(s, x.from)
	}
	return spans
}

// next is where to look for the next one behind a place where nothing was found: behind the word, unless a part of it may be one.
func next(s string, from int) int {
	for from++; from < len(s) && isWord(s[from-1]) && isWord(s[from]); from++ {
	}
	return from
}

func groupOf(m []int) string {
	for i := 1; i < len(groups); i++ {
		if m[2*i] >= 0 {
			return groups[i]
		}
	}
	return ""
}

// isWord reports a character of a name: those of one word touch.
func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// begins reports a place where a word begins: behind an escaped character (machine-qemu\x2d1\x2dweb) one does too.
func begins(s string, i int) bool {
	return i == 0 || !isWord(s[i-1]) || !isWord(s[i]) || i >= 4 && s[i-4] == '\\' && s[i-3] == 'x' && hexDigits.MatchString(s[i-2:i])
}

var hexDigits = regexp.MustCompile(`^[0-9a-f]+$`)

// whole reports a span that is no part of a longer word.
func whole(s string, x span) bool {
	return begins(s, x.from) && (x.to == len(s) || !isWord(s[x.to]) || !isWord(s[x.to-1]))
}

// replacement says what becomes of something that has the form of a group; it may find less of it, or nothing.
func (p *pass) replacement(s string, x *span, group string) bool {
	if group == "colons" {
		return p.colons(s, x)
	}
	if !whole(s, *x) {
		return false
	}
	t := s[x.from:x.to]
	switch group {
	case "uuid":
		x.by = p.names.id(t, uuidOf)
	case "mail":
		local, domain, _ := strings.Cut(t, "@")
		if !isDomain(domain) {
			return false
		}
		x.by = p.user(local) + "@" + p.dns(domain)
	case "mac":
		return p.mac(t, x)
	case "bridge":
		mapped, ok := p.addresses.mac(t[5:])
		x.by = t[:5] + mapped
		return ok && p.noted(t[5:], mapped)
	case "node":
		ip, err := netip.ParseAddr(strings.ReplaceAll(t[len("ip-"):], "-", "."))
		mapped, ok := p.addresses.ip(ip)
		if err != nil || !ok {
			return false
		}
		x.by = "ip-" + strings.ReplaceAll(mapped.String(), ".", "-")
		p.names.note(IP, ip.String(), mapped.String())
	case "disk":
		i := strings.IndexByte(t, '=') + 1
		x.by = t[:i] + p.names.name(Label, t[i:])
	case "ip":
		return p.ip4(s, x)
	case "home":
		x.by = "/home/" + p.user(t[len("/home/"):])
	case "serial":
		i := strings.IndexAny(t, "=:") + 1
		i += len(t[i:]) - len(strings.TrimLeft(t[i:], " "))
		x.by = t[:i] + p.names.id(t[i:], serialOf)
	case "iscsi":
		x.by = p.names.id(t, func(n int) string { return "iqn.2000-01.domain:" + strconv.Itoa(n) })
	case "dns":
		if end := p.withoutFile(t); end > 0 {
			x.to, t = x.from+end, t[:end]
		} else {
			return p.firstWord(s, x)
		}
		for first, rest, dotted := strings.Cut(t, "."); dotted && p.devices[first] && isDomain(rest); first, rest, dotted = strings.Cut(t, ".") {
			x.from, t = x.from+len(first)+1, rest
		}
		x.by = p.dns(t)
	case "hex":
		return p.hex(s, x)
	}
	return x.by != t
}

// fileEnd is the end of the name of a file or of a unit of systemd that may be called by a name of the DNS.
var fileEnd = regexp.MustCompile(`(?i)\.(?:nmconnection|xml|conf|cfg|ya?ml|json|log|txt|network|netdev|link|service|scope|mount|qcow2|img|raw|iso|pid|sock|lease[s]?|crt|pem|key|bak)$`)

// withoutFile returns how much of something with dots is a name of the DNS: all of it, what is before the end of a file's name, or nothing.
func (p *pass) withoutFile(t string) int {
	for t != "" && !p.devices[t] {
		if isDomain(t) {
			return len(t)
		}
		end := fileEnd.FindString(t)
		if end == "" {
			break
		}
		t = t[:len(t)-len(end)]
	}
	return 0
}

// user replaces the name of a user that not every system has.
func (p *pass) user(s string) string {
	if anyUser[s] {
		return s
	}
	return p.names.name(User, s)
}

var hexForm = regexp.MustCompile(`^[0-9A-Fa-f]{12,}`)

// firstWord replaces an id that something with dots begins with, which is no name of the DNS: the name of a file.
func (p *pass) firstWord(s string, x *span) bool {
	x.to = x.from + len(hexForm.FindString(s[x.from:x.to]))
	return x.to > x.from && whole(s, *x) && p.hex(s, x)
}

// noted puts a MAC address into the map.
func (p *pass) noted(original, mapped string) bool {
	p.names.note(MAC, separated(original), separated(mapped))
	return true
}

func separated(digits string) string {
	d := strings.ToLower(digits)
	return strings.Join([]string{d[0:2], d[2:4], d[4:6], d[6:8], d[8:10], d[10:12]}, ":")
}

// mac replaces a MAC address in any notation but that with colons.
func (p *pass) mac(t string, x *span) bool {
	digits := strings.NewReplacer("-", "", ".", "").Replace(t)
	digits = digits[len(digits)-12:]
	mapped, ok := p.addresses.mac(digits)
	if !ok {
		return false
	}
	x.by = rewrite(t, mapped)
	return p.noted(digits, mapped)
}

// rewrite puts the last digits in the place of the last hexadecimal digits of a text: what is between them, and their case, stays.
func rewrite(t, digits string) string {
	b := []byte(t)
	upper := strings.ToUpper(t) == t && strings.ToLower(t) != t
	for i, j := len(b)-1, len(digits)-1; i >= 0 && j >= 0; i-- {
		if b[i] == '-' || b[i] == '.' || b[i] == ':' {
			continue
		}
		b[i] = digits[j]
		if upper && b[i] >= 'a' {
			b[i] -= 'a' - 'A'
		}
		j--
	}
	return string(b)
}

// ip4 replaces an IPv4 address that is no part of a version or of a longer row of numbers.
func (p *pass) ip4(s string, x *span) bool {
	if x.from > 1 && s[x.from-1] == '.' && isWord(s[x.from-2]) || x.to+1 < len(s) && s[x.to] == '.' && isWord(s[x.to+1]) && s[x.to+1] <= '9' {
		return false
	}
	ip, err := netip.ParseAddr(s[x.from:x.to])
	return err == nil && p.addr(s, x, ip)
}

// addr replaces an address; the network of a prefix, whose host part is zero, stays one.
func (p *pass) addr(s string, x *span, ip netip.Addr) bool {
	mapped, ok := p.addresses.ip(ip)
	if !ok {
		return false
	}
	if bits, ok := prefixBehind(s[x.to:], ip.BitLen()); ok && netip.PrefixFrom(ip, bits).Masked().Addr() == ip {
		mapped = netip.PrefixFrom(mapped, bits).Masked().Addr()
	}
	x.by = mapped.String()
	p.names.note(IP, ip.String(), x.by)
	return x.by != s[x.from:x.to]
}

// prefixBehind reads the length of a prefix that follows an address.
func prefixBehind(s string, most int) (bits int, ok bool) {
	if !strings.HasPrefix(s, "/") {
		return 0, false
	}
	end := 1
	for end < len(s) && end < 4 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	bits, err := strconv.Atoi(s[1:end])
	return bits, err == nil && bits > 0 && bits <= most
}

// colons replaces a MAC or an IPv6 address; a time, a PCI address and the like stay.
func (p *pass) colons(s string, x *span) bool {
	trim(s, x)
	t := s[x.from:x.to]
	if ip, err := netip.ParseAddr(t); err == nil && !strings.ContainsRune(t, '%') && whole(s, *x) {
		return p.addr(s, x, ip)
	}
	if i := strings.IndexByte(t, '.'); i >= 0 { // the last number belongs to an IPv4 address: addr:0:10.0.0.1
		x.to = x.from + strings.LastIndexByte(t[:i], ':')
		if x.to <= x.from {
			return false
		}
		trim(s, x)
		t = s[x.from:x.to]
	}
	g := strings.Split(t, ":")
	if len(g) > 6 && len(g[0]) != 2 {
		x.from += len(t) - len(strings.Join(g[1:], ":"))
		g = g[1:]
		t = s[x.from:x.to]
	}
	if len(g) == 4 && strings.Trim(t, ":0") != "" && !slices.ContainsFunc(g, func(o string) bool { return len(o) != 4 }) && whole(s, *x) { // of InfiniBand
		n := p.number(strings.Join(g, ""))
		x.by = strings.Join([]string{n[:4], n[4:8], n[8:12], n[12:]}, ":")
		return true
	}
	if len(g) < 6 || x.to < len(s) && isWord(s[x.to]) {
		return false
	}
	return p.octets(t, g, x)
}

// trim leaves out colons that belong to what is around, and a first group that is the end of a word.
func trim(s string, x *span) {
	if x.from > 0 && isWord(s[x.from-1]) {
		x.from += strings.IndexByte(s[x.from:x.to], ':')
	}
	if strings.HasPrefix(s[x.from:x.to], ":") && !strings.HasPrefix(s[x.from:x.to], "::") {
		x.from++
	}
	if strings.HasSuffix(s[x.from:x.to], ":") && !strings.HasSuffix(s[x.from:x.to], "::") {
		x.to--
	}
}

// macHeader is how many octets the header of a frame has: both addresses and the type.
const macHeader = 14

func (p *pass) header(g []string, x *span) bool {
	for from := 0; from < macHeader-2; from += 6 {
		if mac := (span{}); p.octets(strings.Join(g[from:from+6], ":"), slices.Clone(g[from:from+6]), &mac) {
			copy(g[from:], strings.Split(mac.by, ":"))
		}
	}
	x.by = strings.Join(g, ":")
	return true
}

// octets replaces the last six of the octets of a MAC address, or of the longer one of InfiniBand.
func (p *pass) octets(t string, g []string, x *span) bool {
	if len(g) == macHeader { // as a packet filter logs it
		return p.header(g, x)
	}
	short := false
	for i, o := range g {
		if o == "" || len(o) > 2 {
			return false
		}
		if short = short || len(o) == 1; len(o) == 1 {
			g[i] = "0" + o
		}
	}
	last := g[len(g)-6:]
	digits := strings.Join(last, "")
	if len(g) > 6 { // a GUID: what looks like the first octet of a MAC address is none
		digits = "020000" + digits[6:]
	}
	mapped, ok := p.addresses.mac(digits)
	if !ok {
		return false
	}
	if len(g) == 6 {
		p.noted(digits, mapped)
	}
	if !short {
		x.by = rewrite(t, mapped[6:])
		return true
	}
	for i := range 3 { // without leading zeros, as ip -d link has it
		n, _ := strconv.ParseUint(mapped[6+2*i:8+2*i], 16, 8)
		g[len(g)-3+i] = strconv.FormatUint(n, 16)
	}
	for i := range g[:len(g)-3] {
		if n, err := strconv.ParseUint(g[i], 16, 8); err == nil {
			g[i] = strconv.FormatUint(n, 16)
		}
	}
	x.by = strings.Join(g, ":")
	return true
}

// hex replaces a long hexadecimal number: a MAC address that stands elsewhere too, or the id of something. One without letters is a time, one of
// the rules names a commit of the kernel, and a digest names what is public.
func (p *pass) hex(s string, x *span) bool {
	t := s[x.from:x.to]
	if len(t) > 2 && t[1]|0x20 == 'x' { // an id in the notation of C
		x.from += 2
		t = t[2:]
	}
	lower := strings.ToLower(t)
	if tail := lower[len(lower)-12:]; strings.Trim(lower[:len(lower)-12], "0") == "" && p.names.of[[2]string{MAC, separated(tail)}] != "" {
		mapped, _ := p.addresses.mac(tail)
		x.by = rewrite(t, mapped)
		return true
	}
	prefixed := strings.HasSuffix(strings.ToLower(s[:x.from]), "0x")
	if !prefixed && strings.Trim(t, "0123456789") == "" && len(t) < 32 || ownWords[lower] || strings.HasSuffix(s[:x.from], "sha256-") || strings.HasSuffix(s[:x.from], "sha256:") {
		return false
	}
	x.by = p.number(t)
	return true
}

// id replaces an id that stands alone.
func (p *pass) id(s string) string {
	if strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return p.text(s)
	}
	return p.number(s)
}

func (p *pass) number(s string) string {
	return p.names.id(s, func(n int) string { return fmt.Sprintf("%0*x", len(s), n) })
}
