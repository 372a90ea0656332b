package nft

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// mlag is what nftables 1.0.6 prints for the commands of NetworkManager.
const mlag = `table netdev nm-mlag-bond0 { # handle 1
	set macset-tagged { # handle 4
		typeof ether saddr . vlan id
		size 65535
		flags dynamic,timeout
		elements = { 52:54:00:aa:00:01 . 10 timeout 5s expires 3s104ms,
			     52:54:00:aa:00:02 . 10 timeout 5s expires 4s }
	}

	set macset-untagged { # handle 5
		typeof ether saddr
		size 65535
		flags dynamic,timeout
	}

	chain rx-drop-bc-mc-eth1 { # handle 1
		type filter hook ingress device "eth1" priority filter; policy accept;
		meta pkttype { broadcast, multicast } counter packets 0 bytes 0 drop # handle 3
	}

	chain tx-snoop-source-mac { # handle 6
		type filter hook egress device "bond0" priority filter; policy accept;
		update @macset-tagged { ether saddr . vlan id timeout 5s } counter packets 0 bytes 0 return # handle 7
		update @macset-untagged { ether saddr timeout 5s } counter packets 0 bytes 0 # handle 8
	}

	chain rx-drop-looped-packets { # handle 9
		type filter hook ingress device "bond0" priority filter; policy accept;
		ether saddr . vlan id @macset-tagged counter packets 0 bytes 0 drop # handle 10
		ether type 8021q counter packets 0 bytes 0 return # handle 11
		ether saddr @macset-untagged counter packets 0 bytes 0 drop # handle 12
	}
}
`

const host = `table inet x { # handle 1
	comment "table { comment"
	counter c1 { # handle 3
		packets 0 bytes 0
	}

	ct helper ftp-standard { # handle 5
		type "ftp" protocol tcp
		l3proto inet
	}

	flowtable f {
		hook ingress priority filter
		devices = { eth0, eth1 }
	}

	set s1 { # handle 6
		type ipv4_addr
		flags interval,timeout
		timeout 1h
		elements = { 1.1.1.1 timeout 5m expires 4m59s992ms, 2.2.2.2 expires 59m59s992ms comment "a } b",
			     10.0.0.0/8 expires 59m59s992ms }
	}

	map m {
		type ifname : verdict
		elements = { "eth0" : accept, "eth1" : drop }
	}

	chain in { # handle 1
		type filter hook input priority filter; policy drop;
		ct state { established, related } accept # handle 8
		log prefix "foo { bar # x; " # handle 9
		tcp dport vmap { 22 : jump c2,
			 23 : drop } # handle 15
	}

	chain c2 { # handle 2
	}
}
# Warning: table ip nat is managed by iptables-nft, do not touch!
table ip nat {
	chain POSTROUTING {
		type nat hook postrouting priority srcnat - 5; policy accept;
	}
}
table netdev many { # handle 2
	chain i { # handle 1
		type filter hook ingress devices = { eth0, "eth1" } priority -500; policy accept;
		ether type arp drop # handle 2
	}
}`

func TestParse(t *testing.T) {
	r, problems := Parse([]byte(host))
	want := Ruleset{Tables: []Table{
		{Line: 1, Family: "inet", Name: "x",
			Sets: []Set{
				{Line: 17, Name: "s1", Type: "ipv4_addr", Elements: []string{"1.1.1.1", "2.2.2.2", "10.0.0.0/8"}},
				{Line: 25, Name: "m", Type: "ifname : verdict", Elements: []string{`"eth0" : accept`, `"eth1" : drop`}},
			},
			Chains: []Chain{
				{Line: 30, Name: "in", Type: "filter", Hook: "input", Priority: "filter", Policy: "drop", Rules: []Rule{
					{32, "ct state { established, related } accept"},
					{33, `log prefix "foo { bar # x; "`},
					{34, "tcp dport vmap { 22 : jump c2, 23 : drop }"},
				}},
				{Line: 38, Name: "c2"},
			}},
		{Line: 42, Family: "ip", Name: "nat", Chains: []Chain{
			{Line: 43, Name: "POSTROUTING", Type: "nat", Hook: "postrouting", Priority: "srcnat - 5", Policy: "accept"},
		}},
		{Line: 47, Family: "netdev", Name: "many", Chains: []Chain{
			{Line: 48, Name: "i", Type: "filter", Hook: "ingress", Devices: []string{"eth0", "eth1"}, Priority: "-500", Policy: "accept",
				Rules: []Rule{{50, "ether type arp drop"}}},
		}},
	}}
	if d := cmp.Diff(want, r); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

func TestSLB(t *testing.T) {
	r, problems := Parse([]byte(strings.ReplaceAll(mlag, "\n", "\r\n")))
	if len(problems) > 0 {
		t.Errorf("problems %v", problems)
	}
	want := &SLB{Line: 1, Table: "nm-mlag-bond0", TxSnoop: 21, RxLooped: 27, Drops: []SLBPort{{16, "eth1"}}}
	if d := cmp.Diff(want, r.SLB("bond0")); d != "" {
		t.Error(d)
	}
	if !r.SLB("bond0").Filters() || r.SLB("bond1") != nil || r.SLB("bond1").Filters() {
		t.Error("SLB of a bond with the table and of one without")
	}
	if got := r.Tables[0].Sets[0].Elements; !cmp.Equal(got, []string{"52:54:00:aa:00:01 . 10", "52:54:00:aa:00:02 . 10"}) {
		t.Errorf("elements %q", got)
	}
}

func TestSLBNames(t *testing.T) {
	if got := SLBTable("bond-ext.1_a"); got != "nm-mlag-bond_2dext_2e1_5fa" {
		t.Error(got)
	}
	r, _ := Parse([]byte("table netdev nm-mlag-bond_2d1 {\n\tchain tx-snoop-source-mac {\n\t}\n}\n"))
	if s := r.SLB("bond-1"); s == nil || s.Filters() || s.TxSnoop != 0 {
		t.Errorf("an empty chain: %+v", s)
	}
	r, _ = Parse([]byte("table inet nm-mlag-bond0 {\n}\n"))
	if r.SLB("bond0") != nil {
		t.Error("a table of another family")
	}
}

// ebtablesNFT is what nftables 1.0.6 prints for rules that were made with ebtables-nft 1.8.9.
const ebtablesNFT = `# Warning: table bridge nat is managed by iptables-nft, do not touch!
table bridge nat { # handle 1
	chain POSTROUTING { # handle 1
		type filter hook postrouting priority srcnat; policy accept;
		oifname "bond0" ether saddr 52:54:00:aa:00:01 ether type arp counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 2
		oifname "bond0.100" ether saddr 52:54:00:aa:00:02 ether type arp counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 continue # handle 3
		oifname "bond0" ether saddr 52:54:00:aa:00:03 ether type arp counter packets 0 bytes 0 xt target snat # handle 4
		oifname "bond*" ether saddr 52:54:00:aa:00:03 ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 5
		oifname "bond*" ether saddr 52:54:00:aa:00:03 ether daddr ff:ff:ff:ff:ff:ff counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 6
		oifname "bond0" ether type arp xt match "arp" counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 8
		oifname "bond0" ether saddr 52:54:00:aa:00:00/40 ether type arp counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 9
		oifname "bond0" ether saddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 10
		oifname "bond1" counter packets 0 bytes 0 jump MYCHAIN # handle 13
		counter packets 0 bytes 0 accept # handle 16
		oifname "bond0" ether type arp ether saddr { 52:54:00:aa:00:01, 52:54:00:aa:00:02 } counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 18
		oifname "bond0" meta pkttype broadcast counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 19
	}

	chain MYCHAIN { # handle 11
		ether saddr 52:54:00:aa:00:01 ether type arp counter packets 0 bytes 0 ether saddr set 2:0:0:0:1:1 accept # handle 14
		counter packets 0 bytes 0 accept # handle 22
	}
}
`

// brief drops what the tests of Rewrites do not look at.
func brief(all []Rewrite) []Rewrite {
	for i := range all {
		all[i].Family, all[i].Table, all[i].Text = "", "", ""
	}
	return all
}

func TestRewritesOfEbtables(t *testing.T) {
	r, problems := Parse([]byte(ebtablesNFT))
	if len(problems) > 0 {
		t.Errorf("problems %v", problems)
	}
	all := r.Rewrites()
	if all[0].Family != "bridge" || all[0].Table != "nat" ||
		!strings.HasPrefix(all[0].Text, `oifname "bond0" ether saddr 52`) || !strings.HasSuffix(all[0].Text, "2:0:0:0:1:1 accept") {
		t.Errorf("%+v", all[0])
	}
	const mac = "02:00:00:00:01:01"
	in := func(line int, outIf string, w Rewrite) Rewrite {
		w.Line, w.OutIf, w.OutIfs, w.Hook = line, outIf, []string{outIf}, "postrouting"
		if w.Chain == "" {
			w.Chain = "POSTROUTING"
		}
		if !w.SnatARP {
			w.NewMAC = mac
		}
		return w
	}
	guests := func(last ...string) (all []string) {
		for _, s := range last {
			all = append(all, "52:54:00:aa:00:"+s)
		}
		return all
	}
	want := []Rewrite{
		in(5, "bond0", Rewrite{Guests: guests("01"), ARPOnly: true}),
		in(6, "bond0.100", Rewrite{Guests: guests("02"), ARPOnly: true}),
		in(7, "bond0", Rewrite{Guests: guests("03"), ARPOnly: true, SnatARP: true}),
		in(8, "bond*", Rewrite{Guests: guests("03"), AllBroad: true}),
		in(9, "bond*", Rewrite{Guests: guests("03"), Partial: true}),
		in(10, "bond0", Rewrite{ARPOnly: true, Partial: true}),
		in(11, "bond0", Rewrite{Guests: guests("00/40"), ARPOnly: true}),
		in(12, "bond0", Rewrite{AllBroad: true, All: true}),
		in(20, "bond1", Rewrite{Chain: "MYCHAIN", Guests: guests("01"), ARPOnly: true}),
		in(15, "bond0", Rewrite{Guests: guests("01", "02"), ARPOnly: true, Unreachable: 14}),
		in(16, "bond0", Rewrite{Partial: true, Unreachable: 14}),
	}
	if d := cmp.Diff(want, brief(all)); d != "" {
		t.Error(d)
	}
	if prefix := all[6]; !prefix.Covers("52:54:0:aa:0:7f") || prefix.Covers("52:54:00:ab:00:01") {
		t.Error("Covers of a prefix")
	}
	if wild := all[3]; !wild.Leaves("bond0.100") || wild.Leaves("eth0") || !wild.Covers("52:54:00:AA:00:03") || wild.Covers("52:54:00:aa:00:04") {
		t.Error("Leaves or Covers")
	}
}

func TestRewrites(t *testing.T) {
	const mac = "02:00:00:00:01:01"
	g1, g2 := "52:54:00:aa:bb:cc", "52:54:00:aa:bb:cd"
	for _, c := range []struct {
		rule string
		want Rewrite
	}{
		{`oifname "bond0" ether type arp ether saddr @guests counter packets 0 bytes 0 ether saddr set 02:00:00:00:01:01 comment "a } brace # hash"`,
			Rewrite{OutIfs: []string{"bond0"}, Guests: []string{g1, g2}, NewMAC: mac, ARPOnly: true}},
		{`oifname { "bond0", "bond0.100" } ether saddr { 52:54:00:aa:bb:cc, 52:54:00:aa:bb:cd } meta pkttype { broadcast, multicast } ether saddr set 02:00:00:00:01:01`,
			Rewrite{OutIfs: []string{"bond0", "bond0.100"}, Guests: []string{g1, g2}, NewMAC: mac, AllBroad: true}},
		{`meta oif bond0 ether type 0x0806 ether saddr set 2:0:0:0:1:1`, Rewrite{OutIfs: []string{"bond0"}, NewMAC: mac, ARPOnly: true}},
		{`meta protocol arp ether saddr != 52:54:00:aa:bb:cc ether saddr set 02:00:00:00:01:01 accept`,
			Rewrite{NewMAC: mac, ARPOnly: true, Partial: true}},
		{`oifname @ports ether type arp ether saddr set 02:00:00:00:01:01`, Rewrite{OutIfs: []string{"bond0", "bond1"}, NewMAC: mac, ARPOnly: true}},
		{`oifname @nosuch ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, Partial: true}},
		{`ether saddr @none ether type arp ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, ARPOnly: true, Partial: true}},
		{`arp operation request arp saddr ether set 02:00:00:00:01:01 ether saddr set 02:00:00:00:01:01`,
			Rewrite{NewMAC: mac, ARPOnly: true, SnatARP: true, Partial: true}},
		{`ether type { arp, ip } ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, Partial: true}},
		{`ether saddr set ether saddr map @m`, Rewrite{Partial: true}},
		{`meta mark set 0x1 log prefix "x" level info ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, AllBroad: true, All: true}},
		{`ether daddr & 01:00:00:00:00:00 != 00:00:00:00:00:00 ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, AllBroad: true}},
		{`oifname . ether saddr { "bond0" . 52:54:00:aa:bb:cc } ether saddr set 02:00:00:00:01:01`, Rewrite{NewMAC: mac, Partial: true}},
	} {
		text := "table bridge b {\n set guests {\n type ether_addr\n elements = { 52:54:0:aa:bb:cc,\n 52:54:00:AA:bb:cd }\n }\n" +
			" set ports {\n type ifname\n elements = { \"bond0\", \"bond1\" }\n }\n set none {\n type ether_addr\n }\n" +
			" chain post {\n type filter hook postrouting priority srcnat; policy accept;\n " + c.rule + "\n }\n}\n"
		r, problems := Parse([]byte(text))
		c.want.Line, c.want.Chain, c.want.Hook = 16, "post", "postrouting"
		if len(c.want.OutIfs) > 0 {
			c.want.OutIf = c.want.OutIfs[0]
		}
		if d := cmp.Diff([]Rewrite{c.want}, brief(r.Rewrites())); d != "" || len(problems) > 0 {
			t.Errorf("%s\n%s\nproblems %v", c.rule, d, problems)
		}
	}
}

func TestUnreachable(t *testing.T) {
	const rule = "\n\t\toifname \"bond0\" ether saddr 52:54:00:aa:00:01 ether type arp ether saddr set 02:00:00:00:01:01"
	for _, c := range []struct {
		before string
		want   int
	}{
		{"accept", 4},
		{"counter packets 1 bytes 2 drop", 4},
		{`oifname "bond0" accept`, 4},
		{`oifname "bond*" accept`, 4},
		{`oifname "bond1" accept`, 0},
		{`ether type arp accept`, 4},
		{`ether type ip accept`, 0},
		{`ether saddr 52:54:00:aa:00:01 return`, 4},
		{`ether saddr 52:54:00:aa:00:02 return`, 0},
		{`iifname "accept" accept`, 0},
		{`jump other`, 4},
		{`oifname "bond1" jump other`, 0},
		{`jump empty`, 0},
		{`goto empty`, 4},
		{`ether type arp ether saddr set 02:00:00:00:01:02 accept`, 0},
	} {
		r, problems := Parse([]byte("table bridge b {\n\tchain post {\n\t\ttype filter hook postrouting priority 300; policy accept;\n\t\t" +
			c.before + rule + "\n\t}\n\tchain other {\n\t\tip saddr 1.1.1.1 drop\n\t\taccept\n\t}\n\tchain empty {\n\t}\n}\n"))
		all := r.Rewrites()
		if len(problems) > 0 || len(all) == 0 || all[len(all)-1].Line != 5 || all[len(all)-1].Unreachable != c.want {
			t.Errorf("%s: %+v, problems %v", c.before, all, problems)
		}
	}
}

func TestUnusedChain(t *testing.T) {
	r, _ := Parse([]byte("table bridge b {\n\tchain x {\n\t\tjump x\n\t\tether saddr set 02:00:00:00:01:01\n\t}\n}\ntable ip b {\n" +
		"\tchain x {\n\t\ttype filter hook output priority 0;\n\t\tether saddr set 02:00:00:00:01:01\n\t}\n}\n"))
	if all := r.Rewrites(); len(all) != 1 || all[0].Hook != "" || all[0].Line != 4 {
		t.Errorf("%+v", all)
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		tables     int
		problems   int
	}{
		{"empty", "", 0, 0},
		{"stderr", "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted\n", 0, 2},
		{"config file", "#!/usr/sbin/nft -f\n\nflush ruleset\nadd table ip x\ninclude \"/etc/nftables/*.nft\"\ntable x { }\n", 1, 1},
		{"cut in a chain", mlag[:strings.Index(mlag, "tx-snoop")+len("tx-snoop-source-mac {")], 1, 2},
		{"cut in a name", "table netdev nm-ml", 0, 1},
		{"cut in a string", "table inet x {\n\tchain y {\n\t\tlog prefix \"abc", 1, 2},
		{"cut in braces", "table inet x {\n\tchain y {\n\t\ttcp dport { 1, 2", 1, 3},
		{"unknown part", "table inet x {\n\tnewthing y {\n\t\ta b\n\t}\n\tchain y {\n\t}\n}\n", 1, 1},
		{"extra brace", "}\ntable inet x {\n}\n", 1, 1},
		{"invalid UTF-8", "table inet x\xff {\n}\n", 1, 0},
		{"many braces", strings.Repeat("{", 100000), 0, 2},
	} {
		r, problems := Parse([]byte(c.text))
		if len(r.Tables) != c.tables || len(problems) != c.problems {
			t.Errorf("%s: %d tables, problems %+v", c.name, len(r.Tables), problems)
		}
	}
}

func TestJumpsEnd(t *testing.T) {
	var b strings.Builder
	b.WriteString("table bridge b {\n chain c0 {\n type filter hook postrouting priority 0\n jump c1\n }\n")
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		b.WriteString(" chain c" + n + " {\n ether saddr set 2:0:0:0:0:1\n")
		for _, m := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
			b.WriteString(" jump c" + m + "\n")
		}
		b.WriteString(" }\n")
	}
	b.WriteString("}\n")
	r, _ := Parse([]byte(b.String()))
	if n := len(r.Rewrites()); n == 0 || n > maxVisits {
		t.Errorf("%d rewrites", n)
	}
}

func TestNormalizeMAC(t *testing.T) {
	for in, want := range map[string]string{
		"2:0:0:0:1:1": "02:00:00:00:01:01", "52:54:00:AA:bb:Cc": "52:54:00:aa:bb:cc", "\t0:1:2:3:4:5\n": "00:01:02:03:04:05",
		"": "", "x-mac-0000000001-X": "x-mac-0000000001-x", "1:2:3": "1:2:3", "52:54:00:aa:00:00/40": "52:54:00:aa:00:00/40",
	} {
		if got := NormalizeMAC(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(mlag))
	f.Add([]byte(host))
	f.Add([]byte(ebtablesNFT))
	f.Add([]byte("table bridge b{chain c{type filter hook postrouting priority 0\noifname . ether saddr{\"a\" . 1}ether saddr set x\njump c\ngoto d\n}\nchain d{accept\n}\n}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, table := range r.Tables {
			in(table.Line)
			for _, c := range table.Chains {
				in(c.Line)
				for _, rule := range c.Rules {
					in(rule.Line)
					if rule.Text == "" || strings.Contains(rule.Text, "\n") {
						t.Errorf("%q", rule.Text)
					}
				}
			}
		}
		for _, w := range r.Rewrites() {
			in(w.Line)
			if w.Unreachable > 0 {
				in(w.Unreachable)
			}
		}
		if s := r.SLB("bond0"); s != nil {
			in(s.Line)
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}

func FuzzMAC(f *testing.F) {
	f.Add("52:54:0:AA:00:1", "52:54:00:aa:00:00/40", "bond*")
	f.Add("52:54", "52:54:00:aa:00:00/49", "a/b %s@x")
	f.Add("", "/", "*")
	f.Fuzz(func(t *testing.T, mac, guest, ifname string) {
		if once := NormalizeMAC(mac); NormalizeMAC(once) != once {
			t.Errorf("%q: %q becomes %q", mac, once, NormalizeMAC(once))
		}
		w := Rewrite{OutIfs: []string{ifname}, Guests: []string{NormalizeMAC(guest)}}
		if !w.Leaves(ifname) || !w.Covers(guest) {
			t.Errorf("%+v does not match its own %q, %q", w, ifname, guest)
		}
		w.Covers(mac)
		if s := SLBTable(ifname); strings.ContainsAny(s, " /%@\"\n") {
			t.Errorf("%q is no name of a table", s)
		}
	})
}

// TestSetsOfSets: rules that name a large set again and again do not multiply it without end, and none of them counts as one for all frames.
func TestSetsOfSets(t *testing.T) {
	text := "table bridge b {\n\tset s {\n\t\ttype ether_addr\n\t\telements = { 52:54:00:00:00:01" + strings.Repeat(", 52:54:00:00:00:02", 2000) + " }\n\t}\n" +
		"\tchain c {\n\t\ttype filter hook postrouting priority 0; policy accept;\n" + strings.Repeat("\t\tether saddr @s oifname bond0 accept\n", 1000) +
		strings.Repeat("\t\t"+strings.Repeat("ether saddr @s ", 100)+"ether saddr set 02:00:00:00:00:01\n", 50) + "\t}\n}\n"
	r, problems := Parse([]byte(text))
	all, guests := r.Rewrites(), 0
	for _, w := range all {
		guests += len(w.Guests)
		if w.All || w.AllBroad && guests > maxSets {
			t.Errorf("line %d counts for all frames", w.Line)
		}
	}
	if len(problems) > 0 || len(all) != 50 || guests > maxSets || !all[49].Partial {
		t.Errorf("%d rules with %d guests, problems %v", len(all), guests, problems)
	}
}
