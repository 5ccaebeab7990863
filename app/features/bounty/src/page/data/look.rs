use std::sync::Arc;

use leptos::prelude::*;

use super::session::{Looked, Session};
use app_ui::{
    controls::{
        busy_button::BusyButton,
        choices::{Choice, TabPanel, Tabs},
    },
    format,
    messages::run::RunState,
    tables::contents::Contents,
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
    let file = RwSignal::new(0_usize);
    let looked = StoredValue::new_local(looked);
    let chosen = Signal::derive(move || Some(file.get()));
    view! {
        <Tabs label="Which file is shown" panel="looked-at" tabs=files() chosen=chosen on_choose=Callback::new(move |at| file.set(at)) />
        <TabPanel id="looked-at" tabs=files() chosen=chosen>
            {move || {
                let looked = looked.get_value();
                let is_test = file.get() == 1;
                let shown = if is_test { &looked.test } else { &looked.train };
                let contents = view! { <Contents profile=shown.profile.clone() classes=shown.classes.clone() /> };
                (is_test.then(|| view! { <Differences looked=looked.clone() /> }), contents)
            }}
        </TabPanel>
    }
}

fn files() -> Vec<Choice> {
    ["train", "test"].map(|name| (look_id(name), format!("{name}.csv"))).to_vec()
}

fn look_id(name: &str) -> String {
    format!("look-{name}")
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
