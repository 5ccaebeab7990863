//! The models that the connected account takes part in, on the page “My work”.

use std::collections::BTreeMap;

use app_core::{chain::ModelHistory, components::time::Deadline, parts::NOT_READ, routes, wallet::Wallet};
use app_ui::{format, messages::empty::Ghost};
use leptos::prelude::*;

use super::MyWork;

#[component]
pub fn MyModels() -> impl IntoView {
    let work = expect_context::<MyWork>();
    view! {
        <section class="stack" aria-labelledby="my-models">
            <h2 id="my-models">"Models you made or teach"</h2>
            {move || match work.parts.get() {
                models if work.has_failed() && models.as_ref().is_none_or(BTreeMap::is_empty) => {
                    view! { <p class="soft">{NOT_READ}</p> }.into_any()
                }
                None => view! { <Ghost lines=2 /> }.into_any(),
                Some(models) if models.is_empty() => view! {
                    <p class="soft">"None yet. " <a href=routes::MODELS>"See the models that anybody can teach"</a> "."</p>
                }
                .into_any(),
                Some(models) => view! { <Mine models=models.into_values().collect() /> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Mine(models: Vec<ModelHistory>) -> impl IntoView {
    view! {
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Model"</th>
                        <th>"Your part"</th>
                        <th class="number">"Balance in it"</th>
                        <th class="number">"Deposits open"</th>
                        <th>"Next"</th>
                    </tr>
                </thead>
                <tbody>{models.into_iter().map(|history| view! { <Row history=history /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(history: ModelHistory) -> impl IntoView {
    let work = expect_context::<MyWork>();
    let wallet = expect_context::<Wallet>();
    let clock = expect_context::<app_core::chain::Clock>();
    let model = history.model;
    let account = wallet.account.get_untracked().unwrap_or(protocol::Address::ZERO);
    let address = model.address;
    let open: u128 = model
        .contributions
        .iter()
        .filter(|c| c.record.contributor == account && !c.record.settled)
        .map(|c| c.record.left.0)
        .sum();
    let part = if model.owner == account { "Owner" } else { "Contributor" };
    let next = model.steps(&account, clock.now.get_untracked()).first().map(|step| step.until.unwrap_or(step.from));
    view! {
        <tr>
            <td class="lead">
                <a class="strong" href=routes::model(address)>
                    {move || work.title(address).unwrap_or_else(|| format!("Model {}", address.short()))}
                </a>
                <div class="small soft">{address.short()}</div>
            </td>
            <td data-label="Your part">
                <span class="chip">{part}</span>
            </td>
            <td class="number nowrap" data-label="Balance in it">{format::mdc(model.account(&account).balance)}</td>
            <td class="number nowrap" data-label="Deposits open">{format::mdc(protocol::Amount(open))}</td>
            <td data-label="Next">
                {match next {
                    Some(at) => view! { <Deadline at=at /> }.into_any(),
                    None => view! { <span class="soft">"–"</span> }.into_any(),
                }}
            </td>
        </tr>
    }
}
