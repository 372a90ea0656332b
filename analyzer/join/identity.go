package join

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/release"
)

func (j *joiner) identity() {
	h, f := j.h, j.f
	for _, r := range f.Hostname {
		h.Name = first(h.Name, fact(r.File, r.Value))
	}
	for _, r := range f.OS {
		if !h.OS.Known() && r.Value.Name != "" {
			h.OS = topology.Fact[release.OS]{Value: r.Value, Source: r.At(r.Value.Line)}
		}
	}
	for _, r := range f.Uname {
		if h.Kernel.Known() {
			break
		}
		h.Kernel = topology.Fact[release.Kernel]{Value: r.Value.Kernel(), Source: r.At(r.Value.Line)}
		if !h.Name.Known() {
			h.Name = topology.Fact[string]{Value: r.Value.Node, Source: r.At(r.Value.Line)}
		}
	}
	for _, r := range f.Uptime {
		h.UpMinutes = first(h.UpMinutes, fact(r.File, r.Value))
	}
	for _, r := range f.Machine {
		h.MachineID = first(h.MachineID, fact(r.File, r.Value.ID))
		h.BootID = first(h.BootID, fact(r.File, r.Value.Boot))
	}
	for _, r := range f.Sos {
		h.SosVersion = first(h.SosVersion, fact(r.File, r.Value))
	}
	for _, m := range f.Manifest {
		if !h.SosVersion.Known() && m.Value.Version != "" {
			h.SosVersion = topology.Fact[string]{Value: m.Value.Version, Source: m.Whole()}
		}
	}
	h.Sysctl = map[string]topology.Fact[string]{}
	for _, r := range f.Sysctl {
		for _, s := range r.Value {
			h.Sysctl[s.Name] = first(h.Sysctl[s.Name], topology.Fact[string]{Value: s.Value, Source: r.At(s.Line)})
		}
	}
	j.kernelFromBonding()
	j.nameFromRoot()
	j.collected()
	j.managers()
	j.packages()
	j.platform()
}

// packages takes the versions of software; the first of several lists, and of several packages of one software, counts.
func (j *joiner) packages() {
	for _, r := range j.f.Packages {
		for _, p := range r.Value {
			if _, seen := j.h.Packages[p.Name]; seen {
				continue
			}
			if j.h.Packages == nil {
				j.h.Packages = map[string]topology.Fact[string]{}
			}
			j.h.Packages[p.Name] = topology.Fact[string]{Value: p.Version, Source: r.At(p.Line)}
		}
	}
}

// kernelFromBonding takes the kernel release from the header of /proc/net/bonding, which newer kernels print there.
func (j *joiner) kernelFromBonding() {
	for _, b := range j.f.Bonds {
		if j.h.Kernel.Known() {
			return
		}
		if k := release.ParseKernel(b.Value.DriverVersion.Value); k.Known() {
			j.h.Kernel = topology.Fact[release.Kernel]{Value: k, Source: b.At(b.Value.DriverVersion.Line)}
		}
	}
}

// rootName is the name of a report's top directory: sosreport-HOST[-LABEL][-CASE]-DATE-RANDOM, or sosreport-HOST[.CASE]-DATETIME of old versions.
var (
	rootName = regexp.MustCompile(`^sosreport-(.+?)(?:-[^-]+)*?-(\d{4}-\d{2}-\d{2})-[a-z]{7}$`)
	rootOld  = regexp.MustCompile(`^sosreport-(.+?)-(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$`)
)

func (j *joiner) nameFromRoot() {
	if j.h.Name.Known() && j.h.Name.Value != "" {
		return
	}
	if m := rootName.FindStringSubmatch(j.f.Root); m != nil {
		j.h.Name.Value = m[1]
	} else if m := rootOld.FindStringSubmatch(j.f.Root); m != nil {
		j.h.Name.Value = m[1]
	} else {
		j.h.Name.Value = j.f.Root
	}
}

func (j *joiner) collected() {
	for _, m := range j.f.Manifest {
		if start := m.Value.Start; start != "" && !m.Value.Collect {
			day, rest, _ := strings.Cut(start, " ")
			clock, _, _ := strings.Cut(rest, ".")
			j.h.Collected = topology.Fact[string]{Value: strings.TrimSuffix(day+"T"+clock, "T"), Source: m.Whole()}
			return
		}
	}
	if m := rootName.FindStringSubmatch(j.f.Root); m != nil {
		j.h.Collected.Value = m[2]
	} else if m := rootOld.FindStringSubmatch(j.f.Root); m != nil {
		j.h.Collected.Value = m[2] + "-" + m[3] + "-" + m[4] + "T" + m[5] + ":" + m[6] + ":" + m[7]
	}
}

func (j *joiner) managers() {
	m := &j.h.Managers
	if len(j.f.NMRunning) > 0 {
		m.NetworkManager = j.f.NMRunning[0].At(1)
	}
	if len(j.f.VDSM) > 0 {
		m.VDSM = j.f.VDSM[0].Whole()
	}
	for _, r := range j.f.Ifcfg {
		if !m.VDSM.Known() && r.Value.VDSM > 0 {
			m.VDSM = r.At(r.Value.VDSM)
		}
	}
}

func (j *joiner) platform() {
	h := j.h
	os := h.OS.Value
	switch {
	case h.Managers.VDSM.Known():
		h.Platform = topology.Fact[topology.Platform]{Value: topology.RHV, Source: h.Managers.VDSM}
	case os.Variant == "ovirt-node" || strings.Contains(os.Name, "Red Hat Virtualization Host"):
		h.Platform = topology.Fact[topology.Platform]{Value: topology.RHV, Source: h.OS.Source}
	case os.ID == "rhcos" || os.OpenShift != "" || os.Variant == "coreos" && os.ID == "rhel":
		h.Platform = topology.Fact[topology.Platform]{Value: topology.OpenShift, Source: h.OS.Source}
	case len(j.f.Domains) > 0:
		h.Platform = topology.Fact[topology.Platform]{Value: topology.Libvirt, Source: j.f.Domains[0].Whole()}
	case h.Seen(parsers.DatumDomains):
		h.Platform = topology.Fact[topology.Platform]{Value: topology.Libvirt, Source: topology.Source{File: h.Of(parsers.DatumDomains).Files[0]}}
	default:
		h.Platform.Value = topology.Plain
	}
}
