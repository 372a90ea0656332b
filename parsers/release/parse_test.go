package release

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

func TestParseOSRelease(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       OS
		problems   int
	}{
		{"CentOS Stream 9", "NAME=\"CentOS Stream\"\nVERSION=\"9\"\nID=\"centos\"\nID_LIKE=\"rhel fedora\"\nVERSION_ID=\"9\"\n" +
			"PLATFORM_ID=\"platform:el9\"\nPRETTY_NAME=\"CentOS Stream 9\"\n",
			OS{Line: 1, Name: "CentOS Stream 9", ID: "centos", Like: []string{"rhel", "fedora"}, Version: "9", PlatformID: "platform:el9", MajorNumber: 9}, 0},
		{"RHCOS", "NAME=\"Red Hat Enterprise Linux CoreOS\"\nID=\"rhcos\"\nID_LIKE=\"rhel fedora\"\nVERSION=\"414.92.202310210434-0\"\nVERSION_ID=\"4.14\"\n" +
			"VARIANT=\"CoreOS\"\nVARIANT_ID=coreos\nPLATFORM_ID=\"platform:el9\"\nPRETTY_NAME=\"Red Hat Enterprise Linux CoreOS 414.92.202310210434-0 (Plow)\"\n" +
			"OPENSHIFT_VERSION=\"4.14\"\nRHEL_VERSION=\"9.2\"\nOSTREE_VERSION=\"414.92.202310210434-0\"\n",
			OS{Line: 1, Name: "Red Hat Enterprise Linux CoreOS 414.92.202310210434-0 (Plow)", ID: "rhcos", Like: []string{"rhel", "fedora"},
				Version: "4.14", Variant: "coreos", PlatformID: "platform:el9", OpenShift: "4.14", RHEL: "9.2", MajorNumber: 4}, 0},
		{"RHVH", "NAME=\"Red Hat Enterprise Linux\"\nVERSION=\"7.3\"\nVERSION_ID=\"7.3\"\nID=\"rhel\"\nID_LIKE=\"fedora\"\n" +
			"VARIANT=\"Red Hat Virtualization Host\"\nVARIANT_ID=\"ovirt-node\"\nPRETTY_NAME=\"Red Hat Virtualization Host 4.0 (el7.3)\"\n\n# FIXME\n",
			OS{Line: 1, Name: "Red Hat Virtualization Host 4.0 (el7.3)", ID: "rhel", Like: []string{"fedora"}, Version: "7.3",
				Variant: "ovirt-node", RHEL: "7.3", MajorNumber: 7}, 0},
		{"no pretty name, CRLF", "# x\r\nNAME=Fedora\r\nVERSION_ID=24\r\nID=fedora\r\n",
			OS{Line: 2, Name: "Fedora 24", ID: "fedora", Version: "24", MajorNumber: 24}, 0},
		{"quotes", `PRETTY_NAME="a \"b\" \$c"` + "\nID='d\\e'\n", OS{Line: 1, Name: `a "b" $c`, ID: `d\e`}, 0},
		{"Debian testing", "PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nID=debian\n", OS{Line: 1, Name: "Debian GNU/Linux trixie/sid", ID: "debian"}, 0},
		{"stderr", "cat: /etc/os-release: No such file or directory\n", OS{}, 1},
		{"empty", "", OS{}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := ParseOSRelease([]byte(c.text))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) != c.problems {
				t.Errorf("%s\nproblems %v", d, problems)
			}
		})
	}
}

func TestParseRedHatRelease(t *testing.T) {
	for _, c := range []struct {
		text                       string
		id, version, variant, rhel string
		major                      int
	}{
		{"Red Hat Enterprise Linux Server release 5.11 (Tikanga)", "rhel", "5.11", "", "", 5},
		{"Red Hat Enterprise Linux Server release 6.9 (Santiago)", "rhel", "6.9", "", "", 6},
		{"Red Hat Enterprise Linux release 8.4 (Ootpa)", "rhel", "8.4", "", "", 8},
		{"CentOS release 6.10 (Final)", "centos", "6.10", "", "", 6},
		{"CentOS Linux release 7.9.2009 (Core)", "centos", "7.9.2009", "", "", 7},
		{"CentOS Stream release 9", "centos", "9", "", "", 9},
		{"Red Hat Enterprise Linux CoreOS release 4.14", "rhcos", "4.14", "coreos", "", 4},
		{"Red Hat Virtualization Host 4.3.7 (el7.7)", "rhel", "4.3.7", "ovirt-node", "7.7", 4},
		{"Red Hat Enterprise Virtualization Hypervisor release 6.5 (20140112.0.el6)", "rhel", "6.5", "ovirt-node", "", 6},
		{"Fedora release 40 (Forty)", "fedora", "40", "", "", 40},
		{"Oracle Linux Server release 8.9", "ol", "8.9", "", "", 8},
		{"Rocky Linux release 9.3 (Blue Onyx)", "rocky", "9.3", "", "", 9},
		{"Some Product release 3", "", "3", "", "", 3},
	} {
		o, problems := ParseRedHatRelease([]byte(c.text + "\n"))
		if o.ID != c.id || o.Version != c.version || o.Variant != c.variant || o.RHEL != c.rhel || o.MajorNumber != c.major ||
			o.Line != 1 || o.Name != c.text || len(problems) > 0 {
			t.Errorf("%q: %+v, problems %v", c.text, o, problems)
		}
	}
	for _, s := range []string{"cat: /etc/redhat-release: No such file or directory", "\xff\x00"} {
		if o, problems := ParseRedHatRelease([]byte(s)); o.Line != 0 || len(problems) != 1 {
			t.Errorf("%q: %+v, problems %v", s, o, problems)
		}
	}
}

func TestParseUname(t *testing.T) {
	for _, c := range []struct {
		text, node, release, version, machine string
	}{
		{"Linux hv01.lab.example 6.12.107+deb13-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-08-29) x86_64 GNU/Linux",
			"hv01.lab.example", "6.12.107+deb13-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.12.107-1 (2026-08-29)", "x86_64"},
		{"Linux rhel5 2.6.18-398.el5 #1 SMP Tue Aug 12 06:26:17 EDT 2014 x86_64 x86_64 x86_64 GNU/Linux",
			"rhel5", "2.6.18-398.el5", "#1 SMP Tue Aug 12 06:26:17 EDT 2014", "x86_64"},
		{"Linux n 4.18.0-553.el8_10.aarch64 #1 SMP Fri May 10 14:58:21 EDT 2024 aarch64 aarch64 aarch64 GNU/Linux",
			"n", "4.18.0-553.el8_10.aarch64", "#1 SMP Fri May 10 14:58:21 EDT 2024", "aarch64"},
		{"Linux hv 6.8.12-4-pve #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z) x86_64",
			"hv", "6.8.12-4-pve", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)", "x86_64"},
	} {
		want := Uname{Line: 1, Node: c.node, Release: c.release, Version: c.version, Machine: c.machine}
		got, problems := ParseUname([]byte(c.text + "\n"))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
	for _, s := range []string{"bash: uname: command not found", "Linux", "Linux a b", "SunOS sol 5.11 11.4 i86pc"} {
		if u, problems := ParseUname([]byte(s)); u != (Uname{}) || len(problems) != 1 {
			t.Errorf("%q: %+v, problems %v", s, u, problems)
		}
	}
}

func TestUnameKernel(t *testing.T) {
	u, _ := ParseUname([]byte("Linux h 5.10.0-32-cloud-amd64 #1 SMP Debian 5.10.223-1 (2024-08-10) x86_64 GNU/Linux"))
	if k := u.Kernel(); k.Patch != 223 || k.PatchUnknown || !k.AtLeast(5, 10, 193) {
		t.Errorf("%+v", k)
	}
	u, _ = ParseUname([]byte("Linux h 5.4.0-150-generic #167-Ubuntu SMP Mon May 15 17:35:05 UTC 2023 x86_64 x86_64 x86_64 GNU/Linux"))
	if k := u.Kernel(); !k.PatchUnknown {
		t.Errorf("%+v", k)
	}
}

func TestParseKernel(t *testing.T) {
	for _, want := range []Kernel{
		{"2.6.18-398.el5", 2, 6, 18, false, "el", 5, -1, "398"},
		{"2.6.32-754.el6.x86_64", 2, 6, 32, false, "el", 6, -1, "754"},
		{"3.10.0-1160.119.1.el7.x86_64", 3, 10, 0, false, "el", 7, -1, "1160.119.1"},
		{"4.14.0-115.el7a.aarch64", 4, 14, 0, false, "el", 7, -1, "115"},
		{"4.18.0-553.el8_10.x86_64", 4, 18, 0, false, "el", 8, 10, "553"},
		{"4.18.0-305.rt7.72.el8.x86_64", 4, 18, 0, false, "el", 8, -1, "305.rt7.72"},
		{"5.14.0-427.13.1.el9_4.x86_64", 5, 14, 0, false, "el", 9, 4, "427.13.1"},
		{"5.14.0-427.el9.aarch64+64k", 5, 14, 0, false, "el", 9, -1, "427"},
		{"6.12.0-55.el10_0", 6, 12, 0, false, "el", 10, 0, "55"},
		{"3.8.13-118.el7uek.x86_64", 3, 8, 13, false, "uek", 7, -1, "118"},
		{"6.12.107+deb13-cloud-amd64", 6, 12, 107, false, "deb", 13, -1, ""},
		{"5.10.0-32-cloud-amd64", 5, 10, 0, true, "deb", 0, -1, "32"},
		{"6.1.0-0.deb11.13-amd64", 6, 1, 0, true, "deb", 11, -1, "0"},
		{"5.10.0-0.bpo.5-amd64", 5, 10, 0, true, "deb", 0, -1, "0"},
		{"5.4.0-150-generic", 5, 4, 0, true, "ubuntu", 0, -1, "150"},
		{"5.15.0-1045-aws", 5, 15, 0, true, "ubuntu", 0, -1, "1045"},
		{"6.8.12-4-pve", 6, 8, 12, false, "pve", 0, -1, "4"},
		{"5.14.21-150500.55-default", 5, 14, 21, false, "suse", 15, 5, "150500.55"},
		{"4.12.14-122.37-default", 4, 12, 14, false, "suse", 0, -1, "122.37"},
		{"6.5.6-300.fc39.x86_64", 6, 5, 6, false, "fc", 39, -1, "300"},
		{"5.10.205-195.807.amzn2.x86_64", 5, 10, 205, false, "amzn", 2, -1, "195.807"},
		{"6.12.107", 6, 12, 107, false, "", 0, -1, ""},
		{"6.13-rc1", 6, 13, 0, false, "", 0, -1, "rc1"},
		{"4.19.0+1", 4, 19, 0, false, "", 0, -1, ""},
	} {
		if d := cmp.Diff(want, ParseKernel(want.Release)); d != "" {
			t.Errorf("%s: %s", want.Release, d)
		}
	}
	if k := ParseKernel("v5.13.19-5-pve\n"); k.Release != "5.13.19-5-pve" || k.Distro != "pve" {
		t.Errorf("%+v", k)
	}
	for _, s := range []string{"v3.7.1 (April 27, 2011)", "v3.7.1", "v3.2.4 (January 28, 2008)", "", "x", "6", "6.", "99999.1", "6.1 x"} {
		if k := ParseKernel(s); k.Known() || k.Before(9, 9, 9) || k.AtLeast(0, 0, 0) || k.DistroMinor != -1 {
			t.Errorf("%q: %+v", s, k)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		release             string
		major, minor, patch int
		before, atLeast     bool
	}{
		{"2.6.38", 2, 6, 39, true, false},
		{"2.6.39", 2, 6, 39, false, true},
		{"3.10.0-1160.el7.x86_64", 3, 8, 0, false, true},
		{"6.1.50", 6, 1, 176, true, false},
		{"5.10.0-32-amd64", 5, 10, 0, false, true},
		{"5.10.0-32-amd64", 5, 10, 193, false, false},
		{"5.10.0-32-amd64", 5, 11, 1, true, false},
		{"7.2.13", 6, 12, 107, false, true},
	} {
		k := ParseKernel(c.release)
		if k.Before(c.major, c.minor, c.patch) != c.before || k.AtLeast(c.major, c.minor, c.patch) != c.atLeast {
			t.Errorf("%+v", c)
		}
	}
}

func TestSingleLineFiles(t *testing.T) {
	for _, c := range []struct {
		name     string
		parse    func([]byte) (text.At[string], text.Problems)
		text     string
		want     text.At[string]
		problems int
	}{
		{"host", ParseHostname, "hv01.lab.example\n", text.Of("hv01.lab.example", 1), 0},
		{"host, comment", ParseHostname, "# x\r\n\r\nhv01\r\n", text.Of("hv01", 3), 0},
		{"host, error", ParseHostname, "hostname: command not found\n", text.At[string]{}, 1},
		{"host, empty", ParseHostname, "", text.At[string]{}, 0},
		{"sos 3", ParseSosVersion, "sosreport: 3.6\nhost: unversioned\n", text.Of("3.6", 1), 0},
		{"sos 4.0", ParseSosVersion, "sosreport: 4.0\nhost: unversioned\nkernel: unversioned", text.Of("4.0", 1), 0},
		{"sos 4", ParseSosVersion, "sos report: 4.12.0", text.Of("4.12.0", 1), 0},
		{"sos, other text", ParseSosVersion, "hello\n", text.At[string]{}, 1},
	} {
		got, problems := c.parse([]byte(c.text))
		if got != c.want || len(problems) != c.problems {
			t.Errorf("%s: %v, problems %v", c.name, got, problems)
		}
	}
}

func checkLines(t *testing.T, data []byte, lines []int, problems text.Problems) {
	t.Helper()
	last := strings.Count(string(data), "\n") + 1
	for _, n := range lines {
		if n < 0 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
	for _, p := range problems {
		if p.Line < 1 || p.Line > last {
			t.Errorf("%+v, %d lines", p, last)
		}
	}
}

func FuzzParseOSRelease(f *testing.F) {
	f.Add([]byte("NAME=\"a\\\"b\"\nID=x\nPRETTY_NAME='(el7.3)'\nVERSION_ID=99999999999\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, problems := ParseOSRelease(data)
		checkLines(t, data, []int{o.Line}, problems)
	})
}

func FuzzParseRedHatRelease(f *testing.F) {
	f.Add([]byte("Red Hat Enterprise Linux Server release 6.9 (Santiago)\n"))
	f.Add([]byte("Red Hat Virtualization Host 4.3.7 (el7.7)"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o, problems := ParseRedHatRelease(data)
		checkLines(t, data, []int{o.Line}, problems)
	})
}

func FuzzParseUname(f *testing.F) {
	f.Add([]byte("Linux h 5.10.0-32-cloud-amd64 #1 SMP Debian 5.10.223-1 (2024-08-10) x86_64 GNU/Linux\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		u, problems := ParseUname(data)
		checkLines(t, data, []int{u.Line}, problems)
		if u.Line > 0 && !u.Kernel().Known() {
			t.Errorf("%+v", u)
		}
	})
}

func FuzzParseKernel(f *testing.F) {
	f.Add("v5.14.21-150500.55-default")
	f.Add("4.18.0-553.el8_10.x86_64")
	f.Fuzz(func(t *testing.T, s string) {
		k := ParseKernel(s)
		if k.Before(6, 1, 0) && k.AtLeast(6, 1, 0) {
			t.Errorf("%+v", k)
		}
	})
}

func FuzzParseSmallFiles(f *testing.F) {
	f.Add([]byte("sosreport: 3.6\n"))
	f.Add([]byte("# comment\nhv01\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (text.At[string], text.Problems){ParseHostname, ParseSosVersion} {
			v, problems := parse(data)
			checkLines(t, data, []int{v.Line}, problems)
		}
	})
}
