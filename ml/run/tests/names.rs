//! What outputs mean: names, indices, scores, and the bounty's order of classes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use ml_onnx::{Attribute, Data, Domain, ElementType, Model, Node, Tensor};
use ml_run::RunError;
use ml_run::output::names::{Names, Verdict, Verdicts};
use models::{floats, model, node, onnx, port, strings, tensor, whole, with_constants, with_metadata, words};

/// A classifier with these class labels; label and scores are its outputs, by way of nodes that only hand them on.
fn classifier(labels: (&str, Attribute)) -> Model {
    let nodes = vec![
        node(Domain::Ml, "TreeEnsembleClassifier", &["x"], &["l", "s"], &[labels]),
        onnx("Cast", &["l"], &["label"]),
        node(Domain::Ml, "ZipMap", &["s"], &["scores"], &[]),
    ];
    model(vec![floats("x", &[2])], nodes, vec![port("label", ElementType::I64, &[]), floats("scores", &[0])])
}

fn scorer(operator: &str) -> Model {
    model(vec![floats("x", &[2])], vec![onnx(operator, &["x"], &["scores"])], vec![floats("scores", &[0])])
}

fn named(outputs: Vec<(&str, Tensor)>) -> Vec<(String, Tensor)> {
    outputs.into_iter().map(|(name, tensor)| (name.to_owned(), tensor)).collect()
}

fn names(model: &Model, classes: Option<&[&str]>) -> Names {
    Names::new(model, classes.map(strings).as_deref())
}

/// Texts and class indices of all rows.
fn said(names: &Names, verdicts: &Verdicts) -> Vec<(String, Option<u16>)> {
    let index = |verdict: &Verdict| if let Verdict::Class(at) = verdict { Some(*at) } else { None };
    verdicts.rows.iter().map(|verdict| (names.text(verdict), index(verdict))).collect()
}

fn row(name: &str, index: u16) -> (String, Option<u16>) {
    (name.to_owned(), Some(index))
}

#[test]
fn a_classifiers_label_is_a_name_wherever_the_bounty_has_it() {
    let model = classifier(("classlabels_strings", models::texts(&["dog", "cat"])));
    let mut names = names(&model, Some(&["bird", "cat", "dog"]));
    let outputs =
        named(vec![("label", words(&[2], &["cat", "dog"])), ("scores", tensor(&[2, 2], &[0.3, 0.7, 0.9, 0.1]))]);
    let verdicts = names.read(&outputs, 2).unwrap();
    assert_eq!(said(&names, &verdicts), [row("cat", 1), row("dog", 2)]);
    // Scores keep the model's order and names.
    assert_eq!(names.scores(), ["dog", "cat"]);
    assert_eq!(verdicts.scores, [0.3, 0.7, 0.9, 0.1]);
}

#[test]
fn a_label_that_is_none_of_the_classes_stays_a_text() {
    let model = classifier(("classlabels_strings", models::texts(&["dog", "cow"])));
    let mut names = names(&model, Some(&["cat", "dog"]));
    let verdicts = names.read(&named(vec![("label", words(&[2, 1], &["cow", "dog"]))]), 2).unwrap();
    assert_eq!(said(&names, &verdicts), [("cow".to_owned(), None), row("dog", 1)]);
}

#[test]
fn whole_labels_match_classes_as_numbers() {
    let model = classifier(("classlabels_int64s", Attribute::Ints(vec![5, 7])));
    let mut names = names(&model, Some(&["7.0", "5"]));
    let verdicts = names.read(&named(vec![("label", whole(&[2], &[5, 7]))]), 2).unwrap();
    assert_eq!(said(&names, &verdicts), [row("5", 1), row("7.0", 0)]);
}

#[test]
fn whole_labels_that_only_count_are_indices() {
    let model = classifier(("classlabels_int64s", Attribute::Ints(vec![0, 1])));
    let outputs = named(vec![("label", whole(&[2], &[1, 0])), ("scores", tensor(&[2, 2], &[0.2, 0.8, 0.6, 0.4]))]);
    let mut bounty = names(&model, Some(&["benign", "malignant"]));
    let verdicts = bounty.read(&outputs, 2).unwrap();
    assert_eq!(said(&bounty, &verdicts), [row("malignant", 1), row("benign", 0)]);
    assert_eq!(bounty.scores(), ["benign", "malignant"]);
    // Unless the bounty's classes are such numbers: then they are names, here in another order.
    let mut numbers = names(&model, Some(&["1", "0"]));
    let verdicts = numbers.read(&outputs, 2).unwrap();
    assert_eq!(said(&numbers, &verdicts), [row("1", 0), row("0", 1)]);
    assert_eq!(numbers.scores(), ["0", "1"]);
    // Without a bounty, they are what they are.
    let mut alone = names(&model, None);
    let verdicts = alone.read(&outputs, 2).unwrap();
    assert_eq!(said(&alone, &verdicts), [row("1", 1), row("0", 0)]);
}

#[test]
fn an_arg_max_is_an_index_into_the_models_own_order() {
    let nodes = vec![
        onnx("Softmax", &["x"], &["scores"]),
        onnx("ArgMax", &["scores"], &["a"]),
        onnx("Reshape", &["a"], &["label"]),
    ];
    let outputs = vec![port("label", ElementType::I64, &[]), floats("scores", &[2])];
    let model =
        with_metadata(model(vec![floats("x", &[2])], nodes, outputs), &[("modelmarket.classes", r#"["b","a"]"#)]);
    let outputs = named(vec![("label", whole(&[2], &[0, 1])), ("scores", tensor(&[2, 2], &[0.9, 0.1, 0.2, 0.8]))]);
    let mut bounty = names(&model, Some(&["a", "b"]));
    let verdicts = bounty.read(&outputs, 2).unwrap();
    assert_eq!(said(&bounty, &verdicts), [row("b", 1), row("a", 0)]);
    assert_eq!(bounty.scores(), ["b", "a"]);
    let mut unnamed = names(&Model { metadata: Default::default(), ..model }, Some(&["a", "b"]));
    let verdicts = unnamed.read(&outputs, 2).unwrap();
    assert_eq!(said(&unnamed, &verdicts), [row("a", 0), row("b", 1)]);
}

#[test]
fn an_arg_max_that_picks_from_a_list_is_a_name() {
    let nodes = vec![
        onnx("ArgMax", &["x"], &["a"]),
        node(Domain::Ml, "ArrayFeatureExtractor", &["kinds", "a"], &["k"], &[]),
        onnx("Reshape", &["k"], &["label"]),
    ];
    let model = model(vec![floats("x", &[2])], nodes, vec![port("label", ElementType::I64, &[])]);
    let model = with_constants(model, vec![("kinds", whole(&[1, 2], &[4, 9]))]);
    let mut names = names(&model, Some(&["9", "4"]));
    let verdicts = names.read(&named(vec![("label", whole(&[2], &[4, 9]))]), 2).unwrap();
    assert_eq!(said(&names, &verdicts), [row("4", 1), row("9", 0)]);
}

#[test]
fn scores_alone_are_judged_by_the_highest() {
    let mut bounty = names(&scorer("Gemm"), Some(&["a", "b", "c"]));
    let verdicts = bounty.read(&named(vec![("scores", tensor(&[2, 3], &[-1.0, 4.0, 2.0, 1.0, 1.0, 0.0]))]), 2).unwrap();
    assert_eq!(said(&bounty, &verdicts), [row("b", 1), row("a", 0)]);
    assert_eq!(bounty.scores(), ["a", "b", "c"]);
    let mut alone = names(&scorer("Gemm"), None);
    let verdicts = alone.read(&named(vec![("scores", tensor(&[1, 3], &[0.0, 0.0, 1.0]))]), 1).unwrap();
    assert_eq!(said(&alone, &verdicts), [row("2", 2)]);
    // More scores than the bounty has classes: the last ones are none of them.
    let mut more = names(&scorer("Gemm"), Some(&["a", "b"]));
    let verdicts = more.read(&named(vec![("scores", tensor(&[1, 3], &[0.0, 0.0, 1.0]))]), 1).unwrap();
    assert_eq!(said(&more, &verdicts), [("2".to_owned(), None)]);
}

#[test]
fn a_single_score_is_judged_by_what_it_is() {
    let outputs = named(vec![("scores", tensor(&[3, 1], &[0.2, 0.5, 0.9]))]);
    let mut probability = names(&scorer("Sigmoid"), Some(&["no", "yes"]));
    let verdicts = probability.read(&outputs, 3).unwrap();
    assert_eq!(said(&probability, &verdicts), [row("no", 0), row("yes", 1), row("yes", 1)]);
    assert_eq!(probability.scores(), ["no", "yes"]);
    assert_eq!(verdicts.scores[..2], [0.8, 0.2]);
    let mut logit = names(&scorer("Gemm"), Some(&["no", "yes"]));
    let verdicts = logit.read(&named(vec![("scores", tensor(&[2, 1], &[-0.1, 0.1]))]), 2).unwrap();
    assert_eq!(said(&logit, &verdicts), [row("no", 0), row("yes", 1)]);
    assert!(logit.scores().is_empty() && verdicts.scores.is_empty());
    // Without two classes it is a number.
    let mut regression = names(&scorer("Gemm"), None);
    let verdicts = regression.read(&outputs, 3).unwrap();
    assert_eq!(verdicts.rows[2], Verdict::Number(0.9));
    assert_eq!(regression.agrees(&verdicts.rows[2], "0.9"), None);
}

/// From where on one number for a row means the second of two classes.
fn cut(nodes: Vec<Node>) -> f32 {
    let constants = vec![("c", tensor(&[], &[2.0])), ("one", tensor(&[], &[1.0])), ("at", whole(&[], &[0]))];
    let model = with_constants(model(vec![floats("x", &[2])], nodes, vec![floats("y", &[])]), constants);
    let mut names = names(&model, Some(&["no", "yes"]));
    let values = [-0.1, 0.1, 0.4, 0.6];
    let verdicts = names.read(&named(vec![("y", tensor(&[4], &values))]), 4).unwrap();
    match verdicts.rows.iter().position(|row| *row == Verdict::Class(1)) {
        Some(1) => 0.0,
        Some(3) => 0.5,
        other => panic!("cut before row {other:?}"),
    }
}

#[test]
fn a_number_of_two_classes_that_are_numbers_is_cut_midway_between_them() {
    let answers = |operator: &str, domain: Domain, classes: [&str; 2], values: &[f32]| {
        let nodes = vec![node(domain, operator, &["x"], &["y"], &[])];
        let model = model(vec![floats("x", &[2])], nodes, vec![floats("y", &[1])]);
        let mut names = names(&model, Some(&classes));
        let verdicts = names.read(&named(vec![("y", tensor(&[values.len(), 1], values))]), values.len()).unwrap();
        verdicts.rows.iter().map(|row| names.text(row)).collect::<Vec<_>>()
    };
    for regressor in ["LinearRegressor", "SVMRegressor", "TreeEnsembleRegressor"] {
        let of = |classes, values: &[f32]| answers(regressor, Domain::Ml, classes, values);
        assert_eq!(of(["1", "2"], &[0.9, 1.4, 1.6, 2.3]), ["1", "1", "2", "2"], "{regressor}");
        assert_eq!(of(["0", "1"], &[-0.2, 0.4, 0.6]), ["0", "0", "1"], "{regressor}");
        assert_eq!(of(["-1", "1"], &[-0.9, -0.1, 0.2]), ["-1", "-1", "1"], "{regressor}");
        // A bounty may have them in the other order.
        assert_eq!(of(["2", "1"], &[1.4, 1.6]), ["1", "2"], "{regressor}");
        assert_eq!(of(["no", "yes"], &[0.4, 0.6]), ["no", "yes"], "{regressor}");
    }
    assert_eq!(answers("Tanh", Domain::Onnx, ["-1", "1"], &[-0.4, 0.3]), ["-1", "1"]);
    // A probability is one whatever the classes are.
    assert_eq!(answers("Sigmoid", Domain::Onnx, ["1", "2"], &[0.4, 0.6]), ["1", "2"]);
    assert_eq!(answers("Softmax", Domain::Onnx, ["1", "2"], &[0.4, 0.6]), ["1", "2"]);
}

#[test]
fn a_logit_is_one_whatever_column_it_is_and_whatever_it_is_multiplied_by() {
    let microsoft = |operator: &str, inputs: &[&str]| node(Domain::Microsoft, operator, inputs, &["y"], &[]);
    for part in ["Gather", "Slice", "Split", "GatherElements"] {
        // `self.fc(x)[:, 0]`
        assert_eq!(cut(vec![onnx("Gemm", &["x", "c"], &["g"]), onnx(part, &["g", "at"], &["y"])]), 0.0, "{part}");
        assert_eq!(cut(vec![onnx("Sigmoid", &["x"], &["g"]), onnx(part, &["g", "at"], &["y"])]), 0.5, "{part}");
        assert_eq!(cut(vec![onnx(part, &["x", "at"], &["y"])]), 0.5, "{part}");
    }
    for last in ["Gemm", "Add", "Sub", "Sum", "Einsum", "Conv", "ReduceSum", "QLinearMatMul", "QLinearConv"] {
        assert_eq!(cut(vec![onnx(last, &["x", "c"], &["y"])]), 0.0, "{last}");
    }
    assert_eq!(cut(vec![microsoft("QLinearAdd", &["x", "c"])]), 0.0);
    for (inputs, last, limit) in [
        (["g", "c"], "Mul", 0.0),
        (["c", "g"], "Mul", 0.0),
        (["g", "c"], "Div", 0.0),
        (["c", "g"], "Div", 0.5),
        (["g", "g"], "Mul", 0.5),
    ] {
        let nodes = vec![onnx("MatMul", &["x", "c"], &["g"]), onnx(last, &inputs, &["y"])];
        assert_eq!(cut(nodes), limit, "{last} of {inputs:?}");
    }
    // A quantised product as onnxruntime writes it.
    let scaled = vec![
        onnx("DynamicQuantizeLinear", &["x"], &["q", "scale", "zero"]),
        onnx("MatMulInteger", &["q", "c", "zero"], &["whole"]),
        onnx("Cast", &["whole"], &["sums"]),
        onnx("Mul", &["scale", "c"], &["scales"]),
        onnx("Mul", &["sums", "scales"], &["y"]),
    ];
    assert_eq!(cut(scaled), 0.0);
}

#[test]
fn what_is_made_of_probabilities_is_no_logit() {
    let made = |last: Vec<Node>| {
        let given = vec![onnx("Sigmoid", &["x"], &["p"]), onnx("Softmax", &["x"], &["s"])];
        cut([given, last].concat())
    };
    // What it leaves of 1, the mean of two, one times a number, and the sum of some shares.
    assert_eq!(made(vec![onnx("Sub", &["one", "p"], &["y"])]), 0.5);
    assert_eq!(made(vec![onnx("Add", &["p", "s"], &["both"]), onnx("Div", &["both", "c"], &["y"])]), 0.5);
    assert_eq!(made(vec![onnx("Mul", &["p", "c"], &["half"]), onnx("Add", &["half", "half"], &["y"])]), 0.5);
    assert_eq!(made(vec![onnx("Mul", &["p", "c"], &["y"])]), 0.5);
    assert_eq!(made(vec![onnx("Mul", &["p", "s"], &["shares"]), onnx("ReduceSum", &["shares"], &["y"])]), 0.5);
    // How much likelier one class is than the other.
    assert_eq!(made(vec![onnx("Sub", &["p", "s"], &["y"])]), 0.0);
}

#[test]
fn verdicts_are_compared_with_labels_as_texts_or_numbers() {
    let model = classifier(("classlabels_int64s", Attribute::Ints(vec![0, 1])));
    let mut names = names(&model, Some(&["0", "1"]));
    let verdicts = names.read(&named(vec![("label", whole(&[1], &[1]))]), 1).unwrap();
    assert_eq!(names.agrees(&verdicts.rows[0], "1.0"), Some(true));
    assert_eq!(names.agrees(&verdicts.rows[0], " 1"), Some(true));
    assert_eq!(names.agrees(&verdicts.rows[0], "0"), Some(false));
    assert_eq!(names.agrees(&verdicts.rows[0], "one"), Some(false));
}

#[test]
fn results_that_do_not_belong_to_rows_are_refused_or_left_out() {
    let mut names = names(&scorer("Gemm"), None);
    let sentence = names.read(&named(vec![("scores", tensor(&[2, 3], &[0.0; 6]))]), 4).unwrap_err().to_string();
    assert!(sentence.contains("2 results for 4 rows") && sentence.contains("“scores”"), "{sentence}");
    let both = named(vec![("state", tensor(&[1, 7], &[0.0; 7])), ("scores", tensor(&[4, 1], &[1.0, 2.0, 3.0, 4.0]))]);
    assert_eq!(names.read(&both, 4).unwrap().rows[3], Verdict::Number(4.0));
}

/// A model whose only output is whole numbers of which its graph does not say what they are.
fn whole_numbers() -> Model {
    let nodes = vec![onnx("Greater", &["x", "x"], &["g"]), onnx("Cast", &["g"], &["label"])];
    model(vec![floats("x", &[2])], nodes, vec![port("label", ElementType::I64, &[])])
}

fn read(names: &mut Names, values: &[i64]) -> Result<Vec<(String, Option<u16>)>, RunError> {
    let verdicts = names.read(&named(vec![("label", whole(&[values.len()], values))]), values.len())?;
    Ok(said(names, &verdicts))
}

#[test]
fn listed_labels_that_count_from_zero_or_one_number_the_classes() {
    for (listed, classes) in
        [(vec![0, 1, 2], ["1", "2", "3"]), (vec![1, 2, 3], ["0", "1", "2"]), (vec![1, 2, 3], ["ash", "elm", "oak"])]
    {
        let model = classifier(("classlabels_int64s", Attribute::Ints(listed.clone())));
        let mut names = names(&model, Some(&classes));
        let found = read(&mut names, &[listed[2], listed[0], listed[1]]).unwrap();
        assert_eq!(found, [row(classes[2], 2), row(classes[0], 0), row(classes[1], 1)]);
    }
    // Texts that count are no better names.
    let model = classifier(("classlabels_strings", models::texts(&["0", "1"])));
    let mut texts = names(&model, Some(&["no", "yes"]));
    let verdicts = texts.read(&named(vec![("label", words(&[2], &["1", "0"]))]), 2).unwrap();
    assert_eq!(said(&texts, &verdicts), [row("yes", 1), row("no", 0)]);
    // Another number of labels numbers nothing.
    let model = classifier(("classlabels_int64s", Attribute::Ints(vec![0, 1])));
    let mut fewer = names(&model, Some(&["1", "2", "3"]));
    assert_eq!(read(&mut fewer, &[1, 0]).unwrap(), [row("1", 0), ("0".to_owned(), None)]);
}

#[test]
fn numbers_of_unclear_meaning_are_names_where_they_can_be_and_positions_where_they_must() {
    let model = whole_numbers();
    let mut signs = names(&model, Some(&["-1", "1"]));
    assert_eq!(read(&mut signs, &[1, -1]).unwrap(), [row("1", 1), row("-1", 0)]);
    let mut signs = names(&model, Some(&["-1", "1"]));
    assert_eq!(read(&mut signs, &[1, 0]).unwrap(), [row("1", 1), row("-1", 0)]);
    let mut counted = names(&model, Some(&["1", "2", "3"]));
    assert_eq!(read(&mut counted, &[2, 0]).unwrap(), [row("3", 2), row("1", 0)]);
    let mut named = names(&model, Some(&["1", "2", "3"]));
    assert_eq!(read(&mut named, &[3, 1]).unwrap(), [row("3", 2), row("1", 0)]);
    // What was read as a name cannot become a position.
    let mut unclear = names(&model, Some(&["1", "2", "3"]));
    assert_eq!(read(&mut unclear, &[2, 1]).unwrap(), [row("2", 1), row("1", 0)]);
    assert!(matches!(read(&mut unclear, &[0, 1]), Err(RunError::Unclear)));
    let mut alone = names(&model, None);
    assert_eq!(read(&mut alone, &[-1, 7]).unwrap(), [("-1".to_owned(), None), ("7".to_owned(), None)]);
}

#[test]
fn truth_values_are_classes_of_such_names_or_the_first_and_the_second() {
    let answers = |classes: Option<&[&str]>| {
        let mut names = names(&whole_numbers(), classes);
        let truths = Tensor::new(vec![2, 1], Data::Bool(vec![false, true])).unwrap();
        let verdicts = names.read(&named(vec![("label", truths)]), 2).unwrap();
        said(&names, &verdicts)
    };
    assert_eq!(answers(Some(&["ham", "spam"])), [row("ham", 0), row("spam", 1)]);
    assert_eq!(answers(Some(&["TRUE", "FALSE"])), [row("FALSE", 1), row("TRUE", 0)]);
    assert_eq!(answers(Some(&["1", "0"])), [row("0", 1), row("1", 0)]);
    assert_eq!(answers(Some(&["Yes", "No"])), [row("No", 1), row("Yes", 0)]);
    assert_eq!(answers(None), [("False".to_owned(), None), ("True".to_owned(), None)]);
}

#[test]
fn labels_are_read_whatever_type_they_are_of() {
    let nodes = vec![onnx("ArgMax", &["x"], &["a"]), onnx("Cast", &["a"], &["label"])];
    let model = model(vec![floats("x", &[3])], nodes, vec![floats("label", &[])]);
    for data in [Data::F32(vec![2.0, 0.0]), Data::F64(vec![2.0, 0.0]), Data::U8(vec![2, 0]), Data::I8(vec![2, 0])] {
        let mut names = names(&model, Some(&["a", "b", "c"]));
        let verdicts = names.read(&named(vec![("label", Tensor::new(vec![2], data).unwrap())]), 2).unwrap();
        assert_eq!(said(&names, &verdicts), [row("c", 2), row("a", 0)]);
    }
    // A number that is a class of the bounty is that class; another is a number.
    let mut numbers = names(&scorer("Gemm"), Some(&["3", "4", "5"]));
    let verdicts = numbers.read(&named(vec![("scores", tensor(&[2], &[4.0, 4.5]))]), 2).unwrap();
    assert_eq!(verdicts.rows, [Verdict::Class(1), Verdict::Number(4.5)]);
}

#[test]
fn scores_are_found_by_width_then_origin_then_name() {
    let outputs = || {
        let wide = tensor(&[1, 4], &[9.0, 0.0, 0.0, 0.0]);
        named(vec![("hidden_state", wide.clone()), ("out", wide), ("probs", tensor(&[1, 3], &[0.0, 0.0, 1.0]))])
    };
    let ports = vec![floats("hidden_state", &[4]), floats("out", &[4]), floats("probs", &[3])];
    let nodes =
        vec![onnx("Gemm", &["x"], &["hidden_state"]), onnx("Gemm", &["x"], &["out"]), onnx("Gemm", &["x"], &["probs"])];
    let model = model(vec![floats("x", &[2])], nodes, ports);
    let mut by_name = names(&model, None);
    assert_eq!(by_name.read(&outputs(), 1).unwrap().scores.len(), 3);
    let mut by_width = names(&model, Some(&["a", "b", "c", "d"]));
    let verdicts = by_width.read(&outputs(), 1).unwrap();
    assert_eq!(said(&by_width, &verdicts), [row("a", 0)]);
}

#[test]
fn several_targets_are_numbers_and_no_classes() {
    let nodes = vec![node(Domain::Ml, "LinearRegressor", &["x"], &["y"], &[])];
    let model = model(vec![floats("x", &[2])], nodes, vec![floats("y", &[2])]);
    let outputs = named(vec![("y", tensor(&[2, 2], &[1.5, -2.0, 0.0, 3.0]))]);
    let mut names = names(&model, None);
    let verdicts = names.read(&outputs, 2).unwrap();
    assert_eq!(said(&names, &verdicts), [("1.5, -2".to_owned(), None), ("0, 3".to_owned(), None)]);
    assert!(verdicts.scores.is_empty());
}

#[test]
fn what_scikit_learn_predicts_without_a_label_is_numbers() {
    let outputs = || named(vec![("y", tensor(&[1, 2], &[1.5, -2.0]))]);
    // Two targets of an MLPRegressor, whose last node is an Add.
    let mut model = scorer("Add");
    let said = |model: &Model, classes| names(model, classes).read(&outputs(), 1).unwrap().rows;
    assert_eq!(said(&model, None), [Verdict::Class(0)]);
    model.producer = "skl2onnx".into();
    assert_eq!(said(&model, None), [Verdict::Numbers(vec![1.5, -2.0])]);
    // As many classes of a bounty are what the numbers are about.
    assert_eq!(said(&model, Some(&["a", "b"])), [Verdict::Class(0)]);
}

#[test]
fn a_count_beside_sure_scores_is_no_label() {
    let nodes = vec![onnx("Softmax", &["x"], &["p"]), onnx("ReduceSum", &["x"], &["tokens"])];
    let outputs = vec![port("tokens", ElementType::I64, &[]), floats("p", &[2])];
    let model = model(vec![floats("x", &[2])], nodes, outputs);
    let mut names = names(&model, Some(&["a", "b"]));
    let outputs = named(vec![("tokens", whole(&[1], &[0])), ("p", tensor(&[1, 2], &[0.1, 0.9]))]);
    let verdicts = names.read(&outputs, 1).unwrap();
    assert_eq!(said(&names, &verdicts), [row("b", 1)]);
}
