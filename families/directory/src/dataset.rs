//! A data set: what its owner says of it. Its rows stay with the owner.

use contracts::Refused;
use protocol::{Address, Amount, Digest};
use serde::{Deserialize, Serialize};

use crate::Organisation;

/// What an owner says of a data set when it is published. As `IDatasets.DatasetTerms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DatasetTerms {
    /// SHA-256 of a file of one block: names and types of the visible columns, description.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub metadata: Digest,
    /// Salted Merkle root of the prepared rows.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub data_root: Digest,
    /// Salted Merkle root of the keys of the rows; zero where there is no key column.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub id_root: Digest,
    /// Without the header.
    pub rows: u32,
    /// With the hidden ones.
    pub columns: u16,
    /// Number of an [`Industry`].
    pub industry: u8,
    /// Whether a column is a label, so that a grant must name its purpose.
    pub labelled: bool,
    /// What the owner asks for a task.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub price_per_use: Amount,
    /// What the owner asks for a day of a grant by period.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub price_per_day: Amount,
}

/// A data set that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dataset {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub owner: Address,
    /// As published, with the prices of now.
    pub terms: DatasetTerms,
    /// Seconds since the epoch.
    pub published_at: u64,
    /// For good: no task starts on it any more.
    pub revoked: bool,
}

/// What `Datasets` emits of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DatasetEvent {
    /// `DatasetPublished`
    Published { owner: Address, terms: DatasetTerms },
    /// `PricesChanged`
    PricesChanged { price_per_use: Amount, price_per_day: Amount },
    /// `DatasetRevoked`
    Revoked,
}

/// The list of industries that Metis has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    Banking,
    Insurance,
    Securities,
    OtherFinance,
    Ict,
    Manufacturing,
    Energy,
    Transport,
    Health,
    PublicSector,
    Media,
    Other,
}

impl Industry {
    /// In the order of their numbers, from 1.
    pub const ALL: [Self; 12] = [
        Self::Banking,
        Self::Insurance,
        Self::Securities,
        Self::OtherFinance,
        Self::Ict,
        Self::Manufacturing,
        Self::Energy,
        Self::Transport,
        Self::Health,
        Self::PublicSector,
        Self::Media,
        Self::Other,
    ];

    /// As the contract numbers it.
    pub fn number(self) -> u8 {
        1 + self as u8
    }

    /// `None` for a number that the contract refuses.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

impl Dataset {
    /// What an event of a moment makes of a data set; without one before, only `Published` makes any.
    #[must_use]
    pub fn after(before: Option<Self>, event: &DatasetEvent, at: u64) -> Option<Self> {
        match event {
            DatasetEvent::Published { owner, terms } => {
                Some(Self { owner: *owner, terms: terms.clone(), published_at: at, revoked: false })
            }
            DatasetEvent::PricesChanged { price_per_use, price_per_day } => before.map(|mut dataset| {
                (dataset.terms.price_per_use, dataset.terms.price_per_day) = (*price_per_use, *price_per_day);
                dataset
            }),
            DatasetEvent::Revoked => before.map(|dataset| Self { revoked: true, ..dataset }),
        }
    }

    /// What publishing would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn publish(
        publisher: Option<&Organisation>,
        account: Address,
        terms: &DatasetTerms,
    ) -> Result<DatasetEvent, Refused> {
        if publisher.is_none_or(|o| !o.joined) {
            return Err(Refused::new("PublisherNotJoined(address)", [account.into()]));
        }
        if [terms.metadata, terms.data_root].contains(&Digest::ZERO) {
            return Err(Refused::new("EmptyDatasetRoot()", []));
        }
        if terms.rows == 0 || terms.columns == 0 {
            return Err(Refused::new("EmptyDataset(uint32,uint16)", [terms.rows.into(), terms.columns.into()]));
        }
        if Industry::of(terms.industry).is_none() {
            return Err(Refused::new("NoSuchIndustry(uint8)", [terms.industry.into()]));
        }
        Ok(DatasetEvent::Published { owner: account, terms: terms.clone() })
    }

    /// What other prices would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn set_prices(
        now: Option<&Self>,
        id: u64,
        account: Address,
        (price_per_use, price_per_day): (Amount, Amount),
    ) -> Result<DatasetEvent, Refused> {
        Self::changeable(now, id, account)?;
        Ok(DatasetEvent::PricesChanged { price_per_use, price_per_day })
    }

    /// What revoking would say.
    ///
    /// # Errors
    /// As the contract refuses.
    pub fn revoke(now: Option<&Self>, id: u64, account: Address) -> Result<DatasetEvent, Refused> {
        Self::changeable(now, id, account)?;
        Ok(DatasetEvent::Revoked)
    }

    fn changeable(now: Option<&Self>, id: u64, account: Address) -> Result<(), Refused> {
        let Some(dataset) = now else { return Err(Refused::new("NoSuchDataset(uint64)", [id.into()])) };
        if dataset.owner != account {
            return Err(Refused::new("NotDatasetOwner(address,address)", [account.into(), dataset.owner.into()]));
        }
        if dataset.revoked {
            return Err(Refused::new("DatasetIsRevoked(uint64)", [id.into()]));
        }
        Ok(())
    }
}
