-- Models as files: winners of bounties, what people say of running them, and models published outside of bounties.

-- No address reads so: an index from before knows no winners, and is read anew.
ALTER TABLE progress ADD COLUMN reproductions TEXT NOT NULL DEFAULT '?';
ALTER TABLE progress ADD COLUMN published_models TEXT NOT NULL DEFAULT '?';

-- Of a settled bounty; '' and 0 before. `model_cid` is '' where the winner's text is no CID.
ALTER TABLE bounties ADD COLUMN winner TEXT NOT NULL DEFAULT '';
ALTER TABLE bounties ADD COLUMN model_cid TEXT NOT NULL DEFAULT '';
ALTER TABLE bounties ADD COLUMN ended_at BIGINT NOT NULL DEFAULT 0;

-- View: events of Reproductions. Its logs, and those of PublishedModels, have bounty 0 and model '' in `logs`.
CREATE TABLE attestations (
    bounty BIGINT NOT NULL,
    trainer TEXT NOT NULL,
    account TEXT NOT NULL,
    equal_rows BIGINT NOT NULL,
    all_rows BIGINT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);
CREATE INDEX attestations_of_winner ON attestations (bounty, trainer);

-- View: models published in PublishedModels. Texts are on one line and shortened for lists; `cid` is '' where it is
-- none; `folded` is name and description in lower case.
CREATE TABLE publications (
    id BIGINT NOT NULL,
    publisher TEXT NOT NULL,
    cid TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    folded TEXT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);

-- View: which of these were withdrawn.
CREATE TABLE withdrawals (
    id BIGINT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);
CREATE INDEX withdrawals_by_id ON withdrawals (id);
