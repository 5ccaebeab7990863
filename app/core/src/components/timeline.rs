use leptos::prelude::*;
use protocol::{FamilyEvent, Logged};

use super::time::Moment;
use app_ui::icon::Icon;

/// Tone, icon and sentence of an event.
pub type Story = (&'static str, &'static str, String);

/// What happened, newest first. `story` tells an event.
#[component]
pub fn Timeline<E: FamilyEvent<Subject: Send + Sync> + Send + Sync + 'static>(
    #[prop(into)] events: Signal<Vec<Logged<E>>>,
    story: fn(&E) -> Story,
) -> impl IntoView {
    let entry = move |event: &Logged<E>| {
        let (tone, icon, text) = story(&event.event);
        view! {
            <li class=tone>
                <Icon name=icon />
                <div>
                    <p>{text}</p>
                    <p class="small soft">
                        <Moment at=event.at />
                        {format!(" · block {}", event.block)}
                    </p>
                </div>
            </li>
        }
    };
    view! {
        <section class="panel" aria-labelledby="happened">
            <header>
                <h2 id="happened">"What happened"</h2>
            </header>
            <div class="body">
                <ol class="timeline">{move || events.with(|events| events.iter().rev().map(entry).collect_view())}</ol>
            </div>
        </section>
    }
}
