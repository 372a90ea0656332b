-- +goose Up

-- The same tables and columns stand in PostgreSQL. Every column is NOT NULL unless it says so: an unknown text is '', an unknown number -1.
-- The tables are not STRICT, so that the sqlite3 of older systems (RHEL 9 has 3.34) can read them. What is not indexed is not asked for while a scan runs:
-- each index is a page more to write for each archive.
-- Ids of the tables below archive are 16777216 times the id of their archive, plus a number in the order of the report.
-- A byte that is no text (UTF-8) or zero is written �{ff}, and the character � itself �{fffd}.

-- archive: one row for each input, whether it could be read or not.
CREATE TABLE archive (
	id          INTEGER PRIMARY KEY,
	path        TEXT    NOT NULL UNIQUE, -- absolute and clean; one of over 2000 bytes is cut, its SHA-256 follows
	size        INTEGER NOT NULL, -- bytes
	modified    INTEGER NOT NULL, -- nanoseconds since 1970, UTC
	sum         TEXT    NOT NULL, -- SHA-256 in hex of its first and last megabyte; of a directory of its entries
	whole       INTEGER NOT NULL CHECK (whole IN (0, 1)), -- one of all of it follows, unless the first is that
	dir         INTEGER NOT NULL CHECK (dir IN (0, 1)), -- an unpacked report
	status      TEXT    NOT NULL, -- analyzed, partial, failed, crashed
	version     TEXT    NOT NULL, -- of the sosbond that analyzed it
	options     TEXT    NOT NULL, -- that change results; '' for the defaults
	millis      INTEGER NOT NULL, -- how long the analysis took
	analyzed_at TEXT    NOT NULL, -- when it was saved, UTC: 2026-11-22T05:57:00Z
	frame       BLOB -- the report without its hosts: JSON, compressed with zstd; NULL when there is none
);

-- problem: why an archive could not be read, or not wholly; a line each.
CREATE TABLE problem (
	id         INTEGER NOT NULL,
	archive_id INTEGER NOT NULL REFERENCES archive (id) ON DELETE CASCADE,
	kind       TEXT    NOT NULL, -- missing, unreadable, encrypted, empty, not-a-report, damaged, limit, no-xz, left-out, no-network, no-nodes; ''
	message    TEXT    NOT NULL,
	PRIMARY KEY (archive_id, id)
) WITHOUT ROWID;

-- host: one row for each host of an archive; a must-gather or a bundle of sos collect has several.
CREATE TABLE host (
	id         INTEGER PRIMARY KEY,
	archive_id INTEGER NOT NULL REFERENCES archive (id) ON DELETE CASCADE,
	name       TEXT    NOT NULL,
	source     TEXT    NOT NULL, -- name of the archive's file, then of the archives inside it
	kind       TEXT    NOT NULL, -- sosreport, must-gather, unknown
	os         TEXT    NOT NULL, -- release as the system calls itself: CentOS Stream 9
	kernel     TEXT    NOT NULL, -- release of the kernel that ran
	platform   TEXT    NOT NULL, -- libvirt, rhv, openshift, plain
	collected  TEXT    NOT NULL, -- RFC 3339 where the zone is known
	verdict    TEXT    NOT NULL, -- worst of its bonds: recommended, partial, not-recommended, not-working, not-affected, unknown
	guests     INTEGER NOT NULL, -- network interfaces of guests on its bonds
	complete   INTEGER NOT NULL CHECK (complete IN (0, 1)) -- 0: the archive was truncated or damaged, or a limit was hit
);
CREATE INDEX host_archive ON host (archive_id);

-- document: the report of a host as in the JSON format, one element of its hosts.
CREATE TABLE document (
	host_id INTEGER PRIMARY KEY REFERENCES host (id) ON DELETE CASCADE,
	body    BLOB NOT NULL -- JSON, compressed with zstd
);

-- missing: data that matter on a host and were not in its archive.
CREATE TABLE missing (
	id      INTEGER NOT NULL,
	host_id INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
	datum   TEXT    NOT NULL,
	status  TEXT    NOT NULL, -- empty, not-collected, failed, unparsed
	ask     TEXT    NOT NULL, -- the command to ask the customer for
	PRIMARY KEY (host_id, id)
) WITHOUT ROWID;

-- bond: one row for each bond of a host: of the kernel, a team, or of Open vSwitch.
CREATE TABLE bond (
	id              INTEGER PRIMARY KEY,
	host_id         INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
	name            TEXT    NOT NULL,
	kind            TEXT    NOT NULL, -- kernel, team, ovs
	mode            TEXT    NOT NULL, -- balance-rr, active-backup, ...
	mode_number     INTEGER NOT NULL, -- 0 to 6
	hash_policy     TEXT    NOT NULL, -- xmit_hash_policy
	configured_by   TEXT    NOT NULL, -- ifcfg, keyfile, nmstate, netplan, ...
	mii_status      TEXT    NOT NULL,
	miimon_ms       INTEGER NOT NULL, -- 0: off
	arp_interval_ms INTEGER NOT NULL, -- 0: off
	lacp_partner    TEXT    NOT NULL, -- MAC address that the switch of an 802.3ad bond negotiates with
	lacp_ports      INTEGER NOT NULL, -- in the active aggregator
	lacp_rate       TEXT    NOT NULL, -- slow, fast
	verdict         TEXT    NOT NULL, -- worst of its attachments
	conditions      INTEGER NOT NULL, -- how many things must be true off the host for the verdict to hold: see attachment
	summary         TEXT    NOT NULL  -- the verdict in one sentence
);
CREATE INDEX bond_host ON bond (host_id);

-- slave: one row for each port of a bond.
CREATE TABLE slave (
	id            INTEGER NOT NULL,
	bond_id       INTEGER NOT NULL REFERENCES bond (id) ON DELETE CASCADE,
	name          TEXT    NOT NULL,
	mii_status    TEXT    NOT NULL, -- up, down, ...
	active        INTEGER NOT NULL CHECK (active IN (0, 1)),
	permanent_mac TEXT    NOT NULL,
	speed_mbps    INTEGER NOT NULL,
	link_failures INTEGER NOT NULL,
	PRIMARY KEY (bond_id, id)
) WITHOUT ROWID;

-- attachment: what sits on a bond: a bridge, a device of macvlan, macvtap or ipvlan, or the host itself.
CREATE TABLE attachment (
	id         INTEGER PRIMARY KEY,
	bond_id    INTEGER NOT NULL REFERENCES bond (id) ON DELETE CASCADE,
	kind       TEXT    NOT NULL, -- bridge, ovs-bridge, macvlan, macvtap, ipvlan, host, unknown
	name       TEXT    NOT NULL,
	path       TEXT    NOT NULL, -- from the bond up, with blanks: bond0 bond0.100 br100
	verdict    TEXT    NOT NULL,
	summary    TEXT    NOT NULL,
	conditions TEXT    NOT NULL  -- what must be true off the host, a line each
);
CREATE INDEX attachment_bond ON attachment (bond_id);

-- guest: one row for each network interface of a virtual machine or a container.
CREATE TABLE guest (
	id            INTEGER NOT NULL,
	attachment_id INTEGER NOT NULL REFERENCES attachment (id) ON DELETE CASCADE,
	name          TEXT    NOT NULL,
	kind          TEXT    NOT NULL, -- vm, container, unknown
	interface     TEXT    NOT NULL, -- its port on the host
	mac           TEXT    NOT NULL,
	running       INTEGER NOT NULL CHECK (running IN (0, 1)),
	PRIMARY KEY (attachment_id, id)
) WITHOUT ROWID;

-- finding: what a rule found on a host; cause, evidence and remedy stand in the document.
CREATE TABLE finding (
	id           INTEGER NOT NULL,
	host_id      INTEGER NOT NULL REFERENCES host (id) ON DELETE CASCADE,
	rule         TEXT    NOT NULL, -- SB103
	title        TEXT    NOT NULL,
	severity     TEXT    NOT NULL, -- critical, error, warning, info, ok
	confidence   TEXT    NOT NULL, -- likely, possible; '' where the evidence shows it
	explained_by TEXT    NOT NULL, -- rule whose finding on the same bond this one is a symptom of
	bond         TEXT    NOT NULL, -- names of what it is about: the bond of the same host, ...
	bridge       TEXT    NOT NULL,
	link         TEXT    NOT NULL,
	PRIMARY KEY (host_id, id)
) WITHOUT ROWID;

-- started: inputs whose analysis began and has not ended: they are at work, or the program died of them.
CREATE TABLE started (
	path     TEXT    NOT NULL PRIMARY KEY,
	size     INTEGER NOT NULL, -- of the content that the count is of, as in archive
	modified INTEGER NOT NULL,
	sum      TEXT    NOT NULL,
	starts   INTEGER NOT NULL, -- since the last end
	at       TEXT    NOT NULL  -- of the last start, UTC
) WITHOUT ROWID;

-- Two programs that bring the schema up to date at once: the second one's step is undone as a whole.
CREATE UNIQUE INDEX sosbond_schema_once ON sosbond_schema (version_id);
