package rules

import (
	"strings"
	"testing"
)

// peer is slb-active under another name, with other cards, guests and addresses.
func peer(t *testing.T, input string, edits ...edit) Peer {
	t.Helper()
	other := all(sub("sos_commands/host/hostname", "kvm31", "kvm77"), sub("*/*/*", "b8:3f:d2:11:0a", "b8:3f:d2:77:0a"), sub("proc/1/net/bonding/*", "b8:3f:d2:11:0a", "b8:3f:d2:77:0a"),
		sub("sos_commands/virsh/*", "<name>web3", "<name>app3"), sub("sos_commands/virsh/*", "<uuid>", "<uuid>77"), sub("sos_commands/virsh/virsh_-r_list_--all", "web3", "app3"))
	return Peer{Host: host(t, "slb-active", append([]edit{other}, edits...)...), Input: input}
}

func TestAcross(t *testing.T) {
	mine := func(t *testing.T, edits ...edit) Peer {
		return Peer{Host: host(t, "slb-active", edits...), Input: "one.tar.xz"}
	}
	off := func(name string) edit {
		return all(subRE("sos_commands/virsh/virsh_-r_list_--all", name+` +running`, name+"   shut off"), subRE(ipLinks, `^[67]: vnet\d: (?:.*\n)(?:    .*\n)*`, ""), subRE("sos_commands/virsh/*", ` id='\d'`, ""),
			subRE("sos_commands/virsh/*", `^ *<target dev=.*\n`, ""), subRE("sos_commands/virsh/virsh_-r_list_--all", `running`, "shut off"))
	}
	cleaned := all(sub("*/*/*", "b8:3f:d2", "53:4f:53"), sub("sos_commands/virsh/*", "52:54:00", "53:4f:53"))
	otherMACs := sub("sos_commands/virsh/*", "52:54:00:31:0b", "52:54:00:77:0b")
	tests := []struct {
		name     string
		one, two Peer
		want     Severity // of what the first host is told, "" for nothing
		n        int
	}{
		{"two guests", mine(t), peer(t, "two.tar.xz"), Critical, 2},
		{"other addresses", mine(t), peer(t, "two.tar.xz", otherMACs), "", 0},
		{"a clone that is off", mine(t), peer(t, "two.tar.xz", off("app31")), Warning, 2},
		{"a guest that moved, by its name", mine(t), peer(t, "two.tar.xz", sub("sos_commands/virsh/*", "app3", "web3"), off("web31")), "", 0},
		{"a guest that moved, by its UUID", mine(t), peer(t, "two.tar.xz", sub("sos_commands/virsh/*", "<uuid>77", "<uuid>"), off("app31")), "", 0},
		{"both off", mine(t, off("web31")), peer(t, "two.tar.xz", off("app31")), "", 0},
		{"two reports of one host", mine(t), Peer{host(t, "slb-active"), "two.tar.xz"}, "", 0},
		{"one host under two names", mine(t), Peer{host(t, "slb-active", sub("sos_commands/host/hostname", "kvm31", "kvm99"), sub("sos_commands/virsh/*", "<name>web3", "<name>app3"), sub("sos_commands/virsh/*", "<uuid>", "<uuid>77"),
			sub("sos_commands/virsh/virsh_-r_list_--all", "web3", "app3")), "two.tar.xz"}, "", 0},
		{"virtual routers", mine(t, sub("sos_commands/virsh/*", "52:54:00:31:0b", "00:00:5e:00:01")), peer(t, "two.tar.xz", sub("sos_commands/virsh/*", "52:54:00:31:0b", "00:00:5e:00:01")), "", 0},
		{"cleaned apart", Peer{mine(t, cleaned).Host, "one.tar.xz"}, peer(t, "two.tar.xz", cleaned), "", 0},
		{"cleaned together", Peer{mine(t, cleaned).Host, "all.tar.xz/one.tar.xz"}, peer(t, "all.tar.xz/two.tar.xz", cleaned), Critical, 2},
		{"in one folder, and perhaps cleaned apart", Peer{mine(t, cleaned).Host, "case/one.tar.xz"}, peer(t, "case/two.tar.xz", cleaned), "", 0},
		{"one cleaned", mine(t), peer(t, "two.tar.xz", cleaned), "", 0},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			found := Across([]Peer{c.one, c.two})
			if len(found) != 2 || len(found[0]) != c.n || len(found[1]) != c.n {
				t.Fatalf("%d hosts: %+v", len(found), found)
			}
			for _, f := range found[0] {
				checkFinding(t, f)
				if f.Rule != "SB223" || f.Severity != c.want || f.Confidence != Likely || !strings.Contains(f.Title, "on kvm77") || f.Bond != "bond0" || f.Bridge != "br0" || len(f.Guests) != 1 || len(f.Evidence) == 0 {
					t.Errorf("%s %s %q, %q", f.Severity, f.Confidence, f.Title, f.Guests)
				}
			}
		})
	}
	if found := Across([]Peer{mine(t)}); len(found) != 1 || found[0] != nil {
		t.Errorf("a host alone: %+v", found)
	}
}
