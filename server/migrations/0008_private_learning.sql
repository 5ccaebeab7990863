-- Who learns together, on which data, and the tasks. `subject` is what logs call it; `state` is its JSON.

CREATE TABLE organisations (
    subject TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    profile_cid TEXT NOT NULL,
    joined BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX organisations_by_account ON organisations (account);

-- Prices are in two numbers, as rewards are.
CREATE TABLE datasets (
    subject TEXT PRIMARY KEY,
    id BIGINT NOT NULL,
    owner TEXT NOT NULL,
    description_cid TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    industry BIGINT NOT NULL,
    price_hi BIGINT NOT NULL,
    price_lo BIGINT NOT NULL,
    revoked BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX datasets_by_id ON datasets (id);
CREATE INDEX datasets_by_owner ON datasets (owner);

-- `decided_at` is 0 while nobody has decided.
CREATE TABLE grants (
    subject TEXT PRIMARY KEY,
    id BIGINT NOT NULL,
    dataset BIGINT NOT NULL,
    grantee TEXT NOT NULL,
    stands TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX grants_by_id ON grants (id);
CREATE INDEX grants_by_dataset ON grants (dataset);
CREATE INDEX grants_by_grantee ON grants (grantee);

-- What lists show of profiles and descriptions, whenever their files come. A file that is neither has no name.
-- `folded` is in lower case; `columns_folded` has the visible columns, one a line.
CREATE TABLE profiles (
    cid TEXT PRIMARY KEY,
    name TEXT,
    name_folded TEXT,
    folded TEXT,
    body TEXT
);
CREATE TABLE descriptions (
    cid TEXT PRIMARY KEY,
    name TEXT,
    folded TEXT,
    columns_folded TEXT,
    body TEXT
);

CREATE TABLE tasks (
    subject TEXT PRIMARY KEY,
    id BIGINT NOT NULL,
    requester TEXT NOT NULL,
    kind TEXT NOT NULL,
    stands TEXT NOT NULL,
    helper TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX tasks_by_id ON tasks (id);
CREATE INDEX tasks_by_requester ON tasks (requester);
CREATE INDEX tasks_by_helper ON tasks (helper);

CREATE TABLE task_seats (
    task BIGINT NOT NULL,
    seat BIGINT NOT NULL,
    subject TEXT NOT NULL,
    holder TEXT NOT NULL,
    under_grant BIGINT NOT NULL,
    PRIMARY KEY (task, seat)
);
CREATE INDEX task_seats_by_subject ON task_seats (subject);
CREATE INDEX task_seats_by_holder ON task_seats (holder);
CREATE INDEX task_seats_by_grant ON task_seats (under_grant);

-- What accounts can collect beside parts of tasks.
CREATE TABLE owed (
    subject TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    amount TEXT NOT NULL
);
