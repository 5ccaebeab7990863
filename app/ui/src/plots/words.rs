//! What the numbers of a prediction are, as far as they show it themselves: models say it nowhere.

use dataset::same_label;
use ml_task::Prediction;

/// What scores of classes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Between 0 and 1, and together 1.
    Shares,
    /// Between 0 and 1, each by itself.
    Apart,
    /// Anything: logits, margins, votes.
    Unbounded,
}

impl Kind {
    pub fn of(scores: &[(String, f32)]) -> Self {
        let sum: f32 = scores.iter().map(|(_, score)| score).sum();
        // What a hundred trees add up to may be a little more than 1.
        match scores.iter().all(|(_, score)| (-1e-5..=1.00001).contains(score)) {
            true if (sum - 1.0).abs() < 1e-3 => Self::Shares,
            true => Self::Apart,
            false => Self::Unbounded,
        }
    }
}

/// What to know about the numbers of a prediction; `named` says whether the file or a bounty names the classes.
pub fn about(prediction: &Prediction, named: bool) -> Vec<&'static str> {
    let Prediction { label, scores, .. } = prediction;
    let Some((highest, most)) = scores.first() else { return lone(prediction).into_iter().collect() };
    let mut said = Vec::new();
    match Kind::of(scores) {
        Kind::Shares => {}
        Kind::Apart => said.push("Scores as the model gives them, each between 0 and 1; together they are not 1."),
        Kind::Unbounded => {
            said.push("Scores as the model gives them, which are no probabilities; the bars show their softmax.");
        }
    }
    let is = |name: &str| same_label(name, label) || name.to_lowercase() == label.to_lowercase();
    if is(highest) {
        said.extend((!said.is_empty()).then_some("The highest wins."));
    } else if scores.iter().any(|(name, score)| is(name) && score < most) {
        said.push("The model names its class by itself: it is not the one with the highest score.");
    }
    if !named {
        said.push("Neither the file nor a bounty names classes: 0, 1, … are places in the output.");
    }
    said
}

/// Of the one number from which a class follows.
fn lone(prediction: &Prediction) -> Option<&'static str> {
    let [(_, text)] = prediction.outputs.as_slice() else { return None };
    let value: f32 = text.parse().ok()?;
    // A number that is itself what is predicted, and a label as a whole number, say what they are.
    let is_plain = text.parse::<i64>().is_ok() || prediction.label.parse::<f32>() == Ok(value);
    (!is_plain).then_some("The class follows from this one number. Nothing says that it is a probability.")
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn prediction(label: &str, scores: &[(&str, f32)], outputs: &[&str]) -> Prediction {
        Prediction {
            label: label.into(),
            scores: scores.iter().map(|(name, score)| ((*name).to_owned(), *score)).collect(),
            outputs: outputs.iter().map(|text| ("out".to_owned(), (*text).to_owned())).collect(),
        }
    }

    fn said(label: &str, scores: &[(&str, f32)], outputs: &[&str]) -> String {
        about(&prediction(label, scores, outputs), true).join(" ")
    }

    #[wasm_bindgen_test]
    fn only_what_adds_up_to_one_is_shown_as_shares() {
        assert_eq!(said("cat", &[("cat", 0.75), ("dog", 0.25)], &[]), "");
        assert_eq!(said("cat", &[("cat", 1.000_000_2), ("dog", 0.0)], &[]), "", "rounded");
        let logits = said("cat", &[("cat", 2.5), ("dog", -1.0)], &[]);
        assert!(logits.contains("no probabilities") && logits.ends_with("The highest wins."), "{logits}");
        let apart = said("cat", &[("cat", 0.75), ("dog", 0.75)], &[]);
        assert!(apart.contains("together they are not 1") && apart.ends_with("The highest wins."), "{apart}");
    }

    #[wasm_bindgen_test]
    fn a_label_that_is_not_that_of_the_highest_score_is_not_said_to_win() {
        let other = said("dog", &[("cat", 0.6), ("dog", 0.4)], &[]);
        assert!(other.contains("not the one with the highest score"), "{other}");
        // The same class, spelt or numbered in another way, and one of two that are equally high.
        assert!(said("Cat", &[("cat", 3.0), ("dog", 1.0)], &[]).ends_with("The highest wins."));
        assert!(said("1", &[("1.0", 3.0), ("0.0", 1.0)], &[]).ends_with("The highest wins."));
        assert_eq!(said("dog", &[("cat", 0.5), ("dog", 0.5)], &[]), "");
    }

    #[wasm_bindgen_test]
    fn one_number_is_no_probability_and_places_are_no_names() {
        assert!(said("yes", &[], &["-1.25"]).contains("Nothing says that it is a probability"));
        // A predicted number, a label as it is, a label by its place, several outputs.
        for (label, outputs) in
            [("3.5", &["3.5"][..]), ("yes", &["yes"][..]), ("yes", &["1"][..]), ("yes", &["0.5", "1.5"][..])]
        {
            assert_eq!(said(label, &[], outputs), "", "{outputs:?}");
        }
        let places = about(&prediction("0", &[("0", 0.9), ("1", 0.1)], &[]), false);
        assert_eq!(places, ["Neither the file nor a bounty names classes: 0, 1, … are places in the output."]);
    }
}
