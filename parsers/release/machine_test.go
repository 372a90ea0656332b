package release

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// hostnamectl as systemd 252 of RHEL 9 prints it.
const hostnamectl = ` Static hostname: kvm31.example.com
       Icon name: computer-server
         Chassis: server 🖳
      Machine ID: 3f2a5c0d9e8b47169a0c5d2e7f81b346
         Boot ID: 5b1f0c9a7e6d4c2b8f3a1d0e9c8b7a65
Operating System: Red Hat Enterprise Linux 9.4 (Plow)
     CPE OS Name: cpe:/o:redhat:enterprise_linux:9::baseos
          Kernel: Linux 5.14.0-427.13.1.el9_4.x86_64
`

func TestParseMachine(t *testing.T) {
	const id, boot = "3f2a5c0d9e8b47169a0c5d2e7f81b346", "ff699364b6bc49fdb4a9607e580171d2"
	for _, c := range []struct {
		name, in string
		want     Machine
	}{
		{"machine-id", id + "\n", Machine{ID: text.Of(id, 1)}},
		{"boot_id", "ff699364-b6bc-49fd-b4a9-607e580171d2\n", Machine{Boot: text.Of(boot, 1)}},
		{"hostnamectl", hostnamectl, Machine{ID: text.Of(id, 4), Boot: text.Of("5b1f0c9a7e6d4c2b8f3a1d0e9c8b7a65", 5)}},
		{"CRLF and capitals", "3F2A5C0D9E8B47169A0C5D2E7F81B346\r\n", Machine{ID: text.Of(id, 1)}},
		{"the first one counts", id + "\n" + boot + "\n", Machine{ID: text.Of(id, 1)}},
		{"an image", "uninitialized\n", Machine{}},
		{"none", noMachine + "\n", Machine{}},
		{"cut", "3f2a5c0d9e8b4716", Machine{}},
		{"no systemd", "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to system scope bus via local transport: Host is down\n", Machine{}},
		{"empty", "", Machine{}},
	} {
		got, problems := ParseMachine([]byte(c.in))
		if d := cmp.Diff(c.want, got); d != "" || problems != nil {
			t.Errorf("%s: %s %v", c.name, d, problems)
		}
	}
}

func FuzzParseMachine(f *testing.F) {
	f.Add([]byte(hostnamectl))
	f.Add([]byte("ff699364-b6bc-49fd-b4a9-607e580171d2\n3f2a5c0d9e8b47169a0c5d2e7f81b346"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if id, ok := ParseMachineID(string(data)); ok && !machineIDRE.MatchString(id) {
			t.Errorf("%q is a machine id", id)
		}
		m, problems := ParseMachine(data)
		checkLines(t, data, []int{m.ID.Line, m.Boot.Line}, problems)
		for _, v := range []text.At[string]{m.ID, m.Boot} {
			if v.Found() && !machineIDRE.MatchString(v.Value) {
				t.Errorf("%q", v.Value)
			}
		}
	})
}
