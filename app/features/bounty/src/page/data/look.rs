use std::sync::Arc;

use dataset::PublishedReport;
use leptos::prelude::*;

use super::{
    session::{Looked, Session},
    view::View,
};
use app_ui::{
    controls::busy_button::BusyButton,
    format,
    messages::run::RunState,
    tables::{balance::Balance, columns::Columns, first_rows::FirstRows},
};

/// Bytes of both files up to which they are fetched without being asked for.
const AT_ONCE: u64 = 256 << 10;
/// Differences between the files that are listed.
const LISTED: usize = 12;

/// What the files hold. Large ones are fetched at a press, which says how much that is.
#[component]
pub fn Look(session: Session) -> impl IntoView {
    let size = Memo::new(move |_| {
        session.published().map(|metadata| metadata.train.bytes.saturating_add(metadata.test.bytes))
    });
    let look = move || {
        if let Some(metadata) = untrack(|| session.published()) {
            session.look(metadata);
        }
    };
    Effect::new(move || {
        if size.get().is_some_and(|size| size <= AT_ONCE) {
            look();
        }
    });
    // What was not asked for and did not come is no alarm.
    let quiet = Memo::new(move |_| session.run.error.get().filter(|_| !session.asked.get()));
    let fetched = move || Some(session.fetched.get()).filter(|bytes| *bytes > 0 && session.run.busy.get());
    view! {
        {move || match quiet.get() {
            Some(why) => view! { <p class="small soft breakable">{why}</p> }.into_any(),
            None => view! { <RunState run=session.run /> }.into_any(),
        }}
        {move || fetched().map(|bytes| view! { <p class="small soft">{format!("{} are here.", format::bytes(bytes))}</p> })}
        {move || match (session.looked.get(), size.get()) {
            (Some(looked), _) => Some(view! { <Both looked=looked /> }.into_any()),
            (None, Some(size)) => {
                let label = format!("Look at the data ({})", format::bytes(size));
                let press = Callback::new(move |()| {
                    session.asked.set(true);
                    look();
                });
                Some(view! { <div><BusyButton label=label id="look-at-data" busy=session.run.busy on_press=press /></div> }.into_any())
            }
            (None, None) => None,
        }}
    }
}

#[component]
fn Both(looked: Arc<Looked>) -> impl IntoView {
    let testing = RwSignal::new(false);
    let looked = StoredValue::new_local(looked);
    view! {
        <div class="tabs" role="group" aria-label="Which file is shown">
            <View id="look-train" name="train.csv" value=false chosen=testing />
            <View id="look-test" name="test.csv" value=true chosen=testing />
        </div>
        {move || {
            let looked = looked.get_value();
            match testing.get() {
                false => view! { <Contents report=looked.train.clone() /> }.into_any(),
                true => view! { <Differences looked=looked.clone() /> <Contents report=looked.test.clone() /> }.into_any(),
            }
        }}
    }
}

#[component]
fn Contents(report: PublishedReport) -> impl IntoView {
    let PublishedReport { profile, classes } = report;
    let names: Vec<String> = profile.columns.iter().map(|column| column.name.clone()).collect();
    let label = profile.label.map(|at| at as usize);
    let balance = label.and_then(|at| names.get(at).cloned()).filter(|_| !classes.is_empty());
    view! {
        <div class="framed"><FirstRows columns=names rows=profile.first.clone() label=label /></div>
        {balance.map(|label| view! { <Balance label=label classes=classes /> })}
        <h3>"Columns"</h3>
        <Columns profile=profile />
    }
}

/// Columns of which models may see in the test what they never saw in training.
#[component]
fn Differences(looked: Arc<Looked>) -> impl IntoView {
    let found = &looked.differences;
    let sampled = !looked.train.profile.is_exact();
    if found.is_empty() {
        let text = if sampled {
            "Every column holds the same kind of values as in train.csv. Of so large a table only some rows were looked at, so ranges and words are not compared."
        } else {
            "No column holds anything else than in train.csv, as far as ranges and frequent words tell."
        };
        return view! { <p class="small soft">{text}</p> }.into_any();
    }
    let line = |(column, difference): &(String, dataset::Difference)| {
        let text = difference.told(format::value);
        view! { <li class="breakable"><span class="strong">{column.clone()}</span> ": " {text}</li> }
    };
    let more = found.len().saturating_sub(LISTED);
    view! {
        <h3>"Where test.csv differs from train.csv"</h3>
        <ul class="bullets">
            {found.iter().take(LISTED).map(line).collect_view()}
            {(more > 0).then(|| view! { <li class="soft">{format!("and {} more", format::count(more as u64))}</li> })}
        </ul>
        {sampled.then(|| view! { <p class="small soft">"Only some rows of train.csv were looked at, so ranges and words are not compared."</p> })}
    }
    .into_any()
}
