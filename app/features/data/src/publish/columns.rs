//! Which columns others see, and what each is for.

use app_ui::tables::name::Name;
use dataset::Peek;
use directory::ColumnRole;
use leptos::prelude::*;

use super::form::Form;
use crate::names;

const ROLES: [ColumnRole; 3] = [ColumnRole::Feature, ColumnRole::Key, ColumnRole::Label];

#[component]
pub fn ColumnsPanel(form: Form, peek: Peek) -> impl IntoView {
    let sample = |at: usize| {
        let cells: Vec<&str> = peek.rows.iter().take(3).filter_map(|row| row.get(at)).map(String::as_str).collect();
        cells.join(", ")
    };
    let rows = peek
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| view! { <Row form=form at=at name=name.clone() sample=sample(at) /> })
        .collect_view();
    view! {
        <section class="panel table-wrap">
            <table>
                <thead>
                    <tr>
                        <th>"Column"</th>
                        <th>"Begins with"</th>
                        <th>"Is"</th>
                        <th>"Others see its name"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

#[component]
fn Row(form: Form, at: usize, name: String, sample: String) -> impl IntoView {
    let role =
        Memo::new(move |_| form.columns.with(|all| all.get(at).map_or(ColumnRole::Feature, |column| column.role)));
    let visible = Memo::new(move |_| form.columns.with(|all| all.get(at).is_some_and(|column| column.visible)));
    let choose = move |chosen: ColumnRole| {
        form.checked.set(None);
        form.columns.update(|all| {
            // One key and one label at most.
            if chosen != ColumnRole::Feature {
                all.iter_mut()
                    .filter(|column| column.role == chosen)
                    .for_each(|column| column.role = ColumnRole::Feature);
            }
            if let Some(column) = all.get_mut(at) {
                column.role = chosen;
            }
        });
    };
    let options = ROLES.map(|one| {
        view! { <option value=names::role(one) selected=move || role.get() == one>{names::role(one)}</option> }
    });
    view! {
        <tr>
            <td class="strong"><Name text=name /></td>
            <td>
                <div class="small soft cut">{sample}</div>
            </td>
            <td>
                <select
                    id=format!("role-{at}")
                    style:width="auto"
                    aria-label=format!("What column {} is", at + 1)
                    prop:value=move || names::role(role.get())
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        if let Some(chosen) = ROLES.into_iter().find(|one| names::role(*one) == value) {
                            choose(chosen);
                        }
                    }
                >
                    {options.into_iter().collect_view()}
                </select>
            </td>
            <td>
                <input
                    id=format!("visible-{at}")
                    type="checkbox"
                    aria-label=format!("Others see the name of column {}", at + 1)
                    prop:checked=move || visible.get()
                    on:change=move |event| {
                        let seen = event_target_checked(&event);
                        form.columns.update(|all| {
                            if let Some(column) = all.get_mut(at) {
                                column.visible = seen;
                            }
                        });
                    }
                />
            </td>
        </tr>
    }
}
