//! The rows of a list, from the server or from the chain.

use std::fmt::Display;

use leptos::prelude::*;
use protocol::api::Status;

use super::PAGE;
use crate::answers::{Answers, Question};

/// The rows of a list as they were read last.
pub struct Rows<T: Send + Sync + 'static> {
    pub rows: RwSignal<Option<Vec<T>>>,
    pub(super) total: RwSignal<u64>,
    pub(super) stale: RwSignal<Option<String>>,
    pub error: RwSignal<Option<String>>,
    answers: Answers,
}

impl<T: Send + Sync + 'static> Clone for Rows<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Rows<T> {}

impl<T: Send + Sync + 'static> Default for Rows<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + Sync + 'static> Rows<T> {
    pub fn new() -> Self {
        Self {
            rows: RwSignal::new(None),
            total: RwSignal::new(0),
            stale: RwSignal::new(None),
            error: RwSignal::new(None),
            answers: Answers::new(),
        }
    }

    /// Called before rows are asked for.
    pub fn ask(self) -> Question {
        self.answers.ask()
    }

    /// Shows what the server answered; where it did not, the page of all rows that begins at `offset`, out of those that
    /// the chain gives. `instead` says what the server's trouble means for whoever reads the list, `missing` what the
    /// chain does not know, if there is anything.
    pub async fn show<E: Display>(
        self,
        asked: Question,
        answer: Result<(Vec<T>, u64, Status), impl Display>,
        chain: impl Future<Output = Result<Vec<T>, E>>,
        offset: u64,
        instead: &str,
        missing: impl FnOnce() -> String,
    ) {
        let away = match answer {
            Ok((rows, total, status)) => {
                let stale = status.trouble.map(|t| format!("The list stands at block {}: {t}{instead}", status.block));
                return self.set(asked, rows, total, stale);
            }
            Err(away) => away,
        };
        match chain.await {
            Ok(all) => {
                let total = all.len() as u64;
                let page = all.into_iter().skip(offset as usize).take(PAGE as usize).collect();
                let missing = Some(missing()).filter(|missing| !missing.is_empty());
                let missing = missing.map(|missing| format!("; {missing} are missing")).unwrap_or_default();
                let stale = format!("{away} This list is read from the chain now{missing}.");
                self.set(asked, page, total, Some(stale));
            }
            Err(_) if !self.answers.is_last(asked) => {}
            // What was read before stays; it says that it is old.
            Err(e) if self.rows.with_untracked(Option::is_some) => {
                self.stale.try_set(Some(format!("{away} This list is old. {e}")));
            }
            Err(e) => {
                self.error.try_set(Some(e.to_string()));
            }
        }
    }

    fn set(self, asked: Question, rows: Vec<T>, total: u64, stale: Option<String>) {
        if !self.answers.is_last(asked) {
            return;
        }
        self.total.try_set(total);
        self.rows.try_set(Some(rows));
        self.stale.try_set(stale);
        self.error.try_set(None);
    }
}
