//! Words for what the contracts name by numbers.

use mpc_learn::{Fact, Metric, What};
use tasks::{Kind, Roles, SeatState, State};

/// A word for a state, and the tone of its chip.
pub fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Waiting => ("Waits for another task", ""),
        State::Confirming => ("Waits for confirmations", "live"),
        State::Ready => ("Ready", "live"),
        State::Started => ("Started", "live"),
        State::Running => ("Running", "live"),
        State::Stalled => ("A seat is silent", "warn"),
        State::Finished => ("Finished", "good"),
        State::Failed => ("Failed", "warn"),
        State::Rejected => ("Rejected", "bad"),
        State::Cancelled => ("Cancelled", ""),
        State::Expired => ("Expired", "bad"),
    }
}

pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Psi => "Align rows",
        Kind::Train => "Train a linear model",
        Kind::Predict => "Predict",
        Kind::Evaluate => "Evaluate",
    }
}

pub fn seat_state(state: SeatState) -> (&'static str, &'static str) {
    match state {
        SeatState::Invited => ("asked", ""),
        SeatState::Confirmed => ("confirmed", "good"),
        SeatState::Responded => ("has answered", "good"),
        SeatState::Lost => ("lost its bond", "bad"),
        SeatState::Demanded => ("owes its key", "warn"),
        SeatState::Delivered => ("has posted its key", "good"),
        SeatState::Paid => ("has collected", "good"),
    }
}

/// What a seat does, in words.
pub fn roles(roles: Roles) -> String {
    let mut words = Vec::new();
    if roles.has(Roles::LABEL) {
        words.push("has the label");
    } else if roles.has(Roles::COLUMNS) {
        words.push("has columns");
    }
    if roles.computes() {
        words.push("computes");
    }
    if roles.has(Roles::RECEIVES) {
        words.push("receives the result");
    }
    words.join(", ")
}

pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::Rmse => "Root mean squared error (RMSE)",
        Metric::Mae => "Mean absolute error (MAE)",
        Metric::R2 => "Explained share of the variance (R²)",
    }
}

/// What numbers are that a seat was told.
pub fn told(what: What) -> String {
    match what {
        What::Predictions => "Predictions".into(),
        What::Fact(Fact::Metric(one)) => metric(one).into(),
        What::Fact(Fact::EachPart(one)) => format!("{}, of each part", metric(one)),
        What::Fact(Fact::Coefficients(_)) => "Coefficients of standardised columns".into(),
        What::Fact(Fact::StandardErrors(_)) => "Squared standard errors".into(),
        What::Fact(Fact::Solvable) => "Whether the columns can be told apart".into(),
        What::Fact(Fact::InRange) => "Whether errors stay in range".into(),
        What::Fact(Fact::NoRowAlone) => "Whether no row decides the model alone".into(),
    }
}
