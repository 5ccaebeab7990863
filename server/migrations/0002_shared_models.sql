-- Shared models: their logs, the views folded from them, originals, and the accuracy log.

ALTER TABLE progress ADD COLUMN factory TEXT NOT NULL DEFAULT '';
ALTER TABLE progress ADD COLUMN accuracy_log TEXT NOT NULL DEFAULT '';

-- Logs are now those of market, factory, accuracy log and models. `address` is the contract that emitted one, '' for
-- the market; `model` the model it is about, '' for logs of market and accuracy log. `bounty` is 0 for all but the
-- market's.
ALTER TABLE logs ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE logs ADD COLUMN model TEXT NOT NULL DEFAULT '';
-- Of use where a question says `model <> ''` as well; the market's logs do not pay for it.
CREATE INDEX logs_of_model ON logs (model, block, log_index) WHERE model <> '';

-- View: a shared model. `state` is its folded state without records and accounts, as JSON; the rest is what lists are
-- filtered and sorted by. Waits in seconds.
CREATE TABLE models (
    address TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    classifier TEXT NOT NULL,
    incentive TEXT NOT NULL,
    metadata_cid TEXT NOT NULL,
    ready BIGINT NOT NULL,
    contributions BIGINT NOT NULL,
    contributors BIGINT NOT NULL,
    refund_wait BIGINT NOT NULL,
    owner_wait BIGINT NOT NULL,
    any_wait BIGINT NOT NULL,
    created_block BIGINT NOT NULL,
    created_log BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX models_by_creation ON models (created_block, created_log);
CREATE INDEX models_by_metadata ON models (metadata_cid);

-- View: what was taught. Amounts are decimal texts of 10^-18 MDC, the deposit also split as in `bounties`; `sample` is
-- hexadecimal, as the model was given it.
CREATE TABLE contributions (
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    number BIGINT NOT NULL,
    contributor TEXT NOT NULL,
    label BIGINT NOT NULL,
    predicted BIGINT NOT NULL,
    deposit_hi BIGINT NOT NULL,
    deposit_lo BIGINT NOT NULL,
    remaining TEXT NOT NULL,
    state TEXT NOT NULL,
    point BIGINT NOT NULL,
    at BIGINT NOT NULL,
    sample TEXT NOT NULL,
    tx TEXT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    PRIMARY KEY (model, key)
);
CREATE INDEX contributions_in_order ON contributions (model, block, log_index);
CREATE INDEX contributions_by_person ON contributions (contributor, model);

-- View: accounts with a part in a model. `good` counts points.
CREATE TABLE accounts (
    model TEXT NOT NULL,
    account TEXT NOT NULL,
    good BIGINT NOT NULL,
    balance TEXT NOT NULL,
    contributions BIGINT NOT NULL,
    earned TEXT NOT NULL,
    PRIMARY KEY (model, account)
);

-- View: who reported what; nobody can report the same twice.
CREATE TABLE reports (
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    reporter TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (model, key, reporter)
);

-- Which models a revision of the index touched; recent ones only, for the live stream.
CREATE TABLE touched_models (
    revision BIGINT NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (revision, model)
);

-- View: roots that were written to AccuracyLog, by whomever.
CREATE TABLE anchors (
    account TEXT NOT NULL,
    size BIGINT NOT NULL,
    root TEXT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    tx TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);

-- Read from metadata files in the store; NULL where the file is not metadata of a model. `folded` is lower case.
CREATE TABLE model_files (
    cid TEXT PRIMARY KEY,
    name TEXT,
    description TEXT,
    folded TEXT,
    test_cid TEXT
);

-- Test sets that were looked for in the store and found; `rows_found` is NULL where the file is none.
CREATE TABLE test_sets (
    cid TEXT PRIMARY KEY,
    rows_found BIGINT
);

-- What a contributor says a sample was before it was encoded. Opt-in; checked by whoever shows it. `folded` is the
-- beginning of the text in lower case, where it is text.
CREATE TABLE originals (
    model TEXT NOT NULL,
    key TEXT NOT NULL,
    cid TEXT NOT NULL,
    folded TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (model, key)
);

-- The accuracy log: append-only, whatever becomes of the index. `position` counts from 0 without gaps.
CREATE TABLE accuracy (
    position BIGINT PRIMARY KEY,
    model TEXT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    test_cid TEXT NOT NULL,
    correct BIGINT NOT NULL,
    total BIGINT NOT NULL
);
-- Not unique by block number: what a deeper reorganisation made void stays beside what corrects it.
CREATE UNIQUE INDEX accuracy_of_event ON accuracy (model, block_hash, log_index);
CREATE INDEX accuracy_of_model ON accuracy (model, block, log_index);
