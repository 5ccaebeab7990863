//! Calls and payments as they happen: the newest events of all jobs and providers, read from the chain.

use std::cmp::Reverse;

use app_core::{chain::Computing, components::time::Moment, routes};
use app_ui::{
    icon::Icon,
    messages::{empty::Ghost, notice::Problem},
};
use jobs::ProviderEvent;
use leptos::prelude::*;
use protocol::Address;

use crate::{context::Known, job::story, names};

/// So many are shown.
const SHOWN: usize = 20;

/// One of them.
#[derive(Clone, PartialEq)]
struct News {
    place: (u64, u64),
    at: u64,
    tone: &'static str,
    icon: &'static str,
    text: String,
    job: Option<u64>,
}

#[component]
pub fn Happening(known: Known) -> impl IntoView {
    let news = Memo::new(move |_| known.computing.with(|all| all.as_ref().map(|all| newest(all))));
    view! {
        <section class="panel" aria-labelledby="happening">
            <header>
                <h2 id="happening">"Happening now"</h2>
            </header>
            <div class="body stack">
                <Problem error=known.error />
                {move || match news.get() {
                    None if known.error.with(Option::is_some) => ().into_any(),
                    None => view! { <Ghost lines=4 /> }.into_any(),
                    Some(news) if news.is_empty() => {
                        view! { <p class="soft">"Nothing has happened on this chain yet. It is told here with the next block."</p> }.into_any()
                    }
                    Some(news) => view! {
                        <ol class="timeline" id="events">
                            {news.into_iter().map(|one| view! { <OneEvent news=one /> }).collect_view()}
                        </ol>
                    }
                    .into_any(),
                }}
            </div>
        </section>
    }
}

#[component]
fn OneEvent(news: News) -> impl IntoView {
    let link = news.job.map(|job| view! { <a href=routes::job(job)>{format!("Job {job}")}</a> ": " });
    view! {
        <li class=news.tone>
            <Icon name=news.icon />
            <div>
                <p>{link} {news.text}</p>
                <p class="small soft">
                    <Moment at=news.at />
                    {format!(" · block {}", news.place.0)}
                </p>
            </div>
        </li>
    }
}

fn newest(all: &Computing) -> Vec<News> {
    let jobs = all.events.iter().flat_map(|(id, events)| events.iter().map(move |logged| (*id, logged)));
    let jobs = jobs.map(|(id, logged)| {
        let (tone, icon, text) = story(&logged.event);
        let place = (logged.block, logged.log_index);
        News { place, at: logged.at, tone, icon, text, job: Some(id) }
    });
    let providers = all.of_providers.iter().map(|logged| {
        let (icon, text) = of_provider(logged.subject, &logged.event);
        News { place: (logged.block, logged.log_index), at: logged.at, tone: "", icon, text, job: None }
    });
    let mut news: Vec<_> = jobs.chain(providers).collect();
    news.sort_by_key(|one| Reverse(one.place));
    news.truncate(SHOWN);
    news
}

fn of_provider(who: Address, event: &ProviderEvent) -> (&'static str, String) {
    let who = who.short();
    match event {
        ProviderEvent::Offers { offer, .. } => (
            "machine",
            format!(
                "{who} lends {}, {} for a job, at {} a unit.",
                names::speed(offer.units_per_second.into()),
                names::memory(offer.memory_mib),
                names::exact(offer.price)
            ),
        ),
        ProviderEvent::Paused => ("clock", format!("{who} pauses.")),
        ProviderEvent::Withdrawn { amount } => {
            ("coin", format!("{who} took {} out of its deposit.", names::exact(*amount)))
        }
        ProviderEvent::Left { amount } => {
            ("cross", format!("{who} left with its deposit of {}.", names::exact(*amount)))
        }
        ProviderEvent::QuotesRevoked { .. } => ("cross", format!("{who} revoked its older quotes.")),
    }
}
