//! `/models/{address}`: predict, teach, claim, and check a shared model. Read from the chain.

mod about;
mod accuracy;
mod classes;
mod contributions;
mod form;
mod leaderboard;
mod loading;
mod market;
mod mine;
mod others;
mod predict;
mod teach;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use protocol::Address;
use shared_model::{IncentiveKind, ModelMetadata, metadata::MAX_METADATA};

use crate::names;
use app_core::{
    allow_list::AllowList,
    chain::{Clock, ModelError, ModelHistory, Reader},
    components::account::Account,
    content, routes,
    settings::Settings,
    transactions::Transactions,
};
use app_ui::{
    format,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
};

/// What the tabs of this page share.
#[derive(Clone, Copy)]
pub struct ModelContext {
    pub address: Address,
    pub history: RwSignal<Option<ModelHistory>>,
    /// `None` until fetched; an error is a sentence.
    pub metadata: RwSignal<Option<Result<ModelMetadata, String>>>,
    allowed: AllowList,
}

impl ModelContext {
    /// Whether texts and pictures of strangers are shown.
    pub fn texts(self) -> bool {
        self.allowed.shows(self.address)
    }

    pub fn name(self) -> String {
        self.metadata.with(|m| {
            let name = m.as_ref().and_then(|m| m.as_ref().ok()).map(|m| m.name.as_str());
            self.allowed.name(self.address, name)
        })
    }

    /// Name of a class: as its owner wrote it, or as it was proposed.
    pub fn class(self, label: u16) -> String {
        let hidden = || format!("Class {label}");
        if !self.texts() {
            return hidden();
        }
        let written = self.metadata.with(|m| {
            m.as_ref().and_then(|m| m.as_ref().ok()).and_then(|m| m.classes.get(usize::from(label)).cloned())
        });
        let proposed = || {
            self.history.with(|h| {
                let proposals = h.as_ref().map(|h| &h.model.proposals)?;
                proposals.iter().find(|p| p.index == Some(label)).map(|p| p.name.clone())
            })
        };
        written.or_else(proposed).unwrap_or_else(hidden)
    }

    /// Names of all classes that there are now.
    pub fn classes(self) -> Vec<String> {
        let classes = self.history.with(|h| h.as_ref().map_or(0, |h| h.model.classes));
        (0..classes).map(|label| self.class(label)).collect()
    }
}

#[component]
pub fn ModelPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| parameters.with(|p| p.get("address")).and_then(|a| a.parse::<Address>().ok()));
    move || match address.get() {
        Some(address) => view! { <ModelAt address=address /> }.into_any(),
        None => view! {
            <div class="panel">
                <Empty icon="warn" title="This is no address">
                    <p>"The address of a model is 0x and 40 hexadecimal digits. Check the link."</p>
                    <a class="button" href=routes::MODELS>"All models"</a>
                </Empty>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn ModelAt(address: Address) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let reader = expect_context::<Reader>();
    let settings = expect_context::<Settings>();
    let transactions = expect_context::<Transactions>();
    let history = RwSignal::new(None::<ModelHistory>);
    let error = RwSignal::new(None::<ModelError>);
    let context = ModelContext { address, history, metadata: RwSignal::new(None), allowed: expect_context() };
    let reading = RwSignal::new(false);
    Effect::new(move || {
        clock.head.track();
        transactions.mined.track();
        settings.rpc.track();
        if reading.get_untracked() {
            return;
        }
        reading.set(true);
        spawn_local(async move {
            let read = reader.model(address, history.get_untracked()).await;
            reading.try_set(false);
            match read {
                Ok(found) => {
                    // Only a change: whoever shows the model is built anew by it.
                    if error.with_untracked(Option::is_some) {
                        error.try_set(None);
                    }
                    if history.with_untracked(|h| h.as_ref() != Some(&found)) {
                        history.try_set(Some(found));
                    }
                }
                Err(e) if error.with_untracked(|old| old.as_ref() != Some(&e)) => {
                    error.try_set(Some(e));
                }
                Err(_) => {}
            }
        });
    });
    let cid = Memo::new(move |_| history.with(|h| h.as_ref().map(|h| h.model.metadata_cid.clone())));
    Effect::new(move || {
        settings.gateway.track();
        let Some(cid) = cid.get() else { return };
        spawn_local(async move {
            let read = match content::fetch(settings, &cid, MAX_METADATA as u64).await {
                Ok(bytes) => ModelMetadata::parse(&bytes).map_err(|e| e.to_string()),
                Err(e) => Err(e.to_string()),
            };
            context.metadata.try_set(Some(read));
        });
    });
    let here = Memo::new(move |_| history.with(Option::is_some));
    move || {
        match (here.get(), error.get()) {
        (true, failed) => view! {
            {failed.map(|e| view! { <Notice tone="warn">{format!("{e} What you see is from the last block that could be read.")}</Notice> })}
            <Model context=context />
        }
        .into_any(),
        (false, None) => view! { <Ghost lines=8 /> }.into_any(),
        (false, Some(ModelError::Invalid(why))) => view! {
            <div class="panel">
                <Empty icon="warn" title="This is not a model you can use">
                    <p>{why.to_string()}</p>
                    <a class="button" href=routes::MODELS>"All models"</a>
                </Empty>
            </div>
        }
        .into_any(),
        (false, Some(failed)) => view! {
            <div class="panel">
                <Empty icon="warn" title="The model cannot be read">
                    <p>{failed.to_string()}</p>
                </Empty>
            </div>
        }
        .into_any(),
    }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Predict,
    Teach,
    Mine,
    Others,
    Leaderboard,
    Accuracy,
    About,
}

impl Tab {
    const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Predict, "", "Predict"),
        (Self::Teach, "teach", "Teach"),
        (Self::Mine, "mine", "My data"),
        (Self::Others, "others", "Others’ data"),
        (Self::Leaderboard, "leaderboard", "Leaderboard"),
        (Self::Accuracy, "accuracy", "Accuracy"),
        (Self::About, "about", "About"),
    ];
}

#[component]
fn Model(context: ModelContext) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let tab = Memo::new(move |_| {
        let key = query.with(|q| q.get("tab")).unwrap_or_default();
        Tab::ALL.into_iter().find(|(_, k, _)| *k == key).map_or(Tab::Predict, |(tab, ..)| tab)
    });
    // Kept apart from what changes with every contribution, so that a form being filled in is not built anew.
    let ready = Memo::new(move |_| context.history.with(|h| h.as_ref().is_some_and(|h| h.model.ready)));
    let incentive = Memo::new(move |_| context.history.with(|h| h.as_ref().map(|h| h.model.incentive)));
    let navigate = StoredValue::new(navigate);
    let go = move |key: &'static str| {
        let base = routes::model(context.address);
        let address = if key.is_empty() { base } else { format!("{base}?tab={key}") };
        navigate.with_value(|go| go(&address, NavigateOptions { scroll: false, ..Default::default() }));
    };
    view! {
        <div class="page">
            <Heading context=context />
            <Hidden context=context />
            <Figures context=context />
            {move || {
                context
                    .metadata
                    .get()
                    .and_then(Result::err)
                    .map(|text| {
                        view! {
                            <Notice tone="warn">
                                {format!("{text} Without its description the page does not know how to encode for this model.")}
                            </Notice>
                        }
                    })
            }}
            {move || (!ready.get()).then(|| view! { <loading::LoadingPanel context=context /> })}
            {move || (incentive.get() == Some(IncentiveKind::Market)).then(|| view! { <market::MarketPanel context=context /> })}
            <div class="tabs" role="group" aria-label="Parts of the page">
                {Tab::ALL
                    .into_iter()
                    .map(|(choice, key, name)| {
                        let id = format!("tab-{}", if key.is_empty() { "predict" } else { key });
                        view! {
                            <button id=id type="button" aria-pressed=move || (tab.get() == choice).to_string() on:click=move |_| go(key)>
                                {name}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            {move || match tab.get() {
                Tab::Predict => view! { <predict::PredictTab context=context /> }.into_any(),
                Tab::Teach => view! { <teach::TeachTab context=context /> }.into_any(),
                Tab::Mine => view! { <mine::MineTab context=context /> }.into_any(),
                Tab::Others => view! { <others::OthersTab context=context /> }.into_any(),
                Tab::Leaderboard => view! { <leaderboard::LeaderboardTab context=context /> }.into_any(),
                Tab::Accuracy => view! { <accuracy::AccuracyTab context=context /> }.into_any(),
                Tab::About => view! { <about::AboutTab context=context /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Heading(context: ModelContext) -> impl IntoView {
    let model = move || context.history.with(|h| h.as_ref().map(|h| h.model.clone()));
    view! {
        <div class="page-head">
            <div class="stack tight">
                <h1>{move || context.name()}</h1>
                {move || {
                    context
                        .metadata
                        .get()
                        .and_then(Result::ok)
                        .filter(|_| context.texts())
                        .map(|m| view! { <p class="soft">{m.description}</p> })
                }}
                <p class="row">
                    {move || {
                        model()
                            .map(|m| {
                                view! {
                                    <span class="chip">{names::classifier(m.shape.kind)}</span>
                                    <span class="chip">{names::incentive(m.incentive).0}</span>
                                    <span class="small soft row tight">"Owner" <Account address=m.owner /></span>
                                }
                            })
                    }}
                </p>
            </div>
        </div>
    }
}

/// The safety switch, for this model.
#[component]
fn Hidden(context: ModelContext) -> impl IntoView {
    let list = expect_context::<AllowList>();
    view! {
        <Show when=move || list.on.get()>
            <Notice>
                <div class="row spread">
                    <span>
                        {move || {
                            if context.texts() {
                                "You allowed this model to show what strangers wrote."
                            } else {
                                "Names, texts and pictures of this model come from strangers and are hidden."
                            }
                        }}
                    </span>
                    <button class="button small" type="button" id="show-texts" on:click=move |_| list.set(context.address, !context.texts())>
                        {move || if context.texts() { "Hide texts and pictures" } else { "Show texts and pictures" }}
                    </button>
                </div>
            </Notice>
        </Show>
    }
}

#[component]
fn Figures(context: ModelContext) -> impl IntoView {
    let figure = move |read: fn(&ModelHistory) -> String| {
        move || context.history.with(|h| h.as_ref().map_or_else(|| "–".to_owned(), read))
    };
    view! {
        <dl class="figures">
            <div>
                <dt>"Contributions"</dt>
                <dd>{figure(|h| format::count(h.model.contributions.len() as u64))}</dd>
            </div>
            <div>
                <dt>"Contributors"</dt>
                <dd>{figure(|h| format::count(h.model.accounts.values().filter(|a| a.contributions > 0).count() as u64))}</dd>
            </div>
            <div>
                <dt>"Classes"</dt>
                <dd>{figure(|h| h.model.classes.to_string())}</dd>
            </div>
            <div>
                <dt>"Features"</dt>
                <dd>{figure(|h| format::count(h.model.shape.features.into()))}</dd>
            </div>
            <div>
                <dt>"Held for accounts"</dt>
                <dd>{figure(|h| format::mdc(h.model.owed()))}</dd>
            </div>
        </dl>
    }
}
