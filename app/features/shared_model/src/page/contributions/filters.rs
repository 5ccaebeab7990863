use leptos::prelude::*;
use shared_model::api::{ContributionQuery, ContributionState};

use super::{super::ModelContext, PAGE, Whose};

/// States that can be chosen, with their names.
const STATES: [(Option<ContributionState>, &str); 4] = [
    (None, "Any state"),
    (Some(ContributionState::Open), "Not settled"),
    (Some(ContributionState::Refunded), "Refunded"),
    (Some(ContributionState::Taken), "Taken"),
];

/// Which contributions are asked for.
#[derive(Clone, Copy)]
pub struct Filters {
    search: RwSignal<String>,
    label: RwSignal<Option<u16>>,
    state: RwSignal<Option<ContributionState>>,
    /// Only those that the account could report now.
    reportable: RwSignal<bool>,
    pub offset: RwSignal<u64>,
}

impl Filters {
    pub fn new() -> Self {
        Self {
            search: RwSignal::new(String::new()),
            label: RwSignal::new(None),
            state: RwSignal::new(None),
            reportable: RwSignal::new(false),
            offset: RwSignal::new(0),
        }
    }

    /// What the server is asked; tracks every filter.
    pub fn query(self, whose: Whose) -> ContributionQuery {
        let (contributor, reporter) = match whose {
            Whose::Mine(account) => (Some(account), None),
            Whose::Others(account) => (None, account.filter(|_| self.reportable.get())),
        };
        ContributionQuery {
            search: Some(self.search.get()).filter(|s| !s.is_empty()),
            contributor,
            label: self.label.get(),
            state: self.state.get(),
            claimable_by: reporter,
            offset: Some(self.offset.get()),
            limit: Some(PAGE),
            ..ContributionQuery::default()
        }
    }

    /// Whatever else is asked for, its first rows come first.
    fn choose<T: Send + Sync + 'static>(self, filter: RwSignal<T>, value: T) {
        self.offset.set(0);
        filter.set(value);
    }
}

#[component]
pub fn FilterBar(context: ModelContext, whose: Whose, filters: Filters) -> impl IntoView {
    view! {
        <div class="row">
            <input
                type="search"
                aria-label="Search contributions"
                placeholder="Search text, key, address"
                style:max-width="280px"
                prop:value=move || filters.search.get()
                on:change=move |event| filters.choose(filters.search, event_target_value(&event))
            />
            <select
                style:width="auto"
                aria-label="Label"
                on:change=move |event| filters.choose(filters.label, event_target_value(&event).parse().ok())
            >
                <option value="">"Any label"</option>
                {move || {
                    context
                        .classes()
                        .into_iter()
                        .enumerate()
                        .map(|(i, name)| view! { <option value=i>{name}</option> })
                        .collect_view()
                }}
            </select>
            <select
                style:width="auto"
                aria-label="State"
                on:change=move |event| {
                    let chosen = event_target_value(&event);
                    filters.choose(filters.state, STATES.into_iter().find(|(_, name)| *name == chosen).and_then(|(state, _)| state));
                }
            >
                {STATES.into_iter().map(|(_, name)| view! { <option value=name>{name}</option> }).collect_view()}
            </select>
            {matches!(whose, Whose::Others(Some(_)))
                .then(|| {
                    view! {
                        <label class="check">
                            <input
                                id="reportable"
                                type="checkbox"
                                on:change=move |event| filters.choose(filters.reportable, event_target_checked(&event))
                            />
                            "Reportable by me"
                        </label>
                    }
                })}
        </div>
    }
}
