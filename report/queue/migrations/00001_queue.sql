-- +goose Up

-- The inputs themselves wait in river_job, a table of River. All times are the server's: the clocks of the machines count for nothing.

-- queue_worker: one row for each process that works, as long as it does.
CREATE TABLE queue_worker (
	name    TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- as in the last element of river_job.attempted_by
	host    TEXT NOT NULL,
	version TEXT NOT NULL, -- of sosbond
	jobs    BIGINT NOT NULL, -- inputs that it analyzes at once
	started TIMESTAMPTZ NOT NULL DEFAULT now(),
	seen    TIMESTAMPTZ NOT NULL DEFAULT now() -- its last heartbeat: when that is old its inputs are given to others
);

-- queue_fill: one row for each process that put inputs into the queue.
CREATE TABLE queue_fill (
	id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run      TEXT NOT NULL, -- what the user calls the run
	host     TEXT NOT NULL,
	started  TIMESTAMPTZ NOT NULL DEFAULT now(),
	seen     TIMESTAMPTZ NOT NULL DEFAULT now(), -- its last heartbeat
	finished TIMESTAMPTZ, -- NULL: it still searches, or was ended before it was through
	added    BIGINT NOT NULL DEFAULT 0, -- inputs
	known    BIGINT NOT NULL DEFAULT 0 -- inputs that waited already
);
