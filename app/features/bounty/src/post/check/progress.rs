use dataset::task::{Progress, Stage};
use leptos::prelude::*;

use app_ui::format;

/// How far the worker is.
#[component]
pub fn Bar(progress: Progress) -> impl IntoView {
    let what = match progress.stage {
        Stage::Labels => "Reading labels",
        Stage::Checking => "Checking every row",
        Stage::Splitting => "Splitting",
        Stage::Shuffling => "Shuffling the test rows",
        Stage::Hashing => "Hashing",
        Stage::Looking => "Looking at every row",
    };
    view! {
        <div class="progress">
            <span>{format!("{what}: {} of {}", format::bytes(progress.done), format::bytes(progress.total))}</span>
            <progress max=progress.total.to_string() value=progress.done.to_string()></progress>
        </div>
    }
}
