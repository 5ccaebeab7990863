//! A prediction file to fill in.

use crate::{
    DatasetError, Published, Row,
    error::Part,
    open_whole,
    predictions::{PredictionOptions, PredictionsError, TestIds, ids::reading, read_for},
    write_cell,
};

/// What the column of the predictions is called.
const PREDICTION: &str = "prediction";

/// A prediction file for a test file, with `class` in every row, under a header; beside it what names the rows, where
/// the test file has a column of that kind. [`read_for`] accepts it. `classes` are the bounty's.
///
/// # Errors
/// [`PredictionsError`] where the test file is none, or where no file is accepted.
pub fn template(test_csv: &[u8], classes: &[String], class: u8) -> Result<Vec<u8>, PredictionsError> {
    let ids = TestIds::of(test_csv)?;
    let text = classes.get(usize::from(class)).map_or("", String::as_str);
    let mut label = Vec::new();
    write_cell(&mut label, text);
    let rows = ids.rows();
    let plain = || label.iter().copied().chain([b'\n']).collect::<Vec<u8>>().repeat(rows);
    let headed = || [PREDICTION.as_bytes(), b"\n", &plain()].concat();
    // The more it says the better; names of columns and classes may make it mean something else.
    let named = naming_column(test_csv, &ids)?.map(|at| with_names(test_csv, at, &label)).transpose()?;
    let mut refused = None;
    // Made one after the other: most of the time the first will do.
    let candidates = named.into_iter().map(Ok).chain([Err(true), Err(false)]);
    for candidate in
        candidates.map(|made| made.unwrap_or_else(|has_header| if has_header { headed() } else { plain() }))
    {
        match read_for(&candidate, classes, rows as u32, Some(&ids), PredictionOptions::default()) {
            Ok(read) if read.indices.iter().all(|index| *index == class) => return Ok(candidate),
            Ok(_) => {}
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or(PredictionsError::Empty { expected: rows as u32 }))
}

/// The first column that names the rows, from 0.
fn naming_column(test_csv: &[u8], ids: &TestIds) -> Result<Option<usize>, DatasetError> {
    let mut published = Published::new(false);
    published.push(test_csv)?;
    let columns = published.finish()?.profile.columns;
    Ok(columns.iter().position(|column| column.names_rows && ids.are_in(&column.name)))
}

fn with_names(test_csv: &[u8], at: usize, label: &[u8]) -> Result<Vec<u8>, DatasetError> {
    let (peeked, mut reader) = open_whole(Part::Test, test_csv, reading())?;
    let mut file = Vec::new();
    write_cell(&mut file, peeked.columns.get(at).map_or("", String::as_str));
    file.extend_from_slice(format!(",{PREDICTION}\n").as_bytes());
    let mut take = |_: &[String], row: Row<'_>| {
        let name = row.cells.iter().nth(at).unwrap_or_default();
        write_cell(&mut file, &String::from_utf8_lossy(name));
        file.push(b',');
        file.extend_from_slice(label);
        file.push(b'\n');
        Ok::<(), DatasetError>(())
    };
    reader.push(test_csv, &mut take)?;
    reader.finish(&mut take)?;
    Ok(file)
}
