-- Books of entries, each with what its entries come to in their order.
CREATE TABLE ledger_books (
    book TEXT PRIMARY KEY,
    opened BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    folded TEXT NOT NULL
);
CREATE TABLE ledger_entries (
    book TEXT NOT NULL,
    number BIGINT NOT NULL,
    value BIGINT NOT NULL,
    block BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    log_index BIGINT NOT NULL,
    PRIMARY KEY (block_hash, log_index)
);
