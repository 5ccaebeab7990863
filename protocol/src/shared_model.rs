//! Models on chain that everybody can teach under a deposit.
