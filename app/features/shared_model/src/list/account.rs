//! The shared models that an account made or taught, on the account's page.

use app_core::{
    account::{Section, Source, Told},
    allow_list::AllowList,
    routes, server,
};
use app_ui::format;
use leptos::prelude::*;
use protocol::{Address, Amount};
use shared_model::{FAMILY, api::AccountModel};

use crate::names;

const MODELS: Source<Vec<AccountModel>> = Source {
    family: FAMILY,
    by_time: false,
    server: |account| {
        Box::pin(async move {
            let told = server::models_of(account).await?;
            Ok((told.models, told.status.block))
        })
    },
    chain: |reader, account| {
        Box::pin(async move {
            let models = reader.folded_models().await.map_err(|error| error.to_string())?;
            Ok(AccountModel::all(models.iter().map(|(model, created)| (model, *created)), &account))
        })
    },
    same: |server, chain| unnamed(server) == unnamed(chain),
};

fn unnamed(models: &[AccountModel]) -> Vec<AccountModel> {
    models.iter().map(|model| AccountModel { name: None, ..model.clone() }).collect()
}

/// The part of an account's page that is about shared models.
pub fn part(account: Address, any: RwSignal<Option<bool>>) -> AnyView {
    let told = Told::follow(account, MODELS);
    told.says_whether(any, |models| !models.is_empty());
    let view = |models: Vec<AccountModel>, _| view! { <Shown models=models /> }.into_any();
    view! { <Section told=told any=any id="account-models" count_id="count-models" title="Shared models" view=view /> }
        .into_any()
}

#[component]
fn Shown(models: Vec<AccountModel>) -> impl IntoView {
    let sum = |of: fn(&AccountModel) -> u64| format::count(models.iter().map(of).sum());
    let earned = Amount(models.iter().map(|model| model.earned.0).sum());
    view! {
        <dl class="figures">
            <div>
                <dt>"Models made"</dt>
                <dd id="models-made">{sum(|model| u64::from(model.is_owner))}</dd>
            </div>
            <div>
                <dt>"Contributions"</dt>
                <dd id="contributions">{sum(|model| model.contributions)}</dd>
            </div>
            <div>
                <dt>"Points for what held up"</dt>
                <dd id="points">{sum(|model| model.points)}</dd>
            </div>
            <div>
                <dt>"Taken of others’ deposits"</dt>
                <dd>{format::mdc(earned)}</dd>
            </div>
        </dl>
        <div class="panel table-wrap">
            <table class="cards">
                <thead>
                    <tr>
                        <th>"Model"</th>
                        <th>"Part"</th>
                        <th>"Incentive"</th>
                        <th class="number">"Contributions"</th>
                        <th class="number">"Points"</th>
                    </tr>
                </thead>
                <tbody>{models.into_iter().map(|model| view! { <Row model=model /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(model: AccountModel) -> impl IntoView {
    let allowed = expect_context::<AllowList>();
    let (address, name) = (model.model, model.name);
    let part = if model.is_owner { "Owner" } else { "Contributor" };
    view! {
        <tr>
            <td class="lead">
                <a class="strong breakable" href=routes::model(address)>
                    {move || allowed.name(address, name.as_deref())}
                </a>
            </td>
            <td data-label="Part">
                <span class="chip">{part}</span>
            </td>
            <td data-label="Incentive">{names::incentive(model.incentive).0}</td>
            <td class="number" data-label="Contributions">{format::count(model.contributions)}</td>
            <td class="number" data-label="Points">{format::count(model.points)}</td>
        </tr>
    }
}
