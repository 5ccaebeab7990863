//! What leaks by design and what people are told before they agree. The same sentences stand in SECURITY.md.

use mpc_run::{Spec, spec::Work};

/// What everybody is told who takes part, whatever the task computes.
pub const ALWAYS: [&str; 5] = [
    "Who serves this page, or the browser's extensions, could read everything that is in it. A program of your own with a \
     pinned version (agent party) is the way out.",
    "You are as safe as the worst helper that you accept. A helper together with either computing seat reads all data of the \
     run, also later, from stored seeds and traffic.",
    "The other seats are trusted to run honest software. Changed software cannot read your rows directly, but can make the \
     agreed outputs answer other questions about your data.",
    "The chain shows for ever who worked with whom, when, on which data sets, and how often.",
    "“Columns say the same”, “out of range” and “a column cannot be used on the common rows” are answers, not errors, and are \
     told to all seats. Which column it is, its owner alone is told.",
];

/// What this task tells, and to whom: a line each.
pub fn leaks(spec: &Spec) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(spec.rows, mpc_run::spec::Rows::Common { .. }) {
        let which = match &spec.work {
            Work::Intersect(intersect) if intersect.size_only => "how many rows they have in common",
            _ => "which rows they have in common, the exact number",
        };
        lines.push(format!(
            "Aligning tells both owners {which}, and the padded sizes of both lists. A partner can test single names that \
             way; being in a list can itself be sensitive."
        ));
    }
    if !matches!(&spec.work, Work::Intersect(_)) {
        lines.push(
            "All seats and the helper learn how many rows are computed on, and between which powers of two the deviation of \
             the label lies; in a prediction, that of the training."
                .into(),
        );
    }
    match &spec.work {
        Work::Intersect(_) => {}
        Work::Train(train) => {
            let reveals = train.reveals;
            if !train.metrics.is_empty() {
                lines.push(format!(
                    "{} receives {} {}, rounded. Each number is a fact about the labels.",
                    receiver(train.receiver),
                    train.metrics.len(),
                    if train.metrics.len() == 1 { "metric" } else { "metrics" },
                ));
            }
            if reveals.own_coefficients {
                lines.push(
                    "Each owner receives the coefficients of its own columns. To the label's owner: these are answers to \
                     questions that the partner chooses by its columns; in a test one run told 50 of 50 labels. Give them \
                     only to people whom you would tell some of the labels."
                        .into(),
                );
            }
            if reveals.all_coefficients {
                lines.push(format!("{} receives all coefficients, which is the model.", receiver(train.receiver)));
            }
            if !reveals.all_coefficients {
                lines.push(
                    "The model stays shared: each owner keeps one half, which says nothing without the other.".into(),
                );
            }
            if reveals.standard_errors {
                lines.push("Standard errors are told beside the coefficients.".into());
            }
            if reveals.each_part {
                lines.push("Metrics of each part are told, each one more fact about the labels.".into());
            }
        }
        Work::Predict(predict) => {
            let who = receiver(predict.receiver);
            lines.push(format!(
                "{who} receives a prediction for each row, rounded. With its own coefficients it learns the other owner's \
                 part of every row."
            ));
            if predict.ids && matches!(spec.rows, mpc_run::spec::Rows::Common { .. }) {
                lines.push(format!(
                    "With each prediction {} is told the id of its row, as it stands in the first owner's table: so it learns \
                     who is in both lists.",
                    who.to_lowercase()
                ));
            }
        }
    }
    lines
}

/// Who receives, at the beginning of a sentence.
fn receiver(seat: u8) -> String {
    let who = match seat {
        0 => "The first owner",
        1 => "The second owner",
        _ => "Whoever asks for the task",
    };
    format!("{who} (seat {})", seat + 1)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn lines(rows: &str, work: &str) -> String {
        let owners = r#"[{"columns": ["a"]}, {"columns": ["b"]}]"#;
        let spec = format!(r#"{{"version": 1, "owners": {owners}, "rows": {rows}, "work": {work}}}"#);
        leaks(&Spec::parse(spec.as_bytes()).unwrap()).join("\n")
    }

    #[test]
    fn who_is_told_ids_or_only_a_count_is_said() {
        let common = r#"{"common": {"keys": ["id", "id"], "declared": [100, 100]}}"#;
        let predict = |ids| format!(r#"{{"predict": {{"model": "on_chain", "receiver": 2, "ids": {ids}}}}}"#);
        for (rows, ids, is_said) in
            [(common, true, true), (common, false, false), (r#"{"given": {"count": 9}}"#, true, false)]
        {
            let said = lines(rows, &predict(ids));
            assert_eq!(
                said.contains("whoever asks for the task (seat 3) is told the id of its row"),
                is_said,
                "{said}"
            );
        }
        for (size_only, which) in [(true, "how many rows"), (false, "which rows")] {
            let said = lines(common, &format!(r#"{{"intersect": {{"size_only": {size_only}}}}}"#));
            assert!(said.contains(which) && !said.contains("deviation"), "{said}");
        }
    }
}
