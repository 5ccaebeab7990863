//! What is offered, posted and quoted, and the rules for it. As in `IJobTypes`.

use protocol::{Address, Amount, Digest, cid::MAX_CID_LENGTH};
use serde::{Deserialize, Serialize};

use crate::{FEES_AT_STAKE, MAX_JURORS, MAX_RUN, MAX_WAIT, MAX_WINDOW, MIN_WINDOW, START_WINDOW, typed_data};

/// What a provider offers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ProviderOffer))]
pub struct Offer {
    /// For a unit; also the least for which it serves as a juror.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub price: Amount,
    /// Kinds of jobs that it runs, bit i for kind i.
    pub kinds: u8,
    /// Most memory of a job, MiB.
    pub memory_mib: u16,
    /// As measured.
    pub units_per_second: u32,
    /// SHA-256 in the CID of a file that says the rest.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub details: Digest,
}

impl Offer {
    /// Whether it runs a kind of workload.
    pub fn runs(&self, kind: u8) -> bool {
        kind < 8 && self.kinds >> kind & 1 == 1
    }
}

/// A job as its client posts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobTerms))]
pub struct Terms {
    /// Of workload, 0 to 7.
    pub kind: u8,
    /// Of the first round of a dispute: 1, 3 or 5.
    pub jurors: u8,
    /// That it may use, MiB.
    pub memory_mib: u16,
    /// Share of checkpoints that the client says it has run again, in 1/10,000.
    pub audit_rate: u16,
    /// That it may run.
    pub max_seconds: u32,
    /// Seconds after the submission in which it can be challenged.
    pub window: u32,
    /// Until when the result must be submitted, seconds since the epoch.
    pub deadline: u64,
    /// Most units that are paid.
    pub units: u64,
    /// A checkpoint after so many units; all of them for a job without.
    pub every: u64,
    /// For a unit.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub highest_price: Amount,
    /// That the provider locks at the start.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub stake: Amount,
    /// [`typed_data::files`] of the job's CIDs.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub files: Digest,
}

/// The CIDs of a job, as texts; of a stranger where they come from the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = JobFiles))]
pub struct Files {
    pub workload: String,
    /// Of a manifest that names all inputs.
    pub inputs: String,
    /// Of the checkpoint from which it goes on; empty for none.
    pub resumed: String,
}

/// What a provider signs for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Who signs.
    pub provider: Address,
    /// For a unit.
    pub price: Amount,
    /// Most units that it runs.
    pub units: u64,
    /// Until when it can be locked, seconds since the epoch.
    pub expiry: u64,
    /// At least that of the provider, which revokes older quotes.
    pub nonce: u64,
}

/// A rule for terms that is broken, by its number in `BadTerms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    Kind = 1,
    Jurors,
    Memory,
    AuditRate,
    Seconds,
    Window,
    Deadline,
    Units,
    Checkpoints,
    Price,
    Files,
}

impl Broken {
    pub const ALL: [Self; 11] = [
        Self::Kind,
        Self::Jurors,
        Self::Memory,
        Self::AuditRate,
        Self::Seconds,
        Self::Window,
        Self::Deadline,
        Self::Units,
        Self::Checkpoints,
        Self::Price,
        Self::Files,
    ];

    /// What to do about it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Kind => "The kind of workload is none that there is: choose one of kinds 0 to 7.",
            Self::Jurors => "A dispute is judged by 1, 3 or 5 jurors: choose one of these numbers.",
            Self::Memory => "A job needs some memory: say how many MiB it may use.",
            Self::AuditRate => "The audit rate is more than everything: say a share of 100 % or less.",
            Self::Seconds => "A job runs for a second to seven days: change the longest time that it may run.",
            Self::Window => "A result can be challenged for ten minutes to thirty days: change the window.",
            Self::Deadline => {
                "The deadline must leave ten minutes to start and the longest time to run, and lie within 90 days: change it."
            }
            Self::Units => "A job has at least one unit: say how many are paid at most.",
            Self::Checkpoints => {
                "A checkpoint comes after one unit or more, and not after the last: change how often one is made."
            }
            Self::Price => "The highest price is zero, or all units would cost more than there is: change it.",
            Self::Files => "The terms do not name these files: make the terms anew from the three CIDs.",
        }
    }
}

impl Terms {
    /// Whether these can be posted now. For the lengths of CIDs ask [`Files::too_long`].
    ///
    /// # Errors
    /// The first rule that is broken, in the contract's order.
    pub fn check(&self, files: &Files, now: u64) -> Result<(), Broken> {
        let cost = self.highest_price.0.checked_mul(self.units.into());
        let broken = [
            (self.kind > 7, Broken::Kind),
            (self.jurors > MAX_JURORS || self.jurors.is_multiple_of(2), Broken::Jurors),
            (self.memory_mib == 0, Broken::Memory),
            (self.audit_rate > 10_000, Broken::AuditRate),
            (self.max_seconds == 0 || self.max_seconds > MAX_RUN, Broken::Seconds),
            (self.window < MIN_WINDOW || self.window > MAX_WINDOW, Broken::Window),
            (self.deadline > now.saturating_add(MAX_WAIT) || now >= self.lock_by(), Broken::Deadline),
            (self.units == 0, Broken::Units),
            (self.every == 0 || self.every > self.units, Broken::Checkpoints),
            (self.highest_price.0 == 0 || cost.is_none_or(|cost| cost >= 1 << 80), Broken::Price),
            (self.files != typed_data::files(files), Broken::Files),
        ];
        broken.into_iter().find(|(is, _)| *is).map_or(Ok(()), |(_, rule)| Err(rule))
    }

    /// Who locks before this leaves time to start and to run.
    pub fn lock_by(&self) -> u64 {
        self.deadline.saturating_sub(START_WINDOW + u64::from(self.max_seconds))
    }

    /// What a client locks at a price.
    pub fn escrow(&self, price: Amount) -> Amount {
        Amount(price.0.saturating_mul(self.units.into()))
    }

    /// The least stake at a price: the jurors of both rounds can be paid for what lies between two checkpoints.
    pub fn least_stake(&self, price: Amount) -> Amount {
        let judged = price.0.saturating_mul(self.every.into());
        Amount(judged.saturating_mul(FEES_AT_STAKE * u128::from(self.jurors)))
    }

    /// Whether being audited at the rate that the client tells costs a cheat more than it saves: the rate is above
    /// 1 / (1 + S), where S is the stake in prices of the whole job.
    pub fn deters(&self, price: Amount) -> bool {
        let whole = self.escrow(price).0;
        let at_risk = whole.saturating_add(self.stake.0);
        u128::from(self.audit_rate).saturating_mul(at_risk) > whole.saturating_mul(10_000)
    }

    /// Most units that a submission may have beyond the last voucher, at a price above zero.
    pub fn most_open(&self, price: Amount) -> u64 {
        let open = self.stake.0.checked_div(FEES_AT_STAKE * u128::from(self.jurors) * price.0);
        open.and_then(|open| u64::try_from(open).ok()).unwrap_or(u64::MAX)
    }
}

impl Files {
    /// The length of the first CID that is too long for the contract.
    pub fn too_long(&self) -> Option<usize> {
        let lengths = [&self.workload, &self.inputs, &self.resumed].map(String::len);
        lengths.into_iter().find(|length| *length > MAX_CID_LENGTH)
    }
}
