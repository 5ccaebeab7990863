//! What is wrong with a job, found before it is posted. Who posts one that no provider may run has paid the fee of the post, and a
//! provider that runs a table from which nothing can be learned is paid for finding that out.

use std::path::Path;

use compute_provider::{Gathered, Refused, check_inputs};
use compute_session::Manifest;
use dataset::{DatasetError, Part, ReadOptions, Row, SAMPLE, open, shown};
use jobs::Terms;

use crate::failure::Failure;

/// With what a WebAssembly module begins.
const MAGIC: &[u8] = b"\0asm";
/// Bytes that are read at once.
const PIECE: usize = 1 << 18;

/// Reads a table as the module of recipes does, which looks for the same column.
pub fn table(rows: &[u8], target: Option<&str>) -> Result<(), Failure> {
    let (columns, rows) = look(rows).map_err(|error| Failure::Given(error.to_string()))?;
    if rows == 0 {
        return Err(Failure::Given("The table has no rows to learn from. Name another one.".to_string()));
    }
    if columns.len() < 2 {
        return Err(Failure::Given(
            "The table has one column only; it needs one to predict and one to predict it from.".to_string(),
        ));
    }
    match target.filter(|target| !columns.iter().any(|column| column == target)) {
        None => Ok(()),
        Some(target) => {
            let columns: Vec<String> = columns.iter().take(20).map(|column| shown(column)).collect();
            let columns = columns.join(", ");
            Err(Failure::Given(format!("The table has no column {target}. Name one of {columns} with --target.")))
        }
    }
}

/// The columns of a table, and how many rows it has.
fn look(rows: &[u8]) -> Result<(Vec<String>, u64), DatasetError> {
    let head = rows.get(..SAMPLE).unwrap_or(rows);
    let (format, mut reader) = open(Part::Training, head, ReadOptions::default())?;
    let mut found = 0;
    let mut count = |_: &[String], _: Row<'_>| {
        found += 1;
        Ok::<(), DatasetError>(())
    };
    for piece in rows.chunks(PIECE) {
        reader.push(piece, &mut count)?;
    }
    reader.finish(&mut count)?;
    Ok((format.columns, found))
}

/// Whether a file is a module at all, said in fewer words than its parser has.
pub fn is_module(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if bytes.starts_with(MAGIC) {
        return Ok(());
    }
    let file = file.display();
    Err(Failure::Given(format!("{file} is no WebAssembly module: it does not begin as one. Name a .wasm file.")))
}

/// Every rule by which a provider refuses a job, on its files as they are here; `None` for the pinned module of recipes.
pub async fn runs(terms: &Terms, manifest: &Manifest, module: Option<Vec<u8>>) -> Result<(), Failure> {
    check_inputs(terms, manifest).map_err(given)?;
    let gathered = Gathered { manifest: manifest.clone(), module, inputs: Vec::new(), checkpoint: None };
    let terms = *terms;
    // Takes seconds for a large module.
    let ready = tokio::task::spawn_blocking(move || gathered.ready(&terms).map(drop)).await;
    ready
        .map_err(|_| Failure::Failed("The module could not be looked at. Start the program again.".into()))?
        .map_err(given)
}

fn given(refused: Refused) -> Failure {
    Failure::Given(match refused {
        Refused::Memory { needs, .. } => {
            format!("{refused} Ask for {} MiB with --memory.", needs.div_ceil(1 << 20))
        }
        refused => refused.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(rows: &str, target: Option<&str>) -> String {
        table(rows.as_bytes(), target).unwrap_err().to_string()
    }

    #[test]
    fn a_table_from_which_nothing_can_be_learned_is_not_posted() {
        assert!(why("", None).contains("is empty"));
        assert!(why("hello\n1\n2\n", None).contains("one column only"));
        assert_eq!(why("a,b\n1,x\n2,y\n", Some("c")), "The table has no column c. Name one of a, b with --target.");
        table(b"a,b\n1,x\n2,y\n", None).unwrap();
        table(b"a;b\n1;x\n2;y\n", Some("a")).unwrap();
    }

    #[test]
    fn a_file_that_is_no_module_is_named() {
        assert!(
            is_module(Path::new("rows.csv"), b"a,b\n")
                .unwrap_err()
                .to_string()
                .starts_with("rows.csv is no WebAssembly")
        );
        is_module(Path::new("m.wasm"), b"\0asm\x01\0\0\0").unwrap();
    }
}
