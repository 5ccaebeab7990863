//! Names of what the contracts number, and grants in words.

use app_ui::format;
use directory::{ColumnKind, ColumnRole, Grant, GrantState, GrantTerms, Industry, Purpose, Reveal, Work};

pub fn industry(number: u8) -> &'static str {
    match Industry::of(number) {
        Some(Industry::Banking) => "Banking",
        Some(Industry::Insurance) => "Insurance",
        Some(Industry::Securities) => "Securities",
        Some(Industry::OtherFinance) => "Other finance",
        Some(Industry::Ict) => "Information technology",
        Some(Industry::Manufacturing) => "Manufacturing",
        Some(Industry::Energy) => "Energy",
        Some(Industry::Transport) => "Transport",
        Some(Industry::Health) => "Health",
        Some(Industry::PublicSector) => "Public sector",
        Some(Industry::Media) => "Media",
        Some(Industry::Other) => "Other",
        None => "Unknown",
    }
}

pub const fn kind(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number => "numbers",
        ColumnKind::Text => "words",
    }
}

pub const fn role(role: ColumnRole) -> &'static str {
    match role {
        ColumnRole::Feature => "feature",
        ColumnRole::Key => "key",
        ColumnRole::Label => "label",
    }
}

pub const ALL_WORK: [(Work, &str); 3] = [
    (Work::Align, "Find the rows that owners have in common"),
    (Work::TrainLinear, "Train an exact linear model"),
    (Work::Predict, "Predict new rows with such a model"),
];

pub const ALL_REVEALS: [(Reveal, &str); 5] = [
    (Reveal::Metrics, "How good the model is, in a few numbers"),
    (Reveal::OwnCoefficients, "To each owner the coefficients of its own columns"),
    (Reveal::AllCoefficients, "All coefficients: the model itself"),
    (Reveal::StandardErrors, "How exact the coefficients are"),
    (Reveal::Predictions, "A prediction for each row"),
];

/// A purpose in sentences.
pub fn purpose(purpose: &Purpose) -> Vec<String> {
    let words = |all: &[(Work, &str)]| -> Vec<String> {
        all.iter().filter(|(work, _)| purpose.work.contains(work)).map(|(_, words)| (*words).to_owned()).collect()
    };
    let told: Vec<String> = ALL_REVEALS
        .iter()
        .filter(|(reveal, _)| purpose.reveals.contains(reveal))
        .map(|(_, words)| (*words).to_owned())
        .collect();
    let receivers: Vec<String> = purpose.receivers.iter().map(|receiver| receiver.short()).collect();
    vec![
        format!("What is done: {}.", words(&ALL_WORK).join("; ")),
        format!("With these columns: {}.", purpose.columns.join(", ")),
        match told.is_empty() {
            true => "What is told: nothing.".to_owned(),
            false => format!("What is told: {}.", told.join("; ")),
        },
        match receivers.is_empty() {
            true => "Nobody but the owners is told anything.".to_owned(),
            false => format!("Who is told, beside the owners: {}.", receivers.join(", ")),
        },
    ]
}

/// What is asked for, in sentences with every number.
pub fn terms(terms: &GrantTerms) -> Vec<String> {
    vec![
        format!("From {} until {}: {}", format::exact_time(terms.from), format::exact_time(terms.until), tasks(terms)),
        format!(
            "At most {} told by all of them together, with at most {}, about no fewer than {}.",
            format::plural(terms.facts.into(), "number"),
            format::plural(terms.digits.into(), "digit"),
            format::plural(terms.min_rows.into(), "row"),
        ),
        format!("At most {} predicted by all of them together.", format::plural(terms.rows.into(), "row")),
        match terms.own_coefficients {
            true => {
                "Other owners may be told the coefficients of their own columns: these answer questions about your \
                     labels, which the other owner chooses."
                    .to_owned()
            }
            false => "Other owners are not told the coefficients of their own columns.".to_owned(),
        },
    ]
}

/// How many tasks can finish under the terms: none finishes that was not started.
pub fn most_tasks(terms: &GrantTerms) -> u32 {
    terms.times.min(terms.tries.into())
}

/// How many tasks may start and finish.
fn tasks(terms: &GrantTerms) -> String {
    let (starts, ends) = (format::plural(terms.tries.into(), "task"), format::count(most_tasks(terms).into()));
    format!("at most {starts} may start, failed ones included, and at most {ends} of them may finish.")
}

/// What is left of a grant, in a line.
pub fn left(grant: &Grant) -> String {
    format!(
        "{} of {} left, {} of {} tries, {} of {}, {} of {} to predict",
        format::count(grant.terms.times.saturating_sub(grant.used + grant.held).into()),
        format::plural(grant.terms.times.into(), "use"),
        format::count(u64::from(grant.terms.tries.saturating_sub(grant.tried))),
        format::count(grant.terms.tries.into()),
        format::count(grant.facts_left().into()),
        format::plural(grant.terms.facts.into(), "number"),
        format::count(grant.rows_left().into()),
        format::plural(grant.terms.rows.into(), "row"),
    )
}

/// A state's word, and the tone of its chip.
pub fn state(grant: &Grant, now: u64) -> (&'static str, &'static str) {
    match grant.state {
        GrantState::Pending if now >= grant.terms.until => ("Not decided in time", "chip"),
        GrantState::Pending => ("Waits for the owner", "chip live"),
        GrantState::Withdrawn => ("Withdrawn", "chip"),
        GrantState::Refused => ("Refused", "chip bad"),
        GrantState::Approved if now >= grant.terms.until => ("Over", "chip"),
        GrantState::Approved if grant.is_open(now) => ("Approved", "chip good"),
        GrantState::Approved => ("Used up", "chip"),
    }
}
