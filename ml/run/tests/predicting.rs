//! Exported models from file to prediction, against what onnxruntime said (`exported/make.py`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use ml_run::{Gpus, Predicted, RunError, Session, Watch, output::names::NO_CLASS};
use ml_task::{Card, Context, Engine, EngineChoice, FieldKind, Input, Measured};
use models::strings;
use pollster::block_on;

/// A model, its table, and what onnxruntime says.
struct Case {
    model: &'static [u8],
    table: &'static str,
    expected: serde_json::Value,
}

macro_rules! case {
    ($name:literal) => {
        Case {
            model: include_bytes!(concat!("exported/", $name, ".onnx")),
            table: include_str!(concat!("exported/", $name, ".csv")),
            expected: serde_json::from_str(include_str!(concat!("exported/", $name, ".json"))).unwrap(),
        }
    };
}

impl Case {
    fn labels(&self) -> Vec<&str> {
        self.expected["labels"].as_array().unwrap().iter().map(|label| label.as_str().unwrap()).collect()
    }

    fn scores(&self, row: usize) -> Vec<f64> {
        self.expected["scores"][row].as_array().unwrap().iter().map(|score| score.as_f64().unwrap()).collect()
    }
}

/// Keeps what it is told, and ends the work after so many times.
struct Watching {
    seen: Vec<(u64, u64)>,
    end_after: usize,
}

impl Watch for Watching {
    async fn progress(&mut self, rows: u64, total: u64) -> bool {
        self.seen.push((rows, total));
        self.seen.len() < self.end_after
    }
}

fn watching() -> Watching {
    Watching { seen: Vec::new(), end_after: usize::MAX }
}

fn open(model: &[u8], classes: Option<&[&str]>, features: Option<&[&str]>) -> Session {
    let context = Context { classes: classes.map(strings), features: features.map(strings), measured: Vec::new() };
    Session::open(model.to_vec(), &context).unwrap()
}

fn no_gpu() -> Gpus {
    Gpus::none("There is none in this test.")
}

fn table(session: &mut Session, text: &str, label: Option<&str>) -> Result<Predicted, RunError> {
    let done = block_on(session.table(text.as_bytes(), label, EngineChoice::Cpu, &mut no_gpu(), &mut watching()));
    done.map(|predicted| predicted.unwrap())
}

/// Rows of the result: the prediction and the scores.
fn rows(predicted: &Predicted) -> (Vec<String>, Vec<(String, Vec<f64>)>) {
    let text = String::from_utf8(predicted.csv.clone()).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let row = |cells: Vec<String>| (cells[0].clone(), cells[1..].iter().map(|cell| cell.parse().unwrap()).collect());
    (header, lines.map(row).collect())
}

fn check(case: &Case, predicted: &Predicted, header: &[&str]) {
    let (found, rows) = rows(predicted);
    assert_eq!(found, header);
    assert_eq!(rows.len(), case.labels().len());
    for (at, (label, scores)) in rows.iter().enumerate() {
        assert_eq!(label, case.labels()[at], "row {at}");
        for (score, expected) in scores.iter().zip(case.scores(at)) {
            assert!((score - expected).abs() < 1e-4, "row {at}: {score} instead of {expected}");
        }
        assert_eq!(scores.len(), case.scores(at).len());
    }
    assert_eq!(predicted.correct, case.expected["right"].as_u64());
    let pairs = predicted.truth.iter().zip(&predicted.classes);
    assert_eq!(Some(pairs.filter(|(truth, class)| truth == class).count() as u64), predicted.correct);
    let truth: Vec<&str> = case.table.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert_eq!(predicted.truth.iter().map(|at| &predicted.names[usize::from(*at)]).collect::<Vec<_>>(), truth);
}

fn card(session: &Session) -> Card {
    session.card().clone()
}

#[test]
fn a_pipeline_of_texts_and_numbers_with_gaps() {
    let case = case!("pipeline");
    let mut session = open(case.model, Some(&["Barbera", "Barolo", "Grignolino"]), None);
    let card = card(&session);
    assert_eq!(card.operators["OneHotEncoder"], 2);
    assert_eq!(card.inputs[3].element, "string");
    let kinds: Vec<(&str, &FieldKind)> = card.fields.iter().map(|field| (field.name.as_str(), &field.kind)).collect();
    assert_eq!(kinds[0], ("ash", &FieldKind::Number));
    assert_eq!(kinds[3], ("strength", &FieldKind::Choice(strings(&["light", "medium", "strong"]))));
    assert_eq!(kinds[4], ("decade", &FieldKind::Choice(strings(&["8", "9", "10", "11"]))));
    assert_eq!(card.classes, ["Barbera", "Barolo", "Grignolino"]);
    let predicted = table(&mut session, case.table, Some("truth")).unwrap();
    check(&case, &predicted, &["prediction", "Barbera", "Barolo", "Grignolino"]);
    let (prediction, ran) = block_on(session.predict(
        &Input::Fields(strings(&["2.43", "", "1065", "strong", "11"])),
        EngineChoice::Measured,
        &mut no_gpu(),
    ))
    .unwrap();
    assert_eq!((prediction.label.as_str(), ran.engine, ran.rows), (case.labels()[0], Engine::Cpu, 1));
    let highest = case.scores(0).into_iter().fold(0.0, f64::max);
    assert_eq!(prediction.scores[0].0, "Barolo");
    assert!((f64::from(prediction.scores[0].1) - highest).abs() < 1e-4);
}

#[test]
fn trees_whose_labels_only_count() {
    let case = case!("xgboost");
    let mut session = open(case.model, None, None);
    check(&case, &table(&mut session, case.table, Some("truth")).unwrap(), &["prediction", "0", "1", "2"]);
    // In a bounty, the numbers are positions among its classes.
    let classes = ["setosa", "versicolor", "virginica"];
    let features = ["petal length", "petal width", "sepal length", "sepal width"];
    let mut session = open(case.model, Some(&classes), Some(&features));
    // The model's columns are the bounty's, in the bounty's order, which is not the one of this table.
    assert!(matches!(table(&mut session, "a,b,c,d\n1,2,3,4\n", None), Err(RunError::Missing { .. })));
    let mut session = open(case.model, Some(&classes), None);
    let predicted = table(&mut session, case.table, None).err().unwrap().to_string();
    assert!(predicted.contains("5 columns") && predicted.contains("labels"), "{predicted}");
    let predicted = table(&mut session, case.table, Some("truth")).unwrap();
    let expected: Vec<u16> = case.labels().iter().map(|label| label.parse().unwrap()).collect();
    assert_eq!(predicted.classes, expected);
    assert!(String::from_utf8(predicted.csv).unwrap().starts_with("prediction,setosa,versicolor,virginica\nsetosa,"));
    // The table's labels are the numbers, none of which is a class: nothing says that they are wrong.
    assert_eq!((predicted.correct, predicted.truth), (None, Vec::new()));
    let called = predicted.called.unwrap();
    assert!(called.contains("“0”, “1”, “2”") && called.contains("“setosa”"), "{called}");
}

#[test]
fn a_network_whose_label_is_picked_from_a_list() {
    let case = case!("mlp");
    // The bounty lists its classes in another order than the model.
    let mut session = open(case.model, Some(&["virginica", "setosa", "versicolor"]), None);
    let predicted = table(&mut session, case.table, Some("truth")).unwrap();
    check(&case, &predicted, &["prediction", "setosa", "versicolor", "virginica"]);
    let place = |label: &str| ["virginica", "setosa", "versicolor"].iter().position(|class| *class == label).unwrap();
    let expected: Vec<u16> = case.labels().iter().map(|label| place(label) as u16).collect();
    assert_eq!(predicted.classes, expected);
}

#[test]
fn a_regression_gives_numbers() {
    let case = case!("regression");
    let mut session = open(case.model, None, None);
    let predicted = table(&mut session, case.table, Some("truth")).unwrap();
    let (header, rows) = rows(&predicted);
    assert_eq!(header, ["prediction"]);
    for ((found, _), expected) in rows.iter().zip(case.labels()) {
        let (found, expected): (f64, f64) = (found.parse().unwrap(), expected.parse().unwrap());
        assert!((found - expected).abs() < 1e-3, "{found} instead of {expected}");
    }
    let none = vec![NO_CLASS; rows.len()];
    assert_eq!((predicted.correct, predicted.classes, predicted.truth), (None, none.clone(), none));
}

#[test]
fn a_digit_network_takes_pictures_and_tables() {
    let model = include_bytes!("../../conformance/models/torch/mnist_cnn.onnx");
    let mut session = open(model, None, None);
    let picture = card(&session).picture.unwrap();
    assert_eq!((picture.width, picture.height, picture.channels), (28, 28, 1));
    // A one: an upright stroke.
    let pixels: Vec<u8> = (0..784)
        .map(|at| if (13..15).contains(&(at % 28)) && (4..24).contains(&(at / 28)) { 255 } else { 0 })
        .collect();
    let input = Input::Picture { pixels: pixels.clone(), brightest: 1.0 };
    let (prediction, _) = block_on(session.predict(&input, EngineChoice::Cpu, &mut no_gpu())).unwrap();
    assert_eq!((prediction.label.as_str(), prediction.scores.len()), ("1", 10));
    assert!(prediction.scores[0].1 >= prediction.scores[1].1);
    // The same picture as a row of a table, many times.
    let row: Vec<String> = pixels.iter().map(|&byte| (f32::from(byte) / 255.0).to_string()).collect();
    let text = (0..300).map(|_| row.join(",")).collect::<Vec<_>>().join("\n");
    let predicted = table(&mut session, &text, None).unwrap();
    assert_eq!(predicted.classes, vec![1; 300]);
}

#[test]
fn progress_is_told_and_a_table_can_be_stopped() {
    let case = case!("xgboost");
    let mut session = open(case.model, None, None);
    let body: Vec<&str> = case.table.lines().skip(1).collect();
    let text = format!("a,b,c,d,truth\n{}", (0..20_000).map(|at| body[at % body.len()]).collect::<Vec<_>>().join("\n"));
    let (mut gpus, mut all) = (no_gpu(), watching());
    let run = session.table(text.as_bytes(), Some("truth"), EngineChoice::Cpu, &mut gpus, &mut all);
    let predicted = block_on(run).unwrap().unwrap();
    assert_eq!((predicted.ran.rows, predicted.classes.len()), (20_000, 20_000));
    assert_eq!(all.seen.last(), Some(&(20_000, 20_000)));
    assert!(all.seen.windows(2).all(|pair| pair[0].0 < pair[1].0) && all.seen.len() > 3, "{:?}", all.seen);
    let mut impatient = Watching { seen: Vec::new(), end_after: 2 };
    let run = session.table(text.as_bytes(), Some("truth"), EngineChoice::Cpu, &mut gpus, &mut impatient);
    assert_eq!(block_on(run).unwrap(), None);
    assert_eq!(impatient.seen.len(), 2);
    // The session is as before.
    assert!(table(&mut session, case.table, Some("truth")).is_ok());
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    let case = case!("pipeline");
    let mut session = open(case.model, None, None);
    let sentence = table(&mut session, "ash,hue,proline,strength\n1,2,3,light\n", None).unwrap_err().to_string();
    assert!(sentence.contains("lacks “decade”"), "{sentence}");
    let bad = case.table.replacen("1480.0", "much", 1);
    let sentence = table(&mut session, &bad, Some("truth")).unwrap_err().to_string();
    assert_eq!(sentence, "Line 3, column 3 (“proline”): “much” is not a number.");
    assert!(matches!(table(&mut session, "ash,hue,proline,strength,decade\n", None), Err(RunError::Empty)));
    let truncated = &case.model[..case.model.len() / 2];
    assert!(matches!(Session::open(truncated.to_vec(), &Context::default()), Err(RunError::Read(_))));
}

#[test]
fn engines_are_measured_once_and_remembered() {
    let case = case!("xgboost");
    let mut session = open(case.model, None, None);
    let body: Vec<&str> = case.table.lines().skip(1).collect();
    let text = format!("a,b,c,d,truth\n{}", (0..40_000).map(|at| body[at % body.len()]).collect::<Vec<_>>().join("\n"));
    let mut gpus = Gpus::default();
    let mut run = |session: &mut Session| {
        let mut watch = watching();
        let run = session.table(text.as_bytes(), Some("truth"), EngineChoice::Measured, &mut gpus, &mut watch);
        block_on(run).unwrap().unwrap()
    };
    let first = run(&mut session);
    let measured = first.ran.measured.clone().expect("40,000 rows are worth a measurement");
    assert!(measured.cpu_us > 0.0 && measured.batch >= 32, "{measured:?}");
    assert!(measured.gpu_us.is_some_and(|micros| micros > 0.0), "{measured:?}");
    let faster = if measured.gpu_us.unwrap() < measured.cpu_us { Engine::Gpu } else { Engine::Cpu };
    assert_eq!(first.ran.engine, faster);
    // What is given from before decides without measuring, whatever it says.
    for (cpu_us, gpu_us, engine) in
        [(1.0, Some(2.0), Engine::Cpu), (2.0, Some(1.0), Engine::Gpu), (9.0, None, Engine::Cpu)]
    {
        let seeds: Vec<Measured> =
            (0..8).map(|class| Measured { batch: 4_u32.pow(class), cpu_us, gpu_us, why: None }).collect();
        let context = Context { measured: seeds.clone(), ..Context::default() };
        let mut session = Session::open(case.model.to_vec(), &context).unwrap();
        let again = run(&mut session);
        assert_eq!(again.ran.engine, engine);
        assert!(seeds.contains(&again.ran.measured.unwrap()));
        assert_eq!(again.classes, first.classes);
    }
}

#[test]
fn a_lost_gpu_is_replaced_by_the_cpu() {
    let case = case!("xgboost");
    let mut session = open(case.model, None, None);
    let gpu = block_on(ml_gpu::Gpu::open()).unwrap();
    let mut gpus = Gpus::with(gpu.clone());
    let input = Input::Fields(strings(&["5.1", "3.5", "1.4", "0.2"]));
    let (before, ran) = block_on(session.predict(&input, EngineChoice::Gpu, &mut gpus)).unwrap();
    assert_eq!((ran.engine, ran.fell_back), (Engine::Gpu, None));
    // Lost in the middle of a table: the rest is computed on the CPU, and nothing is missing.
    struct Closing(ml_gpu::Gpu);
    impl Watch for Closing {
        async fn progress(&mut self, _rows: u64, _total: u64) -> bool {
            self.0.close();
            true
        }
    }
    let text = (0..200).flat_map(|_| case.table.lines().skip(1)).collect::<Vec<_>>().join("\n");
    let mut closing = Closing(gpu);
    let run = session.table(text.as_bytes(), Some("f5"), EngineChoice::Gpu, &mut gpus, &mut closing);
    let predicted = block_on(run).unwrap().unwrap();
    assert_eq!(predicted.ran.rows, 200 * 60);
    let alone = table(&mut open(case.model, None, None), &text, Some("f5")).unwrap();
    assert_eq!((predicted.classes, predicted.correct), (alone.classes, alone.correct));
    // It is opened again for what comes next.
    let (after, ran) = block_on(session.predict(&input, EngineChoice::Gpu, &mut gpus)).unwrap();
    assert_eq!((after.label, ran.engine), (before.label, Engine::Gpu));
}

#[test]
fn what_the_gpu_cannot_is_said_and_done_by_the_cpu() {
    let case = case!("pipeline");
    let mut session = open(case.model, None, None);
    let why = card(&session).no_gpu.expect("texts are not for the GPU");
    let text = case.table;
    let run = |choice| {
        let mut session = Session::open(case.model.to_vec(), &Context::default()).unwrap();
        block_on(session.table(text.as_bytes(), Some("truth"), choice, &mut Gpus::default(), &mut watching())).unwrap()
    };
    let forced = run(EngineChoice::Gpu).unwrap();
    assert_eq!((forced.ran.engine, forced.ran.fell_back), (Engine::Cpu, Some(why)));
    let measured = run(EngineChoice::Measured).unwrap();
    assert_eq!((measured.ran.engine, measured.ran.measured), (Engine::Cpu, None));
    assert!(matches!(block_on(session.times(Engine::Gpu, 4, 1, &mut Gpus::default())), Err(RunError::Gpu(_))));
}

/// The shape rules are asked before an engine is, also where the file leaves the number of columns open.
#[test]
fn a_row_that_the_shapes_refuse_reaches_no_engine() {
    let turn = models::node(
        ml_onnx::Domain::Onnx,
        "Transpose",
        &["x"],
        &["y"],
        &[("perm", ml_onnx::Attribute::Ints(vec![0, 2, 1]))],
    );
    let model = models::model(vec![models::floats("x", &[0])], vec![turn], vec![models::floats("y", &[0])]);
    let mut session = Session::of(model, 0, &Context::default()).unwrap();
    for _ in 0..2 {
        let row = Input::Fields(strings(&["1", "2"]));
        let refused = block_on(session.predict(&row, EngineChoice::Cpu, &mut no_gpu()));
        assert!(matches!(&refused, Err(RunError::Shape(why)) if why.contains("the Transpose")), "{refused:?}");
    }
}

/// Its first state was exported for one row, so it takes one at a time; also where no shape is known beforehand.
#[test]
fn a_recurrent_model_made_for_one_row_predicts_a_table() {
    for unknown in [None, Some(0), Some(3)] {
        let mut nodes = vec![
            models::onnx("Unsqueeze", &["x", "first"], &["steps"]),
            models::onnx("RNN", &["steps", "w", "r", "", "", "h"], &["", "last"]),
            models::onnx("Reshape", &["last", "flat"], &["y"]),
        ];
        if let Some(place) = unknown {
            nodes.insert(place, models::onnx("NonZero", &["x"], &["unused"]));
        }
        let constants = vec![
            ("first", models::whole(&[1], &[0])),
            ("flat", models::whole(&[2], &[-1, 1])),
            ("w", models::tensor(&[1, 1, 1], &[1.0])),
            ("r", models::tensor(&[1, 1, 1], &[0.5])),
            ("h", models::tensor(&[1, 1, 1], &[0.2])),
        ];
        let model = models::model(vec![models::floats("x", &[1])], nodes, vec![models::floats("y", &[1])]);
        let mut session = Session::of(models::with_constants(model, constants), 0, &Context::default()).unwrap();
        let predicted = table(&mut session, "x\n-1\n0\n2\n0.5\n", None).unwrap();
        for ((found, _), x) in rows(&predicted).1.iter().zip([-1.0_f64, 0.0, 2.0, 0.5]) {
            let expected = (x + 0.5 * 0.2).tanh();
            assert!((found.parse::<f64>().unwrap() - expected).abs() < 1e-5, "{found} instead of {expected}");
        }
        assert_eq!(predicted.ran.rows, 4);
    }
}
