package html_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/sosbond/sosbond/report"
)

// needBrowser is the variable of the environment that turns a missing browser from a reason to skip into a failure.
const needBrowser = "SOSBOND_NEED_BROWSER"

// shots is the variable that names a folder for screenshots and printed pages, to be looked at.
const shots = "SOSBOND_SCREENSHOTS"

// axePath is where `npm ci` puts the accessibility checker.
var axePath = filepath.Join("..", "..", "testdata", "browser", "node_modules", "axe-core", "axe.min.js")

// viewed are the reports that the browser opens: a fault of one host, switches that are known by name, and several hosts.
var viewed = []string{"rr-loop", "lldp-two-switches", "mustgather-sos"}

// TestBrowser opens reports in a real browser, without a network, and uses them the way a reader does.
func TestBrowser(t *testing.T) {
	browser := startBrowser(t)
	for _, name := range viewed {
		t.Run(name, func(t *testing.T) {
			doc := golden(t, filepath.Join("..", "..", "testdata", "golden", name+".json"))
			v := view{open(t, browser, doc), doc, name}
			t.Run("nothing is fetched", v.fetchesNothing)
			t.Run("the fault is seen", v.showsFault)
			t.Run("fits", v.fits)
			t.Run("folds", v.folds)
			t.Run("facts", v.facts)
			t.Run("place and finding", v.lights)
			t.Run("copies", v.copies)
			t.Run("dark", v.dark)
			t.Run("prints", v.prints)
			t.Run("keyboard", v.keyboard)
			t.Run("accessible", v.accessible)
			t.Run("without script", v.withoutScript)
		})
	}
}

// startBrowser is the context of a browser that runs until the test ends.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	missing := t.Skipf
	if os.Getenv(needBrowser) != "" {
		missing = t.Fatalf
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		missing("no Chromium: install the package chromium")
	}
	if _, err := os.Stat(axePath); err != nil {
		missing("no axe-core: run `npm ci` in testdata/browser: %v", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // root has none; what it opens was made by this test
	}
	ctx, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// opened is a report in a tab.
type opened struct {
	ctx  context.Context
	url  string
	mu   sync.Mutex
	asks []string // what the page asked for
}

const viewWidth, viewHeight = 1280, 900

func open(t *testing.T, browser context.Context, doc report.Document) *opened {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(write(t, doc)), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, end := chromedp.NewContext(browser)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as its first context
		t.Fatal(err)
	}
	ctx, end = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(end)
	o := &opened{ctx: ctx, url: "file://" + file}
	if err := chromedp.Listen(ctx, o.note); err != nil {
		t.Fatal(err)
	}
	o.do(t, chromedp.EmulateViewport(viewWidth, viewHeight), chromedp.Navigate(o.url))
	return o
}

func (o *opened) note(event any) {
	if e, ok := event.(*network.EventRequestWillBeSent); ok {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.asks = append(o.asks, e.Request.URL)
	}
}

func (o *opened) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(o.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// eval is the value of an expression of JavaScript, awaited where it is a promise; $1 in it stands for the argument.
func eval[T any](t *testing.T, o *opened, js string, arg ...any) T {
	t.Helper()
	js = fill(js, arg)
	v, err := chromedp.Run(o.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

func fill(js string, arg []any) string {
	if len(arg) > 0 {
		js = strings.ReplaceAll(js, "$1", fmt.Sprint(arg[0]))
	}
	return js
}

// until waits for an expression of JavaScript to be true.
func (o *opened) until(t *testing.T, js string, arg ...any) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !eval[bool](t, o, js, arg...); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so: %s", fill(js, arg))
		}
	}
}

// shoot takes a picture of the whole page.
func (o *opened) shoot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shots)
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(o.ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), shot, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// view is a report that is looked at.
type view struct {
	*opened
	doc  report.Document
	name string
}

func (v view) fetchesNothing(t *testing.T) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !slices.Equal(v.asks, []string{v.url}) {
		t.Errorf("the page asked for %q", v.asks)
	}
	// The policy is in force: not even a script of the page may reach out.
	if eval[bool](t, v.opened, `fetch('file:///etc/hostname').then(() => true, () => false)`) {
		t.Error("a file was fetched")
	}
}

// showsFault: the worst finding of each host stands at its place, is seen without scrolling sideways, and in the picture in words, not in color alone.
func (v view) showsFault(t *testing.T) {
	for i, h := range v.doc.Hosts {
		if len(h.Bonds) == 0 || len(h.Findings) == 0 || h.Findings[0].Severity != "critical" && h.Findings[0].Severity != "error" {
			continue
		}
		host := fmt.Sprintf("#h%d", i+1)
		type place struct {
			Rule          string
			Width, Height float64
			Color, Other  string
		}
		marked := eval[place](t, v.opened, `(() => {
			const p = document.querySelector('$1 .node[data-findings~="0"]'), plain = document.querySelector('$1 .node:not([data-findings])');
			if (!p) return {Rule: ''};
			const box = p.getBoundingClientRect(), color = e => getComputedStyle(e.querySelector('rect, path, polygon')).stroke;
			return {Rule: p.textContent, Width: box.width, Height: box.height, Color: color(p), Other: plain ? color(plain) : ''};
		})()`, host)
		if !strings.Contains(marked.Rule, h.Findings[0].Rule) || marked.Width < 20 || marked.Height < 8 {
			t.Errorf("%s: the place of %s is %+v", h.Name, h.Findings[0].Rule, marked)
		}
		if marked.Color == marked.Other {
			t.Errorf("%s: the place of %s has the color %s, as others have", h.Name, h.Findings[0].Rule, marked.Color)
		}
		if answer := eval[string](t, v.opened, `document.querySelector('$1 .answer').innerText`, host); !strings.Contains(answer, h.Findings[0].Rule) {
			t.Errorf("%s: the answer does not name %s: %s", h.Name, h.Findings[0].Rule, answer)
		}
	}
}

// fits: the page never scrolls sideways, and no text of the picture is wider than its box.
func (v view) fits(t *testing.T) {
	for _, width := range []int64{390, viewWidth} {
		v.do(t, chromedp.EmulateViewport(width, viewHeight))
		if wide := eval[int64](t, v.opened, `document.documentElement.scrollWidth`); wide > width {
			t.Errorf("at %d pixels the page is %d wide", width, wide)
		}
		v.shoot(t, fmt.Sprintf("%s-%d.png", v.name, width))
	}
	cut := eval[[]string](t, v.opened, `Array.from(document.querySelectorAll('.node')).flatMap(n => {
		const box = n.querySelector('rect, path, polygon').getBoundingClientRect();
		return Array.from(n.querySelectorAll('text')).filter(x => {
			const b = x.getBoundingClientRect();
			return !x.closest('.badge') && b.width > 0 && (b.left < box.left - 1 || b.right > box.right + 1);
		}).map(x => x.textContent);
	})`)
	if len(cut) > 0 {
		t.Errorf("texts that leave their boxes: %q", cut)
	}
}

func (v view) folds(t *testing.T) {
	if h := v.doc.Hosts[0]; len(h.Findings) > 0 && h.Findings[0].Severity == "critical" && !eval[bool](t, v.opened, `document.querySelector('details.finding').open`) {
		t.Error("the worst finding is folded")
	}
	was := eval[bool](t, v.opened, `document.querySelector('details.finding').open`)
	for _, open := range []bool{!was, was} {
		v.do(t, chromedp.ScrollIntoView(chromedp.CSS("details.finding > summary")), chromedp.Click(chromedp.CSS("details.finding > summary")))
		v.until(t, `document.querySelector('details.finding').open === $1`, open)
		if seen := eval[bool](t, v.opened, `document.querySelector('details.finding .body').checkVisibility({contentVisibilityAuto: true})`); seen != open {
			t.Errorf("open %v, and its body is seen: %v", open, seen)
		}
	}
}

// facts: who points at a node, or goes to it with the keyboard, sees its facts with their places in the report.
func (v view) facts(t *testing.T) {
	node := eval[string](t, v.opened, `Array.from(document.querySelectorAll('.node.nic')).find(n => !document.getElementById('facts-' + n.id).checkVisibility({visibilityProperty: true})).id`)
	v.do(t, chromedp.ScrollIntoView(chromedp.CSS("#"+node)))
	shown := fmt.Sprintf(`document.getElementById('facts-%s').checkVisibility({visibilityProperty: true})`, node)
	if eval[bool](t, v.opened, shown) {
		t.Fatalf("the facts of %s are there before anybody asked", node)
	}
	at := eval[[]float64](t, v.opened, `(() => { const b = document.getElementById('$1').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`, node)
	v.do(t, chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	v.until(t, shown)
	text := eval[string](t, v.opened, `document.getElementById('facts-$1').innerText`, node)
	if slave := v.slave(strings.TrimSpace(text)); slave == nil || slave.At == nil || !strings.Contains(text, fmt.Sprintf("%s:%d", slave.At.File, slave.At.Line)) {
		t.Errorf("the facts do not tell where they are from: %q", text)
	}
	v.do(t, chromedp.MouseEvent("mouseMoved", 1, 1))
	v.until(t, "!"+shown)
}

// slave is the slave whose name a text begins with.
func (v view) slave(text string) *report.Slave {
	for i := range v.doc.Hosts {
		for j := range v.doc.Hosts[i].Bonds {
			for k, s := range v.doc.Hosts[i].Bonds[j].Slaves {
				if strings.HasPrefix(text, s.Name) {
					return &v.doc.Hosts[i].Bonds[j].Slaves[k]
				}
			}
		}
	}
	return nil
}

// lights: a finding highlights its place, and the place its finding.
func (v view) lights(t *testing.T) {
	if !eval[bool](t, v.opened, `!!document.querySelector('.node[data-findings]')`) {
		t.Skip("nothing is marked")
	}
	finding := eval[string](t, v.opened, `(p => p.closest('article.host').id + '-finding-' + p.dataset.findings.split(' ')[0])(document.querySelector('.node[data-findings]'))`)
	lit := `(p => p.classList.contains('lit'))(document.querySelector('.node[data-findings]'))`
	eval[bool](t, v.opened, `(document.activeElement.blur(), true)`) // what has the focus does not get it again
	v.do(t, chromedp.Focus(chromedp.CSS("#"+finding+" > summary")))
	v.until(t, lit)
	v.do(t, chromedp.Blur(chromedp.CSS("#"+finding+" > summary")))
	v.until(t, "!"+lit)
	eval[bool](t, v.opened, `(a => { a.focus(); return true; })(document.querySelector('.node[data-findings]').querySelector('a') || document.querySelector('.node[data-findings]').closest('a'))`)
	v.until(t, `document.getElementById('$1').classList.contains('lit')`, finding)
	eval[bool](t, v.opened, `(document.activeElement.blur(), true)`)
	// The mark leads to the finding, folded or not.
	eval[bool](t, v.opened, `(document.getElementById('$1').open = false, location.hash = '', true)`, finding)
	eval[bool](t, v.opened, `(a => { a.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})); return true; })(document.querySelector('svg a[href="#$1"]'))`, finding)
	v.until(t, `location.hash === '#$1' && document.getElementById('$1').open`, finding)
}

// copies: what is on the clipboard is what is on the page.
func (v view) copies(t *testing.T) {
	if !eval[bool](t, v.opened, `!!document.querySelector('details.finding[open] .commands')`) {
		t.Skip("no command to copy")
	}
	const box = `document.querySelector('details.finding[open] .commands')`
	v.do(t, chromedp.ScrollIntoView(chromedp.CSS("details.finding[open] .commands button")))
	v.do(t, chromedp.Click(chromedp.CSS("details.finding[open] .commands button")))
	v.until(t, box+`.querySelector('button').textContent === 'Copied'`)
	v.until(t, `document.querySelector('[role=status]').textContent === 'Copied'`)
	want := strings.TrimSuffix(eval[string](t, v.opened, box+`.querySelector('code').textContent`), "\n") // which would run the last command when pasted
	eval[bool](t, v.opened, `(() => {
		const area = document.createElement('textarea');
		area.id = 'paste';
		document.body.append(area);
		area.focus();
		return true;
	})()`)
	v.do(t, chromedp.Focus(chromedp.CSS("#paste")), chromedp.KeyEvent("v", chromedp.KeyModifiers(2 /* Control */)))
	if got := eval[string](t, v.opened, `document.getElementById('paste').value`); got != want {
		t.Errorf("pasted %q, want %q", got, want)
	}
	eval[bool](t, v.opened, `(document.getElementById('paste').remove(), true)`)
}

// dark: both ways to the dark colors change every surface.
func (v view) dark(t *testing.T) {
	scheme := func(s string) {
		if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s}}}); err != nil {
			t.Fatal(err)
		}
	}
	light := func() float64 { // of the page, 0 to 255
		return eval[float64](t, v.opened, `getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0) / 3`)
	}
	scheme("light")
	if l := light(); l < 200 {
		t.Errorf("the light page is %v", l)
	}
	scheme("dark")
	if l := light(); l > 60 {
		t.Errorf("the dark page is %v", l)
	}
	v.shoot(t, v.name+"-dark.png")
	const button = `Array.from(document.querySelectorAll('#tools button')).find(b => b.textContent.endsWith('colors'))`
	eval[bool](t, v.opened, `($1.click(), true)`, button)
	if l := light(); l < 200 {
		t.Errorf("after the button the page is %v", l)
	}
	scheme("light")
	eval[bool](t, v.opened, `($1.click(), true)`, button)
	if l := light(); l > 60 {
		t.Errorf("after the button the light system's page is %v", l)
	}
	eval[bool](t, v.opened, `($1.click(), true)`, button)
}

// prints: everything is on paper, and no button.
func (v view) prints(t *testing.T) {
	pdf, err := chromedp.Run(v.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || bytes.Count(pdf, []byte("/Type /Page\n")) == 0 {
		t.Errorf("%d bytes and no page of PDF", len(pdf))
	}
	if dir := os.Getenv(shots); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, v.name+".pdf"), pdf, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	media := func(m string) {
		if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: m}); err != nil {
			t.Fatal(err)
		}
	}
	media("print")
	defer media("")
	eval[bool](t, v.opened, `(dispatchEvent(new Event('beforeprint')), true)`)
	if folded := eval[[]string](t, v.opened, `Array.from(document.querySelectorAll('details > :not(summary)')).filter(e => !e.checkVisibility({contentVisibilityAuto: true})).map(e => e.outerHTML.slice(0, 60))`); len(folded) > 0 {
		t.Errorf("folded on paper: %q", folded)
	}
	if buttons := eval[int](t, v.opened, `Array.from(document.querySelectorAll('button')).filter(b => b.checkVisibility()).length`); buttons > 0 {
		t.Errorf("%d buttons on paper", buttons)
	}
	eval[bool](t, v.opened, `(dispatchEvent(new Event('afterprint')), true)`)
}

// keyboard: each stop of the tab key is seen, and where it is can be told.
func (v view) keyboard(t *testing.T) {
	v.do(t, chromedp.Navigate("about:blank"), chromedp.Navigate(v.url)) // what was clicked last is where the tab key starts
	seen := map[string]bool{}
	for range 25 {
		v.do(t, chromedp.KeyEvent("\t"))
		stop := eval[map[string]string](t, v.opened, `(e => {
			const s = getComputedStyle(e), inner = e.querySelector('rect, path, polygon');
			const ring = s.outlineStyle !== 'none' || s.boxShadow !== 'none' || inner && e.namespaceURI.endsWith('svg');
			return {name: e.tagName, text: e.getAttribute('aria-label') || e.textContent.trim().slice(0, 40), ring: String(Boolean(ring)), seen: String(e.checkVisibility())};
		})(document.activeElement)`)
		if stop["name"] == "BODY" {
			break
		}
		seen[stop["name"]] = true
		if stop["ring"] != "true" || stop["seen"] != "true" || stop["text"] == "" {
			t.Errorf("a stop that nobody sees or knows: %v", stop)
		}
	}
	for _, name := range []string{"A", "BUTTON"} {
		if !seen[name] {
			t.Errorf("the tab key never stops at an element %s: %v", name, seen)
		}
	}
}

// accessible asks axe-core, in both color schemes and at both widths.
func (v view) accessible(t *testing.T) {
	axe, err := os.ReadFile(axePath)
	if err != nil {
		t.Fatal(err)
	}
	v.do(t, chromedp.Evaluate[chromedp.Void](string(axe)+"\nvoid 0"))
	for _, theme := range []string{"light", "dark"} {
		for _, width := range []int64{390, viewWidth} {
			v.do(t, chromedp.EmulateViewport(width, viewHeight))
			eval[bool](t, v.opened, `(document.documentElement.dataset.theme = '$1', new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 50))))`, theme)
			found := eval[[]string](t, v.opened, `axe.run().then(r => r.violations.filter(x => x.impact === 'serious' || x.impact === 'critical' || x.impact === 'moderate')
				.flatMap(x => x.nodes.slice(0, 3).map(n => x.impact + ' ' + x.id + ': ' + n.html.slice(0, 120) + ' ' + n.failureSummary.slice(0, 300))))`)
			for _, f := range found {
				t.Errorf("%s at %d: %s", theme, width, f)
			}
		}
	}
	eval[bool](t, v.opened, `(delete document.documentElement.dataset.theme, true)`)
}

// withoutScript: folding, the picture and its facts are all there where scripts do not run.
func (v view) withoutScript(t *testing.T) {
	set := func(off bool) {
		if _, err := chromedp.Call(v.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
	}
	set(true)
	defer set(false)
	// A document of its own: without scripts the page's own cannot be asked, so that it is looked at as the reader does, by what a click changes.
	v.do(t, chromedp.Navigate("about:blank"), chromedp.Navigate(v.url))
	attributes := func(selector string) map[string]string {
		a, err := chromedp.Run(v.ctx, chromedp.Attributes(chromedp.CSS(selector)))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	_, was := attributes("details.finding")["open"]
	v.do(t, chromedp.ScrollIntoView(chromedp.CSS("details.finding > summary")), chromedp.Click(chromedp.CSS("details.finding > summary")))
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, open := attributes("details.finding")["open"]; open != was {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the finding does not fold")
		}
	}
	if buttons, err := chromedp.Run(v.ctx, chromedp.Nodes(chromedp.CSS("button"), chromedp.AtLeast(0))); err != nil || len(buttons) > 0 {
		t.Errorf("%d buttons that do nothing, %v", len(buttons), err)
	}
	nodes, err := chromedp.Run(v.ctx, chromedp.Nodes(chromedp.CSS(".node.nic a, a.node.nic")))
	if err != nil || len(nodes) == 0 {
		t.Fatalf("no link at a NIC: %v", err)
	}
	href := nodes[0].AttributeValue("href")
	title, err := chromedp.Run(v.ctx, chromedp.TextContent(chromedp.CSS(".node.nic title")))
	if slave := v.slave(title); err != nil || slave == nil || !strings.Contains(title, slave.At.File) {
		t.Errorf("who points at a NIC reads %q, %v", title, err)
	}
	v.do(t, chromedp.Navigate(v.url+href), chromedp.WaitVisible(chromedp.CSS(href)))
	v.shoot(t, v.name+"-noscript.png")
}
