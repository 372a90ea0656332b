-- Which hosts have guests above a bond whose mode cannot carry them (balance-tlb, balance-alb)?
SELECT host.name AS host, bond.name AS bond, bond.mode, attachment.name AS bridge, count(*) AS guests
FROM host
JOIN bond ON bond.host_id = host.id
JOIN attachment ON attachment.bond_id = bond.id
JOIN guest ON guest.attachment_id = attachment.id
WHERE bond.mode IN ('balance-tlb', 'balance-alb')
GROUP BY host.id, host.name, bond.id, bond.name, bond.mode, attachment.id, attachment.name
ORDER BY guests DESC, host.name, bond.name;

-- How many hosts of each release work, and how many do not?
SELECT os, verdict, count(*) AS hosts
FROM host
GROUP BY os, verdict
ORDER BY os, hosts DESC, verdict;

-- Which guests that run now sit on a bond that does not work for them?
SELECT guest.name AS guest, guest.kind, guest.mac, host.name AS host, bond.name AS bond, bond.mode
FROM guest
JOIN attachment ON attachment.id = guest.attachment_id
JOIN bond ON bond.id = attachment.bond_id
JOIN host ON host.id = bond.host_id
WHERE guest.running AND attachment.verdict = 'not-working'
ORDER BY guest.name, host.name, guest.mac;

-- Which faults are the most frequent? Symptoms of another fault are left out.
SELECT rule, severity, count(DISTINCT host_id) AS hosts, count(*) AS findings
FROM finding
WHERE severity IN ('critical', 'error', 'warning') AND explained_by = ''
GROUP BY rule, severity
ORDER BY hosts DESC, rule, severity;

-- Which bonds have slaves of different speeds?
SELECT host.name AS host, bond.name AS bond, bond.mode, min(slave.speed_mbps) AS slowest, max(slave.speed_mbps) AS fastest
FROM slave
JOIN bond ON bond.id = slave.bond_id
JOIN host ON host.id = bond.host_id
WHERE slave.speed_mbps > 0
GROUP BY host.id, host.name, bond.id, bond.name, bond.mode
HAVING min(slave.speed_mbps) < max(slave.speed_mbps)
ORDER BY host.name, bond.name;

-- Which archives could not be read, or not wholly, and why?
SELECT archive.status, problem.kind, archive.path, problem.message
FROM archive
LEFT JOIN problem ON problem.archive_id = archive.id
WHERE archive.status <> 'analyzed'
ORDER BY archive.status, problem.kind, archive.path, problem.id;

-- Which switches do the LACP bonds of which hosts end at? Bonds without a partner come first.
SELECT bond.lacp_partner AS switch, count(DISTINCT host.name) AS hosts, count(*) AS bonds
FROM bond
JOIN host ON host.id = bond.host_id
WHERE bond.mode = '802.3ad'
GROUP BY bond.lacp_partner
ORDER BY bond.lacp_partner IN ('', '00:00:00:00:00:00') DESC, hosts DESC, bond.lacp_partner;

-- Which ports lost their link the most often? The cable, the transceiver or the port of the switch is to be looked at.
SELECT host.name AS host, bond.name AS bond, slave.name AS port, slave.mii_status, slave.link_failures
FROM slave
JOIN bond ON bond.id = slave.bond_id
JOIN host ON host.id = bond.host_id
WHERE slave.link_failures > 0
ORDER BY slave.link_failures DESC, host.name, slave.name
LIMIT 20;

-- Which hosts were reported more than once, and what became of them?
SELECT host.name AS host, host.collected, host.kernel, host.verdict, archive.path
FROM host
JOIN archive ON archive.id = host.archive_id
WHERE host.name IN (SELECT name FROM host WHERE name <> '' GROUP BY name HAVING count(*) > 1)
ORDER BY host.name, host.collected, archive.path;

-- What is to be asked of customers, so that a verdict becomes possible?
SELECT missing.ask, missing.status, count(DISTINCT missing.host_id) AS hosts
FROM missing
JOIN host ON host.id = missing.host_id
WHERE host.verdict = 'unknown'
GROUP BY missing.ask, missing.status
ORDER BY hosts DESC, missing.ask, missing.status;
