//! In a dedicated worker of a real browser, with WebGPU on the CPU: requests in, answers out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, rc::Rc};

use gloo_timers::callback::Timeout;
use ml_onnx::{Dim, Domain, ElementType, Model, Node, Port};
use ml_task::{
    Algorithm, Answer, Card, Context, Engine, EngineChoice, Input, Prediction, Progress, Ran, Request, TrainOptions,
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use work::{Ended, Job, Part, Parts, Reply, Service};

use crate::service::Models;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const DIGITS: &[u8] = include_bytes!("../../../../ml/conformance/models/torch/mnist_cnn.onnx");
const TREES: &[u8] = include_bytes!("../../../../ml/run/tests/exported/xgboost.onnx");
const FLOWERS: &str = include_str!("../../../../ml/run/tests/exported/xgboost.csv");

/// The service, and what it told on the way.
#[derive(Default)]
struct Test {
    models: Models,
    told: Rc<RefCell<Vec<Progress>>>,
}

type Asked = Result<Reply<Answer, Part>, Ended>;

impl Test {
    fn job(&self) -> Job<Progress> {
        let told = Rc::clone(&self.told);
        let tell = move |_, body: String| told.borrow_mut().extend(serde_json::from_str::<Progress>(&body));
        Job::new(tell, js_sys::Date::now())
    }

    async fn ask(&mut self, request: Request, beside: &[(&'static str, &[u8])]) -> Asked {
        let job = self.job();
        self.ask_as(request, beside, &job).await
    }

    async fn ask_as(&mut self, request: Request, beside: &[(&'static str, &[u8])], job: &Job<Progress>) -> Asked {
        let parts = beside.iter().fold(Parts::none(), |parts, (name, bytes)| parts.with(*name, Part::moved(bytes)));
        self.models.answer(request, parts, job).await
    }

    async fn open(&mut self, model: &[u8]) -> Result<Card, Ended> {
        let done = self.ask(Request::Open { context: Context::default() }, &[("model", model)]).await?;
        let Answer::Opened { card } = done.answer else { panic!("{:?}", done.answer) };
        Ok(*card)
    }

    async fn predict(&mut self, input: Input, engine: EngineChoice) -> (Prediction, Ran) {
        match self.ask(Request::Predict { input, engine }, &[]).await.unwrap().answer {
            Answer::Predicted { prediction, ran } => (prediction, ran),
            other => panic!("{other:?}"),
        }
    }
}

/// Whether it failed with a sentence that has all of these words.
fn says(asked: Asked, words: &[&str]) -> bool {
    matches!(asked, Err(Ended::Failed(why)) if words.iter().all(|word| why.contains(word)))
}

/// An upright stroke.
fn one() -> Input {
    let ink = |at: usize| (13..15).contains(&(at % 28)) && (4..24).contains(&(at / 28));
    Input::Picture { pixels: (0..784).map(|at| if ink(at) { 255 } else { 0 }).collect(), brightest: 1.0 }
}

/// Many flowers, with their labels.
fn flowers(rows: usize) -> String {
    let body: Vec<&str> = FLOWERS.lines().skip(1).collect();
    let body = (0..rows).map(|at| body[at % body.len()]).collect::<Vec<_>>().join("\n");
    format!("{}\n{body}\n", FLOWERS.lines().next().unwrap())
}

#[wasm_bindgen_test]
async fn a_digit_is_recognised_on_both_engines() {
    let mut test = Test::default();
    let card = test.open(DIGITS).await.unwrap();
    assert_eq!(card.picture.unwrap().width, 28);
    assert_eq!(card.no_gpu, None);
    let (cpu, ran) = test.predict(one(), EngineChoice::Cpu).await;
    assert_eq!((cpu.label.as_str(), ran.engine), ("1", Engine::Cpu));
    let (gpu, ran) = test.predict(one(), EngineChoice::Gpu).await;
    assert_eq!((gpu.label.as_str(), ran.engine, ran.fell_back), ("1", Engine::Gpu, None));
    for ((name, score), (other, expected)) in gpu.scores.iter().zip(&cpu.scores) {
        assert_eq!(name, other);
        assert!((score - expected).abs() < 1e-3, "{name}: {score} instead of {expected}");
    }
}

#[wasm_bindgen_test]
async fn a_lost_gpu_is_replaced_by_the_cpu_and_then_by_itself() {
    let mut test = Test::default();
    test.open(DIGITS).await.unwrap();
    assert_eq!(test.predict(one(), EngineChoice::Gpu).await.1.engine, Engine::Gpu);
    test.models.gpus().open().await.unwrap().close();
    // Whether it is noticed before the run or on the way, there is an answer.
    let (prediction, ran) = test.predict(one(), EngineChoice::Gpu).await;
    assert_eq!(prediction.label, "1");
    assert!(ran.engine == Engine::Gpu || ran.fell_back.is_some(), "{ran:?}");
    assert_eq!(test.predict(one(), EngineChoice::Gpu).await.1.engine, Engine::Gpu);
}

#[wasm_bindgen_test]
async fn a_table_is_predicted_with_progress_and_accuracy() {
    let mut test = Test::default();
    test.open(TREES).await.unwrap();
    let text = flowers(60_000);
    for engine in [EngineChoice::Cpu, EngineChoice::Gpu, EngineChoice::Measured] {
        let request = Request::PredictTable { label: Some("truth".into()), engine };
        let done = test.ask(request, &[("table", text.as_bytes())]).await.unwrap();
        let Answer::Table { rows, correct, ran, .. } = done.answer else { panic!("{:?}", done.answer) };
        // 59 of 60 are right (exported/xgboost.json).
        assert_eq!((rows, correct, ran.rows), (60_000, Some(right(60_000)), 60_000));
        let (csv, classes) = (done.parts.bytes("csv").unwrap(), done.parts.bytes("classes").unwrap());
        let truth = done.parts.bytes("truth").unwrap();
        let same =
            classes.as_chunks::<2>().0.iter().zip(truth.as_chunks::<2>().0).filter(|(class, truth)| class == truth);
        assert_eq!(Some(same.count() as u64), correct);
        assert_eq!(csv.iter().filter(|&&byte| byte == b'\n').count(), 60_001);
        assert_eq!(classes.len(), 120_000);
    }
    let told = test.told.borrow();
    assert!(told.iter().any(|answer| matches!(answer, Progress::Rows { total: 60_000, .. })), "{told:?}");
}

/// How many of `rows` flowers are right, as onnxruntime says.
fn right(rows: usize) -> u64 {
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("../../../../ml/run/tests/exported/xgboost.json")).unwrap();
    let labels = expected["labels"].as_array().unwrap();
    let truth: Vec<&str> = FLOWERS.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    (0..rows).filter(|at| labels[at % labels.len()] == truth[at % truth.len()]).count() as u64
}

#[wasm_bindgen_test]
async fn a_table_is_stopped_by_a_message_that_comes_meanwhile() {
    let mut test = Test::default();
    test.open(TREES).await.unwrap();
    let text = flowers(400_000);
    let stopping = |test: &Test| {
        let job = test.job();
        let stopped = job.clone();
        Timeout::new(60, move || stopped.stop()).forget();
        job
    };
    let request = Request::PredictTable { label: None, engine: EngineChoice::Cpu };
    // The label column is one too many unless it is named.
    let job = stopping(&test);
    assert!(says(test.ask_as(request, &[("table", text.as_bytes())], &job).await, &["labels"]));
    let request = Request::PredictTable { label: Some("truth".into()), engine: EngineChoice::Cpu };
    let job = stopping(&test);
    let ended = test.ask_as(request, &[("table", text.as_bytes())], &job).await;
    assert_eq!(ended.err(), Some(Ended::Stopped));
    // The worker is as before.
    let fields = Input::Fields(["5.1", "3.5", "1.4", "0.2"].map(str::to_owned).to_vec());
    assert_eq!(test.predict(fields, EngineChoice::Measured).await.0.label, "0");
}

#[wasm_bindgen_test]
async fn a_hostile_file_is_refused_by_the_name_of_its_node() {
    let port = |name: &str| Port {
        name: name.into(),
        element: ElementType::F32,
        dims: Some(vec![Dim::Named("N".into()), Dim::Known(1)]),
    };
    let node = Node {
        name: "steal_keys".into(),
        domain: Domain::Onnx,
        operator: "ReadWallet".into(),
        inputs: vec!["x".into()],
        outputs: vec!["y".into()],
        attributes: Default::default(),
    };
    let model = Model {
        ir_version: 8,
        opset: 17,
        inputs: vec![port("x")],
        outputs: vec![port("y")],
        nodes: vec![node],
        ..Model::default()
    };
    let mut test = Test::default();
    let open = Request::Open { context: Context::default() };
    assert!(says(test.ask(open, &[("model", &model.to_bytes())]).await, &["steal_keys", "ReadWallet"]));
    assert!(test.open(b"\x08\x01 no model at all").await.is_err());
    // Nothing is open then.
    let request = Request::Predict { input: one(), engine: EngineChoice::Measured };
    assert!(says(test.ask(request, &[]).await, &["No model is open"]));
    assert!(test.open(TREES).await.is_ok());
}

#[wasm_bindgen_test]
async fn what_is_trained_here_runs_here() {
    // Two clouds of points, apart by the sum of their coordinates; the name of a class needs quotes.
    let point = |at: u32| {
        let (a, b) = (f64::from(at * 7919 % 1000) / 500.0 - 1.0, f64::from(at * 104_729 % 1000) / 500.0 - 1.0);
        (a, b, if a + b > 0.0 { "\"up, right\"" } else { "down" })
    };
    let train: String = (0..400).map(point).map(|(a, b, label)| format!("{a},{b},{label}\n")).collect();
    let rows: String = (400..500).map(point).map(|(a, b, _)| format!("{a},{b}\n")).collect();
    let (train, rows) = (format!("a,b,kind\n{train}"), format!("a,b\n{rows}"));
    for algorithm in [Algorithm::Logistic, Algorithm::Mlp, Algorithm::Trees] {
        let mut test = Test::default();
        let options = TrainOptions::new(algorithm, vec!["down".into(), "up, right".into()]);
        let files = [("train", train.as_bytes()), ("test", rows.as_bytes())];
        let done = test.ask(Request::Train { options }, &files).await.unwrap();
        let Answer::Trained { summary } = done.answer else { panic!("{:?}", done.answer) };
        assert_eq!(summary.test_rows, 100);
        assert!(test.told.borrow().iter().any(|told| matches!(told, Progress::Epoch { .. })));
        let (model, predictions) = (done.parts.bytes("model").unwrap(), done.parts.bytes("predictions").unwrap());
        assert_eq!(summary.model_bytes, model.len() as u64);
        let card = test.open(&model).await.unwrap();
        assert_eq!(card.classes, ["down", "up, right"]);
        assert_eq!(card.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        let request = Request::PredictTable { label: None, engine: EngineChoice::Cpu };
        let again = test.ask(request, &[("table", rows.as_bytes())]).await.unwrap();
        let classes = again.parts.bytes("classes").unwrap();
        assert_eq!(done.parts.bytes("classes").unwrap(), classes);
        assert_eq!(done.parts.bytes("aside").unwrap().len() as u64, 4 * summary.validation_rows);
        assert_eq!(again.parts.bytes("truth").unwrap(), Vec::<u8>::new());
        let lines: Vec<&str> = std::str::from_utf8(&predictions).unwrap().lines().collect();
        assert_eq!(lines.len(), 100);
        let right = (400..500).map(point).zip(&lines).filter(|((_, _, label), line)| label == *line).count();
        assert!(right >= 90, "{algorithm:?}: {right} of 100");
        for (at, line) in lines.iter().enumerate() {
            assert_eq!(
                u16::from(*line != "down"),
                u16::from_le_bytes([classes[at * 2], classes[at * 2 + 1]]),
                "row {at}"
            );
        }
    }
}

/// Rows of which only column `b` tells the class, and their classes.
fn told_by_one_column(rows: u32) -> (String, Vec<u16>) {
    let cells = |at: u32| (at * 7919 % 101, at * 104_729 % 1000, at * 31 % 7);
    let lines: String = (0..rows).map(cells).map(|(a, b, c)| format!("{a},{b},{c}\n")).collect();
    (format!("a,b,c\n{lines}"), (0..rows).map(cells).map(|(_, b, _)| u16::from(b >= 500)).collect())
}

fn with_labels(table: &str, truth: &[u16]) -> String {
    let labels = std::iter::once("kind").chain(truth.iter().map(|class| ["low", "high"][usize::from(*class)]));
    table.lines().zip(labels).map(|(line, label)| format!("{line},{label}\n")).collect()
}

#[wasm_bindgen_test]
async fn every_row_is_kept_aside_once_in_folds_and_a_stop_ends_them() {
    let (table, truth) = told_by_one_column(203);
    let train = with_labels(&table, &truth);
    let mut test = Test::default();
    let options = TrainOptions { rounds: 8, ..TrainOptions::new(Algorithm::Trees, vec!["low".into(), "high".into()]) };
    let request = Request::Folds { options, folds: 5 };
    let done = test.ask(request.clone(), &[("train", train.as_bytes())]).await.unwrap();
    let Answer::Folded { folds } = done.answer else { panic!("{:?}", done.answer) };
    let rows = done.parts.bytes("rows").unwrap();
    let words: Vec<u16> = rows.as_chunks().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let pairs = words.as_chunks::<2>().0;
    assert_eq!(pairs.iter().map(|pair| pair[0]).collect::<Vec<_>>(), truth);
    let right = pairs.iter().filter(|pair| pair[0] == pair[1]).count() as u64;
    assert_eq!((folds.len(), folds.iter().map(|fold| fold.rows).sum::<u64>()), (5, 203));
    assert_eq!(folds.iter().map(|fold| fold.right).sum::<u64>(), right);
    // Two rows of a thousand are apart; some are learned wrong near the middle.
    assert!(right > 190, "{right} of 203");
    let last = |told: &Progress| matches!(told, Progress::Fold { fold: 5, folds: 5, .. });
    assert!(test.told.borrow().iter().any(last));
    let job = test.job();
    job.stop();
    let stopped = test.ask_as(request, &[("train", train.as_bytes())], &job).await;
    assert_eq!(stopped.err(), Some(Ended::Stopped));
    let options = TrainOptions::new(Algorithm::Trees, vec!["low".into()]);
    let request = Request::Folds { options, folds: 5 };
    assert!(says(test.ask(request, &[("train", train.as_bytes())]).await, &["label", "classes"]));
}

#[wasm_bindgen_test]
async fn only_the_column_that_tells_the_class_has_importance() {
    let (table, truth) = told_by_one_column(200);
    let train = with_labels(&table, &truth);
    let mut test = Test::default();
    let classes = vec!["low".to_owned(), "high".to_owned()];
    // One tree of one split looks at one column.
    let options =
        TrainOptions { rounds: 1, depth: 1, validation: 0.0, ..TrainOptions::new(Algorithm::Trees, classes.clone()) };
    let files = [("train", train.as_bytes()), ("test", table.as_bytes())];
    let done = test.ask(Request::Train { options }, &files).await.unwrap();
    assert_eq!(done.parts.bytes("aside").unwrap(), Vec::<u8>::new());
    let model = done.parts.bytes("model").unwrap();
    let context = Context { classes: Some(classes), ..Context::default() };
    test.ask(Request::Open { context }, &[("model", &model)]).await.unwrap();
    let labels: Vec<u8> = truth.iter().flat_map(|class| class.to_le_bytes()).collect();
    let beside: [(&'static str, &[u8]); 2] = [("table", table.as_bytes()), ("truth", &labels)];
    let request = Request::Importance { repetitions: 5, seed: 1 };
    let Answer::Importance { columns, total, rows, right } = test.ask(request.clone(), &beside).await.unwrap().answer
    else {
        panic!("it is answered otherwise");
    };
    assert_eq!((total, rows, columns.len()), (3, 200, 3));
    assert!(right > 195, "{right}");
    let named: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(named, ["a", "b", "c"]);
    // Of two classes of equal size, half are right by chance.
    assert!((0.35..0.65).contains(&columns[1].fall) && columns[1].deviation > 0.0, "{columns:?}");
    assert_eq!([columns[0].fall, columns[0].deviation, columns[2].fall], [0.0; 3]);
    let told = |told: &Progress| matches!(told, Progress::Columns { columns: 3, total: 3 });
    assert!(test.told.borrow().iter().any(told));
    assert!(says(test.ask(request, &[("table", table.as_bytes()), ("truth", &labels[2..])]).await, &["200", "199"]));
}

#[wasm_bindgen_test]
async fn both_engines_can_be_measured() {
    let mut test = Test::default();
    test.open(DIGITS).await.unwrap();
    for engine in [Engine::Cpu, Engine::Gpu] {
        let done = test.ask(Request::Measure { engine, rows: 3, runs: 4 }, &[]).await.unwrap();
        let Answer::Times { micros, repeated } = done.answer else { panic!("{:?}", done.answer) };
        assert!(micros.len() == 4 && micros.iter().all(|&time| time > 0.0) && repeated > 0, "{micros:?}");
    }
    let done = test.ask(Request::Product { size: 64, runs: 3 }, &[]).await.unwrap();
    let Answer::Products { tiled, naive, cpu, gpu } = done.answer else { panic!("{:?}", done.answer) };
    assert_eq!([tiled.len(), naive.len(), cpu.len()], [3, 3, 3]);
    assert!(!gpu.is_empty());
}
