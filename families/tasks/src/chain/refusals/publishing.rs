//! Of publishing, confirming and helpers.

use contracts::refusal::KnownError;

use super::in_words;
use crate::{MAX_CANDIDATES, MAX_PIPELINE, MAX_SEATS, chain::convert::state};

pub const ERRORS: &[KnownError] = &[
    KnownError {
        signature: "NotHelper(address,address)",
        sentence: |args| {
            let (caller, helper) = (args.address()?, args.address()?);
            Ok(format!(
                "The helper of this task is {}, and the wallet uses {}. Only the helper that was drawn serves or declines.",
                helper.short(),
                caller.short()
            ))
        },
    },
    KnownError {
        signature: "BadPipeline(uint256)",
        sentence: |args| {
            let count: u64 = args.number()?;
            Ok(format!("{count} tasks cannot be published together. Publish 1 to {MAX_PIPELINE} at once."))
        },
    },
    KnownError {
        signature: "BadPredecessor(uint8)",
        sentence: |args| {
            let place: u8 = args.number()?;
            Ok(format!(
                "A task waits for the one in place {place}, which does not come before it. Put the tasks in order."
            ))
        },
    },
    KnownError {
        signature: "BadModel(uint64)",
        sentence: |args| {
            let model: u64 = args.number()?;
            Ok(if model == 0 {
                "Predicting and evaluating need a model. Choose a finished training of yours, or train in the same pipeline.".to_owned()
            } else {
                format!(
                    "Task {model} gives no model for this: it must be a training of yours that has finished. Choose another one."
                )
            })
        },
    },
    KnownError {
        signature: "BadDeadlines()",
        sentence: |_| {
            Ok("The times do not fit: confirming ends within 30 days from now, starting within 30 days after that, and a run has a minute to seven days. Choose other times.".to_owned())
        },
    },
    KnownError {
        signature: "EmptySpec()",
        sentence: |_| Ok("The task lacks its description. Prepare it again before publishing.".to_owned()),
    },
    KnownError {
        signature: "BadSeats()",
        sentence: |_| {
            Ok(format!(
                "The seats do not fit: a task has 2 to {MAX_SEATS}, each grant once, and two of different accounts compute. Choose the parties again."
            ))
        },
    },
    KnownError {
        signature: "BadHelpers()",
        sentence: |_| {
            Ok(format!(
                "A helper must be somebody else than requester and owners, and there are at most {MAX_CANDIDATES}. Choose others."
            ))
        },
    },
    KnownError {
        signature: "EmptyConfirmation()",
        sentence: |_| {
            Ok("A key or commitment is empty, so nothing could be checked against it. Prepare the seat again."
                .to_owned())
        },
    },
    KnownError {
        signature: "PredecessorNotFinished(uint64,uint8)",
        sentence: |args| {
            let (id, number): (u64, u8) = (args.number()?, args.number()?);
            Ok(format!("This task waits for another one; task {id} {}", in_words(state(number)?)))
        },
    },
    KnownError {
        signature: "NoHelperNeeded()",
        sentence: |_| Ok("This task runs without a helper, so none is accepted or drawn. Go on without.".to_owned()),
    },
    KnownError {
        signature: "DrawIsFixed()",
        sentence: |_| {
            Ok("All owners have accepted helpers and the draw is fixed, so nothing can be changed. Draw the helper."
                .to_owned())
        },
    },
    KnownError {
        signature: "NoHelperAcceptedByAll()",
        sentence: |_| {
            Ok("No helper is accepted by all owners yet. Each of them must tick one that the others tick too."
                .to_owned())
        },
    },
    KnownError {
        signature: "OtherCandidates()",
        sentence: |_| {
            Ok("The list of helpers is not the one that was published. Reload the page and try again.".to_owned())
        },
    },
    KnownError {
        signature: "DrawMissed(uint64)",
        sentence: |args| {
            let block: u64 = args.number()?;
            Ok(format!(
                "Nobody drew the helper while the hash of block {block} was known. Let the task expire and publish it tomorrow."
            ))
        },
    },
    KnownError {
        signature: "NoHelperLeft()",
        sentence: |_| {
            Ok("No helper is left: all that were accepted had their turn, or are no organisations. Cancel the task, and accept others.".to_owned())
        },
    },
    KnownError {
        signature: "NoHelperServes()",
        sentence: |_| Ok("No helper has agreed to serve yet. Draw one and wait for it, then start the task.".to_owned()),
    },
    KnownError {
        signature: "AlreadyServes()",
        sentence: |_| Ok("A helper was drawn or serves already. Reload the page to see who it is.".to_owned()),
    },
];
