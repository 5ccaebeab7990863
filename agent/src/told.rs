//! What is printed, for people or as JSON.

use std::io::Write as _;

use mpc_run::Stage;
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

#[derive(Clone, Copy)]
pub struct Printer {
    /// One JSON object a line.
    pub json: bool,
}

impl Printer {
    /// The result of a command, on standard output.
    pub fn say(self, value: &impl Serialize) {
        let text = if self.json { serde_json::to_string(value) } else { serde_json::to_string_pretty(value) };
        self.line(&text.unwrap_or_default());
    }

    /// What happens in a task; 0 for what is about none of them.
    pub fn event(self, task: u64, event: &str, sentence: &str) {
        if self.json {
            self.line(&json!({"task": task, "event": event, "sentence": sentence}).to_string());
        } else if task == 0 {
            self.line(sentence);
        } else {
            self.line(&format!("task {task}: {sentence}"));
        }
    }

    /// What happens in a compute job.
    pub fn job(self, job: u64, event: &str, sentence: &str) {
        if self.json {
            self.line(&json!({"job": job, "event": event, "sentence": sentence}).to_string());
        } else {
            self.line(&format!("job {job}: {sentence}"));
        }
    }

    pub fn stage(self, task: u64, stage: Stage) {
        if self.json {
            self.line(&json!({"task": task, "event": "stage", "stage": stage}).to_string());
            return;
        }
        match stage {
            Stage::Connecting => self.line(&format!("task {task}: waits for the other seats")),
            Stage::Again { round } => {
                self.line(&format!(
                    "task {task}: a seat began anew; goes on from the last common step (round {round})"
                ));
            }
            Stage::NotKept => {
                self.line(&format!("task {task}: what it could go on from cannot be kept; make room. It goes on"));
            }
            Stage::Aligning { .. } | Stage::Computed { .. } => {}
            Stage::Aligned { rows } => self.line(&format!("task {task}: {rows} rows in common")),
            Stage::Computing { steps, rounds } => {
                self.line(&format!("task {task}: computes {steps} steps in {rounds} rounds"));
            }
            Stage::Delivering => self.line(&format!("task {task}: delivers")),
            Stage::Signing => self.line(&format!("task {task}: signs")),
            Stage::Finished => self.line(&format!("task {task}: finished")),
        }
    }

    /// What a person should know beside the result, on standard error.
    pub fn note(self, sentence: &str) {
        eprintln!("Note: {sentence}");
    }

    /// A sentence on standard error; as JSON on standard output too.
    pub fn failure(self, failure: &Failure) {
        if self.json {
            self.line(&json!({"error": failure.to_string(), "code": failure.number()}).to_string());
        }
        eprintln!("Error: {failure}");
    }

    /// Whoever does not read on is no reason to end a run.
    fn line(self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{text}");
        let _ = out.flush();
    }
}
