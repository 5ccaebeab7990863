//! What a job will cost and take.

use protocol::Amount;

use super::Offered;

/// What a job costs at most with a provider, and how long it will take there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Price times units. No more is ever paid: what is not metered comes back.
    pub cost: Amount,
    /// Rounded up.
    pub seconds: u64,
}

impl Estimate {
    /// For so many units; `None` with a provider that has not measured its speed.
    pub fn of(units: u64, offered: &Offered) -> Option<Self> {
        let cost = Amount(offered.price.0.saturating_mul(units.into()));
        offered.seconds_for(units).map(|seconds| Self { cost, seconds })
    }
}

/// How much of a machine a job uses, as NuNet's first market asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    Low,
    Moderate,
    High,
}

impl Demand {
    pub const ALL: [Self; 3] = [Self::Low, Self::Moderate, Self::High];

    /// 10^-5 NTX for a minute.
    fn rate(self) -> u128 {
        match self {
            Self::Low => 8,
            Self::Moderate => 16,
            Self::High => 32,
        }
    }
}

/// What NuNet's first market estimated, `t · (r + 0.00016 · W)`, in 10^-18 NTX: t minutes, r by the demand, W watts. For
/// comparison alone: NTX is another coin, and nothing was metered there.
pub fn nunet_price(demand: Demand, seconds: u64, watts: u32) -> Amount {
    let a_minute = demand.rate() + 16 * u128::from(watts);
    // 10^-5 of a coin is 10^13 of its smallest units.
    Amount(a_minute.saturating_mul(seconds.into()).saturating_mul(10_u128.pow(13)) / 60)
}
