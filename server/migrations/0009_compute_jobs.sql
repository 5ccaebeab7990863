-- Compute jobs and their providers. `subject` is what logs call it; `state` is its JSON. Amounts by which rows are sorted or
-- summed are in two numbers, as rewards are.

-- `provider` is empty and `ended_at` is 0 as long as there is none. `escrow` counts while the job is under way, `paid` once it
-- has ended.
CREATE TABLE jobs (
    subject TEXT PRIMARY KEY,
    id BIGINT NOT NULL,
    client TEXT NOT NULL,
    provider TEXT NOT NULL,
    kind BIGINT NOT NULL,
    stands TEXT NOT NULL,
    posted_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    deadline BIGINT NOT NULL,
    units BIGINT NOT NULL,
    price_hi BIGINT NOT NULL,
    price_lo BIGINT NOT NULL,
    escrow_hi BIGINT NOT NULL,
    escrow_lo BIGINT NOT NULL,
    paid_units BIGINT NOT NULL,
    paid_hi BIGINT NOT NULL,
    paid_lo BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE UNIQUE INDEX jobs_by_id ON jobs (id);
CREATE INDEX jobs_by_client ON jobs (client);
CREATE INDEX jobs_by_provider ON jobs (provider);
CREATE INDEX jobs_by_post ON jobs (posted_at);
CREATE INDEX jobs_by_end ON jobs (ended_at);

-- Who has a part in a job, and what the job has done to the deposit of whoever is a provider.
CREATE TABLE job_parties (
    job BIGINT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL,
    locked TEXT NOT NULL,
    gained TEXT NOT NULL,
    lost TEXT NOT NULL,
    PRIMARY KEY (job, account)
);
CREATE INDEX job_parties_by_subject ON job_parties (subject);
CREATE INDEX job_parties_by_account ON job_parties (account);

CREATE TABLE providers (
    subject TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    registered BIGINT NOT NULL,
    takes_jobs BIGINT NOT NULL,
    kinds BIGINT NOT NULL,
    memory BIGINT NOT NULL,
    speed BIGINT NOT NULL,
    price_hi BIGINT NOT NULL,
    price_lo BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX providers_by_account ON providers (account);

-- What accounts can collect beside parts of jobs.
CREATE TABLE jobs_owed (
    subject TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    amount TEXT NOT NULL
);
