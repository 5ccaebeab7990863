//! The hidden test set of a market: read from a table, encoded, shuffled and cut into pieces.

use leptos::prelude::*;
use protocol::Digest;
use shared_model::{EncodeError, Original, hidden_set::HiddenPiece, table::Table};

use super::super::super::ModelContext;

/// Most rows of a hidden test set: each is asked after each contribution, on chain.
const MOST_ROWS: usize = 64;

/// Rows as the contract reads them: label, length of the sample, sample.
pub fn read_rows(context: ModelContext, bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let table = Table::read(bytes, None).map_err(|e| e.to_string())?;
    if table.rows.len() > MOST_ROWS {
        return Err(format!(
            "The file has {} rows; at most {MOST_ROWS} can be counted on chain after every contribution. Leave some out.",
            table.rows.len()
        ));
    }
    let names = context.classes_as_written();
    let encoder = context
        .metadata
        .get_untracked()
        .and_then(Result::ok)
        .and_then(|m| m.encoder.build().ok())
        .ok_or("The model's description is not there, so nothing can be encoded for it.")?;
    let kind = encoder.original();
    let mut rows = Vec::new();
    for (i, (cells, label)) in table.rows.iter().enumerate() {
        let class = &table.classes[usize::from(*label)];
        let label = names.iter().position(|name| name == class).ok_or_else(|| {
            let (row, class, all) = (i + 1, dataset::shown(class), context.classes().join(", "));
            format!("Row {row} is labelled “{class}”, which is no class of this model ({all}).")
        })?;
        let original: Original = Table::original(cells, &kind);
        let cannot = |why: EncodeError| {
            format!("Row {} cannot be used. {} Leave it out of the file, or change it there.", i + 1, why.of_row())
        };
        let sample = encoder.encode(&original).map_err(cannot)?.to_bytes();
        let mut row = (label as u16).to_be_bytes().to_vec();
        row.extend((sample.len() as u16).to_be_bytes());
        row.extend(sample);
        rows.push(row);
    }
    Ok(rows)
}

/// Shuffles rows and cuts them into pieces of nearly equal size, each with a salt of its own. All of it from the
/// browser's source of randomness: whoever could guess it would know the test.
pub fn cut(rows: &[Vec<u8>], count: usize) -> Result<Vec<HiddenPiece>, String> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    for last in (1..order.len()).rev() {
        let random = u32::from_be_bytes(random::<4>()?) as usize;
        order.swap(last, random % (last + 1));
    }
    (0..count)
        .map(|piece| {
            let some = order.iter().skip(piece).step_by(count);
            let bytes: Vec<u8> = some.flat_map(|row| rows[*row].iter().copied()).collect();
            Ok(HiddenPiece { salt: Digest(random::<32>()?), rows: hex::encode(bytes) })
        })
        .collect()
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    let crypto = window().crypto().map_err(|_| "This browser has no source of randomness.")?;
    crypto.get_random_values_with_u8_array(&mut bytes).map_err(|_| "This browser has no source of randomness.")?;
    Ok(bytes)
}
