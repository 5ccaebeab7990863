use dataset::metadata::{Metadata, getting};
use leptos::prelude::*;

use super::session::Session;
use app_core::content;
use app_ui::{
    controls::{
        busy_button::BusyButton,
        choices::{Choice, TabPanel, Tabs},
        code::Code,
    },
    format,
};

/// Lines that fetch the files elsewhere, and a prediction file to fill in.
#[component]
pub fn Get(session: Session) -> impl IntoView {
    let metadata = Memo::new(move |_| session.published());
    move || metadata.get().map(|metadata| view! { <Ways session=session metadata=metadata /> })
}

fn programs() -> Vec<Choice> {
    [("get-pandas", "Python (pandas)"), ("get-curl", "Terminal (curl)")]
        .map(|(id, name)| (id.to_owned(), name.to_owned()))
        .to_vec()
}

#[component]
fn Ways(session: Session, metadata: Metadata) -> impl IntoView {
    let program = RwSignal::new(0_usize);
    let checks = match getting::compares_hashes(&metadata) {
        true => "Both compare the SHA-256 of what came with that of the published files.",
        false => {
            "Of a file of more than 256 KiB both compare the size; files this large are named by the hash of a tree, which `ipfs add --only-hash --cid-version=1 --raw-leaves` computes."
        }
    };
    let size = format::bytes(metadata.train.bytes.saturating_add(metadata.test.bytes));
    let pandas = getting::pandas(&metadata, content::url);
    let curl = getting::curl(&metadata, content::url);
    let metadata = StoredValue::new(metadata);
    let chosen = Signal::derive(move || Some(program.get()));
    view! {
        <details>
            <summary id="get-data">"Get this data"</summary>
            <div class="stack">
                <Tabs label="Program" panel="get-lines" tabs=programs() chosen=chosen on_choose=Callback::new(move |at| program.set(at)) />
                <TabPanel id="get-lines" tabs=programs() chosen=chosen>
                    {move || match program.get() {
                        0 => view! { <Code text=pandas.clone() what="lines for pandas" /> },
                        _ => view! { <Code text=curl.clone() what="lines for curl" /> },
                    }}
                </TabPanel>
                <p class="small soft">{checks}</p>
                <div class="row">
                    <BusyButton
                        label="Prediction template"
                        id="get-template"
                        busy=session.run.busy
                        on_press=Callback::new(move |()| session.save_template(metadata.get_value()))
                    />
                    <span class="small soft">
                        {move || match session.looked.with(Option::is_some) {
                            true => "A CSV with a line for each test row and the most frequent class in it, to fill in.".to_owned(),
                            false => format!("A CSV with a line for each test row and the most frequent class in it, to fill in. Fetches {size}."),
                        }}
                    </span>
                </div>
            </div>
        </details>
    }
}
