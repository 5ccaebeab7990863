-- Logs, touched subjects and contracts of any family: a new one adds rows, not columns. What is there is carried over.

-- The contracts whose logs are in the index, by their Solidity names. One that reads '?' stands for an index from
-- before it was known, which is read anew.
CREATE TABLE contracts (
    name TEXT PRIMARY KEY,
    address TEXT NOT NULL
);
INSERT INTO contracts (name, address)
    SELECT 'BountyMarket', market FROM progress WHERE market <> ''
    UNION ALL SELECT 'ModelFactory', factory FROM progress WHERE factory <> ''
    UNION ALL SELECT 'AccuracyLog', accuracy_log FROM progress WHERE accuracy_log <> ''
    UNION ALL SELECT 'Reproductions', reproductions FROM progress WHERE reproductions <> ''
    UNION ALL SELECT 'PublishedModels', published_models FROM progress WHERE published_models <> '';

-- Raw logs, from which everything that families fold can be rebuilt. `address` is the contract that emitted one,
-- `subject` what it is about within its family: the number of a bounty, the address of a model.
CREATE TABLE logs_of_families (
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    block BIGINT NOT NULL,
    at BIGINT NOT NULL,
    tx TEXT NOT NULL,
    address TEXT NOT NULL,
    family TEXT NOT NULL,
    subject TEXT NOT NULL,
    topics TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);
INSERT INTO logs_of_families (block_hash, log_index, block, at, tx, address, family, subject, topics, data)
    SELECT l.block_hash, l.log_index, l.block, l.at, l.tx,
        CASE WHEN l.address = '' THEN p.market ELSE l.address END,
        CASE
            WHEN l.bounty > 0 THEN 'bounty'
            WHEN l.model <> '' OR l.address = p.accuracy_log THEN 'shared_model'
            ELSE 'trained'
        END,
        CASE
            WHEN l.bounty > 0 THEN CAST(l.bounty AS TEXT)
            WHEN l.model <> '' THEN l.model
            WHEN l.address = p.accuracy_log THEN 'accuracy_log'
            ELSE COALESCE(CAST(a.bounty AS TEXT), 'list')
        END,
        l.topics, l.data
    FROM logs l
    CROSS JOIN progress p
    LEFT JOIN attestations a ON a.block_hash = l.block_hash AND a.log_index = l.log_index;
DROP TABLE logs;
ALTER TABLE logs_of_families RENAME TO logs;
CREATE INDEX logs_of_subject ON logs (family, subject, block, log_index);
CREATE INDEX logs_in_order ON logs (block, log_index);

-- Which subjects a revision of the index touched; recent ones only, for the live stream.
CREATE TABLE touched_subjects (
    revision BIGINT NOT NULL,
    family TEXT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (revision, family, subject)
);
INSERT INTO touched_subjects (revision, family, subject)
    SELECT revision, 'bounty', CAST(bounty AS TEXT) FROM touched WHERE bounty > 0
    UNION ALL SELECT revision, 'trained', 'list' FROM touched WHERE bounty = 0
    UNION ALL SELECT revision, 'shared_model', model FROM touched_models;
DROP TABLE touched;
DROP TABLE touched_models;
ALTER TABLE touched_subjects RENAME TO touched;

ALTER TABLE progress DROP COLUMN market;
ALTER TABLE progress DROP COLUMN factory;
ALTER TABLE progress DROP COLUMN accuracy_log;
ALTER TABLE progress DROP COLUMN reproductions;
ALTER TABLE progress DROP COLUMN published_models;
