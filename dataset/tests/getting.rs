//! The lines that fetch a data set outside of the page, run for real: Python with pandas and a shell with curl, where these
//! are at hand.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use dataset::{
    SplitOptions,
    metadata::{Metadata, Preparation, getting},
    task::SurveyOptions,
};
use protocol::cid::Cid;

/// The Python that has pandas: `MODELMARKET_PYTHON`, else the one that `cargo xtask` installs, if it is there.
fn python() -> Option<PathBuf> {
    let installed = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/python/bin/python"));
    let chosen = std::env::var_os("MODELMARKET_PYTHON").map(PathBuf::from);
    chosen.or_else(|| Some(installed()).filter(|path| path.exists()))
}

/// A data set in a folder, each file under its CID.
struct Kept {
    folder: PathBuf,
    metadata: Metadata,
    train: Vec<u8>,
}

impl Kept {
    fn new(name: &str, csv: &str) -> Self {
        let reading = SurveyOptions::default();
        let surveyed = dataset::survey(csv.as_bytes(), None, &reading).unwrap();
        let options = SplitOptions { seed: [3; 32], share_percent: 20, stratified: true };
        let prepared = dataset::split(&surveyed, csv.as_bytes(), &options).unwrap();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("getting {name}'s"));
        std::fs::create_dir_all(&folder).unwrap();
        let report = prepared.report;
        for (cid, bytes) in [(report.train.cid, &prepared.train), (report.test.cid, &prepared.test)] {
            std::fs::write(folder.join(cid.to_string()), bytes).unwrap();
        }
        let metadata = Metadata {
            version: 1,
            title: String::new(),
            description: String::new(),
            features: report.features,
            label: report.label,
            classes: report.classes,
            train: report.train,
            test: report.test,
            preparation: Preparation { reading, share_percent: 20, stratified: true },
        };
        Self { folder, metadata, train: prepared.train }
    }

    fn address(&self) -> impl Fn(&Cid) -> String {
        let folder = self.folder.display().to_string().replace(' ', "%20");
        move |cid| format!("file://{folder}/{cid}")
    }

    /// Puts other bytes in the place of the training file.
    fn damage(&self, bytes: &[u8]) {
        std::fs::write(self.folder.join(self.metadata.train.cid.to_string()), bytes).unwrap();
    }

    fn pandas(&self, python: &Path) -> (bool, String) {
        let script = getting::pandas(&self.metadata, self.address())
            + "import json\nprint(json.dumps([list(X), sorted(set(y)), len(train), len(test)]))\n";
        said(Command::new(python).arg("-c").arg(script))
    }

    fn curl(&self) -> (bool, String) {
        let script = format!("set -e\n{}", getting::curl(&self.metadata, self.address()));
        let folder = self.folder.join("fetched");
        std::fs::create_dir_all(&folder).unwrap();
        said(Command::new("bash").arg("-c").arg(script).current_dir(folder))
    }
}

fn said(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), text)
}

/// A label that others would read as numbers, gaps and booleans, under a name with every sign that ends a text.
const LABEL: &str = r#"it's "\n" {a} \ "#;

fn small() -> Kept {
    let name = LABEL.trim().replace('"', "\"\"");
    let rows = "1,2.5,007\n2,3.5,NA\n3,,True\n4,1e3,1.0\n".repeat(10);
    Kept::new("small", &format!("a,é b,\"{name}\"\n{rows}"))
}

#[test]
fn pandas_reads_every_label_as_it_is_written_and_refuses_other_bytes() {
    let Some(python) = python() else { return eprintln!("no Python with pandas: nothing was run") };
    let kept = small();
    assert!(getting::compares_hashes(&kept.metadata));
    let (well, text) = kept.pandas(&python);
    assert!(well, "{text}");
    assert_eq!(text.trim(), r#"[["a", "\u00e9 b"], ["007", "1.0", "NA", "True"], 32, 8]"#);
    let mut other = kept.train.clone();
    let last = other.len() - 2;
    other[last] ^= 1;
    kept.damage(&other);
    let (well, text) = kept.pandas(&python);
    assert!(!well && text.contains("other bytes came than were published"), "{text}");
    kept.damage(&other[..last]);
    let (well, text) = kept.pandas(&python);
    assert!(!well && text.contains("bytes came instead of"), "{text}");
}

#[test]
fn curl_fetches_and_checks_small_files_by_hash_and_larger_ones_by_size() {
    if Command::new("curl").arg("--version").output().is_err() {
        return eprintln!("no curl: nothing was run");
    }
    let kept = small();
    let (well, text) = kept.curl();
    assert!(well && text.contains("train.csv: OK") && text.contains("test.csv: OK"), "{text}");
    let row = format!("{},a\n{},b\n", "1".repeat(20_000), "2".repeat(20_000));
    let large = Kept::new("large", &format!("x,label\n{}", row.repeat(20)));
    assert!(!getting::compares_hashes(&large.metadata));
    let (well, text) = large.curl();
    assert!(well && !text.contains("not complete"), "{text}");
    large.damage(&large.train[1..]);
    let (_, text) = large.curl();
    assert!(text.contains("train.csv is not complete") && !text.contains("test.csv is not"), "{text}");
}

/// What a stranger wrote into a description stays one text of Python, and looks like what it is.
#[test]
fn names_of_strangers_are_texts() {
    let mut kept = small();
    kept.metadata.label = "a\"]); import os #\n\u{202e}b".into();
    let lines = getting::pandas(&kept.metadata, kept.address());
    assert!(lines.contains(r#"train.drop(columns="a\"]); import os #\U0000000a\U0000202eb")"#), "{lines}");
    assert!(!lines.contains('\u{202e}'));
}
