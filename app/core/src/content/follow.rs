//! A published file that a page needs before much else: asked for until it is there.

use leptos::{prelude::*, task::spawn_local};

use super::{ContentError, fetch};
use crate::{answers::Answers, chain::Clock, settings::Settings};

/// Seconds from one try in vain to the next; the last one stays.
const PAUSES: [f64; 6] = [15.0, 30.0, 60.0, 120.0, 300.0, 600.0];

/// When to ask again, in milliseconds of the device's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Again {
    /// Tries in vain.
    failed: usize,
    due: Option<f64>,
}

impl Again {
    fn failed(self, now: f64) -> Self {
        let seconds = PAUSES[self.failed.min(PAUSES.len() - 1)];
        Self { failed: self.failed + 1, due: Some(now + 1000.0 * seconds) }
    }

    fn is_due(self, now: f64) -> bool {
        self.due.is_some_and(|due| now >= due)
    }
}

/// Fetches the file that `cid` names now, of at most `limit` bytes, and tells what came of it. While no source has it, it is
/// asked for again after growing pauses, and at once where the person chooses another gateway; by a page that nobody sees
/// it is not. Lives as long as what calls it.
pub fn follow(cid: Memo<Option<String>>, limit: u64, told: Callback<Result<Vec<u8>, ContentError>>) {
    let (settings, clock) = (expect_context::<Settings>(), expect_context::<Clock>());
    let again = StoredValue::new(Again::default());
    // The CID whose file was told.
    let had = StoredValue::new(None::<String>);
    let answers = Answers::new();
    let ask = move || {
        let Some(cid) = cid.get_untracked() else { return };
        again.update_value(|again| again.due = None);
        let asked = answers.ask();
        spawn_local(async move {
            let found = fetch(settings, &cid, limit).await;
            // Another file may be wanted by now, or none.
            if !answers.is_last(asked) {
                return;
            }
            match &found {
                Ok(_) => had.set_value(Some(cid)),
                Err(error) if may_come(error) => again.update_value(|again| *again = again.failed(js_sys::Date::now())),
                Err(_) => {}
            }
            told.try_run(found);
        });
    };
    Effect::new(move || {
        settings.gateway.track();
        let wanted = cid.get();
        if had.with_value(|had| *had != wanted) {
            again.set_value(Again::default());
            ask();
        }
    });
    Effect::new(move || {
        // Moves every second while the page is in sight.
        clock.now.track();
        if again.with_value(|again| again.is_due(js_sys::Date::now())) {
            ask();
        }
    });
}

/// Whether the file may be there later: what is no CID or too large stays so.
fn may_come(error: &ContentError) -> bool {
    matches!(error, ContentError::NotFound { .. } | ContentError::Mismatch { .. })
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn a_file_that_nobody_has_is_asked_for_ever_more_seldom() {
        let mut again = Again::default();
        assert!(!again.is_due(f64::MAX), "nothing has failed");
        let (mut now, mut tries) = (0.0, Vec::new());
        while now < 3_600_000.0 {
            again = again.failed(now);
            tries.push(now / 1000.0);
            now = again.due.expect("it is asked again");
            assert!(!again.is_due(now - 1.0) && again.is_due(now));
        }
        assert_eq!(tries[..7], [0.0, 15.0, 45.0, 105.0, 225.0, 525.0, 1_125.0]);
        assert_eq!(tries.len(), 11, "every ten minutes in the end");
    }

    #[wasm_bindgen_test]
    fn only_what_may_come_is_asked_for_again() {
        let cid = String::new();
        assert!(may_come(&ContentError::NotFound { cid: cid.clone() }));
        assert!(may_come(&ContentError::Mismatch { cid: cid.clone(), source_name: "A gateway".into() }));
        assert!(!may_come(&ContentError::NotACid(cid.clone())));
        assert!(!may_come(&ContentError::TooLarge { cid, limit: 1 }));
    }
}
