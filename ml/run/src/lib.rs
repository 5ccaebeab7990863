//! Tables and pictures to predictions: binds columns to inputs, chooses an engine by measuring, names classes.
