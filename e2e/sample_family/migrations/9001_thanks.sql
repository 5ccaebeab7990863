-- The sample family's view: one row a thanks. Amounts are decimal texts of 10^-18 MDC.
CREATE TABLE thanks (
    id BIGINT PRIMARY KEY,
    giver TEXT NOT NULL,
    receiver TEXT NOT NULL,
    amount TEXT NOT NULL,
    note TEXT NOT NULL,
    answer TEXT,
    state TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX thanks_of_receiver ON thanks (receiver);
