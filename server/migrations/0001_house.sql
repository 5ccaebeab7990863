-- One schema for SQLite and PostgreSQL: only TEXT and BIGINT, hashes and addresses as 0x-prefixed lower-case text.

-- The index: where it stands. One row, id 1.
CREATE TABLE progress (
    id BIGINT PRIMARY KEY,
    chain_id BIGINT NOT NULL,
    market TEXT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    block_at BIGINT NOT NULL,
    head BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    reorgs BIGINT NOT NULL,
    trouble TEXT
);

-- Blocks the index has passed, by which a reorganisation is found. Not every block: those with logs, and the ends
-- of batches.
CREATE TABLE blocks (
    number BIGINT PRIMARY KEY,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- Raw logs of the market, from which everything below can be rebuilt.
CREATE TABLE logs (
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    block BIGINT NOT NULL,
    at BIGINT NOT NULL,
    tx TEXT NOT NULL,
    bounty BIGINT NOT NULL,
    topics TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);
CREATE INDEX logs_of_bounty ON logs (bounty, block, log_index);
CREATE INDEX logs_in_order ON logs (block, log_index);

-- View: a bounty as folded, with what lists are filtered and sorted by. Amounts are split into 10^-6 MDC (hi) and
-- the rest in 10^-18 MDC (lo), so that both fit 64 bits and can be summed. A phase lasts until the moment beside it.
CREATE TABLE bounties (
    id BIGINT PRIMARY KEY,
    requester TEXT NOT NULL,
    metadata_cid TEXT NOT NULL,
    reward_hi BIGINT NOT NULL,
    reward_lo BIGINT NOT NULL,
    stake TEXT NOT NULL,
    paid_hi BIGINT NOT NULL,
    paid_lo BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    test_rows BIGINT NOT NULL,
    classes BIGINT NOT NULL,
    submissions BIGINT NOT NULL,
    best_correct BIGINT,
    created_at BIGINT NOT NULL,
    phase_1 TEXT NOT NULL,
    until_1 BIGINT NOT NULL,
    phase_2 TEXT NOT NULL,
    until_2 BIGINT NOT NULL,
    phase_3 TEXT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX bounties_by_reward ON bounties (reward_hi, reward_lo);
CREATE INDEX bounties_by_deadline ON bounties (deadline);
CREATE INDEX bounties_by_metadata ON bounties (metadata_cid);

-- View: who has a part in a bounty; role is requester or trainer.
CREATE TABLE people (
    bounty BIGINT NOT NULL,
    person TEXT NOT NULL,
    role TEXT NOT NULL,
    PRIMARY KEY (bounty, person, role)
);
CREATE INDEX people_by_person ON people (person);

-- Which bounties a revision of the index touched; recent ones only, for the live stream.
CREATE TABLE touched (
    revision BIGINT NOT NULL,
    bounty BIGINT NOT NULL,
    PRIMARY KEY (revision, bounty)
);

-- Titles read from metadata files in the store; NULL where the file is not metadata. `folded` is lower case.
CREATE TABLE titles (
    cid TEXT PRIMARY KEY,
    title TEXT,
    folded TEXT
);

-- Content.
CREATE TABLE contents (
    cid TEXT PRIMARY KEY,
    bytes BIGINT NOT NULL,
    stored_at BIGINT NOT NULL
);
-- Where in which stored file a leaf block is, and the encoding (hexadecimal) of inner nodes.
CREATE TABLE leaves (
    cid TEXT NOT NULL,
    file TEXT NOT NULL,
    position BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (cid, file)
);
CREATE TABLE nodes (
    cid TEXT PRIMARY KEY,
    encoded TEXT NOT NULL
);
CREATE TABLE uploads (
    address TEXT NOT NULL,
    cid TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (address, cid)
);
CREATE TABLE quotas (
    address TEXT PRIMARY KEY,
    used BIGINT NOT NULL
);

-- Sign-in. Tokens only as SHA-256.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE used_nonces (
    nonce TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
