//! What a person takes away.

use mpc_learn::What;
use mpc_run::Told;

/// Predictions as a CSV: ids where the task tells them, else numbers of rows.
pub fn predictions(told: &[Told]) -> Option<Vec<u8>> {
    let told = told.iter().find(|told| told.what == What::Predictions)?;
    let mut csv = b"id,prediction\n".to_vec();
    for (at, number) in told.numbers.iter().enumerate() {
        let id = told.ids.as_ref().and_then(|ids| ids.get(at)).cloned().unwrap_or_else(|| (at + 1).to_string());
        dataset::write_cell(&mut csv, &id);
        csv.extend(format!(",{}\n", told.shown(*number)).into_bytes());
    }
    Some(csv)
}

/// Which rows of an owner's table are common, in the common order, with their keys.
pub fn common(rows: &[u32], keys: &[String]) -> Vec<u8> {
    let mut csv = b"row,id\n".to_vec();
    for &row in rows {
        csv.extend(format!("{},", row + 1).into_bytes());
        dataset::write_cell(&mut csv, keys.get(row as usize).map(String::as_str).unwrap_or_default());
        csv.push(b'\n');
    }
    csv
}
