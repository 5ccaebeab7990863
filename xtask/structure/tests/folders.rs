//! Folders are small enough to be seen at once.

use structure::{folders, root};

const MOST: usize = 12;

/// Folders that may hold more, each with its reason.
const LARGE: &[(&str, &str)] = &[
    ("", "the repository: a crate or a subject each"),
    ("app/core/src", "what features share: a service each"),
    ("contracts/tests", "a family or a concern each"),
    ("contracts/tests/attacks/audited", "a contract of the audit each"),
    ("dataset/tests/cases", "a habit of people and programs each, with its files"),
    ("dataset/tests/cases/58-wrong-container", "a format each"),
    ("e2e/tests/journeys", "a journey each"),
    ("families/bounty/src", "one contract: its events, calls, rules and rows, a file each"),
    ("families/shared_model/src", "a family with learners, encoders and files, grouped below"),
    ("families/shared_model/src/encoder", "a step of encoding each"),
    ("ml/cpu/src/plain", "a group of operators each"),
    ("ml/onnx/src/read", "a part of a file each"),
    ("ml/onnx/src/shapes", "a group of operators each"),
    ("ml/run/tests/cases", "a kind of model each"),
    ("ml/run/tests/exported", "an exported model each"),
    ("protocol/src", "a value that travels everywhere each"),
    ("server/src", "a part of the server each"),
    ("server/src/families/shared_model", "a table or a list each"),
    ("server/tests/suite", "a subject under test each"),
];

#[test]
fn a_folder_holds_at_most_12_things() {
    let mut large = Vec::new();
    let mut needless: Vec<&str> = LARGE.iter().map(|(folder, _)| *folder).collect();
    for (folder, inside) in folders().unwrap() {
        let path = folder.strip_prefix(root()).unwrap().display().to_string();
        if inside.len() <= MOST {
            continue;
        }
        if LARGE.iter().any(|(known, _)| *known == path) {
            needless.retain(|known| *known != path);
        } else {
            large.push(format!("{path} holds {}", inside.len()));
        }
    }
    assert!(large.is_empty(), "Group these by subject, or give a reason here:\n{}", large.join("\n"));
    assert!(needless.is_empty(), "These are no longer large: {needless:?}");
}
