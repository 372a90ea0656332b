package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/render/rendertest"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/summary"
)

// documents returns what a selection lets through: "host input" and the reports.
func documents(t *testing.T, s store.Store, sel store.Selection) (names []string, docs []report.Document) {
	t.Helper()
	err := s.Documents(t.Context(), sel, func(in entry.Entry, doc report.Document) error {
		names = append(names, doc.Hosts[0].Name+" "+in.Path)
		docs = append(docs, doc)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, docs
}

func TestKnown(t *testing.T) {
	full := analyzed("/in/a.tar", host("a", "balance-alb", "not-working"))
	full.Whole, full.Dir, full.Options = true, true, "deep"
	partial := analyzed("/in/b.tar", host("b", "802.3ad", "recommended"))
	partial.Status, partial.Errors, partial.Kinds = entry.Partial, []string{"it ends early", "and more"}, []string{"damaged", ""}
	entries := []entry.Entry{full, partial, failed("/in/c.tar", "encrypted", "it is encrypted")}
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		save(t, s, entries...)
		for _, want := range entries {
			want.Document = nil
			got, ok, err := s.Known(t.Context(), want.Path)
			if err != nil || !ok {
				t.Fatalf("%s: %v, %v", want.Path, ok, err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		if _, err := s.Begin(t.Context(), input("/in/new.tar")); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/in/new.tar", "/in", "/in/A.tar", ""} {
			if e, ok, err := s.Known(t.Context(), path); ok || err != nil {
				t.Errorf("%q is known: %v, %v", path, e, err)
			}
		}
	})
}

func TestBegin(t *testing.T) {
	in := input("/in/a.tar")
	changed := in
	changed.Sum = "another"
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		begin := func(in entry.Input, want int) {
			t.Helper()
			if got, err := s.Begin(t.Context(), in); err != nil || got != want {
				t.Errorf("%d crashes, want %d: %v", got, want, err)
			}
		}
		begin(in, 0)
		begin(in, 1)
		begin(in, 2)
		begin(input("/in/b.tar"), 0)
		begin(changed, 0) // its content is new
		begin(changed, 1)
		if err := s.Abandon(t.Context(), changed.Path); err != nil {
			t.Error(err)
		}
		begin(changed, 1) // as if the one before had not been
		other := input("/in/c.tar")
		begin(other, 0)
		if err := s.Abandon(t.Context(), other.Path); err != nil { // nothing is left of it, as the table below shows
			t.Error(err)
		}
		save(t, s, failed("/in/a.tar", "damaged", "it is damaged"))
		begin(changed, 0)
		if got := lines(t, raw(t, dsn), "SELECT path, sum, starts FROM started ORDER BY path"); !slices.Equal(got[1:], []string{"/in/a.tar | another | 1", "/in/b.tar | 5e55104 | 1"}) {
			t.Error(got)
		}
	})
}

func TestRoundTrip(t *testing.T) {
	docs := golden(t)
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		want := map[string][]report.Document{}
		for name, doc := range docs {
			doc.Errors = []report.Error{{Input: name, Message: "one part is missing", Kind: "damaged"}}
			save(t, s, entry.Entry{Input: input("/in/" + name), Status: entry.Partial, Document: &doc})
			for _, h := range doc.Hosts {
				one := doc
				one.Hosts = []report.Host{h}
				report.Filter{}.Apply(&one)
				want["/in/"+name] = append(want["/in/"+name], one)
			}
		}
		got := map[string][]report.Document{}
		err := s.Documents(t.Context(), store.Selection{}, func(in entry.Entry, doc report.Document) error {
			got[in.Path] = append(got[in.Path], doc)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		for name := range want {
			if a, b := toJSON(t, want[name]), toJSON(t, got[name]); a != b {
				t.Errorf("%s: the JSON differs", name)
			}
		}
	})
}

// toJSON writes a character that stands for an invalid byte as one that was in the text: they are the same in JSON.
func toJSON(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `\ufffd`, "\uFFFD")
}

// perTable is how many rows each table has.
const perTable = `SELECT 'archive' AS t, count(*) AS n FROM archive UNION ALL SELECT 'problem', count(*) FROM problem
UNION ALL SELECT 'host', count(*) FROM host UNION ALL SELECT 'document', count(*) FROM document UNION ALL SELECT 'missing', count(*) FROM missing
UNION ALL SELECT 'bond', count(*) FROM bond UNION ALL SELECT 'slave', count(*) FROM slave UNION ALL SELECT 'attachment', count(*) FROM attachment
UNION ALL SELECT 'guest', count(*) FROM guest UNION ALL SELECT 'finding', count(*) FROM finding UNION ALL SELECT 'started', count(*) FROM started`

func TestSaveReplaces(t *testing.T) {
	big := host("big", "balance-alb", "not-working", "g1", "g2", "g3")
	big.Findings = []report.Finding{finding("SB103", "critical", ""), finding("SB111", "warning", "SB103")}
	big.Coverage = []report.Coverage{{Datum: "bridge fdb", Status: "not-collected", Ask: "bridge fdb show"}, {Datum: "bonding", Status: "read"}}
	first := analyzed("/in/a.tar", big, big)
	first.Status, first.Errors, first.Kinds = entry.Partial, []string{"it ends early"}, []string{"damaged"}
	second := analyzed("/in/a.tar", host("small", "802.3ad", "recommended", "g1"))
	onBoth(t, func(t *testing.T, dsn string) {
		s, db := open(t, dsn), raw(t, dsn)
		save(t, s, analyzed("/in/other.tar", big), first, first)
		want := "archive | 2,problem | 1,host | 3,document | 3,missing | 3,bond | 3,slave | 6,attachment | 3,guest | 9,finding | 6,started | 0"
		if got := strings.Join(lines(t, db, perTable)[1:], ","); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		save(t, s, second)
		want = "archive | 2,problem | 0,host | 2,document | 2,missing | 1,bond | 2,slave | 4,attachment | 2,guest | 4,finding | 2,started | 0"
		if got := strings.Join(lines(t, db, perTable)[1:], ","); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if names, _ := documents(t, s, store.Selection{}); !slices.Equal(names, []string{"big /in/other.tar", "small /in/a.tar"}) {
			t.Error(names)
		}
		save(t, s, failed("/in/a.tar", "encrypted", "it is encrypted"))
		if names, _ := documents(t, s, store.Selection{}); !slices.Equal(names, []string{"big /in/other.tar"}) {
			t.Error(names)
		}
	})
}

func TestDocuments(t *testing.T) {
	withRule := host("Zeta", "balance-alb", "not-working")
	withRule.Findings = []report.Finding{finding("SB103", "critical", "")}
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		save(t, s, analyzed("/in/2/b.tar", host("alpha", "802.3ad", "recommended")), analyzed("/in/1.tar", withRule, host("alpha", "balance-rr", "partial")),
			analyzed("/in/2.tar", host("émile", "802.3ad", "recommended")), failed("/in/3.tar", "empty", "it is empty"))
		all := []string{"Zeta /in/1.tar", "alpha /in/1.tar", "alpha /in/2/b.tar", "émile /in/2.tar"} // ordered by bytes
		for _, c := range []struct {
			name string
			sel  store.Selection
			want []string
		}{
			{"all", store.Selection{}, all},
			{"host", store.Selection{Hosts: []string{"Alpha", "nobody"}}, all[1:3]},
			{"input", store.Selection{Inputs: []string{"/in/1.tar"}}, all[:2]},
			{"folder", store.Selection{Inputs: []string{"/in/2"}}, all[2:3]},
			{"root", store.Selection{Inputs: []string{"/"}}, all},
			{"verdict", store.Selection{Verdicts: []string{"recommended", "unknown"}}, all[2:]},
			{"rule", store.Selection{Rules: []string{"sb103", "SB999"}}, all[:1]},
			{"several", store.Selection{Hosts: []string{"alpha"}, Verdicts: []string{"partial"}, Inputs: []string{"/in"}}, all[1:2]},
			{"none", store.Selection{Hosts: []string{"Zeta"}, Verdicts: []string{"partial"}}, nil},
		} {
			if got, _ := documents(t, s, c.sel); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
		stop := errors.New("enough")
		calls := 0
		err := s.Documents(t.Context(), store.Selection{}, func(entry.Entry, report.Document) error { calls++; return stop })
		if !errors.Is(err, stop) || calls != 1 {
			t.Errorf("%d calls: %v", calls, err)
		}
		// A report may be replaced while others are read.
		calls = 0
		err = s.Documents(t.Context(), store.Selection{}, func(entry.Entry, report.Document) error {
			calls++
			return s.Save(t.Context(), failed("/in/2.tar", "empty", "it is empty"))
		})
		if err != nil || calls != 4 {
			t.Errorf("%d calls: %v", calls, err)
		}
	})
}

func TestFill(t *testing.T) {
	// More than a page of everything.
	var entries []entry.Entry
	for i := range 450 {
		h := host(fmt.Sprint("h", i%300), []string{"balance-alb", "802.3ad"}[i%2], []string{"not-working", "recommended"}[i%2], "g1", "g2")
		h.Findings = []report.Finding{finding("SB103", "critical", ""), finding("SB111", "warning", "SB103")}
		h.Bonds[0].Attachments[0].Conditions = []string{"EtherChannel", "EtherChannel", "native VLAN"}
		entries = append(entries, analyzed(fmt.Sprintf("/in/%d/%d.tar", i%3, i), h))
	}
	bundle := analyzed("/in/bundle.tar", entries[0].Document.Hosts[0])
	for i := range 250 {
		bundle.Document.Hosts = append(bundle.Document.Hosts, host(fmt.Sprint("node", i), "balance-rr", "not-recommended"))
	}
	half := failed("/in/1/half.tar", "damaged", "it ends early")
	half.Status = entry.Partial
	entries = append(entries, bundle, half, failed("/in/1.tar", "encrypted", "it is encrypted"), failed("/out.tar", "", "a reason"))
	for _, doc := range golden(t) {
		entries = append(entries, entry.Entry{Input: input("/golden/" + doc.Hosts[0].Source.Path), Status: entry.Analyzed, Document: &doc})
	}

	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		save(t, s, entries...)
		for _, c := range []struct {
			paths []string
			in    func(path string) bool
		}{
			{nil, func(string) bool { return true }},
			{[]string{"/in/1"}, func(p string) bool { return strings.HasPrefix(p, "/in/1/") }},
			{[]string{"/in/1", "/in", "/in/2/5.tar", "/in/1"}, func(p string) bool { return strings.HasPrefix(p, "/in/") }},
			{[]string{"/in/1.tar", "/golden/", "/nothing"}, func(p string) bool { return p == "/in/1.tar" || strings.HasPrefix(p, "/golden/") }},
			{[]string{"/"}, func(string) bool { return true }},
		} {
			want, got := summary.New(report.Tool{}, summary.Filter{}), summary.New(report.Tool{}, summary.Filter{})
			n := 0
			for _, e := range entries {
				if c.in(e.Path) {
					n++
					want.Input(e, true)
					for _, h := range summary.Hosts(e) {
						want.Host(h)
					}
				}
			}
			if err := s.Fill(t.Context(), c.paths, got); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want.Summary(), got.Summary()); d != "" || n == 0 {
				t.Errorf("%v, %d inputs:\n%s", c.paths, n, d)
			}
		}
	})
}

func TestForget(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		for i := range 420 {
			save(t, s, analyzed(fmt.Sprintf("/in/%03d.tar", i), host("h", "802.3ad", "recommended", "g")))
		}
		for _, path := range []string{"/in/001.tar", "/in/gone.tar", "/in/stays.tar"} {
			if _, err := s.Begin(t.Context(), input(path)); err != nil {
				t.Fatal(err)
			}
		}
		asked := map[string]int{}
		n, err := s.Forget(t.Context(), func(path string) bool {
			asked[path]++
			return strings.HasSuffix(path, "1.tar") || path == "/in/gone.tar"
		})
		if err != nil || n != 42 || len(asked) != 422 {
			t.Errorf("%d forgotten of %d: %v", n, len(asked), err)
		}
		if n := slices.Max(slices.Collect(maps.Values(asked))); n != 1 {
			t.Errorf("one path was asked for %d times", n)
		}
		db := raw(t, dsn)
		if a, g := count(t, db, "SELECT count(*) FROM archive"), count(t, db, "SELECT count(*) FROM guest"); a != 378 || g != 378 {
			t.Errorf("%d archives and %d guests are left", a, g)
		}
		if got := lines(t, db, "SELECT path FROM started"); !slices.Equal(got[1:], []string{"/in/stays.tar"}) {
			t.Error(got)
		}
	})
}

// hostile is text that a database might stumble over.
var hostile = []string{
	"", "a\x00b", "\xff\xfe", "\uFFFD", "\uFFFD{ff}", "\uFFFD{sha256:00}", "'); DROP TABLE host; --", `"`, "$1 ? ?1 :a @b", "\\x00", "é\xc3", "\u202e", "\r\n\t\x1b[31m",
	strings.Repeat("long ", 100_000), strings.Repeat("/deep", 900), strings.Repeat("/deep\xff", 900),
}

func TestHostileText(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		for _, text := range hostile {
			e := hostileEntry(text)
			if _, err := s.Begin(t.Context(), e.Input); err != nil {
				t.Fatal(err)
			}
			save(t, s, e)
			got, ok, err := s.Known(t.Context(), e.Path)
			if err != nil || !ok {
				t.Fatalf("%.40q: %v, %v", text, ok, err)
			}
			want := e
			want.Document = nil
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		}
		if n := count(t, raw(t, dsn), "SELECT count(*) FROM archive"); n != len(hostile) {
			t.Errorf("%d archives of %d", n, len(hostile))
		}
		want, got := summary.New(report.Tool{}, summary.Filter{}), summary.New(report.Tool{}, summary.Filter{})
		for _, text := range hostile {
			e := hostileEntry(text)
			if len(e.Path) > 2000 { // it is cut, and shown so
				continue
			}
			want.Input(e, true)
			want.Host(summary.Hosts(e)[0])
			if err := s.Fill(t.Context(), []string{e.Path}, got); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(want.Summary(), got.Summary()); d != "" {
			t.Error(d)
		}
		_, docs := documents(t, s, store.Selection{})
		var in, out []string
		for i, text := range hostile {
			in, out = append(in, toJSON(t, hostileEntry(text).Document)), append(out, toJSON(t, docs[i]))
		}
		slices.Sort(in)
		slices.Sort(out)
		if d := cmp.Diff(in, out); d != "" {
			t.Errorf("the JSON of a report is not the same: %.500s", d)
		}
	})
}

// hostileEntry has the text everywhere, and numbers out of all bounds.
func hostileEntry(text string) entry.Entry {
	h := host(text, text, text, text)
	b := &h.Bonds[0]
	b.Name, b.Kind, b.HashPolicy, b.Configured, b.MIIStatus, b.Summary = text, text, text, text, text, text
	b.ModeNumber, b.Monitoring, b.LACP = math.MinInt, report.Monitoring{MIIMonMS: math.MaxInt, ARPIntervalMS: math.MinInt}, &report.LACP{PartnerMAC: text, Ports: math.MaxInt}
	b.Slaves[0] = report.Slave{Name: text, MIIStatus: text, PermanentMAC: text, SpeedMbps: math.MaxInt, LinkFailures: math.MaxInt}
	b.Attachments[0].Path, b.Attachments[0].Conditions = []string{text, text}, []string{text, text}
	f := finding(text, text, text)
	f.Title, f.Subject.Bond = text, text
	h.Findings = []report.Finding{f}
	h.OS, h.Kernel, h.Platform, h.Collected, h.Source.Path, h.Source.Kind = text, text, text, text, text, text
	h.Coverage = []report.Coverage{{Datum: text, Status: text, Ask: text, Files: []string{text}}}
	e := analyzed(fmt.Sprintf("/in/%d%s", len(text), text), h)
	e.Sum, e.Version, e.Options, e.Errors, e.Kinds, e.Size, e.Modified = text, text, text, []string{text, text}, []string{text, ""}, math.MaxInt64, math.MinInt64
	e.Document.Errors = []report.Error{{Input: text, Message: text, Kind: text}}
	return e
}

func TestManySaveAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		stores := make([]store.Store, 3)
		errs := make(chan error, 100)
		var wg sync.WaitGroup
		for i := range stores { // they make the schema at once
			wg.Go(func() {
				var err error
				stores[i], err = store.Open(t.Context(), dsn)
				errs <- err
			})
		}
		wg.Wait()
		for range stores {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		for i, s := range stores {
			defer s.Close() //nolint:errcheck // the test is about what it did
			for range 3 {
				wg.Go(func() { errs <- saveMany(t.Context(), s, i) })
			}
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Error(err)
			}
		}
		db := raw(t, dsn)
		got := lines(t, db, "SELECT count(*), count(DISTINCT path), (SELECT count(*) FROM host), (SELECT count(*) FROM guest), (SELECT count(*) FROM started) FROM archive")
		if got[1] != "20 | 20 | 20 | 40 | 0" {
			t.Error(got)
		}
		if got := lines(t, db, "SELECT version_id FROM sosbond_schema ORDER BY version_id"); !slices.Equal(got[1:], []string{"0", "1"}) {
			t.Errorf("versions: %q", got)
		}
	})
}

// saveMany saves 20 inputs, the same ones whoever calls.
func saveMany(ctx context.Context, s store.Store, who int) error {
	for i := range 20 {
		e := analyzed(fmt.Sprintf("/in/%d.tar", i), host(fmt.Sprint("h", who), "802.3ad", "recommended", "g1", "g2"))
		if _, err := s.Begin(ctx, e.Input); err != nil {
			return err
		}
		if err := s.Save(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func TestCanceled(t *testing.T) {
	onBoth(t, func(t *testing.T, dsn string) {
		s := open(t, dsn)
		save(t, s, analyzed("/in/a.tar", host("a", "802.3ad", "recommended")))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, beginErr := s.Begin(ctx, input("/in/b.tar"))
		_, _, knownErr := s.Known(ctx, "/in/a.tar")
		for _, err := range []error{
			beginErr, knownErr, s.Save(ctx, analyzed("/in/b.tar")), s.Fill(ctx, nil, summary.New(report.Tool{}, summary.Filter{})),
			s.Documents(ctx, store.Selection{}, func(entry.Entry, report.Document) error { return nil }),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
		if n := count(t, raw(t, dsn), "SELECT count(*) FROM archive"); n != 1 {
			t.Errorf("%d archives", n)
		}
	})
}

func FuzzDocument(f *testing.F) {
	s, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "reports.db"))
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := s.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("\x03\x05hostile\xff\x00", 200)))
	f.Add([]byte(strings.Repeat("\x02\x81\x01\x90a", 300)))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := rendertest.Fill(data)
		e := entry.Entry{Input: input("/in/fuzz.tar"), Status: entry.Analyzed, Document: &doc}
		e.SetErrors(doc.Errors)
		save(t, s, e)
		var want, got []string
		for _, h := range doc.Hosts {
			one := doc
			one.Hosts = []report.Host{h}
			report.Filter{}.Apply(&one)
			want = append(want, toJSON(t, one))
		}
		err := s.Documents(t.Context(), store.Selection{}, func(_ entry.Entry, d report.Document) error { got = append(got, toJSON(t, d)); return nil })
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		direct, filled := summary.New(report.Tool{}, summary.Filter{}), summary.New(report.Tool{}, summary.Filter{})
		direct.Input(e, true)
		for _, h := range summary.Hosts(e) {
			direct.Host(h)
		}
		if err := s.Fill(t.Context(), nil, filled); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(direct.Summary(), filled.Summary()); d != "" {
			t.Error(d)
		}
	})
}
