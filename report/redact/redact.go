// Package redact replaces what tells a report's owner from others by pseudonyms: names of hosts, guests, switches and users, domains, MAC
// addresses, IP addresses, ids. What the report is about stays: devices, modes, verdicts, rules, versions, the vendor part of a MAC address.
//
// It works on a Document, before any format is written, so that every format is redacted alike. Pseudonyms are numbered in the order in which
// the names appear: the same document gives the same pseudonyms, and nothing is random.
package redact

import (
	"reflect"

	"github.com/sosbond/sosbond/report"
)

// Redactor gives pseudonyms. One that is used for several documents gives the same name the same pseudonym in all of them.
type Redactor struct {
	names     *pseudonyms
	addresses addresses
}

// New returns a Redactor that knows no name yet.
func New() *Redactor { return &Redactor{names: newPseudonyms(), addresses: newAddresses()} }

// Document returns a redacted copy of a document.
func (r *Redactor) Document(doc report.Document) report.Document { return r.Documents(doc)[0] }

// Documents returns redacted copies of documents that are read side by side: what one of them tells to be a name is one in all.
func (r *Redactor) Documents(docs ...report.Document) []report.Document {
	p := r.pass(docs...)
	out := make([]report.Document, len(docs))
	for i, doc := range docs {
		out[i] = p.copy(reflect.ValueOf(doc), asText).Interface().(report.Document)
		out[i].Redacted = true
	}
	return out
}

// Path returns the redacted name of an input, as it stands in the source of a document.
func (r *Redactor) Path(name string) string { return r.pass().path(name) }

// pass is the redaction of documents that belong together: the names that stand in them, and how they are told from other words.
type pass struct {
	*Redactor
	devices map[string]bool // names of network interfaces, which stay
	ports   map[string]bool // guests that are known by the name of their port
	words   dictionary      // names that are replaced wherever they stand
	shy     dictionary      // names that are words, devices or numbers too: replaced where they can be nothing else
	inputs  []string        // names of inputs, without the folders that lead to them
	both    dictionary      // guests that are called like a host: replaced so where they can be nothing else
	spaces  map[string]bool // shy names of namespaces

	told map[string]string // texts that were redacted: many stand in a report more than once
}

func (r *Redactor) pass(docs ...report.Document) *pass {
	p := &pass{Redactor: r, devices: map[string]bool{}, ports: map[string]bool{}, spaces: map[string]bool{}, told: map[string]string{}}
	for _, doc := range docs {
		p.reserve(doc)
		p.findDevices(doc)
	}
	for _, doc := range docs {
		p.learn(doc)
	}
	return p
}

// how a string is redacted.
type how int

const (
	asText    how = iota // names where they stand as words, addresses and ids
	asItIs               // words of the contract, and of the rules
	asVersion            // names alone: 5.14.0.1 is no address here
	asHost               // the name of a host, or nothing
	asGuest              // the name of a guest, or nothing
	asSwitch             // the name of a switch, or nothing
	asPort               // the name of a port of a switch, or what somebody called it
	asID                 // an id, or nothing
	asPath               // the name of an input, or of a folder in it
	asMessage            // what was said of an input, which may name the folders that lead to it
)

// fields says how the fields are redacted that are no text. Guests of a subject and of an attachment have one meaning, and so on.
var fields = map[string]how{
	"Document.Schema": asItIs, "Document.Tool": asItIs, "Document.Summary": asItIs,
	"Filter.MinSeverity": asItIs, "Filter.Rules": asItIs, "Filter.Hosts": asHost,
	"Host.Name": asHost, "Host.MachineID": asID, "Host.BootID": asID, "Host.OS": asVersion, "Host.Kernel": asVersion,
	"Host.Platform": asItIs, "Host.Collected": asItIs, "Host.Verdict": asItIs,
	"Source.Path": asPath, "Source.Also": asPath, "Source.Root": asPath, "Source.Kind": asItIs,
	"Bond.Kind": asItIs, "Bond.Mode": asItIs, "Bond.Runner": asItIs, "Bond.LACPStatus": asItIs, "Bond.HashPolicy": asItIs, "Bond.MIIStatus": asItIs,
	"Bond.Configured": asItIs, "Bond.Verdict": asItIs, "Configuration.System": asItIs, "Drift.What": asItIs, "LACP.Rate": asItIs,
	"Slave.MIIStatus": asItIs, "Slave.Duplex": asItIs, "Port.Switch": asSwitch, "Port.Port": asPort,
	"Attachment.Kind": asItIs, "Attachment.Verdict": asItIs, "Device.Kind": asItIs, "Device.State": asItIs,
	"Guest.Kind": asItIs, "Guest.Name": asGuest, "Subject.Guests": asGuest,
	"Finding.Rule": asItIs, "Finding.Severity": asItIs, "Finding.Confidence": asItIs, "Finding.ExplainedBy": asItIs, "Finding.References": asItIs,
	"Coverage.Datum": asItIs, "Coverage.Status": asItIs, "Error.Input": asPath, "Error.Message": asMessage, "Error.Kind": asItIs,
}

// copy returns a redacted copy of a value. Fields that are new to the contract are text until the table above says otherwise.
func (p *pass) copy(v reflect.Value, h how) reflect.Value {
	if h == asItIs {
		return v
	}
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(p.redact(v.String(), h))
	case reflect.Struct:
		for i := range v.NumField() {
			field := h
			if f, ok := fields[v.Type().Name()+"."+v.Type().Field(i).Name]; ok {
				field = f
			}
			out.Field(i).Set(p.copy(v.Field(i), field))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(p.copy(v.Index(i), h))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(p.copy(v.Elem(), h))
		}
	default:
		out.Set(v)
	}
	return out
}

func (p *pass) redact(s string, h how) string {
	switch {
	case s == "":
		return ""
	case h == asVersion:
		return p.replaceNames(s)
	case h == asHost:
		return p.host(s)
	case h == asGuest:
		return p.guest(s)
	case h == asSwitch:
		return p.switchName(s)
	case h == asPort:
		return p.portName(s)
	case h == asID:
		return p.id(s)
	case h == asPath:
		return p.path(s)
	case h == asMessage:
		return p.text(p.withoutFolders(s))
	}
	by, told := p.told[s]
	if !told {
		by = p.text(s)
		p.told[s] = by
	}
	return by
}

// walk calls f for each string of a value.
func walk(v reflect.Value, f func(string)) {
	switch v.Kind() {
	case reflect.String:
		f(v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), f)
		}
	}
}
