-- Whether a bounty's ground truth is revealed: by that, phase and submissions a requester's reliability is counted.
ALTER TABLE bounties ADD COLUMN revealed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX bounties_by_requester ON bounties (requester);
