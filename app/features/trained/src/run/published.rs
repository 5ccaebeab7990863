//! Trying a published model: fetched by its CID, believed because its bytes hash to it.

mod opening;

use leptos::prelude::*;
use protocol::cid::Cid;

use super::{Loaded, Model, Opened, lineage::LineagePanel, wait::Wait};
use app_core::{components::download::Download, routes};
use app_ui::{
    controls::copy::Copyable,
    messages::{
        empty::{Empty, Ghost},
        notice::Notice,
    },
};
use opening::{Opening, State, Trouble};

#[component]
pub fn Published(cid: String, bounty: Option<u64>) -> impl IntoView {
    let opening = Opening::start(cid, bounty);
    view! {
        <div class="page">
            <Heading opening=opening />
            {move || opening.wrong_bounty.get().map(|text| view! { <Notice tone="warn">{text}</Notice> })}
            {move || match opening.state.get() {
                State::Working(what) => {
                    view! {
                        <Wait what=what models=opening.models />
                        <Ghost lines=4 />
                    }
                        .into_any()
                }
                State::Failed(trouble) => view! { <Refused opening=opening trouble=trouble /> }.into_any(),
                State::Ready(loaded) => {
                    let opened = Opened::new(opening.models, *loaded);
                    view! { <Model opened=opened /> }.into_any()
                }
            }}
        </div>
    }
}

#[component]
fn Heading(opening: Opening) -> impl IntoView {
    let cid = opening.cid.get_value();
    let parsed = cid.parse::<Cid>().ok();
    let unnamed = format!("Model {}", parsed.as_ref().map_or_else(|| cid.clone(), Cid::short));
    let title = move || match opening.state.get() {
        State::Ready(loaded) => title(&loaded),
        _ => unnamed.clone(),
    };
    view! {
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
            <div class="stack tight">
                <Download cid=cid name="model.onnx" />
            </div>
        </div>
    }
}

#[component]
fn Refused(opening: Opening, trouble: Trouble) -> impl IntoView {
    // What is no CID comes from nowhere.
    let lineage = opening.cid.with_value(|cid| cid.parse::<Cid>().is_ok().then(|| cid.clone()));
    let (from, listed) = (opening.from.get_value(), opening.listed);
    view! {
        <div class="panel" id="refused">
            <Empty icon="warn" title=trouble.title()>
                <p>{trouble.why()}</p>
                <div class="row">
                    <button class="button" type="button" on:click=move |_| opening.begin()>
                        "Try again"
                    </button>
                    <a class="button" href=routes::TRAINED>"See trained models"</a>
                </div>
            </Empty>
        </div>
        {lineage.map(|cid| view! { <LineagePanel cid=cid from=from listed=listed note=None /> })}
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
