//! What the owner of a model fixes about money and time, and what a contribution costs by it.

use serde::{Deserialize, Serialize};

use crate::incentive::IncentiveKind;
use protocol::Amount;

/// The dearest cost weight: 3,600 times it still fits the 80 bits that a record has for a deposit.
pub const MAX_COST_WEIGHT: Amount = Amount(((1 << 80) - 1) / SECONDS);
/// The shortest refund wait where something is refunded: a minute.
pub const MIN_REFUND_WAIT: u32 = 60;
/// The longest wait: a year.
pub const MAX_WAIT: u32 = 365 * 86_400;
/// What the cost weight is multiplied by, as in the original: seconds of an hour.
const SECONDS: u128 = 3_600;
/// Bytes of the packed form.
const BYTES: usize = 28;

/// Waits and cost weight of a model. The waits count from a contribution on, in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ModelTerms))]
pub struct Terms {
    /// How dear a deposit is; see [`Terms::deposit`]. Zero unless the incentive is deposits.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cost_weight: Amount,
    /// From then on a contributor may ask for the refund, and others may report. As long again, until a contribution
    /// earns a point, and from a report until something can be taken.
    pub refund_wait: u32,
    /// From then on the owner may take what was reported; so long a proposed class waits.
    pub owner_wait: u32,
    /// From then on anybody may report and take what is left.
    pub any_wait: u32,
}

/// Why there can be no model on such terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error(
        "The waits are too close: refund {refund} s, owner {owner} s, anybody {any} s. Make each at least {refund} s longer than the one before it."
    )]
    WaitsOutOfOrder { refund: u32, owner: u32, any: u32 },
    #[error(
        "A wait of {wait} s is not possible. Set the refund wait to {least} s or more, and the longest to {MAX_WAIT} s (a year) or less."
    )]
    WaitOutOfRange { wait: u32, least: u32 },
    #[error(
        "With a cost weight of 0 nothing would be at stake, so nothing could be refunded or taken. Set one, or choose points."
    )]
    NoCostWeight,
    #[error("A cost weight of {found} MDC is too dear; at most {MAX_COST_WEIGHT} MDC are possible.")]
    CostWeightTooLarge { found: Amount },
    #[error("A model with {incentive} takes no deposits; its cost weight must be 0.")]
    CostWeightUnused { incentive: IncentiveKind },
    #[error("The terms of a model are {BYTES} bytes, not {found}.")]
    Length { found: usize },
}

impl Terms {
    /// Checks what the factory checks, in its order.
    ///
    /// # Errors
    /// [`TermsError`] for what it would refuse.
    pub fn check(&self, incentive: IncentiveKind) -> Result<(), TermsError> {
        let &Self { cost_weight, refund_wait: refund, owner_wait: owner, any_wait: any } = self;
        // In a market nothing is refunded or taken one by one.
        let least = if incentive == IncentiveKind::Market { 0 } else { MIN_REFUND_WAIT };
        if refund < least {
            return Err(TermsError::WaitOutOfRange { wait: refund, least });
        }
        if any > MAX_WAIT {
            return Err(TermsError::WaitOutOfRange { wait: any, least });
        }
        let later = |wait: u32| u64::from(wait) + u64::from(refund);
        if later(refund) > u64::from(owner) || later(owner) > u64::from(any) {
            return Err(TermsError::WaitsOutOfOrder { refund, owner, any });
        }
        match incentive {
            IncentiveKind::Deposit if cost_weight == Amount::ZERO => Err(TermsError::NoCostWeight),
            IncentiveKind::Deposit if cost_weight > MAX_COST_WEIGHT => {
                Err(TermsError::CostWeightTooLarge { found: cost_weight })
            }
            IncentiveKind::Points | IncentiveKind::Market if cost_weight != Amount::ZERO => {
                Err(TermsError::CostWeightUnused { incentive })
            }
            _ => Ok(()),
        }
    }

    /// What a contribution costs so many seconds after the last one (or after the creation):
    /// cost weight · 3600 / max(1, ⌊√seconds⌋), rounded down. Many contributions in a row are dear, patience is cheap.
    pub fn deposit(&self, seconds: u64) -> Amount {
        let root = u128::from(seconds.isqrt().max(1));
        // Weights above MAX_COST_WEIGHT are refused at creation; a stranger's number must not wrap around all the same.
        Amount(self.cost_weight.0.saturating_mul(SECONDS) / root)
    }

    /// Seconds after the last contribution from which on a contribution costs at most `amount`; `None` if never
    /// within 2^64 seconds.
    pub fn seconds_until(&self, amount: Amount) -> Option<u64> {
        let dearest = self.cost_weight.0.saturating_mul(SECONDS);
        // ⌊dearest / root⌋ ≤ amount ⇔ dearest < (amount + 1) · root
        let root = u64::try_from(dearest / amount.0.checked_add(1)? + 1).ok()?;
        if root <= 1 { Some(0) } else { root.checked_mul(root) }
    }

    /// As `ModelCreated` shows them: cost weight (16 bytes), the three waits (4 each), big-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.cost_weight.0.to_be_bytes().to_vec();
        for wait in [self.refund_wait, self.owner_wait, self.any_wait] {
            bytes.extend_from_slice(&wait.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`TermsError::Length`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TermsError> {
        let length = TermsError::Length { found: bytes.len() };
        let (Some((weight, waits)), true) = (bytes.split_first_chunk::<16>(), bytes.len() == BYTES) else {
            return Err(length);
        };
        let [refund, owner, any] = waits.as_chunks::<4>().0 else { return Err(length) };
        let wait = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes);
        Ok(Self {
            cost_weight: Amount(u128::from_be_bytes(*weight)),
            refund_wait: wait(refund),
            owner_wait: wait(owner),
            any_wait: wait(any),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(cost_weight: u128, waits: [u32; 3]) -> Terms {
        let [refund_wait, owner_wait, any_wait] = waits;
        Terms { cost_weight: Amount(cost_weight), refund_wait, owner_wait, any_wait }
    }

    #[test]
    fn the_deposit_falls_with_the_root_of_the_time() {
        let terms = terms(1_000, [0; 3]);
        for (seconds, expected) in [
            (0, 3_600_000),
            (1, 3_600_000),
            (3, 3_600_000),
            (4, 1_800_000),
            (8, 1_800_000),
            (9, 1_200_000),
            (50, 514_285),
            (3_600, 60_000),
            (86_400, 12_286),
        ] {
            assert_eq!(terms.deposit(seconds), Amount(expected), "after {seconds} s");
        }
        assert_eq!(Terms { cost_weight: MAX_COST_WEIGHT, ..terms }.deposit(0).0 >> 80, 0, "fits a record");
    }

    #[test]
    fn waiting_as_long_as_told_is_enough_and_a_second_less_is_not() {
        for weight in [1, 7, 1_000, 10u128.pow(15), 10u128.pow(18)] {
            let terms = terms(weight, [0; 3]);
            for divisor in [1u128, 2, 3, 10, 59, 999, 100_000] {
                let amount = Amount(weight * 3_600 / divisor);
                let seconds = terms.seconds_until(amount).unwrap();
                assert!(terms.deposit(seconds) <= amount, "{weight} {divisor}");
                assert!(seconds == 0 || terms.deposit(seconds - 1) > amount, "{weight} {divisor}");
            }
        }
    }

    #[test]
    fn terms_that_cannot_work_are_refused() {
        use IncentiveKind::{Deposit, Market, Points};
        let cases = [
            (terms(1, [60, 120, 180]), Deposit, None),
            (terms(0, [60, 120, 180]), Points, None),
            (terms(0, [0, 0, 0]), Market, None),
            (terms(1, [60, 120, 31_536_000]), Deposit, None),
            (terms(0, [60, 120, 180]), Deposit, Some(TermsError::NoCostWeight)),
            (terms(1, [59, 120, 180]), Deposit, Some(TermsError::WaitOutOfRange { wait: 59, least: 60 })),
            (terms(0, [0, 0, 0]), Points, Some(TermsError::WaitOutOfRange { wait: 0, least: 60 })),
            (
                terms(1, [60, 120, 31_536_001]),
                Deposit,
                Some(TermsError::WaitOutOfRange { wait: 31_536_001, least: 60 }),
            ),
            (terms(1, [60, 119, 300]), Deposit, Some(TermsError::WaitsOutOfOrder { refund: 60, owner: 119, any: 300 })),
            (terms(0, [90, 200, 289]), Points, Some(TermsError::WaitsOutOfOrder { refund: 90, owner: 200, any: 289 })),
            (terms(0, [3, 2, 4]), Market, Some(TermsError::WaitsOutOfOrder { refund: 3, owner: 2, any: 4 })),
            (terms(1, [1, 2, 3]), Market, Some(TermsError::CostWeightUnused { incentive: Market })),
            (terms(1 << 80, [60, 120, 180]), Deposit, Some(TermsError::CostWeightTooLarge { found: Amount(1 << 80) })),
        ];
        for (terms, incentive, refusal) in cases {
            assert_eq!(terms.check(incentive).err(), refusal);
        }
    }

    #[test]
    fn the_packed_form_is_big_endian() {
        let terms = terms(10, [15, 20, 258]);
        let bytes = terms.to_bytes();
        assert_eq!(hex::encode(&bytes), "0000000000000000000000000000000a0000000f0000001400000102");
        assert_eq!(Terms::from_bytes(&bytes), Ok(terms));
        assert_eq!(Terms::from_bytes(&bytes[1..]), Err(TermsError::Length { found: 27 }));
    }
}
