package redact_test

import (
	"bytes"
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/format"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/picture/form"
	"github.com/sosbond/sosbond/report/redact"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// redactAlone redacts a document by itself.
func redactAlone(doc report.Document) (report.Document, redact.Map) {
	r := redact.New()
	out := r.Document(doc)
	return out, r.Map()
}

// documents are those of testdata/golden and of rendertest.
func documents(t testing.TB) map[string]report.Document {
	t.Helper()
	files, err := filepath.Glob("../../testdata/golden/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	docs := map[string]report.Document{"switches": switches()}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc report.Document
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		docs[strings.TrimSuffix(filepath.Base(name), ".json")] = doc
	}
	for _, d := range rendertest.Documents() {
		docs["rendertest "+d.Name] = d.Doc
	}
	return docs
}

// switches is a host of which more is told than testdata has: LLDP, ids, addresses of every kind.
func switches() report.Document {
	doc := rendertest.ALB()
	h := &doc.Hosts[0]
	h.Name, h.MachineID, h.BootID = "hv01.dc2.corp.example", "0123456789abcdef0123456789abcdef", "11111111-2222-3333-4444-555566667777"
	h.Bonds[0].Slaves[0].Switch = &report.Port{Switch: "leaf01.net.corp.example", Port: "Ethernet1/1"}
	h.Bonds[0].Slaves[1].Switch = &report.Port{Switch: "3c:2c:99:0b:0c:0d", Port: "Ethernet1/2"}
	for _, text := range []string{
		"eth0 is plugged into port Ethernet1/1 of leaf01.net.corp.example, and LEAF01 answers",
		"Nov 22 06:05:33 hv01 kernel: br0: received packet on bond0 (addr:3c:fd:fe:aa:bb:cc, vlan:0)",
		"8000.3cfdfeaabbcc 0000.3cfd.feaa 3C-FD-FE-AA-BB-CC 3cfd.feaa.bbcc bridge_id 8000.3c:fd:fe:aa:bb:cc enx3cfdfeaabbcc 00003cfdfeaabbcc",
		"inet6 fe80::3efd:feff:feaa:bbcc/64 scope link; inet6 2a01:4f8:10:20:3efd:feff:feaa:bbcc/64; 33:33:ff:aa:bb:cc; ff02::1:ffaa:bbcc",
		"inet 172.20.33.7/22 brd 172.20.35.255; 172.20.32.0/22 via 172.20.32.1; ::ffff:172.20.33.7",
		"-uuid 5c2f3d4e-aaaa-bbbb-cccc-0123456789ab -smbios type=1,serial=VMW-56-4d-a1 root@hv07.dc2.corp.example /home/jdoe/x.log",
	} {
		h.Findings[0].Evidence = append(h.Findings[0].Evidence, report.Evidence{File: "sos_commands/x", Line: 1, Text: text})
	}
	return doc
}

// writers are the forms of a report.
func writers(t testing.TB, doc report.Document) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, f := range format.Names() {
		var b bytes.Buffer
		if err := format.Write(&b, f, doc, format.Options{Width: 100, All: true}); err != nil {
			t.Fatal(err)
		}
		out[f] = b.String()
	}
	for _, f := range form.Names() {
		var b bytes.Buffer
		for _, h := range doc.Hosts { // one by one, as not every form of a picture takes several
			if err := form.Write(&b, f, []report.Host{h}, form.Options{Width: 100, All: true}); err != nil {
				t.Fatal(err)
			}
		}
		out["topology "+f] = b.String()
	}
	return out
}

var (
	macForm  = regexp.MustCompile(`\b(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}\b`)
	uuidForm = regexp.MustCompile(`\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b`)
	ipForm   = regexp.MustCompile(`\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b|\b[0-9a-f]{1,4}:(?:[0-9a-f]{0,4}:){2,6}[0-9a-f]{1,4}\b`)
)

// secrets are what a document tells of whose it is, but for what its rules and devices are called too.
func secrets(t testing.TB, doc report.Document) (list []string) {
	t.Helper()
	devices := map[string]bool{}
	for _, h := range doc.Hosts {
		name, domain, _ := strings.Cut(h.Name, ".")
		list = append(list, h.Name, name, h.MachineID, h.BootID)
		if strings.Contains(domain, ".") {
			list = append(list, domain)
		}
		for _, b := range h.Bonds {
			for _, a := range b.Attachments {
				for _, g := range a.Guests {
					devices[g.Interface] = true
					list = append(list, g.Name)
					if _, name, nested := strings.Cut(g.Name, "/"); nested {
						list = append(list, name)
					}
				}
			}
		}
	}
	doc.Tool.Version = ""
	for i := range doc.Hosts {
		for j := range doc.Hosts[i].Findings {
			doc.Hosts[i].Findings[j].References = nil
		}
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, uuidForm.FindAllString(string(text), -1)...)
	for _, m := range macForm.FindAllString(string(text), -1) {
		if !strings.HasPrefix(m, "00:00:00:00") && !strings.HasPrefix(m, "ff:") && !strings.HasPrefix(m, "33:33:00") && !strings.HasPrefix(m, "01:") {
			list = append(list, m, strings.ReplaceAll(m, ":", ""), strings.ToUpper(strings.ReplaceAll(m, ":", "-")))
		}
	}
	for _, m := range ipForm.FindAllString(string(text), -1) {
		ip, err := netip.ParseAddr(m)
		if err != nil || ip.IsLoopback() || ip.IsUnspecified() || ip.IsMulticast() || strings.HasPrefix(m, "192.0.2.") || strings.HasPrefix(m, "255.") {
			continue
		}
		list = append(list, m)
	}
	return slices.DeleteFunc(list, func(s string) bool { return len(s) < 3 || devices[s] || macForm.MatchString(s) && special(s) })
}

func special(mac string) bool { return strings.HasPrefix(mac, "00:00:5e:") }

// holds reports a text that has a word in it, not as a part of another one.
func holds(text, word string) bool {
	if !strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
		return false
	}
	re := regexp.MustCompile(`(?i)(?:^|[^A-Za-z0-9])` + regexp.QuoteMeta(word) + `(?:$|[^A-Za-z0-9])`)
	return re.MatchString(text)
}

// TestNothingLeaks: no name, no address and no id of any document is in any form of the redacted one.
func TestNothingLeaks(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			redacted, _ := redactAlone(doc)
			list := secrets(t, doc)
			slices.Sort(list)
			list = slices.Compact(list)
			for form, text := range writers(t, redacted) {
				for _, s := range list {
					if holds(text, s) {
						i := strings.Index(strings.ToLower(text), strings.ToLower(s))
						t.Errorf("%s: %q leaks: %q", form, s, text[max(i-60, 0):min(i+80, len(text))])
					}
				}
			}
		})
	}
}

// skeleton is a document without what redaction may change.
func skeleton(v reflect.Value, path string, out *[]string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			skeleton(v.Field(i), path+"."+v.Type().Field(i).Name, out)
		}
	case reflect.Slice:
		*out = append(*out, path+" of "+string(rune('0'+v.Len()%64)))
		for i := range v.Len() {
			skeleton(v.Index(i), path+"[]", out)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			skeleton(v.Elem(), path, out)
		}
	case reflect.String:
		if kept.MatchString(path) {
			*out = append(*out, path+"="+v.String())
		} else if v.String() == "" {
			*out = append(*out, path+" is empty")
		}
	case reflect.Bool:
		if path != ".Redacted" {
			*out = append(*out, path)
		}
	default:
		*out = append(*out, path)
	}
}

var kept = regexp.MustCompile(`\.(Rule|Severity|Verdict|Mode|Kind|Datum|Status|Platform|Collected|ExplainedBy|Confidence|Interface|Title|URL|System|Duplex)$`)

// TestStructureStays: what the report says of bonds stays, and so does each device's name that holds no name of a guest.
func TestStructureStays(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			redacted, _ := redactAlone(doc)
			var before, after []string
			for i := range doc.Hosts {
				doc.Hosts[i].Findings = withoutTitles(doc.Hosts[i].Findings)
				redacted.Hosts[i].Findings = withoutTitles(redacted.Hosts[i].Findings)
			}
			skeleton(reflect.ValueOf(doc), "", &before)
			skeleton(reflect.ValueOf(redacted), "", &after)
			if d := cmp.Diff(before, after); d != "" {
				t.Error(d)
			}
			if !redacted.Redacted {
				t.Error("it does not say that it is redacted")
			}
		})
	}
}

func withoutTitles(list []report.Finding) []report.Finding {
	out := slices.Clone(list)
	for i := range out {
		out[i].Title = "-"
	}
	return out
}

// TestOnePseudonymEach: what is the same stays the same, what differs stays different, and a second run gives the same bytes.
func TestOnePseudonymEach(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			redacted, m := redactAlone(doc)
			again, _ := redactAlone(doc)
			if d := cmp.Diff(redacted, again); d != "" {
				t.Fatal(d)
			}
			same(t, guests(doc), guests(redacted))
			pseudonyms, originals := map[string]bool{}, map[string]bool{}
			for _, e := range m {
				if p := e.Kind + " " + e.Pseudonym; pseudonyms[p] {
					t.Errorf("two have the pseudonym %s", p)
				} else {
					pseudonyms[p] = true
				}
				if o := e.Kind + " " + e.Original; originals[o] {
					t.Errorf("%s has two pseudonyms", o)
				} else {
					originals[o] = true
				}
			}
		})
	}
}

func guests(doc report.Document) (list []string) {
	for _, h := range doc.Hosts {
		for _, b := range h.Bonds {
			for _, s := range b.Slaves {
				list = append(list, s.PermanentMAC)
			}
			for _, a := range b.Attachments {
				for _, g := range a.Guests {
					list = append(list, g.Name, g.MAC)
				}
			}
		}
		for _, f := range h.Findings {
			list = append(list, f.Subject.Guests...)
		}
	}
	return list
}

// same checks that two lists repeat themselves at the same places.
func same(t *testing.T, a, b []string) {
	t.Helper()
	there, back := map[string]string{}, map[string]string{}
	for i := range a {
		if x, ok := there[a[i]]; ok && x != b[i] {
			t.Errorf("%q is %q and %q", a[i], x, b[i])
		}
		if x, ok := back[b[i]]; ok && !strings.EqualFold(x, a[i]) {
			t.Errorf("%q stands for %q and %q", b[i], x, a[i])
		}
		there[a[i]], back[b[i]] = b[i], a[i]
	}
}

// FuzzDocument: nothing panics, the same document gives the same bytes, and the verdicts stay, whatever the strings are.
func FuzzDocument(f *testing.F) {
	f.Add([]byte("\x01\x04web1\x01\x06the\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x11aa:bb:cc:dd:ee:ff\x0810.0.0.1\x052::1\x02::\x03\x0fhost1.a.example", 40)))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := rendertest.Fill(data)
		redacted, _ := redactAlone(doc)
		again, _ := redactAlone(doc)
		if !reflect.DeepEqual(redacted, again) {
			t.Fatal(cmp.Diff(redacted, again))
		}
		if len(redacted.Hosts) != len(doc.Hosts) {
			t.Fatal("hosts are missing")
		}
		for i, h := range redacted.Hosts {
			if h.Verdict != doc.Hosts[i].Verdict || len(h.Findings) != len(doc.Hosts[i].Findings) {
				t.Fatalf("%+v", h)
			}
		}
	})
}

// TestGolden: a look at what is left.
func TestGolden(t *testing.T) {
	docs := documents(t)
	for _, name := range []string{"switches", "mustgather-cnv", "hostile-names", "rhel6-brctl"} {
		doc, m := redactAlone(docs[name])
		var b bytes.Buffer
		if err := format.Write(&b, "terminal", doc, format.Options{Width: 100}); err != nil {
			t.Fatal(err)
		}
		if err := jsonout.WriteValue(&b, m); err != nil {
			t.Fatal(err)
		}
		goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(".txt")).Assert(t, name, b.Bytes())
	}
}

func BenchmarkDocument(b *testing.B) {
	doc := documents(b)["mustgather-cnv"]
	for b.Loop() {
		redactAlone(doc)
	}
}

// TestNamesThatAreWords: guests and hosts that are called like words of the program's texts are not named in any form of a report. The words are
// such that the report has not itself.
func TestNamesThatAreWords(t *testing.T) {
	data, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := slices.DeleteFunc(strings.Fields(string(data)), func(w string) bool {
		return len(w) < 5 || len(w) > 8 || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") != ""
	})
	for name, doc := range documents(t) {
		if name == "hostile-names" || strings.HasPrefix(name, "rendertest") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			all := strings.ToLower(string(text))
			for _, o := range writers(t, doc) {
				all += strings.ToLower(o)
			}
			used := map[string]string{} // by the word
			rest := list
			for _, n := range namesIn(doc) {
				for strings.Contains(all, rest[0]) {
					rest = rest[1:]
				}
				used[rest[0]] = n
				text = regexp.MustCompile(`(^|[^A-Za-z0-9])`+regexp.QuoteMeta(n)+`\b`).ReplaceAll(text, []byte("${1}"+rest[0]))
				rest = rest[1:]
			}
			var renamed report.Document
			if err := json.Unmarshal(text, &renamed); err != nil {
				t.Fatal(err)
			}
			redacted := redact.New().Document(renamed)
			for form, text := range writers(t, redacted) {
				for w, n := range used {
					if holds(text, w) {
						i := strings.Index(strings.ToLower(text), w)
						t.Errorf("%s: %q, which was %q, leaks: %q", form, w, n, text[max(i-60, 0):min(i+80, len(text))])
					}
				}
			}
		})
	}
}

// namesIn are the names of hosts and guests that are told from devices.
func namesIn(doc report.Document) (list []string) {
	devices := map[string]bool{}
	for _, h := range doc.Hosts {
		short, _, _ := strings.Cut(h.Name, ".")
		list = append(list, short)
		for _, b := range h.Bonds {
			for _, a := range b.Attachments {
				for _, g := range a.Guests {
					devices[g.Interface] = true
					list = append(list, g.Name[strings.LastIndexByte(g.Name, '/')+1:])
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	list = slices.DeleteFunc(list, func(s string) bool {
		return len(s) < 4 || devices[s] || strings.Trim(s, "0123456789.") == "" || strings.HasPrefix(s, "veth") || strings.HasPrefix(s, "tap") || strings.HasPrefix(s, "eth") || strings.HasPrefix(s, "net")
	})
	return slices.Compact(list)
}
