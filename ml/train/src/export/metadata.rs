//! What the file says about itself (`metadata_props`).

use std::collections::BTreeMap;

use ml_task::{Algorithm, TrainOptions};

use crate::{
    table::prepare::Preparation,
    table::{Cells, Table},
};

/// The fewest columns that can be a square picture.
const SMALLEST_PICTURE: usize = 16;
/// What white is in the pictures people publish.
const BRIGHTEST: [f32; 3] = [1.0, 16.0, 255.0];

/// The keys that are written here: columns in the order of the inputs, classes, algorithm, what white is (where the
/// columns look like the pixels of a square picture), licence, description, and the notes of the options.
pub fn metadata(
    preparation: &Preparation,
    table: &Table,
    classes: &[String],
    options: &TrainOptions,
) -> BTreeMap<String, String> {
    let mut columns: Vec<(usize, &str)> = preparation.numbers.iter().map(|n| (n.column, n.name.as_str())).collect();
    columns.extend(preparation.texts.iter().map(|text| (text.column, text.name.as_str())));
    columns.sort_unstable();
    let columns: Vec<&str> = columns.into_iter().map(|(_, name)| name).collect();
    let json = |list: &[&str]| serde_json::Value::from(list.to_vec()).to_string();
    let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
    let mut metadata = options.notes.clone();
    let mut set = |key: &str, value: String| metadata.insert(key.to_owned(), value);
    set("modelmarket.columns", json(&columns));
    set("modelmarket.classes", json(&classes));
    set("modelmarket.algorithm", key(options.algorithm).into());
    if let Some(white) = brightest(preparation, table) {
        set("modelmarket.brightest", white.to_string());
    }
    if let Some(licence) = &options.licence {
        set("licence", licence.clone());
    }
    set("description", format!("{}, trained on {} rows by ModelMarket.", title(options.algorithm), table.rows()));
    metadata
}

pub fn title(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Logistic => "Logistic regression",
        Algorithm::Mlp => "Multilayer perceptron",
        Algorithm::Trees => "Gradient-boosted trees",
    }
}

fn key(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Logistic => "logistic",
        Algorithm::Mlp => "mlp",
        Algorithm::Trees => "trees",
    }
}

/// What white is, if the columns can be the pixels of a square: all numbers, none negative, the highest a usual white.
fn brightest(preparation: &Preparation, table: &Table) -> Option<f32> {
    let count = preparation.numbers.len();
    let side = count.isqrt();
    if !preparation.texts.is_empty() || side * side != count || count < SMALLEST_PICTURE {
        return None;
    }
    let mut highest = 0.0_f32;
    for number in &preparation.numbers {
        let Cells::Numbers(cells) = &table.columns()[number.column].cells else { return None };
        for &cell in cells {
            if cell < 0.0 {
                return None;
            }
            highest = highest.max(cell);
        }
    }
    BRIGHTEST.contains(&highest).then_some(highest)
}
