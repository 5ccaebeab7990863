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

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};
use protocol::{Address, subject::Subject};
use shared_model::{IncentiveKind, Model, ModelMetadata, metadata::MAX_METADATA, state::Wanted};

pub use crate::context::ModelContext;
use crate::{context::shown, names, reading};
use app_core::{
    allow_list::AllowList,
    chain::{ModelError, ModelHistory, Reader},
    components::{account::Account, server_differs::ServerDiffers},
    content::{self, ContentError},
    routes, titles,
};
use app_ui::{
    controls::choices::{Choice, TabPanel, Tabs},
    format,
    messages::{
        empty::{Empty, Ghost, GhostPage},
        notice::Notice,
    },
};

#[component]
pub fn ModelPage() -> impl IntoView {
    let parameters = use_params_map();
    let address = Memo::new(move |_| parameters.with(|p| p.get("address")).and_then(|a| a.parse::<Address>().ok()));
    move || match address.get() {
        Some(address) => view! { <ModelAt address=address /> }.into_any(),
        None => view! {
            <div class="panel">
                <Empty icon="warn" title="This is no address" whole_page=true>
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
    let reader = expect_context::<Reader>();
    let history = RwSignal::new(None::<ModelHistory>);
    let error = RwSignal::new(None::<ModelError>);
    let known = RwSignal::new(None::<Model>);
    let metadata = RwSignal::new(None);
    let context = ModelContext {
        address,
        history,
        known,
        wanted: RwSignal::new(Wanted::default()),
        predicted: RwSignal::new(BTreeMap::new()),
        metadata,
        allowed: expect_context(),
    };
    reading::follow_history(context, error);
    reading::follow_stored(context);
    let cid = Memo::new(move |_| context.with_model(|model| model.metadata_cid.clone()));
    let told = move |read: Result<Vec<u8>, ContentError>| {
        let read = match read {
            Ok(bytes) => ModelMetadata::parse(&bytes).map(shown).map_err(|e| e.to_string()),
            Err(e) => Err(e.to_string()),
        };
        // The same failure once more changes nothing.
        if metadata.with_untracked(|metadata| metadata.as_ref() != Some(&read)) {
            metadata.set(Some(read));
            titles::tell(Subject::new(shared_model::FAMILY, context.address), &untrack(|| context.name()));
        }
    };
    content::follow(cid, MAX_METADATA as u64, Callback::new(told));
    let here = Memo::new(move |_| context.with_model(|_| ()).is_some());
    let subject = StoredValue::new(Subject::new(shared_model::FAMILY, address));
    let lacking = Memo::new(move |_| subject.with_value(|subject| reader.lacking(subject)));
    move || {
        match (here.get(), error.get()) {
        (true, failed) => view! {
            <ServerDiffers />
            {move || lacking.get().map(|lacking| view! { <Incomplete lacking=lacking /> })}
            {failed.map(|e| view! { <Notice tone="warn">{format!("{e} What you see is from the last block that could be read.")}</Notice> })}
            <ModelShown context=context />
        }
        .into_any(),
        (false, None) => view! {
            <GhostPage />
            <reading::Reading />
        }
        .into_any(),
        (false, Some(ModelError::Invalid(why))) => view! {
            <div class="panel">
                <Empty icon="warn" title="This is not a model you can use" whole_page=true>
                    <p>{why.to_string()}</p>
                    <a class="button" href=routes::MODELS>"All models"</a>
                </Empty>
            </div>
        }
        .into_any(),
        (false, Some(failed)) => view! {
            <div class="panel">
                <Empty icon="warn" title="The model cannot be read" whole_page=true>
                    <p>{failed.to_string()}</p>
                </Empty>
            </div>
        }
        .into_any(),
    }
    }
}

/// The contract has more of the model than the events that came tell.
#[component]
fn Incomplete(lacking: String) -> impl IntoView {
    view! {
        <Notice tone="warn">
            {format!(
                "The chain node left out {lacking} of this model. What is shown below may be wrong until it is read again, which the page does by itself.",
            )}
        </Notice>
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
fn ModelShown(context: ModelContext) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let tab = Memo::new(move |_| {
        let key = query.with(|q| q.get("tab")).unwrap_or_default();
        Tab::ALL.into_iter().find(|(_, k, _)| *k == key).map_or(Tab::Predict, |(tab, ..)| tab)
    });
    // Kept apart from what changes with every contribution, so that a form being filled in is not built anew.
    let ready = Memo::new(move |_| context.with_model(|model| model.ready).unwrap_or(false));
    let read = Memo::new(move |_| context.history.with(Option::is_some));
    // What is being filled in, or waited for, stays when the history comes; tabs that only show something wait for it.
    let shown = Memo::new(move |_| {
        let tab = tab.get();
        (tab, !matches!(tab, Tab::Leaderboard | Tab::Accuracy | Tab::About) || read.get())
    });
    let incentive = Memo::new(move |_| context.with_model(|model| model.incentive));
    let navigate = StoredValue::new(navigate);
    let chosen = Signal::derive(move || Tab::ALL.iter().position(|(one, ..)| *one == tab.get()));
    let go = Callback::new(move |at: usize| {
        let (_, key, _) = Tab::ALL[at];
        let base = routes::model(context.address);
        let address = if key.is_empty() { base } else { format!("{base}?tab={key}") };
        navigate.with_value(|go| go(&address, NavigateOptions { scroll: false, ..Default::default() }));
    });
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
            {move || (!read.get()).then(|| view! { <reading::Reading /> })}
            {move || (!ready.get()).then(|| view! { <loading::LoadingPanel context=context /> })}
            {move || (incentive.get() == Some(IncentiveKind::Market)).then(|| view! { <market::MarketPanel context=context /> })}
            <Tabs label="Parts of the page" panel="part" tabs=tabs() chosen=chosen on_choose=go careful=true />
            <TabPanel id="part" tabs=tabs() chosen=chosen>
                {move || match shown.get() {
                    (Tab::About, false) => view! { <classes::ClassesPanel context=context /> }.into_any(),
                    (_, false) => view! { <Ghost lines=4 /> }.into_any(),
                    (tab, true) => tab_of(tab, context),
                }}
            </TabPanel>
        </div>
    }
}

fn tabs() -> Vec<Choice> {
    Tab::ALL.map(|(_, key, name)| (tab_id(key), name.to_owned())).to_vec()
}

fn tab_id(key: &str) -> String {
    format!("tab-{}", if key.is_empty() { "predict" } else { key })
}

fn tab_of(tab: Tab, context: ModelContext) -> AnyView {
    match tab {
        Tab::Predict => view! { <predict::PredictTab context=context /> }.into_any(),
        Tab::Teach => view! { <teach::TeachTab context=context /> }.into_any(),
        Tab::Mine => view! { <mine::MineTab context=context /> }.into_any(),
        Tab::Others => view! { <others::OthersTab context=context /> }.into_any(),
        Tab::Leaderboard => view! { <leaderboard::LeaderboardTab context=context /> }.into_any(),
        Tab::Accuracy => view! { <accuracy::AccuracyTab context=context /> }.into_any(),
        Tab::About => view! { <about::AboutTab context=context /> }.into_any(),
    }
}

#[component]
fn Heading(context: ModelContext) -> impl IntoView {
    let facts = move || context.with_model(|model| (model.shape.kind, model.incentive, model.owner));
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
                        facts()
                            .map(|(kind, incentive, owner)| {
                                view! {
                                    <span class="chip">{names::classifier(kind)}</span>
                                    <span class="chip">{names::incentive(incentive).0}</span>
                                    <span class="small soft row tight">"Owner" <Account address=owner /></span>
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
    // A market's contributions are known once they are shown; before, there are commitments, which its panel counts.
    let is_market = Memo::new(move |_| context.with_model(|model| model.incentive) == Some(IncentiveKind::Market));
    let called =
        move |usual: &'static str, in_market: &'static str| move || if is_market.get() { in_market } else { usual };
    view! {
        <dl class="figures">
            <div>
                <dt>{called("Contributions", "Contributions shown")}</dt>
                <dd>{figure(|h| format::count(h.model.contributions.len() as u64))}</dd>
            </div>
            <div>
                <dt>{called("Contributors", "Contributors who showed")}</dt>
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
