//! What travels about models as files: winners of settled bounties and models published outside of them.

use serde::{Deserialize, Serialize};

use bounty::ReproductionCounts;
use protocol::{Address, api::Status};

use crate::Attestation;

/// Where a trained model comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TrainedSource {
    /// It won a bounty.
    Bounty {
        bounty: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        trainer: Address,
        /// Correct labels of `test_rows`, counted on chain.
        correct: u32,
        test_rows: u32,
        /// Who ran it on the test data, by their own word.
        reproductions: ReproductionCounts,
    },
    /// Somebody published it.
    Published {
        /// Number in `PublishedModels`.
        id: u64,
        #[cfg_attr(feature = "openapi", schema(value_type = String))]
        publisher: Address,
    },
}

/// A row of the list of trained models. Texts are those of strangers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrainedRow {
    pub source: TrainedSource,
    /// Of the model file; it need not be served, and need not be ONNX.
    pub cid: String,
    /// A published model's name, or a bounty's title where the server has its metadata; one line, at most 100
    /// characters.
    pub name: Option<String>,
    /// At most 300 characters.
    pub description: Option<String>,
    /// When it was published or its bounty settled; seconds since the epoch.
    pub at: u64,
}

/// How a list of trained models is sorted; the newest first where it does not decide.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrainedSort {
    /// The last to be published or to win first.
    #[default]
    Newest,
    /// The best score first; what was published outside of bounties has none and comes last.
    Score,
    /// Who was reproduced by most people first; what was published outside of bounties comes last.
    Reproduced,
}

/// Where trained models come from, as a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TrainedFrom {
    /// Winners of bounties.
    Bounty,
    /// Published outside of bounties.
    Published,
}

/// Query of `GET /api/trained-models`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
pub struct TrainedQuery {
    /// Matches name, description, CID, trainer and publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Only winners of bounties, or only published ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub from: Option<TrainedFrom>,
    /// Only models of this trainer or publisher.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub person: Option<Address>,
    /// The newest first unless chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub sort: Option<TrainedSort>,
    /// Turns the order round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse: Option<bool>,
    /// From 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// 1 to 100, 50 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// `GET /api/trained-models`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrainedList {
    /// Those of this page.
    pub rows: Vec<TrainedRow>,
    /// Rows that match, on all pages.
    pub total: u64,
    pub status: Status,
}

/// `GET /api/accounts/{address}/attestations`: what an account says of models that it ran again, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountAttestations {
    pub attestations: Vec<Attestation>,
    pub status: Status,
}
