package jsonout_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func write(t testing.TB, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := jsonout.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(".json"))
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) { g.Assert(t, d.Name, []byte(write(t, d.Doc))) })
	}
}

func TestShape(t *testing.T) {
	out := write(t, report.Document{Schema: report.Schema, Hosts: []report.Host{{Name: "<a&b>", Bonds: []report.Bond{{}}}}})
	for _, want := range []string{
		"{\n  \"schema\": \"sosbond.report/v1\",\n", `"\u003ca\u0026b\u003e"`, `"slaves": []`, `"attachments": []`,
		`"findings": []`, `"notes": []`, `"verdicts": {}`, "}\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "null") || strings.Contains(out, "lacp") || strings.Contains(out, "errors") {
		t.Errorf("null, or a member that is optional and not there:\n%s", out)
	}
	if !strings.HasSuffix(out, "}\n") {
		t.Error("no line feed at the end")
	}
}

func TestEmptyListsAreWritten(t *testing.T) {
	out := write(t, report.Document{})
	if !strings.Contains(out, `"hosts": []`) || strings.Contains(out, "null") {
		t.Errorf("a document without hosts:\n%s", out)
	}
}

func TestDocumentIsNotChanged(t *testing.T) {
	doc := report.Document{Hosts: []report.Host{{Bonds: []report.Bond{{LACP: &report.LACP{}}}}}}
	write(t, doc)
	if doc.Hosts[0].Findings != nil || doc.Hosts[0].Bonds[0].Slaves != nil || doc.Summary.Verdicts != nil {
		t.Error("the document that was given has changed")
	}
}

// checkRoundTrip checks that the text holds the same data and nothing that is not printable.
func checkRoundTrip(t *testing.T, doc report.Document) {
	t.Helper()
	out := write(t, doc)
	rendertest.CheckHarmless(t, out)
	if i := strings.IndexAny(out, "<>&"); i >= 0 {
		t.Fatalf("%q in the output", out[i])
	}
	var got, want report.Document
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	plain, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(plain, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestRoundTrip(t *testing.T) {
	for _, d := range rendertest.Documents() {
		checkRoundTrip(t, d.Doc)
	}
	checkRoundTrip(t, report.Document{Hosts: []report.Host{{Name: "\u009b\u202e\U000e0041\u00a0漢😀\x7f"}}})
}

func TestEscapes(t *testing.T) {
	out := write(t, report.Document{Hosts: []report.Host{{Name: "\u202e\U000e0041漢\u3164\u2800\ufe0f</script>\u2028\x1b", OS: "e\u0301\u0301\u0301\u0301\u0301"}}})
	for _, want := range []string{`"\u202e\udb40\udc41漢\u3164\u2800\ufe0f\u003c/script\u003e\u2028\u001b"`, "\"e\u0301\u0301\u0301\u0301" + `\u0301"`} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if !utf8.ValidString(write(t, report.Document{Hosts: []report.Host{{Name: "\xff"}}})) {
		t.Error("not UTF-8")
	}
}

func TestWriteLong(t *testing.T) {
	whole := report.Document{Schema: "a\n  \"hosts\": []", Hosts: rendertest.Hosts().Hosts}
	head := whole
	head.Hosts = nil
	var b bytes.Buffer
	if err := jsonout.WriteLong(&b, head, "hosts", whole.Hosts); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(write(t, whole), b.String()); diff != "" {
		t.Error(diff)
	}
	b.Reset()
	if err := jsonout.WriteLong(&b, head, "hosts", []report.Host{}); err != nil || b.String() != write(t, head) {
		t.Errorf("without items: %v\n%s", err, b.String())
	}
	if err := jsonout.WriteLong(&b, head, "guests", whole.Hosts); err == nil {
		t.Error("a member that is not there was filled")
	}
	if err := jsonout.WriteLong(failing{}, head, "hosts", whole.Hosts); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

type failing struct{}

var errFull = errors.New("no space left on device")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := jsonout.Write(failing{}, rendertest.ALB()); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x01\x03\x1b\x00\xff\x02`\t", 80)))
	f.Fuzz(func(t *testing.T, data []byte) { checkRoundTrip(t, rendertest.Fill(data)) })
}
