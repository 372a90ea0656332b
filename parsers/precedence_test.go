package parsers

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTogether: a unit of networkd and its drop-ins are read as one file, and each line is told by the file that it stands in.
func TestTogether(t *testing.T) {
	const unit = "etc/systemd/network/10-b.netdev"
	f := facts(t, map[string]string{
		unit:               "[NetDev]\nName=bond0\nKind=bond\n[Bond]\nMode=802.3ad\\",
		unit + ".d/a.conf": "\ufeff[Bond]\r\nMIIMonitorSec=100ms\r\nbad line\r\n",
		unit + ".d/b.conf": "",
		unit + ".d/c.conf": "[Bond]\nMode=active-backup\n",
	})
	if len(f.Netconf) != 1 || len(f.Netconf[0].Value.Devices) != 1 {
		t.Fatalf("%+v", f.Netconf)
	}
	var got []Source
	for _, o := range f.Netconf[0].Value.Devices[0].Options {
		got = append(got, f.Netconf[0].At(o.Line))
	}
	for _, p := range f.Problems {
		got = append(got, p.Source)
	}
	want := []Source{
		{File: unit + ".d/c.conf", Line: 2, Text: "Mode=active-backup"}, {File: unit + ".d/a.conf", Line: 2, Text: "MIIMonitorSec=100ms"},
		{File: unit + ".d/a.conf", Line: 3, Text: "bad line"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if files := f.of(DatumNetworkd).Files; len(files) != 1 || files[0] != unit {
		t.Errorf("files %q", files)
	}
}
