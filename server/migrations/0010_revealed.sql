-- Whether a bounty's ground truth is revealed: by that, phase and submissions a requester's reliability is counted. Bounties
-- that are here already say so in their state: quotes in texts of strangers are escaped there, so that only the key fits.
ALTER TABLE bounties ADD COLUMN revealed BIGINT NOT NULL DEFAULT 0;
UPDATE bounties SET revealed = 1 WHERE state LIKE '%"truth":{%';
CREATE INDEX bounties_by_requester ON bounties (requester);

-- Nobody reads any more what settling paid: sums are of rewards.
ALTER TABLE bounties DROP COLUMN paid_hi;
ALTER TABLE bounties DROP COLUMN paid_lo;
