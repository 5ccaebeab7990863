//! The attacks of the audit, each played twice: against the bytecode of the audit's time, where it must succeed, and
//! against today's, where it must fail.
//!
//! A finding is a file named after it, with its [`Attack`] and a test that calls [`Attack::must_fail_now`].
//! `cargo xtask bench gas` writes what [`all`] of them came to into `money.json`.

#![allow(dead_code, unused_imports, reason = "the tests and the example `gas` each use a part")]

mod audited;
mod bounty;
mod coin;
mod market;
mod shared_model;

use crate::harness::Failure;

pub use audited::{audited, call};

/// Which contracts an attack is played against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// The bytecode that the audit tried.
    Audited,
    /// The committed artifacts.
    Present,
}

/// How an attack ended, with what it came to in words: amounts in MDC, or what was refused with.
#[derive(Debug, Clone)]
pub enum Outcome {
    Succeeded(String),
    Failed(String),
}

/// What became of a call, in a word: the error's name where it was refused.
pub fn told<T>(result: &Result<T, Failure>) -> String {
    match result {
        Ok(_) => "it went through".to_owned(),
        Err(Failure::Reverted { revert, .. }) => revert.name.clone(),
        Err(Failure::Halted(reason)) => reason.clone(),
    }
}

/// One finding of the audit.
#[derive(Clone, Copy)]
pub struct Attack {
    /// As the audit numbers it: `H1`.
    pub id: &'static str,
    /// What the attacker tries, in a sentence.
    pub what: &'static str,
    pub play: fn(Rules) -> Outcome,
}

impl Attack {
    /// Demands that the attack takes what it is after from the audited contracts, and nothing from today's.
    #[track_caller]
    pub fn must_fail_now(&self) {
        let (before, after) = ((self.play)(Rules::Audited), (self.play)(Rules::Present));
        assert!(matches!(before, Outcome::Succeeded(_)), "{}: no attack at all: {before:?}", self.id);
        assert!(matches!(after, Outcome::Failed(_)), "{}: {} {after:?}", self.id, self.what);
    }
}

/// Every attack, family by family.
pub fn all() -> Vec<Attack> {
    let mut all = vec![coin::M8];
    all.extend(bounty::all());
    all.extend(shared_model::all());
    all.extend(market::all());
    all
}
