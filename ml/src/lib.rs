//! Models: the fixed-point twins of the on-chain classifiers, and fitting a start for them.
