//! Labelled texts made of numbers, the same everywhere.

use shared_model::table::Table;

/// Texts of two classes that share most of their words: class k prefers the words whose number is k modulo 2.
pub fn generated(rows: usize) -> Table {
    let mut state = 42u64;
    let mut random = |count: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % count
    };
    let row = |_| {
        let label = random(2);
        let words: Vec<String> = (0..12)
            .map(|_| {
                let class = if random(10) < 7 { label } else { 1 - label };
                format!("w{}", 2 * random(100) + class)
            })
            .collect();
        (vec![words.join(" ")], label as u16)
    };
    let rows = (0..rows).map(row).collect();
    let names = ["even", "odd"].map(String::from).to_vec();
    Table { columns: vec!["text".into()], label: "class".into(), classes: names, rows }
}
