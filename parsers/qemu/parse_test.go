package qemu

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// psDebian13 is of `ps auxwwwm` (procps 4.0.4) with libvirt 11.3 and QEMU 10.0: a guest, its threads, and libvirt's question for capabilities.
const psDebian13 = `USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root         1  0.3  0.5  22120 12820 ?        -    06:40   0:01 /sbin/init
root         -  0.3    -      -     - -        Ss   06:40   0:01 -
root       340  2.6  3.5 650004 51928 ?        -    06:41   0:06 /usr/bin/qemu-system-x86_64 -name guest=web01,debug-threads=on -S ` +
	`-object {"qom-type":"secret","id":"masterKey0","format":"raw","file":"/var/lib/libvirt/qemu/domain-1-web01/master-key.aes"} ` +
	`-machine pc-i440fx-10.0,usb=off,dump-guest-core=off,memory-backend=pc.ram,acpi=off -accel tcg -m size=65536k ` +
	`-uuid 7a816402-055b-4b05-829d-78fbc7c53a01 -no-user-config -nodefaults -chardev socket,id=charmonitor,fd=21,server=on,wait=off ` +
	`-device {"driver":"piix3-usb-uhci","id":"usb","bus":"pci.0","addr":"0x1.0x2"} -netdev {"type":"tap","fd":"22","id":"hostnet0"} ` +
	`-device {"driver":"virtio-net-pci","netdev":"hostnet0","id":"net0","mac":"52:54:00:aa:00:01","bootindex":1,"bus":"pci.0","addr":"0x3"} ` +
	`-msg timestamp=on
root         -  2.0    -      -     - -        Sl   06:41   0:04 -
root         -  0.1    -      -     - -        Sl   06:41   0:00 -
libvirt+  1077 10.8  3.1 436852 46036 ?        -    06:06   0:02 /usr/bin/qemu-system-i386 -S -no-user-config -nodefaults -nographic -machine none,accel=kvm:tcg -daemonize
root      3293  0.0  0.0   6432   720 pts/0    S+   10:27   0:00 grep --color=auto qemu-kvm
root       512  0.0  0.0      0     0 ?        S    06:41   0:00 [kvm-nx-lpage-recovery-340]
`

// psProxmox8 is of `ps -ef` with qemu-server 8.1.
const psProxmox8 = `UID          PID    PPID  C STIME TTY          TIME CMD
root        2311       1 99 Mar02 ?        1-02:03:04 /usr/bin/kvm -id 100 -name s,debug-threads=on -no-shutdown -chardev socket,id=qmp,path=/var/run/qemu-server/100.qmp,server=on,wait=off -daemonize -smbios type=1,uuid=b77a12f3-0292-4197-a692-246fd9ba4caf -nodefaults -vnc unix:/var/run/qemu-server/100.vnc,password=on -device vmgenid,guid=949e7f0c-ff7f-45e8-b176-4fd4311cda06 -netdev type=tap,id=net0,ifname=tap100i0,script=/var/lib/qemu-server/pve-bridge,downscript=/var/lib/qemu-server/pve-bridgedown,vhost=on -device virtio-net-pci,mac=BC:24:11:5F:A8:91,netdev=net0,bus=pci.0,addr=0x12,id=net0,rx_queue_size=1024,tx_queue_size=256,bootindex=102 -device vfio-pci,host=0000:3b:02.1,id=hostpci0,bus=pci.0,addr=0x10 -machine type=pc+pve0
root        2312    2311  0 Mar02 ?        00:00:00 /usr/sbin/qmeventd /var/run/qmeventd.sock
`

func TestParsePS(t *testing.T) {
	const mac = "52:54:00:aa:00:01"
	web01 := Guest{
		Line: 4, PID: 340, Name: "web01", UUID: "7a816402-055b-4b05-829d-78fbc7c53a01",
		NICs: []NIC{{Line: 4, Netdev: "hostnet0", Backend: "tap", MAC: text.Of(mac, 4), Model: "virtio-net-pci"}},
	}
	tests := []struct {
		name, data string
		want       []Guest
	}{
		{"Debian 13, aux", psDebian13, []Guest{web01}},
		{"CRLF", strings.ReplaceAll(psDebian13, "\n", "\r\n"), []Guest{web01}},
		{"Proxmox 8, -ef", psProxmox8, []Guest{{
			Line: 2, PID: 2311, Name: "s", UUID: "b77a12f3-0292-4197-a692-246fd9ba4caf",
			NICs: []NIC{
				{Line: 2, Netdev: "net0", Backend: "tap", Ifname: text.Of("tap100i0", 2), MAC: text.Of("bc:24:11:5f:a8:91", 2), Model: "virtio-net-pci"},
				{Line: 2, Model: "vfio-pci", VFIO: text.Of("0000:3b:02.1", 2)},
			},
		}}},
		{
			"-elfL repeats the process for each thread (procps 4.0)",
			"F S UID        PID  PPID   LWP  C NLWP PRI  NI ADDR SZ WCHAN  STIME TTY          TIME CMD\n" +
				"6 S root       340     1   340  2    5  80   0 - 162501 do_sys 06:41 ?       00:00:06 /usr/libexec/qemu-kvm -name a -nic user,model=e1000\n" +
				"1 S root       340     1   343  0    5  80   0 - 162501 futex_ 06:41 ?       00:00:00 /usr/libexec/qemu-kvm -name a -nic user,model=e1000\n",
			[]Guest{{Line: 2, PID: 340, Name: "a", NICs: []NIC{{Line: 2, Backend: "user", Model: "e1000"}}}},
		},
		{
			"a tree, lstart, no line of names, a name and JSON with blanks",
			"root  340  2.6  3.5 650004 51928 ?  Sl Sun Nov 22 06:41:55 2026 0:06  \\_ /usr/bin/kvm-spice -name guest=My web VM,debug-threads=on -S " +
				`-netdev { "type": "tap", "ifname": "tap -x", "id": "n0" } -device e1000,netdev=n0 -k de` + "\n",
			[]Guest{{
				Line: 1, PID: 340, Name: "My web VM",
				NICs: []NIC{{Line: 1, Netdev: "n0", Backend: "tap", Ifname: text.Of("tap -x", 1), Model: "e1000"}},
			}},
		},
		{
			"the name of a process without arguments",
			"  PID  PPID USER     GROUP      LWP NLWP START COMMAND         CGROUP\n" +
				"  340     1 root     root       340    5 06:41 qemu-system-x86 0::/machine.slice/machine-qemu.scope\n",
			nil,
		},
		{"tools of QEMU", "root  7  0.0  0.0  1  1 ?  S 06:41 0:00 /usr/bin/qemu-ga --method=virtio-serial\n", nil},
		{"an error", "error: unsupported SysV option\n\nUsage:\n ps [options]\n", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			guests, problems := ParsePS([]byte(tt.data))
			if diff := cmp.Diff(tt.want, guests); diff != "" {
				t.Error(diff)
			}
			if other := tt.name == "an error"; other != (len(problems) > 0) {
				t.Errorf("problems: %+v", problems)
			}
		})
	}
}

// before is the part of a text before what it is cut at.
func before(s, cut string) string {
	part, _, _ := strings.Cut(s, cut)
	return part
}

// TestCutPS is of a line that a terminal cut.
func TestCutPS(t *testing.T) {
	line := strings.Split(psDebian13, "\n")[3]
	guests, problems := ParsePS([]byte(before(line, `:00:01","bootindex"`)))
	want := []Guest{{
		Line: 1, PID: 340, Name: "web01", UUID: "7a816402-055b-4b05-829d-78fbc7c53a01",
		NICs: []NIC{{Line: 1, Netdev: "hostnet0", Backend: "tap", Model: "virtio-net-pci"}},
	}}
	if diff := cmp.Diff(want, guests); diff != "" {
		t.Error(diff)
	}
	if len(problems) != 1 || problems[0].Why != "not JSON as a whole" {
		t.Errorf("problems: %+v", problems)
	}
}

// logDebian13 is of libvirt 11.3: a start that failed, and one that lasts.
const logDebian13 = `2026-11-22 06:03:30.655+0000: starting up libvirt version: 11.3.0, package: 11.3.0-3+deb13u3 (Debian), qemu version: 10.0.13Debian 1:10.0.13+ds-0+deb13u1, kernel: 6.12.107+deb13-cloud-amd64, hostname: hv01.lab.example
LC_ALL=C \
PATH=/usr/sbin:/usr/bin:/sbin:/bin \
HOME=/var/lib/libvirt/qemu/domain-1-web01 \
/usr/bin/qemu-system-x86_64 \
-name guest=web01,debug-threads=on \
-S \
-uuid 3047621a-2347-405d-a26d-8cc2476a16a2 \
-netdev '{"type":"tap","fd":"22","id":"hostnet0"}' \
-device '{"driver":"virtio-net-pci","netdev":"hostnet0","id":"net0","mac":"52:54:00:aa:00:01"}' \
-msg timestamp=on
libvirt:  error : Unable to move /dev/pts mount to /run/libvirt/qemu/1-web01.pts: Invalid argument
2026-11-22 06:03:30.770+0000: shutting down, reason=failed
2026-11-22 06:41:55.566+0000: starting up libvirt version: 11.3.0, package: 11.3.0-3+deb13u3 (Debian), qemu version: 10.0.13Debian 1:10.0.13+ds-0+deb13u1, kernel: 6.12.107+deb13-cloud-amd64, hostname: hv01.lab.example
LC_ALL=C \
XDG_CONFIG_HOME=/var/lib/libvirt/qemu/domain-1-web01/.config \
/usr/bin/qemu-system-x86_64 \
-name guest=web01,debug-threads=on \
-uuid 7a816402-055b-4b05-829d-78fbc7c53a01 \
-netdev '{"type":"tap","fd":"22","id":"hostnet0"}' \
-device '{"driver":"virtio-net-pci","netdev":"hostnet0","id":"net0","mac":"52:54:00:AA:00:02"}' \
-netdev bridge,br=br0,id=hostnet1 \
-device '{"driver":"vfio-pci","host":"0000:3b:02.1","id":"hostdev0"}' \
-msg timestamp=on
2026-11-22 06:41:55.571+0000: Domain id=1 is tainted: high-privileges
`

// logRHEL6 is of libvirt 0.10 on RHEL 6.5: one line.
const logRHEL6 = `2014-05-25 01:12:47.827+0000: starting up
LC_ALL=C PATH=/sbin:/usr/sbin:/bin:/usr/bin QEMU_AUDIO_DRV=none /usr/libexec/qemu-kvm -name centos -S -M rhel6.4.0 -enable-kvm -m 512 -smp 1,sockets=1,cores=1,threads=1 -uuid 6eeb6219-97d4-7209-b422-b622494a12aa -nodefconfig -nodefaults -rtc base=utc -no-shutdown -device piix3-usb-uhci,id=usb,bus=pci.0,addr=0x1.0x2 -netdev tap,fd=22,id=hostnet0,vhost=on,vhostfd=23 -device virtio-net-pci,netdev=hostnet0,id=net0,mac=52:54:00:69:0c:ab,bus=pci.0,addr=0x3 -vnc 127.0.0.1:0 -vga cirrus
char device redirected to /dev/pts/3
2014-05-25 02:00:00.000+0000: shutting down
`

func TestParseLog(t *testing.T) {
	tests := []struct {
		name, data string
		want       []Guest
	}{
		{"Debian 13", logDebian13, []Guest{{
			Line: 17, Name: "web01", UUID: "7a816402-055b-4b05-829d-78fbc7c53a01",
			NICs: []NIC{
				{Line: 21, Netdev: "hostnet0", Backend: "tap", MAC: text.Of("52:54:00:aa:00:02", 21), Model: "virtio-net-pci"},
				{Line: 23, Model: "vfio-pci", VFIO: text.Of("0000:3b:02.1", 23)},
				{Line: 22, Netdev: "hostnet1", Backend: "bridge", Bridge: text.Of("br0", 22)},
			},
		}}},
		{"RHEL 6", logRHEL6, []Guest{{
			Line: 2, Name: "centos", UUID: "6eeb6219-97d4-7209-b422-b622494a12aa", Ended: true,
			NICs: []NIC{{Line: 2, Netdev: "hostnet0", Backend: "tap", MAC: text.Of("52:54:00:69:0c:ab", 2), Model: "virtio-net-pci"}},
		}}},
		{
			"RHEL 5: vlans, nothing announces the command",
			"LC_ALL=C PATH=/sbin:/bin HOME=/ /usr/libexec/qemu-kvm -S -M rhel5.4.0 -m 512 -name rhel4 -uuid c0ffee00-0000-4000-8000-000000000001 " +
				"-net nic,macaddr=54:52:00:5B:A9:01,vlan=0 -net tap,fd=16,script=,vlan=0,ifname=vnet0 " +
				"-net nic,macaddr=54:52:00:5b:a9:02,vlan=1,model=e1000 -net bridge,br=br1,vlan=1 -serial pty\n",
			[]Guest{{
				Line: 1, Name: "rhel4", UUID: "c0ffee00-0000-4000-8000-000000000001",
				NICs: []NIC{
					{Line: 1, Backend: "tap", Ifname: text.Of("vnet0", 1), MAC: text.Of("54:52:00:5b:a9:01", 1)},
					{Line: 1, Backend: "bridge", Bridge: text.Of("br1", 1), MAC: text.Of("54:52:00:5b:a9:02", 1), Model: "e1000"},
				},
			}},
		},
		{
			"libvirt 0.8: -device with a vlan",
			"2010-11-11 12:12:12.123: starting up\nLC_ALL=C /usr/bin/kvm -name a -device e1000,vlan=2,id=net0,mac=52:54:00:00:00:01,addr=0x3 -net tap,fd=7,vlan=2,name=hostnet0\n",
			[]Guest{{Line: 2, Name: "a", NICs: []NIC{{Line: 2, Backend: "tap", MAC: text.Of("52:54:00:00:00:01", 2), Model: "e1000"}}}},
		},
		{
			"quoting",
			"2024-01-01 00:00:00.000+0000: starting up libvirt version: 10.0.0\nLC_ALL=C \\\nX='a b' \\\n/opt/emulator/wrapper \\\n" +
				`-name 'guest=Bob'\''s,, VM,debug-threads=on' \` + "\n" + `-device pci-assign,host=03:10.0 \` + "\n" +
				`-device "vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:03:10.1" \` + "\n" +
				"-device vfio-pci,sysfsdev=/sys/bus/mdev/devices/c2177883-f1bb-47f0-914d-32a22e3a8804",
			[]Guest{{Line: 4, Name: "Bob's, VM", NICs: []NIC{
				{Line: 6, Model: "pci-assign", VFIO: text.Of("0000:03:10.0", 6)},
				{Line: 7, Model: "vfio-pci", VFIO: text.Of("0000:03:10.1", 7)},
			}}},
		},
		{
			"two guests in one log",
			strings.ReplaceAll(logRHEL6, "centos", "a") + logRHEL6 + strings.ReplaceAll(before(logRHEL6, "char"), "centos", "a"),
			[]Guest{
				{
					Line: 10, Name: "a", UUID: "6eeb6219-97d4-7209-b422-b622494a12aa",
					NICs: []NIC{{Line: 10, Netdev: "hostnet0", Backend: "tap", MAC: text.Of("52:54:00:69:0c:ab", 10), Model: "virtio-net-pci"}},
				},
				{
					Line: 6, Name: "centos", UUID: "6eeb6219-97d4-7209-b422-b622494a12aa", Ended: true,
					NICs: []NIC{{Line: 6, Netdev: "hostnet0", Backend: "tap", MAC: text.Of("52:54:00:69:0c:ab", 6), Model: "virtio-net-pci"}},
				},
			},
		},
		{"no start in it", "2024-01-01 00:00:00.000+0000: shutting down, reason=crashed\nqemu: terminating on signal 15 from pid 1\n", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			guests, problems := ParseLog([]byte(tt.data))
			if diff := cmp.Diff(tt.want, guests); diff != "" {
				t.Error(diff)
			}
			if len(problems) > 0 {
				t.Errorf("problems: %+v", problems)
			}
		})
	}
}

func TestCutLog(t *testing.T) {
	tests := []struct {
		name, data string
		guests     int
		ended      bool
		line       int
		why        string
	}{
		{"the last start has no command", logRHEL6 + "2014-05-25 03:00:00.000+0000: starting up\n", 1, false, 5, "without its command line"},
		{"cut before the name", "2024-01-01 00:00:00.000+0000: starting up\nLC_ALL=C \\\n/usr/bin/kvm \\\n-S \\\n", 0, false, 3, "without -name"},
		{"cut in a MAC", before(logRHEL6, "0c:ab"), 1, false, 2, "not a whole MAC"},
		{"cut before the back end", "/usr/bin/kvm -name a -device e1000,netdev=n0\n", 1, false, 1, "no -netdev"},
		{"a back end without an id", "/usr/bin/kvm -name a -netdev tap\n", 1, false, 1, "without id"},
		{"no value", "/usr/bin/kvm -name a -netdev -S\n", 1, false, 1, "without its value"},
		{"JSON that is none", "/usr/bin/kvm -name a -device '{\"driver\":'\n", 1, false, 1, "not JSON"},
	}
	for _, tt := range tests {
		guests, problems := ParseLog([]byte(tt.data))
		if len(guests) != tt.guests || len(guests) > 0 && guests[0].Ended != tt.ended {
			t.Errorf("%s: %+v", tt.name, guests)
		}
		if len(problems) == 0 || problems[0].Line != tt.line || !strings.Contains(problems[0].Why, tt.why) {
			t.Errorf("%s: problems %+v, want one on line %d with %q", tt.name, problems, tt.line, tt.why)
		}
	}
}

func check(t *testing.T, data []byte, guests []Guest, problems text.Problems) {
	t.Helper()
	lines := bytes.Count(data, []byte{'\n'}) + 1
	in := func(line, least int) bool { return line >= least && line <= lines }
	for _, g := range guests {
		if !in(g.Line, 1) {
			t.Errorf("guest %+v", g)
		}
		for _, n := range g.NICs {
			if !in(n.Line, 1) || !in(n.Ifname.Line, 0) || !in(n.Bridge.Line, 0) || !in(n.MAC.Line, 0) || !in(n.VFIO.Line, 0) {
				t.Errorf("NIC %+v of %d lines", n, lines)
			}
			if n.VFIO.Found() && (n.Netdev != "" || n.MAC.Found()) {
				t.Errorf("NIC %+v has a back end and is passed through", n)
			}
		}
	}
	for _, p := range problems {
		if !in(p.Line, 1) || p.Why == "" {
			t.Errorf("problem %+v of %d lines", p, lines)
		}
	}
}

func FuzzParsePS(f *testing.F) {
	f.Add([]byte(psDebian13))
	f.Add([]byte(psProxmox8))
	f.Add([]byte("PID TIME\n1 0:00 kvm -name {\"a\": \"\\\" -net nic,vlan= -device vfio-pci,host=1,mac=2 -netdev {}\r\n\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		guests, problems := ParsePS(data)
		check(t, data, guests, problems)
	})
}

func FuzzParseLog(f *testing.F) {
	f.Add([]byte(logDebian13))
	f.Add([]byte(logRHEL6))
	f.Add([]byte("A=1 \\\n'/x/kvm' -name 'a\n\\' -net user -net nic -nic tap,mac=\"1\\\n2024-01-01 00:00:00: starting up\nA=\\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		guests, problems := ParseLog(data)
		check(t, data, guests, problems)
		for _, g := range guests {
			if g.PID != 0 || g.Name == "" {
				t.Errorf("guest %+v", g)
			}
		}
	})
}
