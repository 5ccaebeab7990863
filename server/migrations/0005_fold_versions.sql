-- By which version of its rules a family's rows were folded; 1 where there is none. Rows of another version are folded
-- anew from the logs.
CREATE TABLE folded (
    family TEXT PRIMARY KEY,
    version BIGINT NOT NULL
);
