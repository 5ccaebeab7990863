//! The committed module does what `ml/train` does natively, the same in each engine and from each checkpoint, and says what
//! is wrong where something is.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg(not(target_arch = "wasm32"))]

use std::sync::{Arc, LazyLock};

use compute_engine::{Checkpoint, Ended, Engine, Limits, Outcome, Progress, Run, Wasmi, Wasmtime, Work};
use compute_module::{Instrumented, instrument};
use compute_recipe::{Line, MODULE, Metrics, Output, Recipe};
use ml_cpu::CpuModel;
use ml_onnx::{Data, Model, Tensor};
use ml_task::Algorithm;

const TABLE: &str = include_str!("../../../../public/datasets/breast_cancer.csv");
const LIMITS: Limits = Limits { instructions: 20_000_000_000, result: 1 << 20, log: 1 << 16 };

/// One for all tests: it compiles the module once.
static ENGINE: LazyLock<Wasmtime> = LazyLock::new(|| Wasmtime::new().unwrap());

/// Little work for each algorithm.
fn recipe(algorithm: Algorithm) -> Recipe {
    let rounds = if algorithm == Algorithm::Trees { 4 } else { 2 };
    Recipe { rounds: Some(rounds), hidden: Some(vec![6]), depth: Some(3), seed: Some(5), ..Recipe::new(algorithm) }
}

fn work(recipe: &[u8], table: &[u8]) -> Work {
    static INSTRUMENTED: LazyLock<Arc<Instrumented>> = LazyLock::new(|| Arc::new(instrument(MODULE).unwrap()));
    let module = INSTRUMENTED.clone();
    Work { module, inputs: Arc::new([recipe.to_vec(), table.to_vec()]), limits: LIMITS }
}

/// Runs to the end: the outcome and the lines of the log.
fn run<E: Engine>(engine: &E, work: &Work) -> (Outcome, Vec<Line>) {
    let mut run = Run::start(engine, work).unwrap();
    loop {
        if let Progress::Ended(outcome) = run.step().unwrap() {
            let lines = run.take_lines().iter().map(|line| Line::read(line).unwrap()).collect();
            return (*outcome, lines);
        }
    }
}

fn trained(outcome: &Outcome) -> (Model, Metrics) {
    assert_eq!(outcome.ended, Ended::Done);
    match Output::decode(&outcome.result).unwrap() {
        Output::Trained { model, metrics } => (Model::read(&model, &ml_onnx::Limits::default()).unwrap(), metrics),
        Output::Refused { why } => panic!("{why}"),
    }
}

fn refused(recipe: &[u8], table: &[u8]) -> String {
    let (outcome, lines) = run(&*ENGINE, &work(recipe, table));
    assert_eq!(outcome.ended, Ended::Done, "{lines:?}");
    let Output::Refused { why } = Output::decode(&outcome.result).unwrap() else { panic!("it was trained") };
    assert_eq!(lines.last(), Some(&Line::Refused { why: why.clone() }));
    why
}

/// The table without its last column, the labels.
fn features(table: &str) -> String {
    table.lines().map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0)).collect()
}

/// Probabilities of each class for each row of the table, by the model.
fn probabilities(model: &Model) -> Vec<f32> {
    let rows: Vec<Vec<f32>> = features(TABLE)
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let tensor = Tensor::new(vec![rows.len(), rows[0].len()], Data::F32(rows.concat())).unwrap();
    let outputs = CpuModel::new(model).unwrap().run(vec![("features".into(), tensor)]).unwrap();
    outputs[1].1.as_f32().unwrap().to_vec()
}

#[test]
fn each_algorithm_trains_what_the_same_crate_trains_natively() {
    for algorithm in [Algorithm::Trees, Algorithm::Logistic, Algorithm::Mlp] {
        let recipe = recipe(algorithm);
        let (outcome, lines) = run(&*ENGINE, &work(&recipe.to_bytes(), TABLE.as_bytes()));
        let (model, metrics) = trained(&outcome);
        let classes: Vec<String> = ["benign", "malignant"].map(str::to_owned).into();
        let options = recipe.options(classes.clone());
        let native = ml_train::train_blocking(TABLE.as_bytes(), features(TABLE).as_bytes(), &options).unwrap();
        assert_eq!((&metrics.classes, metrics.rows, metrics.target.as_str()), (&classes, 569, "diagnosis"));
        assert_eq!(metrics.round, native.summary.best.round, "{algorithm:?}");
        if algorithm == Algorithm::Trees {
            assert_eq!(model.to_bytes(), native.model.to_bytes(), "trees have the same bytes everywhere");
        }
        // Products of matrices are rounded otherwise where the processor has a fused multiply-add.
        for (found, wanted) in probabilities(&model).iter().zip(&native.probabilities) {
            assert!((found - wanted).abs() < 1e-3, "{algorithm:?}: {found} for {wanted}");
        }
        let rounds = lines.iter().filter(|line| matches!(line, Line::Round { .. })).count();
        assert_eq!(rounds as u32, recipe.rounds.unwrap(), "{lines:?}");
        assert!(matches!(lines[0], Line::Read { rows: 569, test_rows: 0, columns: 31, classes: 2 }), "{lines:?}");
        assert!(matches!(lines.last(), Some(Line::Done { .. })), "{lines:?}");
    }
}

/// The last rows of the part that is kept for the test are lines of one cell with nothing in it.
#[test]
fn a_row_whose_only_feature_is_missing_is_predicted_too() {
    let known = (0..80).map(|at| if at % 4 == 0 { "0,b\n" } else { "1,a\n" });
    let table: String = ["x,label\n"].into_iter().chain(known).chain(std::iter::repeat_n(",a\n", 12)).collect();
    let recipe = Recipe { test: 50, rounds: Some(30), ..recipe(Algorithm::Trees) };
    let (outcome, _) = run(&*ENGINE, &work(&recipe.to_bytes(), table.as_bytes()));
    let (_, metrics) = trained(&outcome);
    assert_eq!(metrics.rows + metrics.test_rows, 92);
    // Trees put what is missing where they learned to, or else where most rows are: with those of class a.
    assert_eq!(metrics.test_accuracy, Some(1.0), "{metrics:?}");
}

#[test]
fn engines_agree_from_the_start_and_from_each_checkpoint() {
    let work = work(&recipe(Algorithm::Mlp).to_bytes(), TABLE.as_bytes());
    let compiled = &*ENGINE;
    let whole = run(compiled, &work).0;
    let interpreted = Run::start(&Wasmi, &work).unwrap().finish().unwrap();
    assert_eq!((interpreted.hash(), interpreted.units()), (whole.hash(), whole.units()));
    assert_eq!(interpreted, whole);
    let mut run = Run::start(compiled, &work).unwrap();
    let mut last = None;
    while run.step().unwrap() == Progress::More {
        let file = run.checkpoint().unwrap().encode();
        let checkpoint = Checkpoint::decode(&file, work.module.pages.1, LIMITS.result).unwrap();
        let resumed = Run::resume(compiled, &work, &checkpoint).unwrap().finish().unwrap();
        assert_eq!(resumed, whole);
        last = Some(checkpoint);
    }
    // The interpreter goes on where the compiler stopped.
    assert_eq!(Run::resume(&Wasmi, &work, &last.unwrap()).unwrap().finish().unwrap(), whole);
}

#[test]
fn rows_that_are_kept_for_the_test_tell_the_accuracy() {
    let recipe = Recipe { test: 30, rounds: Some(20), ..recipe(Algorithm::Trees) };
    let (outcome, _) = run(&*ENGINE, &work(&recipe.to_bytes(), TABLE.as_bytes()));
    let (_, metrics) = trained(&outcome);
    assert_eq!(metrics.rows + metrics.test_rows, 569);
    assert!((120..=220).contains(&metrics.test_rows), "{metrics:?}");
    assert!(metrics.test_accuracy.unwrap() > 0.9, "{metrics:?}");
}

#[test]
fn a_table_of_other_form_is_read_as_everywhere() {
    // Semicolons, the label first, a text and a gap.
    let mut table = String::from("kind;size;colour\n");
    for row in 0..60 {
        let kind = if row % 3 == 0 { "late" } else { "early" };
        let size = if row % 7 == 0 { String::new() } else { format!("{}", row % 3 * 10 + row % 2) };
        table += &format!("{kind};{size};{}\n", ["red", "blue"][row % 2]);
    }
    let recipe = Recipe { target: Some("kind".into()), ..recipe(Algorithm::Trees) };
    let (outcome, _) = run(&*ENGINE, &work(&recipe.to_bytes(), table.as_bytes()));
    let (_, metrics) = trained(&outcome);
    assert_eq!(metrics.classes, ["early", "late"]);
}

#[test]
fn what_cannot_be_trained_is_said_in_the_result() {
    let good = recipe(Algorithm::Trees).to_bytes();
    assert!(refused(b"{", b"a,b\n").contains("The recipe cannot be read"));
    assert!(refused(&good, b"").contains("empty"), "{}", refused(&good, b""));
    let target = Recipe { target: Some("price".into()), ..recipe(Algorithm::Trees) };
    let why = refused(&target.to_bytes(), TABLE.as_bytes());
    assert!(why.contains("no column \"price\"") && why.contains("mean_radius"), "{why}");
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 100]].concat();
    let why = refused(&good, &picture);
    assert!(why.contains("PNG") || why.contains("CSV"), "{why}");
    assert!(refused(&good, b"label\nyes\nno\n").contains("one column only"));
    assert!(refused(&good, b"a,label\n1,x\n2,x\n").contains("one class"), "{}", refused(&good, b"a,label\n1,x\n2,x\n"));
    let why = refused(&good, b"a,label\n1,x\n2,y,3\n");
    assert!(why.starts_with("Line 3, column 3"), "{why}");
    let depth = Recipe { depth: Some(40), ..recipe(Algorithm::Trees) };
    assert!(refused(&depth.to_bytes(), TABLE.as_bytes()).contains("1 to 12"));
    // A job without a table.
    let mut work = work(&good, b"");
    work.inputs = Arc::new([good.clone()]);
    let (outcome, _) = run(&*ENGINE, &work);
    let Output::Refused { why } = Output::decode(&outcome.result).unwrap() else { panic!() };
    assert!(why.contains("no table"), "{why}");
}
