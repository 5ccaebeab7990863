//! Tables to learn from.

use ml_task::{Algorithm, TrainOptions};
use ml_train::{Cells, Column, Table, Trained, Watch, train_table};
use rand_chacha::ChaCha8Rng;
use rand_core::{RngCore, SeedableRng};

pub const ALL: [Algorithm; 3] = [Algorithm::Logistic, Algorithm::Mlp, Algorithm::Trees];

pub fn classes(count: usize) -> Vec<String> {
    (0..count).map(|class| format!("class {class}")).collect()
}

pub fn evenly(source: &mut ChaCha8Rng) -> f32 {
    source.next_u32() as f32 / u32::MAX as f32
}

/// Rows of two numbers (some missing, if asked for) and a text; the label follows from them but for some noise.
pub fn table(rows: usize, seed: u64, gaps: bool) -> (Table, Vec<u16>) {
    let mut source = ChaCha8Rng::seed_from_u64(seed);
    let (mut a, mut b, mut colours, mut labels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let (x, y) = (evenly(&mut source) * 10.0, evenly(&mut source) - 5.0);
        let colour = (source.next_u32() % 3) as usize;
        let noise = evenly(&mut source) * 2.0;
        labels.push(u16::from(x + noise > 5.0) + u16::from(colour == 2 && y > -4.5));
        a.push(if gaps && source.next_u32() % 10 == 0 { f32::NAN } else { x });
        b.push(if gaps && source.next_u32() % 7 == 0 { f32::NAN } else { y });
        colours.push(["red", "green", "blue, or so"][colour].to_owned());
    }
    let column = |name: &str, cells| Column { name: name.into(), cells };
    let columns = vec![
        column("label", Cells::Numbers(a)),
        column("colour", Cells::Texts(colours)),
        column("index", Cells::Numbers(b)),
    ];
    (Table::new(columns).unwrap(), labels)
}

pub fn fit(table: &Table, labels: &[u16], test: &Table, options: &TrainOptions, watch: &mut impl Watch) -> Trained {
    pollster::block_on(train_table(table, labels, test, options, None, watch)).unwrap()
}
