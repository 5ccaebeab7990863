use dataset::metadata::{Metadata, getting};
use leptos::prelude::*;

use super::{session::Session, view::View};
use app_core::content;
use app_ui::{
    controls::{busy_button::BusyButton, code::Code},
    format,
};

/// Lines that fetch the files elsewhere, and a prediction file to fill in.
#[component]
pub fn Get(session: Session) -> impl IntoView {
    let metadata = Memo::new(move |_| session.published());
    move || metadata.get().map(|metadata| view! { <Ways session=session metadata=metadata /> })
}

#[component]
fn Ways(session: Session, metadata: Metadata) -> impl IntoView {
    let python = RwSignal::new(true);
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
    view! {
        <details>
            <summary id="get-data">"Get this data"</summary>
            <div class="stack">
                <div class="tabs" role="group" aria-label="Program">
                    <View id="get-pandas" name="Python (pandas)" value=true chosen=python />
                    <View id="get-curl" name="Terminal (curl)" value=false chosen=python />
                </div>
                {move || match python.get() {
                    true => view! { <Code text=pandas.clone() what="lines for pandas" /> },
                    false => view! { <Code text=curl.clone() what="lines for curl" /> },
                }}
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
