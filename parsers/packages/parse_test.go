package packages

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// installed-rpms as sos 4.x collects it on RHEL 8.9: `rpm --nodigest -qa --qf="%-59{NVRA} %{INSTALLTIME:date}\n" | sort -V`.
const rpms8 = `NetworkManager-1.40.16-13.el8_9.x86_64                      Tue 12 Dec 2023 10:11:12 AM UTC
NetworkManager-libnm-1.40.16-13.el8_9.x86_64                Tue 12 Dec 2023 10:11:11 AM UTC
NetworkManager-team-1.40.16-13.el8_9.x86_64                 Tue 12 Dec 2023 10:11:12 AM UTC
gpg-pubkey-fd431d51-4ae0493b.(none)                         Tue 12 Dec 2023 10:02:01 AM UTC
libvirt-daemon-8.0.0-22.module+el8.9.0+19544+b045429f.x86_64 Tue 12 Dec 2023 10:14:31 AM UTC
libvirt-daemon-driver-network-8.0.0-22.module+el8.9.0+19544+b045429f.x86_64 Tue 12 Dec 2023 10:14:31 AM UTC
nftables-1.0.4-3.el8_9.x86_64                               Tue 12 Dec 2023 10:11:10 AM UTC
nmstate-1.4.5-2.el8_9.x86_64                                Tue 12 Dec 2023 10:14:38 AM UTC
openvswitch2.17-2.17.0-150.el8fdp.x86_64                    Tue 12 Dec 2023 10:14:39 AM UTC
teamd-1.31-4.el8.x86_64                                     Tue 12 Dec 2023 10:11:12 AM UTC
zlib-1.2.11-25.el8.x86_64                                   Tue 12 Dec 2023 10:02:05 AM UTC
`

// The same of sos 2.2 on RHEL 6: install time as a number, and the vendor, behind the date.
const rpms6 = "NetworkManager-0.8.1-113.el6.x86_64                        Fri Apr  6 22:21:20 2018\t1523033480\tRed Hat, Inc.\n" +
	"libvirt-0.10.2-64.el6.x86_64                               Fri Apr  6 22:21:21 2018\t1523033481\tRed Hat, Inc.\n"

// package-data of sos 4.x: fields separated by tabs.
const packageData = "NetworkManager-1.52.0-1.el9_6.x86_64\tFri 06 Jun 2025 09:00:00 AM UTC\t1749200400\tRed Hat, Inc.\tx86-64-01.build.eng.rdu2.redhat.com\t89020315\tRSA/SHA256, Fri 06 Jun 2025, Key ID 199e2f91fd431d51\n"

// dpkg -l of dpkg 1.21 on Debian 12.
const debs = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name                                      Version                        Architecture Description
+++-=========================================-==============================-============-================================================================================
ii  adduser                                   3.134                          all          add and remove users and groups
ii  libc6:amd64                               2.36-9+deb12u9                 amd64        GNU C Library: Shared libraries
hi  libvirt-daemon                            9.0.0-4+deb12u2                amd64        Virtualization daemon
ii  network-manager                           1.42.4-1+deb12u1               amd64        network management framework (daemon and userspace tools)
rc  nftables                                  1.0.6-2+deb12u2                amd64        Program to control packet filtering rules by Netfilter project
ii  openvswitch-switch                        3.1.0-2+deb12u1                amd64        Open vSwitch switch implementations
ii  libteam-utils                             1:1.31-1                       amd64        library for controlling team network device -- userspace utilities
`

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		in       string
		want     []Package
		problems int
	}{
		"RHEL 8": {in: rpms8, want: []Package{
			{NetworkManager, "NetworkManager", "1.40.16", "13.el8_9", 1},
			{Libvirt, "libvirt-daemon", "8.0.0", "22.module+el8.9.0+19544+b045429f", 5},
			{NFTables, "nftables", "1.0.4", "3.el8_9", 7},
			{NMState, "nmstate", "1.4.5", "2.el8_9", 8},
			{OpenVSwitch, "openvswitch2.17", "2.17.0", "150.el8fdp", 9},
			{Teamd, "teamd", "1.31", "4.el8", 10},
		}},
		"RHEL 6": {in: rpms6, want: []Package{
			{NetworkManager, "NetworkManager", "0.8.1", "113.el6", 1},
			{Libvirt, "libvirt", "0.10.2", "64.el6", 2},
		}},
		"package-data": {in: packageData, want: []Package{{NetworkManager, "NetworkManager", "1.52.0", "1.el9_6", 1}}},
		"Debian 12": {in: debs, want: []Package{
			{Libvirt, "libvirt-daemon", "9.0.0", "4+deb12u2", 8},
			{NetworkManager, "network-manager", "1.42.4", "1+deb12u1", 9},
			{OpenVSwitch, "openvswitch-switch", "3.1.0", "2+deb12u1", 11},
			{Teamd, "libteam-utils", "1.31", "1", 12},
		}},
		"with an epoch":    {in: "NetworkManager-1:1.30.0-7.el8.x86_64\n", want: []Package{{NetworkManager, "NetworkManager", "1.30.0", "7.el8", 1}}},
		"CRLF":             {in: "teamd-1.31-4.el8.x86_64 x\r\nnmstate-2.2.1-1.el9.x86_64\r\n", want: []Package{{Teamd, "teamd", "1.31", "4.el8", 1}, {NMState, "nmstate", "2.2.1", "1.el9", 2}}},
		"no release":       {in: "nmstate-2.2.1.x86_64\n", want: []Package{{NMState, "nmstate", "2.2.1", "", 1}}},
		"cut in a line":    {in: rpms8[:20], problems: 1},
		"cut behind it":    {in: rpms8[:60], want: []Package{{NetworkManager, "NetworkManager", "1.40.16", "13.el8_9", 1}}},
		"empty":            {},
		"an error":         {in: "sh: rpm: command not found\n", problems: 1},
		"a warning first":  {in: "warning: Found bdb database\nteamd-1.31-4.el8.x86_64\n", want: []Package{{Teamd, "teamd", "1.31", "4.el8", 2}}, problems: 1},
		"no such packages": {in: "zlib-1.2.11-25.el8.x86_64\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := Parse([]byte(c.in))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) != c.problems {
				t.Errorf("%s\nproblems %v", d, problems)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{rpms8, rpms6, packageData, debs, "", "-", "a-", "-a", "ii ", "ii  :  :-", "a-1:-.", "\xff\xfe-1-1.x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := Parse(data)
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range list {
			if p.Line < 1 || p.Line > lines || p.Name == "" || p.Version == "" || strings.ContainsAny(p.Version, " \t\n:") && !strings.Contains(string(data), p.Version) {
				t.Errorf("%+v of %d lines", p, lines)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines {
				t.Errorf("%+v of %d lines", p, lines)
			}
		}
	})
}
