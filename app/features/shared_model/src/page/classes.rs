use leptos::prelude::*;
use shared_model::{Model, state::LEAST_CLASS_POINTS};

use super::ModelContext;
use crate::actions::models;
use app_core::{action::Tools, chain::Clock};
use app_ui::{
    controls::{busy_button::BusyButton, field::Field},
    format,
    messages::run::{Run, RunState},
};

/// Classes that there are, and those that are proposed.
#[component]
pub fn ClassesPanel(context: ModelContext) -> impl IntoView {
    let tools = Tools::from_context();
    let name = RwSignal::new(String::new());
    let run = Run::new();
    let model = Memo::new(move |_| context.with_model(Model::clone));
    context.wanted.update(|wanted| wanted.proposals = true);
    on_cleanup(move || {
        context.wanted.try_update(|wanted| wanted.proposals = false);
    });
    // Why the name in the field cannot be proposed.
    let problem = Signal::derive(move || {
        let text = name.get();
        if text.is_empty() {
            return None;
        }
        model.with(|m| m.as_ref()?.propose_class(text.trim()).err().map(|why| why.to_string()))
    });
    let propose = Callback::new(move |()| {
        let text = name.get_untracked().trim().to_owned();
        run.start(async move {
            models::propose_class(tools, context.address, &text).await?;
            name.try_set(String::new());
            Ok::<(), app_core::action::ActionError>(())
        });
    });
    let room = Memo::new(move |_| model.with(|m| m.as_ref().is_some_and(|m| m.classes < m.shape.capacity)));
    view! {
        <section class="panel">
            <header>
                <h2>"Classes"</h2>
                <span class="small soft">
                    {move || model.with(|m| m.as_ref().map(|m| format!("{} of at most {}", m.classes, m.shape.capacity)))}
                </span>
            </header>
            <div class="body stack">
                <p class="row tight">
                    {move || context.classes().into_iter().map(|name| view! { <span class="chip">{name}</span> }).collect_view()}
                </p>
                {move || {
                    model
                        .get()
                        .map(|m| {
                            let total = m.total_good;
                            m.proposals
                                .into_iter()
                                .filter(|p| p.index.is_none())
                                .map(|p| view! { <Proposed context=context id=p.id name=p.name support=p.support total=total /> })
                                .collect_view()
                        })
                }}
                <Show
                    when=move || room.get()
                    fallback=|| view! { <p class="soft small">"This model was made for these classes and has room for no other."</p> }
                >
                    <p class="soft small">
                        {move || model.with(|m| m.as_ref().map(rule))}
                    </p>
                    <Field id="field-new-class" label="Name of a new class" value=name problem=problem />
                    <RunState run=run />
                    <div class="row">
                        <BusyButton
                            label="Propose this class"
                            busy=run.busy
                            disabled=Signal::derive(move || {
                                name.with(|n| n.trim().is_empty()) || problem.get().is_some() || tools.wallet.account.get().is_none()
                            })
                            on_press=propose
                        />
                        {move || tools.wallet.account.get().is_none().then(|| view! { <span class="small soft">"Connect a wallet to propose a class."</span> })}
                    </div>
                </Show>
            </div>
        </section>
    }
}

/// How a class comes about.
fn rule(model: &Model) -> String {
    format!(
        "Anyone can propose a class. It can be added {} later, if accounts with more than half of all points support it; while \
         all have fewer than {LEAST_CLASS_POINTS} points together, the owner decides.",
        format::duration(model.terms.owner_wait.into())
    )
}

#[component]
fn Proposed(context: ModelContext, id: u64, name: String, support: u64, total: u64) -> impl IntoView {
    let tools = Tools::from_context();
    let clock = expect_context::<Clock>();
    let (run, adding) = (Run::new(), Run::new());
    // What the connected account can do: support it, add it; or why neither.
    let offer = Memo::new(move |_| {
        let account = tools.wallet.account.get()?;
        let now = clock.now.get();
        context.with_model(|model| {
            let add = model.add_class(&account, id, now);
            let support = model.support_class(&account, id);
            // To add it comes first; who cannot support it learns why it is not added.
            let why = add.as_ref().err().map(|why| why.to_string());
            (support.is_ok() && add.is_err(), add.is_ok(), why)
        })
    });
    let support_it = Callback::new(move |()| {
        run.start(async move { models::support_class(tools, context.address, id).await });
    });
    let add_it = Callback::new(move |()| {
        adding.start(async move { models::add_class(tools, context.address, id).await });
    });
    view! {
        <div class="row spread">
            <span>
                <span class="strong">{if context.texts() { dataset::plain(&name) } else { format!("Proposal {id}") }}</span>
                <span class="small soft">{format!(" · {} of {} points behind it", format::count(support), format::count(total))}</span>
            </span>
            {move || offer.get().map(|(support, add, why)| view! {
                {support.then(|| view! { <BusyButton label="Support" class="small" busy=run.busy on_press=support_it /> })}
                {add.then(|| view! { <BusyButton label="Add this class" class="small" busy=adding.busy on_press=add_it /> })}
                {why.map(|why| view! { <span class="small soft">{why}</span> })}
            })}
        </div>
        <RunState run=run />
        <RunState run=adding />
    }
}
