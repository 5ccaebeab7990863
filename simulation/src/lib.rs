//! Shared models played by good and bad agents, on the code that the contracts are checked against.
