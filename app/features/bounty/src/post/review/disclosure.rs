use dataset::metadata::Metadata;
use leptos::prelude::*;

use app_ui::{format, icon::Icon};

/// What everybody will see, and what nobody will until the reveal.
#[component]
pub fn Disclosure(metadata: Metadata, test_labels: u32) -> impl IntoView {
    let Metadata { title, features, classes, train, test, .. } = metadata;
    view! {
        <div class="split">
            <section class="panel">
                <header>
                    <h2 class="row tight">
                        <Icon name="eye" />
                        "Becomes public"
                    </h2>
                </header>
                <ul class="body stack tight">
                    <li>{format!("Title and description: “{}”", title)}</li>
                    <li>{format!("train.csv with labels: {}, {}", format::plural(train.rows, "row"), format::bytes(train.bytes))}</li>
                    <li>{format!("test.csv without labels: {}, {}", format::plural(test.rows, "row"), format::bytes(test.bytes))}</li>
                    <li>
                        {format!("Names of {} and {} classes", format::plural(features.len() as u64, "feature"), classes.len())}
                    </li>
                    <li>"The terms, your address, and a hash of the test labels"</li>
                </ul>
            </section>
            <section class="panel">
                <header>
                    <h2 class="row tight">
                        <Icon name="lock" />
                        "Stays secret until you reveal"
                    </h2>
                </header>
                <ul class="body stack tight">
                    <li>{format!("{} of test.csv", format::plural(test_labels.into(), "label"))}</li>
                    <li>"Which rows of your CSV they come from"</li>
                    <li>"The salt; wallet and CSV bring it back if this browser is wiped"</li>
                </ul>
            </section>
        </div>
    }
}
