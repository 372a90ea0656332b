package picture

import "strings"

// The colors of the picture. A test holds them to the contrast that WCAG asks for.
const (
	light = `--pic-ground:#ffffff;--pic-box:#ffffff;--pic-soft:#f1f4f8;--pic-frame:#7b8794;--pic-line:#6b7785;--pic-ink:#16202b;--pic-note:#4c5967;` +
		`--pic-accent:#1d5fc2;--pic-bad:#b3261e;--pic-warn:#8a5a00;--pic-good:#1b6e34;--pic-unsure:#7b3fa0;--pic-on:#ffffff;`
	dark = `--pic-ground:#15171a;--pic-box:#1d2126;--pic-soft:#252a31;--pic-frame:#76818d;--pic-line:#8793a0;--pic-ink:#e8ebee;--pic-note:#aab4bf;` +
		`--pic-accent:#8ab8ff;--pic-bad:#ff8a80;--pic-warn:#ffb74d;--pic-good:#81c995;--pic-unsure:#d7a6f5;--pic-on:#15171a;`
)

// rules style the classes that SVG writes. What tells states and verdicts apart is a shape or a dash too, never a color alone.
const rules = `
.topology{font-family:"Helvetica Neue",Arial,"Liberation Sans","Noto Sans","DejaVu Sans",sans-serif;font-size:11px}
.topology .ground{fill:var(--pic-ground)}
.topology text{fill:var(--pic-note)}
.topology .title{font-size:18px;font-weight:600;fill:var(--pic-ink)}
.topology .heading{font-weight:600;letter-spacing:.04em}
.topology .box{fill:var(--pic-box);stroke:var(--pic-frame);stroke-width:1}
.topology .name{font-size:13px;font-weight:600;fill:var(--pic-ink)}
.topology .plain{font-weight:400}
.topology .words{font-weight:600;fill:var(--pic-ink)}
.topology .switch .box,.topology .host .box{fill:var(--pic-soft)}
.topology .bond .box{stroke:var(--pic-accent);stroke-width:2}
.topology .vlan .box{fill:var(--pic-soft)}
.topology .fold .box,.topology .unknown .box{stroke-dasharray:4 3}
.topology .fold .name{font-weight:400}
.topology .node.state-off .box{stroke-dasharray:1.5 3}
.topology .node.state-down .box{stroke:var(--pic-bad);stroke-dasharray:5 3}
.topology .node.state-down .note{fill:var(--pic-bad);font-weight:600}
.topology .node.marked-warning .box{stroke:var(--pic-warn);stroke-width:2}
.topology .node.marked-error .box,.topology .node.marked-critical .box{stroke:var(--pic-bad);stroke-width:2}
.topology .panel{fill:var(--pic-soft)}
.topology .wire{fill:none;stroke:var(--pic-line);stroke-width:1.5;stroke-linejoin:round}
.topology .state-standby .wire{stroke-dasharray:7 5;stroke:var(--pic-frame)}
.topology .state-down .wire{stroke-dasharray:4 4;stroke:var(--pic-bad);stroke-width:2}
.topology .state-off .wire{stroke-dasharray:1.5 4}
.topology .state-unknown .wire{stroke-dasharray:9 3 2 3;stroke:var(--pic-frame)}
.topology .active .wire{stroke:var(--pic-accent);stroke-width:2.5}
.topology .hole{fill:var(--pic-ground)}
.topology .label{text-anchor:end}
.topology .middle{text-anchor:middle}
.topology .shape{fill:none;stroke:var(--pic-note);stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.topology .shape .full{fill:var(--pic-note)}
.topology .shape .glyph{stroke:var(--pic-on)}
.topology .shape.good{stroke:var(--pic-good)}.topology .shape.good .full{fill:var(--pic-good)}
.topology .shape.warn{stroke:var(--pic-warn)}.topology .shape.warn .full{fill:var(--pic-warn)}
.topology .shape.bad{stroke:var(--pic-bad)}.topology .shape.bad .full{fill:var(--pic-bad)}
.topology .shape.unsure{stroke:var(--pic-unsure)}.topology .shape.unsure .full{fill:var(--pic-unsure)}
.topology .shape.accent{stroke:var(--pic-accent)}.topology .shape.accent .full{fill:var(--pic-accent)}
.topology .badge rect{fill:var(--pic-unsure)}
.topology .badge.bad rect{fill:var(--pic-bad)}
.topology .badge.warn rect{fill:var(--pic-warn)}
.topology .badge text{fill:var(--pic-on);font-weight:600}
.topology .badge .shape{stroke:var(--pic-on)}
.topology .lit .box,.topology .chosen .box,.topology .node:target .box{stroke:var(--pic-accent);stroke-width:3}
.lighting .topology .node:not(.lit),.lighting .topology .edge:not(.lit){opacity:.4}
.topology .lit .wire{stroke-width:4}
.topology a:hover .box,.topology a:focus-visible .box{stroke-width:3}
.topology a:focus-visible{outline:2px solid var(--pic-accent);outline-offset:2px}
.topology a{cursor:pointer}
.topology a:hover text{text-decoration:underline}
.topology a .note,.topology a:hover .note,.topology a:hover .words{text-decoration:none}
`

// CSS is the stylesheet of an inline picture: the colors follow the system, or data-theme="light" or "dark" on the document. Paper is light.
const CSS = ".topology{" + light + "}\n" +
	"@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]) .topology{" + dark + "}}\n" +
	"@media screen{:root[data-theme=dark] .topology{" + dark + "}}" + rules

// ownStyle is the stylesheet of a picture that stands alone. Many viewers know neither variables nor media queries, so it has the light colors as
// they are, and the dark ones for those that ask for them.
func ownStyle() string {
	return paint(rules, light) + "@media screen and (prefers-color-scheme:dark){" + paint(colored(rules), dark) + "}\n"
}

// paint puts the colors in the place of the variables.
func paint(css, colors string) string {
	var list []string
	for _, c := range strings.Split(strings.TrimSuffix(colors, ";"), ";") {
		name, value, _ := strings.Cut(c, ":")
		list = append(list, "var("+name+")", value)
	}
	return strings.NewReplacer(list...).Replace(css)
}

// colored leaves the lines that have to do with color.
func colored(css string) string {
	var b strings.Builder
	for line := range strings.Lines(css) {
		if strings.Contains(line, "var(") {
			b.WriteString(line)
		}
	}
	return b.String()
}
