//! Lines that fetch a data set outside of the page, check it and read its labels as they are written.

use std::fmt::Write;

use protocol::cid::{Cid, Codec};

use super::{FileInfo, Metadata};

/// Lines of Python that read both files with pandas. `address` says where a file is to be had.
pub fn pandas(metadata: &Metadata, address: impl Fn(&Cid) -> String) -> String {
    let call = |file: &FileInfo| {
        let hash = sha256(file).map(|hash| format!(", \"{hash}\"")).unwrap_or_default();
        format!("fetch({}, {}{hash})", python_text(&address(&file.cid)), file.bytes)
    };
    let label = python_text(&metadata.label);
    format!(
        r#"import hashlib, io, urllib.request
import pandas as pd

def fetch(address, size, sha256=None):
    data = urllib.request.urlopen(address).read()
    if len(data) != size:
        raise ValueError(f"{{len(data)}} bytes came instead of {{size}}; try again")
    if sha256 and hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError("other bytes came than were published; take another source")
    return io.BytesIO(data)

train_csv = {}
train = pd.read_csv(train_csv)
test = pd.read_csv({})
# The label is read again, as text: every class stays as it is written, NA, 007 and True too.
train_csv.seek(0)
y = pd.read_csv(train_csv, usecols=[{label}], dtype=str, keep_default_na=False)[{label}]
X = train.drop(columns={label})

# When you have a model:
# pd.DataFrame({{"prediction": model.predict(test)}}).to_csv("predictions.csv", index=False)
"#,
        call(&metadata.train),
        call(&metadata.test),
    )
}

/// Lines for a terminal that fetch both files with curl and check them.
pub fn curl(metadata: &Metadata, address: impl Fn(&Cid) -> String) -> String {
    let mut lines = String::new();
    for (name, file) in [("train.csv", &metadata.train), ("test.csv", &metadata.test)] {
        let check = match sha256(file) {
            Some(hash) => format!("echo '{hash}  {name}' | sha256sum -c"),
            None => {
                format!("test $(wc -c < {name}) -eq {} || echo '{name} is not complete: fetch it again'", file.bytes)
            }
        };
        // Writing into a String cannot fail.
        let _ = writeln!(lines, "curl -fLo {name} {}\n{check}", shell_text(&address(&file.cid)));
    }
    lines
}

/// Whether the lines compare the hashes of both files; of larger ones than a block they compare the sizes.
pub fn compares_hashes(metadata: &Metadata) -> bool {
    sha256(&metadata.train).is_some() && sha256(&metadata.test).is_some()
}

/// SHA-256 of a file that is one block.
fn sha256(file: &FileInfo) -> Option<String> {
    let digest = file.cid.digest.0;
    let hex = |byte: &u8| format!("{byte:02x}");
    (file.cid.codec == Codec::Raw).then(|| digest.iter().map(hex).collect())
}

/// A text as Python writes it down. The text may be anybody's: what is no letter, number or common sign is written by its
/// number, so that nothing looks like something else.
fn python_text(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            ' '..='~' => written.push(c),
            _ if c.is_alphanumeric() => written.push(c),
            _ => {
                // Writing into a String cannot fail.
                let _ = write!(written, "\\U{:08x}", u32::from(c));
            }
        }
    }
    written.push('"');
    written
}

/// A text as one word of a shell.
fn shell_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
