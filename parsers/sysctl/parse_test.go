package sysctl

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	const out = `kernel.hostname = hv01
sysctl: permission denied on key 'net.ipv4.tcp_fastopen_key'
net.bridge.bridge-nf-call-arptables = 1
net.bridge.bridge-nf-call-iptables=0
net.bridge.bridge-nf-filter-vlan-tagged = 
net.ipv4.conf.bond0.arp_notify = 0
`
	want := []Setting{
		{Line: 3, Name: "net.bridge.bridge-nf-call-arptables", Value: "1"},
		{Line: 4, Name: "net.bridge.bridge-nf-call-iptables", Value: "0"},
		{Line: 5, Name: "net.bridge.bridge-nf-filter-vlan-tagged"},
	}
	got, problems := Parse([]byte(out))
	if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
		t.Errorf("%s %v", diff, problems)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("net.bridge.bridge-nf-call-iptables = 1\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		settings, _ := Parse(data)
		for _, s := range settings {
			if s.Line < 1 || s.Name == "" {
				t.Errorf("%+v", s)
			}
		}
	})
}
