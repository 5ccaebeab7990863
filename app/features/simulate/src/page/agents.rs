//! The table of agents.

use leptos::prelude::*;
use simulation::{Behaviour, config::MAX_AGENTS};

use super::form::{AgentForm, Form};
use app_ui::icon::Icon;

const BEHAVIOURS: [(Behaviour, &str); 4] = [
    (Behaviour::Good, "Good"),
    (Behaviour::FlipLabels, "Bad: wrong labels"),
    (Behaviour::FarmScores, "Bad: farms points"),
    (Behaviour::CopyOthers, "Bad: copies"),
];

#[component]
pub fn Agents(form: Form) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="cards wide agents">
                <thead>
                    <tr>
                        <th>"Name"</th>
                        <th>"Kind"</th>
                        <th>"Balance, MDC"</th>
                        <th>"Pays up to, MDC"</th>
                        <th>"Looks every, min"</th>
                        <th>"Mistakes, %"</th>
                        <th>"Gives to predict, MDC"</th>
                        <th>
                            <span class="visually-hidden">"Remove"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || form.agents.get() key=|agent| agent.id let:agent>
                        <Row form=form agent=agent />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=move || form.agents.with(Vec::is_empty)>
            <p class="soft">"Nobody contributes. Add an agent."</p>
        </Show>
        <div class="row">
            <button
                class="button small"
                type="button"
                disabled=move || form.agents.with(|agents| agents.len() >= MAX_AGENTS)
                on:click=move |_| form.add_agent()
            >
                "Add an agent"
            </button>
            <span class="small soft">"± is the spread: each value is drawn anew from a normal distribution."</span>
        </div>
    }
}

#[component]
fn Row(form: Form, agent: AgentForm) -> impl IntoView {
    let kind = move |event| {
        let chosen = event_target_value(&event);
        if let Some((behaviour, _)) = BEHAVIOURS.into_iter().find(|(_, name)| *name == chosen) {
            agent.behaviour.set(behaviour);
        }
    };
    let cell = move |what: &'static str, value: RwSignal<String>| {
        view! {
            <input
                type="text"
                aria-label=move || format!("{what} of {}", agent.name.get())
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        }
    };
    view! {
        <tr>
            <td data-label="Name">
                <input
                    type="text"
                    aria-label="Name of the agent"
                    prop:value=move || agent.name.get()
                    on:input=move |event| agent.name.set(event_target_value(&event))
                />
            </td>
            <td class="kind" data-label="Kind">
                <select aria-label=move || format!("Kind of {}", agent.name.get()) on:change=kind>
                    {BEHAVIOURS
                        .into_iter()
                        .map(|(behaviour, name)| view! { <option value=name prop:selected=move || agent.behaviour.get() == behaviour>{name}</option> })
                        .collect_view()}
                </select>
            </td>
            <td data-label="Balance, MDC">{cell("Balance", agent.balance)}</td>
            <td class="pair" data-label="Pays up to, MDC">
                <span>{cell("Deposit", agent.deposit)} "±" {cell("Spread of the deposit", agent.deposit_spread)}</span>
            </td>
            <td class="pair" data-label="Looks every, min">
                <span>{cell("Wait", agent.wait)} "±" {cell("Spread of the wait", agent.wait_spread)}</span>
            </td>
            <td data-label="Mistakes, %">{cell("Mistakes", agent.mistakes)}</td>
            <td data-label="Gives to predict, MDC">{cell("Payment", agent.pays)}</td>
            <td data-label="Remove">
                <button
                    class="icon-button"
                    type="button"
                    aria-label=move || format!("Remove {}", agent.name.get())
                    on:click=move |_| form.remove_agent(agent.id)
                >
                    <Icon name="cross" />
                </button>
            </td>
        </tr>
    }
}
