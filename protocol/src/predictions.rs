//! Reading a trainer's prediction file.
