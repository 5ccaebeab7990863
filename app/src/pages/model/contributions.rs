//! What was taught, as rows: found through the server where it answers, else on chain; what a row says of money is the
//! chain's.

use leptos::{prelude::*, task::spawn_local};
use protocol::{
    Address, Digest,
    api::models::{ContributionQuery, ContributionState},
    shared_model::{
        Original, Refusal, Sample,
        state::{Contribution, Ending},
    },
};

use super::{Shown, form::SampleView};
use crate::{
    actions::{ActionError, Tools, models},
    chain::Clock,
    components::{
        account::Account,
        busy_button::BusyButton,
        copy::Copyable,
        empty::{Empty, Ghost},
        icon::Icon,
        notice::Notice,
        pager::Pager,
        run::{Run, RunState},
        time::Moment,
    },
    content, format,
    live::Live,
    server,
    settings::Settings,
};

/// Rows on one page.
const PAGE: u64 = 20;
/// Largest original that is fetched, bytes.
const MAX_ORIGINAL: u64 = 256 * 1024;

/// Whose rows, and what can be done with them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Own ones; the button asks for the refund.
    Mine(Address),
    /// Those of others; the button reports. Without an account nothing can be pressed.
    Others(Option<Address>),
}

/// A row to show: the contribution by its key, and where its original is said to be.
#[derive(Clone, PartialEq)]
struct Found {
    key: Digest,
    original: Option<String>,
}

#[component]
pub fn ContributionList(shown: Shown, whose: Whose) -> impl IntoView {
    let live = expect_context::<Live>();
    let search = RwSignal::new(String::new());
    let label = RwSignal::new(None::<u16>);
    let state = RwSignal::new(None::<ContributionState>);
    let claimable = RwSignal::new(false);
    let offset = RwSignal::new(0u64);
    let total = RwSignal::new(0u64);
    let found = RwSignal::new(None::<Vec<Found>>);
    let away = RwSignal::new(None::<String>);
    let known = Memo::new(move |_| shown.history.with(|h| h.as_ref().map_or(0, |h| h.model.contributions.len())));
    Effect::new(move || {
        live.track();
        known.track();
        let account = match whose {
            Whose::Mine(account) => Some(account),
            Whose::Others(_) => None,
        };
        let reporter = match whose {
            Whose::Others(account) if claimable.get() => account,
            _ => None,
        };
        let query = ContributionQuery {
            search: Some(search.get()).filter(|s| !s.is_empty()),
            contributor: account,
            label: label.get(),
            state: state.get(),
            claimable_by: reporter,
            offset: Some(offset.get()),
            limit: Some(PAGE),
            ..ContributionQuery::default()
        };
        spawn_local(async move {
            match server::contributions(shown.address, &query).await {
                Ok(list) => {
                    away.try_set(list.status.trouble);
                    total.try_set(list.total);
                    let rows = list.rows.into_iter().map(|row| Found { key: row.key, original: row.original });
                    found.try_set(Some(rows.collect()));
                }
                Err(error) => {
                    away.try_set(Some(format!("{error} These rows are from the chain; originals are missing.")));
                    let all = on_chain(shown, &query);
                    total.try_set(all.len() as u64);
                    let page = all.into_iter().skip(offset.get_untracked() as usize).take(PAGE as usize);
                    found.try_set(Some(page.map(|key| Found { key, original: None }).collect()));
                }
            }
        });
    });
    let rows = Memo::new(move |_| found.get());
    let states = [
        (None, "Any state"),
        (Some(ContributionState::Open), "Open"),
        (Some(ContributionState::Refunded), "Refunded"),
        (Some(ContributionState::Taken), "Taken"),
    ];
    view! {
        <div class="stack">
            <div class="row">
                <input
                    type="search"
                    aria-label="Search contributions"
                    placeholder="Search texts, keys, addresses"
                    style:max-width="280px"
                    prop:value=move || search.get()
                    on:change=move |event| {
                        offset.set(0);
                        search.set(event_target_value(&event));
                    }
                />
                <select
                    style:width="auto"
                    aria-label="Label"
                    on:change=move |event| {
                        offset.set(0);
                        label.set(event_target_value(&event).parse().ok());
                    }
                >
                    <option value="">"Any label"</option>
                    {move || {
                        shown
                            .classes()
                            .into_iter()
                            .enumerate()
                            .map(|(i, name)| view! { <option value=i>{name}</option> })
                            .collect_view()
                    }}
                </select>
                <select
                    style:width="auto"
                    aria-label="State"
                    on:change=move |event| {
                        offset.set(0);
                        let chosen = event_target_value(&event);
                        state.set(states.into_iter().find(|(_, name)| *name == chosen).and_then(|(state, _)| state));
                    }
                >
                    {states.into_iter().map(|(_, name)| view! { <option value=name>{name}</option> }).collect_view()}
                </select>
                {matches!(whose, Whose::Others(Some(_)))
                    .then(|| {
                        view! {
                            <label class="check">
                                <input
                                    type="checkbox"
                                    on:change=move |event| {
                                        offset.set(0);
                                        claimable.set(event_target_checked(&event));
                                    }
                                />
                                "Reportable by me"
                            </label>
                        }
                    })}
            </div>
            {move || away.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {move || match rows.get() {
                None => view! { <Ghost lines=4 /> }.into_any(),
                Some(rows) if rows.is_empty() => {
                    view! {
                        <div class="panel">
                            <Empty icon="list" title="Nothing here">
                                <p>
                                    {match whose {
                                        Whose::Mine(_) => "What you teach this model will be listed here, with its refund.",
                                        Whose::Others(_) => "No contribution matches. Clear search and filters, or be the first to teach.",
                                    }}
                                </p>
                            </Empty>
                        </div>
                    }
                        .into_any()
                }
                Some(rows) => {
                    view! {
                        <ul class="panel contributions">
                            {rows.into_iter().map(|row| view! { <Row shown=shown whose=whose found=row /> }).collect_view()}
                        </ul>
                    }
                        .into_any()
                }
            }}
            <Pager total=total offset=offset page=PAGE on_turn=Callback::new(move |to| offset.set(to)) />
        </div>
    }
}

/// Keys that a query would find, from the chain alone, newest first. Texts of originals cannot be searched here.
fn on_chain(shown: Shown, query: &ContributionQuery) -> Vec<Digest> {
    let text = query.search.as_deref().unwrap_or_default().to_lowercase();
    let matches = |c: &&Contribution| {
        let state = match c.ending {
            None => ContributionState::Open,
            Some(Ending::Taken) => ContributionState::Taken,
            Some(_) => ContributionState::Refunded,
        };
        let named = [c.record.key.to_string(), c.record.contributor.to_string()];
        query.contributor.is_none_or(|who| c.record.contributor == who)
            && query.label.is_none_or(|label| c.record.label == label)
            && query.state.is_none_or(|wanted| wanted == state)
            && (text.is_empty() || named.iter().any(|n| n.to_lowercase().contains(&text)))
    };
    shown.history.with_untracked(|h| {
        let all = h.as_ref().map(|h| h.model.contributions.as_slice()).unwrap_or_default();
        all.iter().rev().filter(matches).map(|c| c.record.key).collect()
    })
}

#[component]
fn Row(shown: Shown, whose: Whose, found: Found) -> impl IntoView {
    let key = found.key;
    let contribution =
        Memo::new(move |_| shown.history.with(|h| h.as_ref().and_then(|h| h.model.contribution(&key).cloned())));
    view! {
        <li>
            {move || match contribution.get() {
                None => view! {
                    <p class="soft">{format!("The server lists {} but the chain has no such contribution yet.", key.short())}</p>
                }
                    .into_any(),
                Some(c) => view! { <Filled shown=shown whose=whose contribution=c original=found.original.clone() /> }.into_any(),
            }}
        </li>
    }
}

#[component]
fn Filled(shown: Shown, whose: Whose, contribution: Contribution, original: Option<String>) -> impl IntoView {
    let record = contribution.record;
    let state = match contribution.ending {
        None if record.known => view! { <span class="chip">"Open, was known"</span> }.into_any(),
        None => view! { <span class="chip live">"Open"</span> }.into_any(),
        Some(Ending::Refunded { point: true }) => {
            view! { <span class="chip good">"Refunded, +1 point"</span> }.into_any()
        }
        Some(Ending::Refunded { point: false }) => view! { <span class="chip">"Refunded"</span> }.into_any(),
        Some(Ending::Taken) => view! { <span class="chip bad">"Taken"</span> }.into_any(),
        Some(Ending::Evaluated) => view! { <span class="chip good">"Counted"</span> }.into_any(),
    };
    let sample = contribution.sample.clone();
    view! {
        <div class="stack tight">
            <WhatItWas shown=shown sample=sample.clone() original=original />
            <p class="row small facts">
                <span class="strong">{move || shown.class(record.label)}</span>
                {state}
                <span class="soft">
                    {if record.initial.0 == 0 {
                        "no deposit".to_owned()
                    } else if record.left == record.initial {
                        format::mdc(record.initial)
                    } else {
                        format!("{} of {} left", format::mdc(record.left), format::mdc(record.initial))
                    }}
                </span>
                <Moment at=record.at />
                {matches!(whose, Whose::Others(_)).then(|| view! { <Account address=record.contributor /> })}
                <Copyable shown=record.key.short() whole=record.key.to_string() what="key" />
            </p>
            {(!record.settled).then(|| view! { <Claim shown=shown whose=whose key=record.key sample=sample label=record.label /> })}
        </div>
    }
}

/// The button of a row, or why there is none now.
#[component]
fn Claim(shown: Shown, whose: Whose, key: Digest, sample: Vec<u8>, label: u16) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let run = Run::new();
    let sample = StoredValue::new(sample);
    // What the button would do, or why it is not offered.
    let offer = Memo::new(move |_| {
        let now = clock.now.get();
        shown.history.with(|h| {
            let h = h.as_ref()?;
            let predicted = || sample.with_value(|s| h.predicted(s, label));
            Some(match whose {
                Whose::Mine(account) => {
                    h.model.refund(&account, &key, now, predicted).map(|refund| match (refund.amount.0, refund.point) {
                        (0, _) => "Claim the point".to_owned(),
                        (_, true) => format!("Refund {} and a point", format::mdc(refund.amount)),
                        (_, false) => format!("Refund {}", format::mdc(refund.amount)),
                    })
                }
                Whose::Others(Some(account)) => h
                    .model
                    .report(&account, &key, now, predicted)
                    .map(|report| format!("Report and take {}", format::mdc(report.amount))),
                Whose::Others(None) => return None,
            })
        })
    });
    let press = Callback::new(move |()| {
        let bytes = sample.get_value();
        let contributor =
            shown.history.with_untracked(|h| h.as_ref()?.model.contribution(&key).map(|c| c.record.contributor));
        run.start(async move {
            match (whose, contributor) {
                (Whose::Mine(_), _) => models::refund(tools, shown.address, &bytes, label).await,
                (Whose::Others(_), Some(contributor)) => {
                    models::report(tools, shown.address, contributor, &bytes, label).await
                }
                (Whose::Others(_), None) => Ok::<(), ActionError>(()),
            }
        });
    });
    view! {
        {move || match offer.get() {
            None | Some(Err(Refusal::NothingToReport)) => ().into_any(),
            Some(Ok(name)) => view! { <div class="row"><BusyButton label=name class="small" busy=run.busy on_press=press /></div> }.into_any(),
            Some(Err(why)) => view! { <p class="small soft row tight"><Icon name="clock" />{said(shown, &why)}</p> }.into_any(),
        }}
        <RunState run=run />
    }
}

/// A refusal, with classes by their names.
fn said(shown: Shown, why: &Refusal) -> String {
    match why {
        Refusal::ModelDisagrees { predicted, label } => format!(
            "The model says “{}” to this, not “{}”, so there is no refund now. It may agree after more contributions.",
            shown.class(*predicted),
            shown.class(*label)
        ),
        Refusal::ModelAgrees { predicted } => {
            format!(
                "The model says “{}” too, so there is nothing to take from this contributor.",
                shown.class(*predicted)
            )
        }
        other => other.to_string(),
    }
}

/// The original, once its encoding was compared with what is on chain; else what the chain itself can show.
#[component]
fn WhatItWas(shown: Shown, sample: Vec<u8>, original: Option<String>) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let sample = StoredValue::new(sample);
    // `None` until fetched.
    let checked = RwSignal::new(None::<Result<Original, String>>);
    let wanted = original.clone();
    Effect::new(move || {
        let (Some(cid), true) = (wanted.clone(), shown.texts()) else { return };
        let Some(Ok(metadata)) = shown.metadata.get() else { return };
        spawn_local(async move {
            let verdict =
                match content::fetch(settings, &cid, MAX_ORIGINAL).await {
                    Err(e) => Err(e.to_string()),
                    Ok(bytes) => match Original::parse(&bytes) {
                        Err(e) => Err(e.to_string()),
                        Ok(original) => match metadata.encoder.build().map(|e| e.encode(&original)) {
                            Ok(Ok(encoded)) if sample.with_value(|s| encoded.to_bytes() == *s) => Ok(original),
                            _ => Err("The published original does not encode to what is on chain, so it is not shown."
                                .into()),
                        },
                    },
                };
            checked.try_set(Some(verdict));
        });
    });
    let has_original = original.is_some();
    move || {
        if !shown.texts() {
            return view! { <p class="soft">"Hidden by your safety switch."</p> }.into_any();
        }
        match checked.get() {
            Some(Ok(original)) => view! {
                <div class="row tight original">
                    <super::form::OriginalView original=original />
                    <span class="small soft row tight" title="The published original encodes to exactly what is on chain.">
                        <Icon name="check" />
                        "matches the chain"
                    </span>
                </div>
            }
            .into_any(),
            Some(Err(why)) => view! {
                <p class="row tight small">
                    <Icon name="warn" />
                    {why}
                </p>
                <FromChain shown=shown sample=sample />
            }
            .into_any(),
            None if has_original => view! { <span class="ghost"></span> }.into_any(),
            None => view! { <FromChain shown=shown sample=sample /> }.into_any(),
        }
    }
}

/// What the sample itself shows: words of a vocabulary, a picture, numbers.
#[component]
fn FromChain(shown: Shown, sample: StoredValue<Vec<u8>>) -> impl IntoView {
    move || {
        let parsed = shown.history.with_untracked(|h| {
            let shape = &h.as_ref()?.model.shape;
            sample.with_value(|s| Sample::parse(shape, s).ok())
        });
        let encoder = shown.metadata.with(|m| m.as_ref().and_then(|m| m.as_ref().ok()).map(|m| m.encoder.clone()));
        parsed.map(|sample| view! { <SampleView encoder=encoder sample=sample /> })
    }
}
