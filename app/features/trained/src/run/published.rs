//! Trying a published model: fetched by its CID, believed because its bytes hash to it.

use leptos::{prelude::*, task::spawn_local};
use ml_task::Card;
use protocol::{
    api::trained::TrainedRow,
    cid::Cid,
    metadata::{MAX_METADATA, Metadata},
};

use super::{
    Loaded, Model, Opened,
    lineage::LineagePanel,
    opened::{self, FromBounty},
    wait::Wait,
};
use app_core::{
    chain::Reader,
    content, routes,
    settings::Settings,
    workers::models::{MAX_MODEL, Models},
};
use app_ui::{
    controls::copy::Copyable,
    icon::Icon,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
};

#[derive(Clone)]
enum State {
    /// What happens now.
    Working(&'static str),
    Ready(Box<Loaded>),
    Failed(Trouble),
}

/// Why there is no model to try.
#[derive(Clone)]
enum Trouble {
    /// The file could not be had.
    Away(String),
    /// It cannot be run here.
    Refused(String),
    Stopped,
}

impl Trouble {
    fn title(&self) -> &'static str {
        match self {
            Self::Away(_) => "This model could not be fetched",
            Self::Refused(_) => "This model cannot be run here",
            Self::Stopped => "Stopped",
        }
    }

    fn why(self) -> String {
        match self {
            Self::Away(why) | Self::Refused(why) => why,
            Self::Stopped => "The model was not opened.".into(),
        }
    }
}

#[component]
pub fn Published(cid: String, bounty: Option<u64>) -> impl IntoView {
    let reader = expect_context::<Reader>();
    let settings = expect_context::<Settings>();
    let models = StoredValue::new_local(Models::new());
    on_cleanup(move || {
        if let Some(models) = models.try_get_value() {
            models.end();
        }
    });
    let state = RwSignal::new_local(State::Working("Fetching the model"));
    let wrong_bounty = RwSignal::new(None::<String>);
    let listed = RwSignal::new(None::<Vec<TrainedRow>>);
    let from = StoredValue::new(None::<FromBounty>);
    let name = StoredValue::new(cid.clone());
    let open = move || {
        state.set(State::Working("Fetching the model"));
        let models = models.get_value();
        spawn_local(async move {
            let cid = name.get_value();
            let work = async {
                if let Some(id) = bounty {
                    match from_bounty(reader, settings, &cid, id).await {
                        Ok(found) => {
                            wrong_bounty.try_set(None);
                            from.try_set_value(Some(found));
                        }
                        Err(why) => {
                            wrong_bounty.try_set(Some(why));
                        }
                    }
                }
                let metadata = from.try_get_value().flatten().and_then(|from| from.metadata);
                open_model(settings, &models, &cid, metadata, state).await
            };
            let ended = models.unless_stopped(work).await;
            let bounty = from.try_get_value().flatten();
            state.try_set(match ended {
                Ok(Ok(card)) => State::Ready(Box::new(Loaded { cid, card, bounty, listed })),
                Ok(Err(trouble)) => State::Failed(trouble),
                Err(_) => State::Failed(Trouble::Stopped),
            });
        });
    };
    open();
    let parsed = cid.parse::<Cid>().ok();
    let download = parsed.as_ref().map(|_| format!("{}?filename=model.onnx", content::path(&cid)));
    let title = move || match state.get() {
        State::Ready(loaded) => title(&loaded),
        _ => format!("Model {}", name.with_value(|n| n.parse::<Cid>().map_or_else(|_| n.clone(), |c| c.short()))),
    };
    view! {
        <div class="page">
            <div class="page-head">
                <div class="stack tight">
                    <p class="small">
                        <a href=routes::TRAINED>"Trained models"</a>
                    </p>
                    <h1 class="breakable">{title}</h1>
                    {parsed
                        .map(|found| {
                            view! {
                                <p class="row tight small soft">"CID " <Copyable shown=found.short() whole=cid.clone() what="CID" /></p>
                            }
                        })}
                </div>
                {download
                    .map(|href| {
                        view! {
                            <a class="button" href=href download="model.onnx" rel="external">
                                <Icon name="download" />
                                "model.onnx"
                            </a>
                        }
                    })}
            </div>
            {move || wrong_bounty.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {move || match state.get() {
                State::Working(what) => {
                    view! {
                        <Wait what=what models=models />
                        <Ghost lines=4 />
                    }
                        .into_any()
                }
                State::Failed(trouble) => {
                    let lineage = name.with_value(|n| n.parse::<Cid>().is_ok().then(|| n.clone()));
                    view! {
                        <div class="panel" id="refused">
                            <Empty icon="warn" title=trouble.title()>
                                <p>{trouble.why()}</p>
                                <div class="row">
                                    <button class="button" type="button" on:click=move |_| open()>
                                        "Try again"
                                    </button>
                                    <a class="button" href=routes::TRAINED>"See trained models"</a>
                                </div>
                            </Empty>
                        </div>
                        {lineage.map(|cid| view! { <LineagePanel cid=cid from=from.get_value() listed=listed note=None /> })}
                    }
                        .into_any()
                }
                State::Ready(loaded) => {
                    let opened = Opened::new(models, *loaded);
                    view! { <Model opened=opened /> }.into_any()
                }
            }}
        </div>
    }
}

/// The bounty's title, else the name under which it is listed, else the file's.
fn title(loaded: &Loaded) -> String {
    let listed = loaded.listed.with(|rows| rows.iter().flatten().find_map(|row| row.name.clone()));
    let named = Some(loaded.card.name.clone()).filter(|name| !name.trim().is_empty());
    match &loaded.bounty {
        Some(from) => from.title(),
        None => listed.or(named).unwrap_or_else(|| "A trained model".into()),
    }
}

async fn open_model(
    settings: Settings,
    models: &Models,
    cid: &str,
    metadata: Option<Metadata>,
    state: RwSignal<State, LocalStorage>,
) -> Result<Card, Trouble> {
    let bytes = content::fetch(settings, cid, MAX_MODEL).await.map_err(|e| Trouble::Away(e.to_string()))?;
    state.try_set(State::Working("Opening the model"));
    models.open(&bytes, opened::context(cid, metadata.as_ref())).await.map_err(|e| Trouble::Refused(e.to_string()))
}

/// The bounty that the address names, where a trainer did reveal this model in it.
async fn from_bounty(reader: Reader, settings: Settings, cid: &str, id: u64) -> Result<FromBounty, String> {
    let bounty = reader.bounty(id).await.map_err(|e| e.to_string())?.bounty;
    let revealed = bounty.submissions.iter().filter_map(|s| s.reveal.as_ref()).any(|r| r.model_cid == cid);
    if !revealed {
        return Err(format!("Nobody has revealed this model in bounty {id}; the address is wrong about that."));
    }
    let metadata = content::fetch(settings, &bounty.metadata_cid, MAX_METADATA as u64).await.ok();
    let metadata = metadata.and_then(|bytes| Metadata::parse(&bytes).ok());
    Ok(FromBounty { bounty, metadata })
}
