package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/summary"
)

// now is the time as the database notes it.
func now() string { return time.Now().UTC().Format(time.RFC3339) }

const upsertStarted = `INSERT INTO started (path, size, modified, sum, starts, at) VALUES (?, ?, ?, ?, 1, ?)
ON CONFLICT (path) DO UPDATE SET
	starts = CASE WHEN started.size = excluded.size AND started.modified = excluded.modified AND started.sum = excluded.sum THEN started.starts + 1 ELSE 1 END,
	size = excluded.size, modified = excluded.modified, sum = excluded.sum, at = excluded.at
RETURNING starts - 1`

// Begin counts from nothing when the content is not the one that was started before.
func (d *database) Begin(ctx context.Context, in entry.Input) (crashes int, err error) {
	n, err := d.one(ctx, newStatement(upsertStarted, toPath(in.Path), in.Size, in.Modified, toText(in.Sum), now()))
	return int(n), err
}

const (
	lessStarted = `UPDATE started SET starts = starts - 1 WHERE path = ?`
	dropStarted = `DELETE FROM started WHERE path = ? AND starts <= 0`
)

// Abandon drops the mark of an input that nothing was started of before.
func (d *database) Abandon(ctx context.Context, path string) error {
	stored := toPath(path)
	_, err := d.exec(ctx, newStatement(lessStarted, stored))
	if err == nil {
		_, err = d.exec(ctx, newStatement(dropStarted, stored))
	}
	if err != nil {
		return fmt.Errorf("noting that %s was not analyzed: %w", path, err)
	}
	return nil
}

const (
	upsertArchive = `INSERT INTO archive (path, size, modified, sum, whole, dir, status, version, options, millis, analyzed_at, frame)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET
	size = excluded.size, modified = excluded.modified, sum = excluded.sum, whole = excluded.whole, dir = excluded.dir, status = excluded.status,
	version = excluded.version, options = excluded.options, millis = excluded.millis, analyzed_at = excluded.analyzed_at, frame = excluded.frame
RETURNING id`
	deleteHosts    = `DELETE FROM host WHERE archive_id = ?`
	deleteProblems = `DELETE FROM problem WHERE archive_id = ?`
	deleteStarted  = `DELETE FROM started WHERE path = ?`
)

var (
	insertProblem    = insert("problem", "id, archive_id, kind, message")
	insertHost       = insert("host", "id, archive_id, name, source, kind, os, kernel, platform, collected, verdict, guests, complete")
	insertDocument   = insert("document", "host_id, body")
	insertMissing    = insert("missing", "id, host_id, datum, status, ask")
	insertSlave      = insert("slave", "id, bond_id, name, mii_status, active, permanent_mac, speed_mbps, link_failures")
	insertAttachment = insert("attachment", "id, bond_id, kind, name, path, verdict, summary, conditions")
	insertGuest      = insert("guest", "id, attachment_id, name, kind, interface, mac, running")
	insertFinding    = insert("finding", "id, host_id, rule, title, severity, confidence, explained_by, bond, bridge, link")
	insertBond       = insert("bond", "id, host_id, name, kind, mode, mode_number, hash_policy, configured_by, mii_status, "+
		"miimon_ms, arp_interval_ms, lacp_partner, lacp_ports, lacp_rate, verdict, conditions, summary")
)

func insert(table, columns string) string {
	return "INSERT INTO " + table + " (" + columns + ") VALUES (?" + strings.Repeat(", ?", strings.Count(columns, ",")) + ")"
}

// Save compresses the report before it takes the database, which others may wait for.
func (d *database) Save(ctx context.Context, e entry.Entry) error {
	frame, bodies, err := packDocument(e.Document)
	if err != nil {
		return fmt.Errorf("saving the report of %s: %w", e.Path, err)
	}
	path := toPath(e.Path)
	archive := newStatement(upsertArchive, path, e.Size, e.Modified, toText(e.Sum), e.Whole, e.Dir, string(e.Status), toText(e.Version), toText(e.Options),
		e.Millis, now(), orNull(frame))
	err = d.replace(ctx, archive, func(id int64) ([]statement, error) {
		r := rows{archive: id}
		r.add(deleteHosts, id)
		r.add(deleteProblems, id)
		for i, message := range e.Errors {
			kind := ""
			if i < len(e.Kinds) {
				kind = e.Kinds[i]
			}
			r.add(insertProblem, r.id(problems), id, toText(kind), toText(message))
		}
		if e.Document != nil {
			for i, counted := range summary.Hosts(e) {
				r.host(&e.Document.Hosts[i], counted, bodies[i])
			}
		}
		r.add(deleteStarted, path)
		return r.list, r.err
	})
	if err != nil {
		return fmt.Errorf("saving the report of %s: %w", e.Path, err)
	}
	return nil
}

// orNull is NULL without a body.
func orNull(body []byte) any {
	if body == nil {
		return nil
	}
	return body
}

// packDocument makes the compressed form of a report: what is common to its hosts, and each of them.
func packDocument(doc *report.Document) (frame []byte, hosts [][]byte, err error) {
	if doc == nil {
		return nil, nil, nil
	}
	common := *doc
	common.Hosts, common.Summary = nil, report.Summary{}
	if frame, err = pack(common); err != nil {
		return nil, nil, err
	}
	for i := range doc.Hosts {
		body, err := pack(&doc.Hosts[i])
		if err != nil {
			return nil, nil, err
		}
		hosts = append(hosts, body)
	}
	return frame, hosts, nil
}

// table numbers the tables whose rows are numbered within their archive.
type table int

const (
	problems table = iota
	hosts
	missing
	bonds
	slaves
	attachments
	guests
	findings
	tables
)

// perArchive is how many rows of one table an archive may have. The id of a row is that of its archive times this, plus its number: known without
// asking the database, so that an archive is saved in one round trip, and near those of the same archive.
const perArchive = 1 << 24

// rows makes the statements that insert the rows of an archive.
type rows struct {
	archive int64
	next    [tables]int64
	list    []statement
	err     error
}

func (r *rows) add(text string, args ...any) { r.list = append(r.list, statement{text, args}) }

func (r *rows) id(t table) int64 {
	r.next[t]++
	if r.next[t] >= perArchive {
		r.err = errors.New("it has more rows than the database numbers")
	}
	return r.archive*perArchive + r.next[t]
}

// host adds a host. What is counted of it is counted in one place.
func (r *rows) host(h *report.Host, counted summary.Host, body []byte) {
	id := r.id(hosts)
	r.add(insertHost, id, r.archive, toText(h.Name), toText(h.Source.Path), toText(h.Source.Kind), toText(h.OS), toText(h.Kernel), toText(h.Platform),
		toText(h.Collected), toText(h.Verdict), counted.Guests, h.Source.Complete)
	r.add(insertDocument, id, body)
	for _, c := range h.Coverage {
		if c.Ask != "" {
			r.add(insertMissing, r.id(missing), id, toText(c.Datum), toText(c.Status), toText(c.Ask))
		}
	}
	for i := range h.Bonds {
		r.bond(id, &h.Bonds[i], counted.Bonds[i].Conditions)
	}
	for i := range h.Findings {
		f := &h.Findings[i]
		r.add(insertFinding, r.id(findings), id, toText(f.Rule), toText(f.Title), toText(f.Severity), toText(f.Confidence), toText(f.ExplainedBy),
			toText(f.Subject.Bond), toText(f.Subject.Bridge), toText(f.Subject.Link))
	}
}

func (r *rows) bond(host int64, b *report.Bond, conditions int) {
	id := r.id(bonds)
	lacp := report.LACP{Ports: -1}
	if b.LACP != nil {
		lacp = *b.LACP
	}
	r.add(insertBond, id, host, toText(b.Name), toText(b.Kind), toText(b.Mode), b.ModeNumber, toText(b.HashPolicy), toText(b.Configured), toText(b.MIIStatus),
		b.Monitoring.MIIMonMS, b.Monitoring.ARPIntervalMS, toText(lacp.PartnerMAC), lacp.Ports, toText(lacp.Rate), toText(b.Verdict), conditions,
		toText(b.Summary))
	for _, s := range b.Slaves {
		r.add(insertSlave, r.id(slaves), id, toText(s.Name), toText(s.MIIStatus), s.Active, toText(s.PermanentMAC), s.SpeedMbps, s.LinkFailures)
	}
	for _, a := range b.Attachments {
		at := r.id(attachments)
		r.add(insertAttachment, at, id, toText(a.Kind), toText(a.Name), toText(strings.Join(a.Path, " ")), toText(a.Verdict), toText(a.Summary),
			toText(strings.Join(a.Conditions, "\n")))
		for _, g := range a.Guests {
			r.add(insertGuest, r.id(guests), at, toText(g.Name), toText(g.Kind), toText(g.Interface), toText(g.MAC), g.Running)
		}
	}
}
