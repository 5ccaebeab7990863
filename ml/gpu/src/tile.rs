//! Matrix products and convolutions, register-blocked.
//!
//! An invocation makes several rows of several columns, so that what it loads is used more than once. Neighbouring
//! invocations make neighbouring columns, so that their loads are next to each other. Nothing goes through workgroup
//! memory: on adapters that compute on the CPU a barrier costs more than it saves, and elsewhere the cache does its work.

mod conv;
mod product;

pub(crate) use conv::Conv;
pub(crate) use product::{Factor, MatMul};

/// Invocations of a workgroup.
const GROUP: usize = 64;

/// The largest of the sizes of a block that wastes least of `length`.
fn block(length: usize, sizes: &[usize]) -> usize {
    let waste = |size: &usize| (length.div_ceil(*size) * *size, usize::MAX - *size);
    sizes.iter().copied().min_by_key(waste).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_waste_little() {
        assert_eq!(block(64, &[8, 4]), 8);
        assert_eq!(block(20, &[8, 4]), 4);
        assert_eq!(block(15, &[8, 4]), 8);
    }
}
