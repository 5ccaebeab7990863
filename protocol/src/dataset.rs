//! Checking and splitting a CSV, streaming.
