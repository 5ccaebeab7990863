//! What of a job's run is for the eye.

use compute_session::{Announced, News, Shown, SignedQuote};
use protocol::cid::Cid;

/// Lines of the log that are shown; more are counted.
const SHOWN: usize = 500;

/// A checkpoint for which pay is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deed {
    /// From the start of the job.
    pub units: u64,
    pub file: Cid,
}

/// A step: what the job and its provider name is read, and nothing is heard yet.
pub const READING: &str = "Reading what job and provider name";

/// How far a job is at a provider.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    /// What is done or waited for, in words; empty where the link is open.
    pub step: &'static str,
    pub quote: Option<SignedQuote>,
    /// Why the provider does not run it.
    pub declined: Option<String>,
    /// The last lines of the log, and how many there are.
    pub lines: Vec<Vec<u8>>,
    pub count: u64,
    /// Units that have run, as the provider says.
    pub units: u64,
    pub checkpoint: Option<Announced>,
    /// Pay is asked for it, and not promised yet.
    pub asked: Option<Deed>,
    /// Units that are promised.
    pub promised: u64,
    pub shown: Option<Shown>,
    /// A part is run again now; parts that were, and came out the same.
    pub is_auditing: bool,
    pub audited: u64,
    pub is_stopped: bool,
    /// The session goes on; without it nothing more comes.
    pub is_active: bool,
    pub error: Option<String>,
}

impl View {
    /// Takes in what is new.
    pub fn take(&mut self, news: News) {
        self.step = "";
        self.error = None;
        match news {
            News::Quoted(quote) => (self.quote, self.declined) = (Some(quote), None),
            News::Declined { why } => (self.declined, self.quote) = (Some(why), None),
            News::Lines(lines) => {
                self.count += lines.len() as u64;
                self.lines.extend(lines);
                let first = self.lines.len().saturating_sub(SHOWN);
                self.lines.drain(..first);
            }
            News::Checkpoint { units, file } => self.asked = Some(Deed { units, file }),
            News::Shown(shown) => self.shown = Some(shown),
        }
    }

    /// Whether nothing more comes, for a reason that is told.
    pub fn has_ended(&self) -> bool {
        !self.is_active && self.error.is_some()
    }

    /// Units that will be paid to a checkpoint.
    pub fn promise(&mut self, units: u64) {
        self.promised = self.promised.max(units);
        if self.asked.is_some_and(|deed| deed.units <= self.promised) {
            self.asked = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_last_lines_stay_and_all_are_counted() {
        let mut view = View::default();
        for line in 0..700u32 {
            view.take(News::Lines(vec![line.to_be_bytes().to_vec()]));
        }
        assert_eq!((view.lines.len(), view.count), (SHOWN, 700));
        assert_eq!(view.lines.first().map(Vec::as_slice), Some(&200u32.to_be_bytes()[..]));
    }

    #[wasm_bindgen_test]
    fn only_what_failed_is_asked_for_again() {
        let waits = View::default();
        assert!(!waits.has_ended(), "its turn comes");
        let failed = View { error: Some("You refused in the wallet.".to_owned()), ..waits };
        assert!(failed.has_ended());
        assert!(!View { is_active: true, ..failed }.has_ended(), "the link is made anew by itself");
    }

    #[wasm_bindgen_test]
    fn what_was_promised_is_asked_for_no_more() {
        let mut view = View::default();
        let file = Cid::of_block(b"a");
        view.take(News::Checkpoint { units: 200, file });
        view.promise(100);
        assert_eq!(view.asked, Some(Deed { units: 200, file }));
        view.promise(200);
        assert_eq!((view.asked, view.promised), (None, 200));
    }
}
