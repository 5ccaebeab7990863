//! How far the programs of workers are loaded, in the corner of every page.

use app_core::workers::{Loaded, Program, on_loading};
use app_ui::format;
use leptos::prelude::*;

/// The parts of the page that are on their way, each with its size. The style shows them only where it takes a while.
#[component]
pub fn Loading() -> impl IntoView {
    let programs = RwSignal::new(Vec::<(Program, Loaded)>::new());
    on_loading(move |program, loaded| {
        programs.try_update(|all| {
            all.retain(|(known, _)| known.url != program.url);
            all.extend(loaded.map(|loaded| (program.clone(), loaded)));
        });
    });
    let card = |(program, Loaded { bytes, of }): (Program, Loaded)| {
        view! {
            <div class="card loading">
                <div>
                    <div class="small">{format!("Loading the part of the page that {}", program.does)}</div>
                    <progress max=of value=bytes aria-label=format!("The part of the page that {}", program.does)></progress>
                    <div class="small soft">{format!("{} of {}", format::bytes(bytes), format::bytes(of))}</div>
                </div>
            </div>
        }
    };
    view! { {move || programs.get().into_iter().map(card).collect_view()} }
}
