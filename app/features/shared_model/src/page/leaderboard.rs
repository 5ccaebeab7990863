use leptos::prelude::*;
use protocol::Address;
use shared_model::state::Account as Standing;

use super::ModelContext;
use app_core::components::account::Account;
use app_ui::{format, messages::empty::Empty};

/// Accounts shown.
const SHOWN: usize = 100;

/// Who taught best: points, then contributions.
#[component]
pub fn LeaderboardTab(context: ModelContext) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let mut rows: Vec<(Address, Standing)> = context
            .history
            .with(|h| h.as_ref().map(|h| h.model.accounts.iter().map(|(a, s)| (*a, *s)).collect()))
            .unwrap_or_default();
        rows.retain(|(_, s)| s.contributions > 0 || s.good > 0);
        rows.sort_by_key(|(_, s)| (std::cmp::Reverse(s.good), std::cmp::Reverse(s.contributions)));
        rows.truncate(SHOWN);
        rows
    });
    move || {
        if rows.with(Vec::is_empty) {
            return view! {
                <div class="panel">
                    <Empty icon="list" title="Nobody has taught this model yet">
                        <p>"A contribution that the model comes to agree with, and that it did not know before, earns a point."</p>
                    </Empty>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="panel table-wrap">
                <table class="cards" id="leaderboard">
                    <thead>
                        <tr>
                            <th class="number">"Rank"</th>
                            <th>"Contributor"</th>
                            <th class="number">"Points"</th>
                            <th class="number">"Contributions"</th>
                            <th class="number">"Taken from others"</th>
                            <th class="number">"Balance"</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows
                            .get()
                            .into_iter()
                            .enumerate()
                            .map(|(i, (address, s))| {
                                view! {
                                    <tr>
                                        <td class="number" data-label="Rank">{i + 1}</td>
                                        <td data-label="Contributor"><Account address=address /></td>
                                        <td class="number strong" data-label="Points">{format::count(s.good)}</td>
                                        <td class="number" data-label="Contributions">{format::count(s.contributions)}</td>
                                        <td class="number nowrap" data-label="Taken from others">{format::mdc(s.earned)}</td>
                                        <td class="number nowrap" data-label="Balance">{format::mdc(s.balance)}</td>
                                    </tr>
                                }
                            })
                            .collect_view()}
                    </tbody>
                </table>
            </div>
        }
        .into_any()
    }
}
