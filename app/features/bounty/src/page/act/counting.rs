//! Counting a trainer's own predictions against the revealed ground truth, so that the score can be claimed.

use bounty::{Bounty, scoring::count_correct};
use leptos::{prelude::*, task::spawn_local};
use protocol::commitment::{PREDICTION_HEADER, TRUTH_HEADER};

use super::{PageState, recover::FromVault};
use crate::recheck::{self, RecheckError};
use app_core::action::Tools;
use app_ui::format;

/// What came of counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// So many are right.
    Correct(u32),
    /// The revealed labels were not to be had; they may be with the next block.
    NotYet { until: Option<u64> },
    /// These files cannot be counted, whoever is asked.
    Impossible(String),
}

impl Count {
    /// Of a prediction file, against the revealed ground truth or the reason why it is not here.
    fn of(bounty: &Bounty, prediction: &[u8], truth: Result<Vec<u8>, RecheckError>) -> Self {
        let truth = match truth {
            Ok(truth) => truth,
            Err(RecheckError::NoTruth | RecheckError::Content(_)) => {
                return Self::NotYet { until: bounty.claim_window().map(|window| window.until) };
            }
            Err(why) => return Self::Impossible(why.to_string()),
        };
        let labels = |file: &[u8], header: usize| file.get(header..).unwrap_or_default().to_vec();
        let (truth, predicted) = (labels(&truth, TRUTH_HEADER), labels(prediction, PREDICTION_HEADER));
        match count_correct(&truth, &predicted, bounty.terms.test_rows, bounty.terms.classes) {
            Ok(correct) => Self::Correct(correct),
            Err(why) => Self::Impossible(why.to_string()),
        }
    }

    /// Whether asking once more can change it.
    fn is_to_be_tried(count: Option<&Self>) -> bool {
        matches!(count, None | Some(Self::NotYet { .. }))
    }
}

/// What a trainer is told while the labels cannot be fetched.
pub fn not_fetched(until: Option<u64>) -> String {
    let until =
        until.map_or_else(|| "before this window ends".to_owned(), |at| format!("until {}", format::exact_time(at)));
    format!(
        "The revealed labels could not be fetched yet; this page tries again with each block. Claim {until}, or your stake \
         is lost."
    )
}

/// Counts a kept prediction file as soon as it is there, and with each block until the labels were to be had: no reload
/// may be needed for what costs a stake.
pub fn count(context: PageState, tools: Tools, kept: FromVault<Vec<u8>>) -> ReadSignal<Option<Count>> {
    let (score, set_score) = signal(None::<Count>);
    let counting = StoredValue::new(false);
    Effect::new(move || {
        tools.clock.head.track();
        let (Some(Some(prediction)), Some(bounty)) = (kept.get(), context.bounty()) else { return };
        if counting.get_value() || !score.with_untracked(|score| Count::is_to_be_tried(score.as_ref())) {
            return;
        }
        counting.set_value(true);
        spawn_local(async move {
            let truth = recheck::truth_to_act_on(tools.reader, tools.settings, &bounty).await;
            let counted = Some(Count::of(&bounty, &prediction, truth));
            counting.try_set_value(false);
            // The same once more is not said again.
            if score.try_with_untracked(|score| *score != counted) == Some(true) {
                set_score.try_set(counted);
            }
        });
    });
    score
}

#[cfg(test)]
mod tests {
    use app_core::content::ContentError;
    use bounty::{Terms, TruthReveal};
    use protocol::Digest;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{super::sample::stored, *};

    const HOUR: u64 = 3_600;

    /// Of four rows in two classes, whose truth was revealed at 10 h.
    fn revealed() -> Bounty {
        let sample = stored();
        let terms = Terms { deadline: 9 * HOUR, window: 2 * HOUR as u32, test_rows: 4, ..sample.terms };
        let truth = Some(TruthReveal { digest: Digest::ZERO, tx: Digest::ZERO, at: 10 * HOUR });
        Bounty { terms, truth, ..sample }
    }

    /// A file with this header and four labels of one bit each.
    fn file(header: usize, labels: u8) -> Vec<u8> {
        let mut file = vec![0; header];
        file.push(labels << 4);
        file
    }

    #[wasm_bindgen_test]
    fn labels_that_cannot_be_fetched_are_asked_for_again() {
        let (bounty, prediction) = (revealed(), file(PREDICTION_HEADER, 0b1011));
        let away = ContentError::NotFound { cid: "bafkqaaa".into() };
        let not_yet = Count::of(&bounty, &prediction, Err(away.into()));
        // The claim window lasts from the reveal for as long as the terms say.
        assert_eq!(not_yet, Count::NotYet { until: Some(12 * HOUR) });
        assert!(Count::is_to_be_tried(None) && Count::is_to_be_tried(Some(&not_yet)));
        let said = not_fetched(Some(12 * HOUR));
        assert!(said.contains("each block") && said.contains(&format::exact_time(12 * HOUR)), "{said}");

        let counted = Count::of(&bounty, &prediction, Ok(file(TRUTH_HEADER, 0b1001)));
        assert_eq!(counted, Count::Correct(3), "all but the third label are equal");
        let other = Count::of(&bounty, &prediction, Err(RecheckError::TruthDiffers));
        let cut_off = Count::of(&bounty, &prediction[..PREDICTION_HEADER], Ok(file(TRUTH_HEADER, 0)));
        for ended in [counted, other, cut_off] {
            assert!(!Count::is_to_be_tried(Some(&ended)), "{ended:?}");
        }
    }
}
