//! Fetching a published model, with the bounty that it is said to come from.

use dataset::metadata::{MAX_METADATA, Metadata};
use futures::future::join;
use leptos::{prelude::*, task::spawn_local};
use ml_task::Card;
use protocol::cid::Cid;
use trained::api::{TrainedFrom, TrainedQuery, TrainedRow, TrainedSource};

use super::super::{
    Loaded,
    opened::{self, FromBounty},
};
use app_core::{
    chain::Reader,
    content, server,
    settings::Settings,
    workers::models::{MAX_MODEL, Models},
};

#[derive(Clone)]
pub enum State {
    /// What happens now.
    Working(&'static str),
    Ready(Box<Loaded>),
    Failed(Trouble),
}

/// Why there is no model to try.
#[derive(Clone)]
pub enum Trouble {
    /// The file could not be had.
    Away(String),
    /// It cannot be run here.
    Refused(String),
    Stopped,
}

impl Trouble {
    pub fn title(&self) -> &'static str {
        match self {
            Self::Away(_) => "This model could not be fetched",
            Self::Refused(_) => "This model cannot be run here",
            Self::Stopped => "Stopped",
        }
    }

    pub fn why(self) -> String {
        match self {
            Self::Away(why) | Self::Refused(why) => why,
            Self::Stopped => "The model was not opened.".into(),
        }
    }
}

/// A model on its way from its CID to the page.
#[derive(Clone, Copy)]
pub struct Opening {
    reader: Reader,
    settings: Settings,
    pub models: StoredValue<Models, LocalStorage>,
    pub cid: StoredValue<String>,
    /// Number of the bounty that the address names.
    bounty: Option<u64>,
    pub state: RwSignal<State, LocalStorage>,
    /// Why the model does not come from that bounty.
    pub wrong_bounty: RwSignal<Option<String>>,
    /// The lines of the list that name this model.
    pub listed: RwSignal<Option<Vec<TrainedRow>>>,
    pub from: StoredValue<Option<FromBounty>>,
}

impl Opening {
    /// Begins at once; its worker ends with the part of the page that made it.
    pub fn start(cid: String, bounty: Option<u64>) -> Self {
        let models = StoredValue::new_local(Models::default());
        on_cleanup(move || {
            if let Some(models) = models.try_get_value() {
                models.end();
            }
        });
        let opening = Self {
            reader: expect_context(),
            settings: expect_context(),
            models,
            cid: StoredValue::new(cid),
            bounty,
            state: RwSignal::new_local(State::Working("Fetching the model")),
            wrong_bounty: RwSignal::new(None),
            listed: RwSignal::new(None),
            from: StoredValue::new(None),
        };
        opening.begin();
        opening
    }

    /// Fetches and opens it, also again.
    pub fn begin(self) {
        self.state.set(State::Working("Fetching the model"));
        let models = self.models.get_value();
        // The worker's program is larger than most models. A model that cannot be had is said so without it.
        let early = models.clone();
        spawn_local(async move { early.start().await });
        spawn_local(async move {
            let cid = self.cid.get_value();
            let ended = models.unless_stopped(self.open(&models, &cid)).await;
            let bounty = self.from.try_get_value().flatten();
            self.state.try_set(match ended {
                Ok(Ok(card)) => State::Ready(Box::new(Loaded { cid, card, bounty, listed: self.listed })),
                Ok(Err(trouble)) => State::Failed(trouble),
                Err(_) => State::Failed(Trouble::Stopped),
            });
        });
    }

    async fn open(self, models: &Models, cid: &str) -> Result<Card, Trouble> {
        let (bytes, ()) = join(content::fetch(self.settings, cid, MAX_MODEL), self.look_up(cid)).await;
        let bytes = bytes.map_err(|e| Trouble::Away(e.to_string()))?;
        let metadata = self.from.try_get_value().flatten().and_then(|from| from.metadata);
        self.state.try_set(State::Working("Opening the model"));
        let context = opened::context(cid, metadata.as_ref());
        models.open(&bytes, context).await.map_err(|e| Trouble::Refused(e.to_string()))
    }

    /// Finds the bounty that it comes from, which names its columns and classes: the one that the address names, else one
    /// that is listed as won with it.
    async fn look_up(self, cid: &str) {
        let found = match (self.bounty, cid.parse::<Cid>()) {
            (Some(id), _) => from_bounty(self.reader, self.settings, cid, id).await.map(Some),
            (None, Ok(_)) => match won_with(cid).await {
                // What the list says of a bounty is believed where the chain agrees.
                Some(id) => Ok(from_bounty(self.reader, self.settings, cid, id).await.ok()),
                None => Ok(None),
            },
            (None, Err(_)) => Ok(None),
        };
        match found {
            Ok(found) => {
                self.wrong_bounty.try_set(None);
                self.from.try_set_value(found);
            }
            Err(why) => {
                self.wrong_bounty.try_set(Some(why));
            }
        }
    }
}

/// Number of a bounty that was won with a model, where the server lists one.
async fn won_with(cid: &str) -> Option<u64> {
    let from = Some(TrainedFrom::Bounty);
    // The first: a winner's file is public, and anybody can submit it again to a bounty of their own.
    let query = TrainedQuery { search: Some(cid.to_owned()), from, reverse: Some(true), ..Default::default() };
    let rows = server::trained_models(&query).await.ok()?.rows;
    rows.iter().filter(|row| row.cid == cid).find_map(|row| match row.source {
        TrainedSource::Bounty { bounty, .. } => Some(bounty),
        TrainedSource::Published { .. } => None,
    })
}

/// The bounty that the address names, where a trainer did reveal this model in it.
async fn from_bounty(reader: Reader, settings: Settings, cid: &str, id: u64) -> Result<FromBounty, String> {
    let bounty = server::bounty(reader, id, None).await.map_err(|e| e.to_string())?.bounty;
    let revealed = bounty.submissions.iter().filter_map(|s| s.reveal.as_ref()).any(|r| r.model_cid == cid);
    if !revealed {
        return Err(format!("Nobody has revealed this model in bounty {id}; the address is wrong about that."));
    }
    let metadata = content::fetch(settings, &bounty.metadata_cid, MAX_METADATA as u64).await.ok();
    let metadata = metadata.and_then(|bytes| Metadata::parse(&bytes).ok());
    Ok(FromBounty { bounty, metadata })
}
