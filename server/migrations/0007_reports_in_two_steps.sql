-- A report says that the model disagrees; what is taken of a deposit later is another thing.
ALTER TABLE reports RENAME TO takes;
ALTER TABLE takes RENAME COLUMN reporter TO taker;
-- When a contribution was reported last, seconds since the epoch; 0 = never.
ALTER TABLE contributions ADD COLUMN reported_at BIGINT NOT NULL DEFAULT 0;
