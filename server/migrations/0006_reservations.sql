-- Room that uploads under way have reserved, so that those at the same time cannot pass a quota or the budget together. What
-- a killed server left behind counts until it expires.
CREATE TABLE reservations (
    id TEXT PRIMARY KEY,
    -- '' once the file was charged to its address, while it is being kept.
    address TEXT NOT NULL,
    -- Of the address's quota, and of what all may store.
    bytes BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX reservations_of_address ON reservations (address);

-- Bytes that all stored files take. One row, id 1; whoever reserves or stores changes it first, so that one comes after
-- the other.
CREATE TABLE storage (
    id BIGINT PRIMARY KEY,
    used BIGINT NOT NULL
);
INSERT INTO storage (id, used) SELECT 1, CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM contents;

-- Earlier versions wrote what nodes said here.
UPDATE progress SET trouble = NULL;
