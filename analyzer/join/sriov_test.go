package join_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// TestVirtualFunctions: the functions of a card, and the devices that QEMU gives to guests.
func TestVirtualFunctions(t *testing.T) {
	const start = "qemu      4711  1.0  1.0 650004 51928 ?        -    06:41   0:06 /usr/libexec/qemu-kvm -name guest=db01,debug-threads=on -device vfio-pci,host=3b:02.1,id=hostdev0\n"
	ar := txtar.Parse([]byte(`-- sos_commands/networking/ip_-s_-d_link --
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 parentbus pci parentdev 0000:3b:00.0 
    vf 0     link/ether 52:54:00:bb:00:01 brd ff:ff:ff:ff:ff:ff, spoof checking on
-- sos_commands/networking/ip_address --
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff
-- sos_commands/process/ps_auxwwwm --
USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
` + start))
	h := hosttest.Host(t, ar)
	l := h.Link("eth0")
	if l == nil || len(l.VFs) != 1 || l.VFs[0].Value != "52:54:00:bb:00:01" || l.VFs[0].Source.Line != 3 {
		t.Fatalf("the link is %+v", l)
	}
	if len(h.Passed) != 1 || h.Passed[0].Guest != "db01" || h.Passed[0].PCI != "0000:3b:02.1" {
		t.Fatalf("passed: %+v", h.Passed)
	}
	if d := cmp.Diff(start, h.Passed[0].Source.Text+"\n"); d != "" {
		t.Error(d)
	}
}
