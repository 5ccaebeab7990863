//! Values of this crate as those of the ABI, and back.

use contracts::abi::{DecodeError, account, address, amount, digest, narrow, wide, word};
use directory::Disclosure;

use super::contract::{IGrants, ITaskTypes};
use crate::{Candidate, Draft, Failure, Kind, Outcome, Roles, SeatState, SeatTerms, State};

pub fn abi_draft(draft: &Draft) -> ITaskTypes::Draft {
    let kind = match draft.kind {
        Kind::Psi => 0,
        Kind::Train => 1,
        Kind::Predict => 2,
        Kind::Evaluate => 3u8,
    };
    ITaskTypes::Draft {
        kind,
        waitsFor: draft.waits_for,
        revealsEarly: draft.reveals_early,
        modelOf: draft.model_of,
        confirmBy: wide(draft.confirm_by),
        startBy: wide(draft.start_by),
        maxSeconds: wide(draft.max_seconds),
        facts: wide(draft.facts),
        rows: wide(draft.rows),
        computeFee: wide(draft.compute_fee.0),
        bond: wide(draft.bond.0),
        helperBudget: wide(draft.helper_budget.0),
        spec: word(draft.spec),
        told: IGrants::Disclosure {
            minRows: draft.told.min_rows,
            digits: draft.told.digits,
            ownCoefficients: draft.told.own_coefficients,
        },
        seats: draft.seats.iter().map(abi_seat).collect(),
        helpers: abi_candidates(&draft.helpers),
    }
}

fn abi_seat(seat: &SeatTerms) -> ITaskTypes::SeatTerms {
    ITaskTypes::SeatTerms { grant: seat.grant, roles: seat.roles.0, purpose: word(seat.purpose) }
}

pub fn abi_candidates(candidates: &[Candidate]) -> Vec<ITaskTypes::Candidate> {
    let one = |candidate: &Candidate| ITaskTypes::Candidate {
        helper: address(candidate.helper),
        perMegabyte: wide(candidate.per_megabyte.0),
    };
    candidates.iter().map(one).collect()
}

pub fn draft(draft: &ITaskTypes::Draft) -> Result<Draft, DecodeError> {
    let seat = |seat: &ITaskTypes::SeatTerms| SeatTerms {
        grant: seat.grant,
        roles: Roles(seat.roles),
        purpose: digest(seat.purpose),
    };
    let candidate = |candidate: &ITaskTypes::Candidate| {
        let per_megabyte = amount(candidate.perMegabyte)?;
        Ok(Candidate { helper: account(candidate.helper), per_megabyte })
    };
    Ok(Draft {
        kind: kind(draft.kind)?,
        waits_for: draft.waitsFor,
        reveals_early: draft.revealsEarly,
        model_of: draft.modelOf,
        confirm_by: narrow(draft.confirmBy)?,
        start_by: narrow(draft.startBy)?,
        max_seconds: narrow(draft.maxSeconds)?,
        facts: narrow(draft.facts)?,
        rows: narrow(draft.rows)?,
        compute_fee: amount(draft.computeFee)?,
        bond: amount(draft.bond)?,
        helper_budget: amount(draft.helperBudget)?,
        spec: digest(draft.spec),
        told: Disclosure {
            min_rows: draft.told.minRows,
            digits: draft.told.digits,
            own_coefficients: draft.told.ownCoefficients,
        },
        seats: draft.seats.iter().map(seat).collect(),
        helpers: draft.helpers.iter().map(candidate).collect::<Result<_, _>>()?,
    })
}

pub fn abi_outcome(outcome: &Outcome) -> ITaskTypes::Outcome {
    ITaskTypes::Outcome {
        plan: word(outcome.plan),
        rows: word(outcome.rows),
        heads: word(outcome.heads),
        metrics: word(outcome.metrics),
        outputs: word(outcome.outputs),
        shares: word(outcome.shares),
        sealedKeys: word(outcome.sealed_keys),
        dealt: outcome.dealt,
    }
}

pub fn outcome(outcome: &ITaskTypes::Outcome) -> Outcome {
    Outcome {
        plan: digest(outcome.plan),
        rows: digest(outcome.rows),
        heads: digest(outcome.heads),
        metrics: digest(outcome.metrics),
        outputs: digest(outcome.outputs),
        shares: digest(outcome.shares),
        sealed_keys: digest(outcome.sealedKeys),
        dealt: outcome.dealt,
    }
}

pub fn abi_failure(failure: &Failure) -> ITaskTypes::Failure {
    ITaskTypes::Failure { code: failure.code, dealt: failure.dealt, facts: failure.facts, rows: failure.rows }
}

pub fn failure(failure: &ITaskTypes::Failure) -> Failure {
    Failure { code: failure.code, dealt: failure.dealt, facts: failure.facts, rows: failure.rows }
}

/// A kind by its number in `ITaskTypes.Kind`.
pub fn kind(number: u8) -> Result<Kind, DecodeError> {
    Kind::ALL.get(usize::from(number)).copied().ok_or(DecodeError::OutOfRange)
}

/// A state by its number in `ITaskTypes.State`.
pub fn state(number: u8) -> Result<State, DecodeError> {
    State::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}

/// A state by its number in `ITaskTypes.SeatState`.
pub fn seat_state(number: u8) -> Result<SeatState, DecodeError> {
    SeatState::ALL.get(usize::from(number).wrapping_sub(1)).copied().ok_or(DecodeError::OutOfRange)
}
