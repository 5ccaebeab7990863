use dataset::{ColumnProfile, Numbers, Profile, Values, WordCount};
use leptos::prelude::*;

use super::{histogram::Histogram, text::CellText};
use crate::{controls::pager::Pager, format};

/// Columns on a page.
const PAGE: u64 = 20;

/// Every column of a table: what it holds, what is missing, its range or most frequent words, a histogram.
#[component]
pub fn Columns(profile: Profile) -> impl IntoView {
    let looked_at = profile.looked_at;
    let described = described(&profile);
    let columns = profile.columns.len() as u64;
    let label = profile.label.map(|at| at as usize);
    let all = StoredValue::new(profile.columns);
    let (offset, wanted) = (RwSignal::new(0_u64), RwSignal::new(String::new()));
    let total = RwSignal::new(columns);
    let found = Memo::new(move |_| {
        let wanted = wanted.get().trim().to_lowercase();
        let is_wanted = |column: &ColumnProfile| wanted.is_empty() || column.name.to_lowercase().contains(&wanted);
        let found = |all: &Vec<ColumnProfile>| (0..all.len()).filter(|&at| is_wanted(&all[at])).collect::<Vec<_>>();
        all.with_value(found)
    });
    Effect::new(move || {
        total.set(found.with(|found| found.len() as u64));
        offset.set(0);
    });
    let lines = move || {
        let at = offset.get() as usize;
        let shown = found.with(|found| found.iter().skip(at).take(PAGE as usize).copied().collect::<Vec<_>>());
        let line = |at: usize| {
            all.with_value(|all| {
                all.get(at).map(
                    |column| view! { <Line column=column.clone() looked_at=looked_at is_label=label == Some(at) /> },
                )
            })
        };
        shown.into_iter().map(line).collect_view()
    };
    view! {
        <div class="stack tight">
            <p class="small soft">{described}</p>
            {(columns > PAGE).then(|| view! { <Search wanted=wanted /> })}
        </div>
        <div class="table-wrap" tabindex="0" role="region" aria-label="Columns of the table">
            <table class="cards snug profile">
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Holds"</th>
                        <th scope="col">"Missing"</th>
                        <th scope="col">"Different"</th>
                        <th scope="col">"Values"</th>
                    </tr>
                </thead>
                <tbody>{lines}</tbody>
            </table>
        </div>
        <Pager total=total offset=offset page=PAGE on_turn=Callback::new(move |to| offset.set(to)) />
    }
}

#[component]
fn Search(wanted: RwSignal<String>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="find-column">"Find a column"</label>
            <input
                id="find-column"
                type="search"
                prop:value=move || wanted.get()
                on:input=move |event| wanted.set(event_target_value(&event))
            />
        </div>
    }
}

#[component]
fn Line(column: ColumnProfile, looked_at: u64, is_label: bool) -> impl IntoView {
    let holds = holds(&column);
    let ColumnProfile { name, gaps, distinct, names_rows, values } = column;
    let chip = match (is_label, names_rows) {
        (true, _) => Some(view! { <span class="chip live">"label"</span> }),
        (_, true) => Some(view! { <span class="chip">"names rows"</span> }),
        _ => None,
    };
    let missing = match gaps {
        0 => "none".to_owned(),
        gaps => format!("{} ({})", format::count(gaps), share(gaps, looked_at)),
    };
    view! {
        <tr>
            <td class="lead">
                <span class="row tight">
                    <span class="strong"><CellText text=name is_name=true /></span>
                    {chip}
                </span>
            </td>
            <td data-label="Holds">{holds}</td>
            <td data-label="Missing" class="nowrap">{missing}</td>
            <td data-label="Different">{format::count(distinct)}</td>
            <td data-label="Values" class="values">
                {match values {
                    Values::Empty => view! { <span class="soft">"every value is missing"</span> }.into_any(),
                    Values::Numbers(numbers) => view! { <Range numbers=numbers /> }.into_any(),
                    // Each of them is there once.
                    Values::Words { .. } if names_rows => view! { <span class="soft">"each once"</span> }.into_any(),
                    Values::Words { top, rest, .. } => view! { <Top top=top rest=rest looked_at=looked_at /> }.into_any(),
                }}
            </td>
        </tr>
    }
}

#[component]
fn Range(numbers: Numbers) -> impl IntoView {
    let Numbers { least, median, greatest, mean, lower_quartile, upper_quartile, bars, .. } = numbers;
    let value = format::value;
    let half = format!("half of them from {} to {}", value(lower_quartile), value(upper_quartile));
    let one = least == greatest;
    view! {
        <div class="range">
            {(!one).then(|| view! { <Histogram bars=bars /> })}
            <div>
                {if one {
                    format!("always {}", value(least))
                } else {
                    format!("{} … {}", value(least), value(greatest))
                }}
                {(!one).then(|| view! {
                    <div class="small soft">{format!("median {}, mean {}; {half}", value(median), value(mean))}</div>
                })}
            </div>
        </div>
    }
}

#[component]
fn Top(top: Vec<WordCount>, rest: u64, looked_at: u64) -> impl IntoView {
    let words = top.into_iter().map(|word| {
        let rows = format!("{} ({})", format::count(word.rows), share(word.rows, looked_at));
        view! {
            <li>
                <CellText text=word.text />
                " "
                <span class="small soft">{rows}</span>
            </li>
        }
    });
    view! {
        <ul class="words">
            {words.collect_view()}
            {(rest > 0).then(|| view! { <li class="small soft">{format!("others {} ({})", format::count(rest), share(rest, looked_at))}</li> })}
        </ul>
    }
}

/// What a column holds, in a word or two.
fn holds(column: &ColumnProfile) -> String {
    match &column.values {
        Values::Empty => "nothing".into(),
        Values::Numbers(numbers) => {
            let kind = if numbers.whole { "whole numbers" } else { "numbers" };
            match numbers.others {
                0 => kind.into(),
                others => format!("{kind}; {} that are none", format::plural(others, "cell")),
            }
        }
        Values::Words { numbers: 0, .. } => "words".into(),
        Values::Words { numbers, .. } => format!(
            "words; {} a number",
            match numbers {
                1 => "1 cell is".to_owned(),
                cells => format!("{} cells are", format::count(*cells)),
            }
        ),
    }
}

fn share(part: u64, whole: u64) -> String {
    match 100.0 * part as f64 / whole.max(1) as f64 {
        percent if percent > 0.0 && percent < 0.1 => "under 0.1 %".into(),
        percent => format!("{percent:.1} %"),
    }
}

/// By which rows the columns are described.
fn described(profile: &Profile) -> String {
    let rows = format::plural(profile.rows, "row");
    if profile.is_exact() {
        return format!("All {rows} were looked at.");
    }
    format!(
        "Described by {} drawn at random from {rows}: shares are right to {:.1} points in 95 of 100 cases, and rare values \
         may be missing here. Classes are counted in all rows.",
        format::plural(profile.looked_at, "row"),
        100.0 * profile.uncertainty(),
    )
}
