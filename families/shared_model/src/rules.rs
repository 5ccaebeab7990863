//! What a contribution costs and earns, and who may take what when.

pub mod claims;
pub mod evaluation;
pub mod incentive;
pub mod market;
pub mod market_limits;
pub mod refusal;
pub mod terms;
