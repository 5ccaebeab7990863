//! Before any money: what a client wants, what providers offer, which of them fit and why others do not, and what a job will
//! cost. Nothing here asks anybody, and nothing is locked.
//!
//! | module | what it does |
//! |---|---|
//! | [`Wanted`], [`Machine`], [`Features`] | the limits of a job, and who may run it |
//! | [`Offered`], [`Equipment`], [`Share`] | a provider as it registered and measured itself |
//! | [`serves`], [`Unfit`] | the same limits for one job that is posted, as its provider asks |
//! | [`matching`] | who fits, cheapest first; where nobody does, what removed how many, and what would have to change |
//! | [`Estimate`], [`nunet_price`] | what it will cost and take, and the older network's formula beside it |
//! | [`Typed`], [`Posting`] | what a client types, and why it cannot be posted, field by field |
//! | [`Audits`] | what a rate of random audits means for a stake |

mod audits;
mod estimate;
mod limits;
mod matched;
mod offered;
mod posting;
mod serves;
mod wanted;

#[cfg(test)]
mod tests;

pub use audits::Audits;
pub use estimate::{Demand, Estimate, nunet_price};
pub use limits::{Limit, Miss};
pub use matched::{Fit, Matching, Missed, Removed, matching};
pub use offered::{BadShare, Equipment, LARGEST_SHARE, LEAST_SHARE, Offered, Share};
pub use posting::{Field, Posting, Problems, Typed};
pub use serves::{Unfit, serves};
pub use wanted::{Features, Machine, Wanted};
