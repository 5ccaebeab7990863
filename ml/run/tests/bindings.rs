//! Columns, rows and pictures to the inputs of a model.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod models;

use ml_onnx::{Attribute, Data, Domain, ElementType, Model, Port};
use ml_run::{
    RunError,
    input::layout::{Batch, Columns, Layout},
    input::rows::{Inputs, PendingRows},
    input::table::Table,
};
use ml_task::Input;
use models::{floats, model, node, onnx, port, strings, tensor, with_constants, with_metadata};

fn identity(dims: &[usize]) -> Model {
    model(vec![floats("x", dims)], vec![onnx("Identity", &["x"], &["y"])], vec![floats("y", dims)])
}

/// One input a column, of numbers and texts.
fn columns() -> Model {
    let inputs = vec![floats("age", &[1]), port("job type", ElementType::String, &[1]), floats("height", &[])];
    model(inputs, vec![onnx("Identity", &["age"], &["y"])], vec![floats("y", &[1])])
}

fn layout(model: &Model, features: Option<&[&str]>) -> Layout {
    Layout::new(model, features.map(strings).as_deref()).unwrap()
}

/// All rows of a table as inputs, and their labels.
fn read(layout: &Layout, text: &str, label: Option<&str>) -> Result<(Inputs, Vec<String>), RunError> {
    let mut table = Table::open(text.as_bytes(), layout, label)?;
    let rows = table.fill(usize::MAX)?;
    Ok((table.rows().next(rows, rows)?, table.labels().to_vec()))
}

fn why(layout: &Layout, text: &str, label: Option<&str>) -> String {
    read(layout, text, label).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn columns_are_found_by_the_names_of_the_file_in_any_order() {
    let model = with_metadata(identity(&[3]), &[("modelmarket.columns", r#"["a","b","c"]"#)]);
    // The bounty's own order does not matter then.
    let layout = layout(&model, Some(&["c", "b", "a"]));
    let (inputs, labels) = read(&layout, "id,c,y,a,b\n7,3,p,1,2\n8,6,q,4,5\n", Some("y")).unwrap();
    assert_eq!(inputs, [("x".to_owned(), tensor(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))]);
    assert_eq!(labels, ["p", "q"]);
}

#[test]
fn a_bounty_names_the_columns_of_a_model_that_does_not() {
    let layout = layout(&identity(&[2]), Some(&["width", "height"]));
    assert_eq!(layout.columns, Columns::Named(strings(&["width", "height"])));
    let (inputs, _) = read(&layout, "height,width\n1,2\n", None).unwrap();
    assert_eq!(inputs[0].1, tensor(&[1, 2], &[2.0, 1.0]));
}

#[test]
fn inputs_of_one_column_each_are_named_as_their_columns() {
    let layout = layout(&columns(), None);
    let (inputs, _) = read(&layout, "height,job type,age\n1.8,\"clerk, senior\",44\n", None).unwrap();
    assert_eq!(inputs[0], ("age".to_owned(), tensor(&[1, 1], &[44.0])));
    assert_eq!(inputs[1], ("job type".to_owned(), models::words(&[1, 1], &["clerk, senior"])));
    assert_eq!(inputs[2], ("height".to_owned(), tensor(&[1], &[1.8])));
}

#[test]
fn names_that_an_exporter_changed_are_still_found() {
    let mut model = columns();
    model.inputs[1].name = "job_type".into();
    let layout = layout(&model, Some(&["Age", "Job type", "Height"]));
    assert_eq!(layout.columns, Columns::Named(strings(&["Age", "Job type", "Height"])));
    assert!(read(&layout, "Age,Job type,Height\n44,clerk,1.8\n", None).is_ok());
}

/// Of the same number are columns and inputs, but not in the same order.
#[test]
fn inputs_whose_names_stand_elsewhere_do_not_go_by_place() {
    let model = |names: [&str; 3]| {
        let inputs = names.map(|name| floats(name, &[1])).to_vec();
        model(inputs, vec![onnx("Identity", &[names[0]], &["y"])], vec![floats("y", &[1])])
    };
    let features = ["age", "Income", "city_code"];
    let by_name = layout(&model(["income", "age", "city"]), Some(&features));
    assert_eq!(by_name.columns, Columns::Named(strings(&["Income", "age", "city"])));
    let sentence = why(&by_name, "age,Income,city_code\n44,50000,3\n", None);
    assert!(sentence.contains("lacks “city”") && sentence.contains("besides is “city_code”"), "{sentence}");
    // Names that say nothing else go by place.
    for names in [["age", "income", "city"], ["a", "b", "c"], ["f0", "f1", "f2"]] {
        assert_eq!(layout(&model(names), Some(&features)).columns, Columns::Named(strings(&features)), "{names:?}");
    }
    let from_one = ["f1", "f2", "f3"];
    let from_zero = layout(&model(["f0", "f1", "f2"]), Some(&from_one));
    assert_eq!(from_zero.columns, Columns::Named(strings(&from_one)));
}

/// Inputs of some columns each, and the columns of each that a table has.
fn blocks(inputs: Vec<Port>, features: Option<&[&str]>, table: &str) -> (Inputs, Option<String>) {
    let first = inputs[0].name.clone();
    let outputs = vec![Port { name: "y".into(), ..inputs[0].clone() }];
    let layout = layout(&model(inputs, vec![onnx("Identity", &[&first], &["y"])], outputs), features);
    let mut table = Table::open(table.as_bytes(), &layout, None).unwrap();
    let rows = table.fill(usize::MAX).unwrap();
    (table.rows().next(rows, rows).unwrap(), table.rows().layout().guess())
}

#[test]
fn columns_of_texts_and_of_numbers_go_into_the_inputs_of_their_type() {
    // As skl2onnx takes a pipeline of numbers and categories.
    let (inputs, guess) = blocks(
        vec![floats("num", &[2]), port("cat", ElementType::String, &[2])],
        Some(&["age", "work", "sex", "hours"]),
        "age,work,sex,hours\n39,State-gov,Male,40\n50,Private,Female,13\n",
    );
    assert_eq!(inputs[0].1, tensor(&[2, 2], &[39.0, 40.0, 50.0, 13.0]));
    assert_eq!(inputs[1].1, models::words(&[2, 2], &["State-gov", "Male", "Private", "Female"]));
    assert_eq!(guess, None);
    // As fastai takes a table: codes of categories, and measures.
    let codes_and_measures = || vec![port("x_cat", ElementType::I64, &[2]), floats("x_cont", &[2])];
    let (inputs, guess) = blocks(codes_and_measures(), None, "size,kind,weight,city\n1.5,3,0.25,7\n2,1,4,9\n");
    assert_eq!(inputs[0].1, models::whole(&[2, 2], &[3, 7, 1, 9]));
    assert_eq!(inputs[1].1, tensor(&[2, 2], &[1.5, 0.25, 2.0, 4.0]));
    assert_eq!(guess, None);
}

#[test]
fn where_types_do_not_decide_which_columns_go_where_the_guess_is_told() {
    let inputs = || vec![port("x_cat", ElementType::I64, &[1]), floats("x_cont", &[2])];
    let (inputs_read, guess) = blocks(inputs(), None, "age,kind,hours\n39,3,40\n50,1,13\n");
    assert_eq!(inputs_read[0].1, models::whole(&[2, 1], &[39, 50]));
    let guess = guess.unwrap();
    for part in ["“age” into “x_cat”", "“kind”, “hours” into “x_cont”", "modelmarket.columns"] {
        assert!(guess.contains(part), "{part}: {guess}");
    }
    // An input of one column that is called as it is takes it.
    let named = vec![floats("x_cont", &[2]), port("kind", ElementType::I64, &[1])];
    let (inputs_read, guess) = blocks(named, None, "age,kind,hours\n39,3,40\n");
    assert_eq!((inputs_read[1].1.clone(), guess), (models::whole(&[1, 1], &[3]), None));
    // A cell that does not fit says that it may be in the wrong input.
    let wrong = model(inputs(), vec![onnx("Identity", &["x_cont"], &["y"])], vec![floats("y", &[2])]);
    let sentence = why(&layout(&wrong, None), "age,kind,hours\n39,b,40\n", None);
    assert!(sentence.contains("“b” is not a number") && sentence.contains("into “x_cont”"), "{sentence}");
    // The file's own columns are no guess.
    let told = with_metadata(wrong, &[("modelmarket.columns", r#"["kind","age","hours"]"#)]);
    assert_eq!(layout(&told, None).guess(), None);
}

#[test]
fn separators_quotes_byte_order_marks_and_decimal_commas_are_understood() {
    let layout = layout(&identity(&[2]), Some(&["a", "b"]));
    let expected = tensor(&[2, 2], &[1.5, 2.0, 3.0, 4.0]);
    for text in [
        "a,b\n1.5,2\n3,4\n",
        "\u{feff}b;a\r\n2;1,5\r\n4;3\r\n",
        "a\tb\n1.5\t2\n3\t4",
        "\"a\",b\n\"1.5\",2\n\n3,\"4\"\n",
    ] {
        assert_eq!(read(&layout, text, None).unwrap().0[0].1, expected, "{text:?}");
    }
}

#[test]
fn a_table_without_header_goes_by_place() {
    let layout = layout(&identity(&[2]), Some(&["a", "b"]));
    let (inputs, labels) = read(&layout, "1,2,0\n3,4,1\n", Some("f3")).unwrap();
    assert_eq!((inputs[0].1.clone(), labels), (tensor(&[2, 2], &[1.0, 2.0, 3.0, 4.0]), strings(&["0", "1"])));
}

#[test]
fn a_header_of_words_over_words_is_known_by_the_names() {
    let inputs = vec![port("city", ElementType::String, &[1]), port("street", ElementType::String, &[1])];
    let model = model(inputs, vec![onnx("Identity", &["city"], &["y"])], vec![port("y", ElementType::String, &[1])]);
    let (inputs, _) = read(&layout(&model, None), "street,city\nstreet,Bern\n", None).unwrap();
    assert_eq!(inputs[0].1, models::words(&[1, 1], &["Bern"]));
}

#[test]
fn a_table_that_does_not_fit_says_what_is_missing_or_too_many() {
    let named = layout(&identity(&[3]), Some(&["a", "b", "c"]));
    let sentence = why(&named, "a,x,z\n1,2,3\n", None);
    assert!(sentence.contains("lacks “b”, “c”") && sentence.contains("besides is “x”, “z”"), "{sentence}");
    let counted = layout(&identity(&[3]), None);
    let sentence = why(&counted, "a,b\n1,2\n", None);
    assert!(sentence.contains("has 2 columns, but the model takes 3"), "{sentence}");
    let sentence = why(&counted, "a,b,c,y\n1,2,3,4\n", None);
    assert!(sentence.contains("has 4 columns") && sentence.contains("say which one holds the labels"), "{sentence}");
    let sentence = why(&counted, "a,b,c,y\n1,2,3,4\n", Some("label"));
    assert!(sentence.contains("no column “label”") && sentence.contains("“y”"), "{sentence}");
    let sentence = why(&named, "a,b,b,c\n1,2,3,4\n", None);
    assert!(sentence.contains("two columns called “b”"), "{sentence}");
}

#[test]
fn a_cell_that_does_not_parse_is_named_by_line_and_column() {
    let layout = layout(&identity(&[2]), Some(&["a", "b"]));
    let sentence = why(&layout, "b,a\n1,2\n3,\"four\n\"\n", None);
    assert!(sentence.starts_with("Line 3, column 2 (“a”): “four␣” is not a number"), "{sentence}");
    let sentence = why(&layout, "a,b\n1,\n", None);
    assert!(sentence.contains("Line 2, column 2 (“b”)") && sentence.contains("empty"), "{sentence}");
    let sentence = why(&layout, "a,b\n1,2\n3\n", None);
    assert!(sentence.contains("Line 3") && sentence.contains("1 cell"), "{sentence}");
    let sentence = why(&layout, "PK\u{3}\u{4}", None);
    assert!(sentence.contains("zip"), "{sentence}");
}

#[test]
fn missing_numbers_are_for_models_that_know_them() {
    let imputer =
        node(Domain::Ml, "Imputer", &["x"], &["y"], &[("imputed_value_floats", Attribute::Floats(vec![0.0]))]);
    let model = model(vec![floats("x", &[2])], vec![imputer], vec![floats("y", &[2])]);
    let (inputs, _) = read(&layout(&model, Some(&["a", "b"])), "a,b\n1,NA\n", None).unwrap();
    let values = inputs[0].1.as_f32().unwrap();
    assert!(values[0] == 1.0 && values[1].is_nan());
}

#[test]
fn a_table_is_read_in_pieces_and_run_in_batches() {
    let layout = layout(&identity(&[2]), None);
    let text: String = (0..50_000).map(|row| format!("{row},{}\n", row * 2)).collect();
    let text = format!("a,b\n{text}");
    let mut table = Table::open(text.as_bytes(), &layout, None).unwrap();
    assert_eq!(table.total(), 50_000);
    let mut seen = 0;
    loop {
        let rows = table.fill(777).unwrap().min(777);
        if rows == 0 {
            break;
        }
        let inputs = table.rows().next(rows, rows).unwrap();
        let expected: Vec<f32> = (seen..seen + rows).flat_map(|row| [row as f32, (row * 2) as f32]).collect();
        assert_eq!(inputs[0].1, tensor(&[rows, 2], &expected));
        table.done(rows);
        seen += rows;
    }
    assert_eq!(seen, 50_000);
}

#[test]
fn an_open_width_is_told_by_the_model_or_by_the_table() {
    let gemm = |weights: &[usize]| {
        let product = onnx("MatMul", &["x", "w"], &["y"]);
        let model = model(vec![floats("x", &[0])], vec![product], vec![floats("y", &[0])]);
        with_constants(model, vec![("w", tensor(weights, &vec![1.0; weights.iter().product()]))])
    };
    assert_eq!(layout(&gemm(&[4, 2]), None).columns, Columns::Counted(4));
    let open = layout(&identity(&[0]), None);
    assert_eq!(open.columns, Columns::Open);
    let (inputs, _) = read(&open, "a,b,y\n1,2,3\n", Some("y")).unwrap();
    assert_eq!(inputs[0].1, tensor(&[1, 2], &[1.0, 2.0]));
}

#[test]
fn a_table_decides_how_many_steps_in_time_there_are() {
    // PyTorch with dynamic axes for rows and steps: two numbers a step.
    let steps = layout(&identity(&[0, 2]), None);
    assert_eq!(steps.columns, Columns::Open);
    let (inputs, _) = read(&steps, "a1,b1,a2,b2,a3,b3,y\n1,2,3,4,5,6,0\n", Some("y")).unwrap();
    assert_eq!(inputs[0].1, tensor(&[1, 3, 2], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]));
    let sentence = why(&steps, "a1,b1,a2,b2,y\n1,2,3,4,0\n", None);
    assert!(sentence.contains("has 5 columns, but the model takes 4"), "{sentence}");
    // Two open sides are more than their product says.
    assert!(Layout::new(&identity(&[0, 0]), None).is_err());
}

#[test]
fn a_fixed_batch_is_filled_up() {
    let mut model = identity(&[2]);
    model.inputs[0].dims.as_mut().unwrap()[0] = ml_onnx::Dim::Known(3);
    let layout = layout(&model, None);
    assert_eq!(layout.batch, Batch::Exactly(3));
    let mut table = Table::open("1,2\n3,4\n".as_bytes(), &layout, None).unwrap();
    assert_eq!(table.fill(3).unwrap(), 2);
    assert_eq!(table.rows().next(2, 3).unwrap()[0].1, tensor(&[3, 2], &[1.0, 2.0, 3.0, 4.0, 3.0, 4.0]));
}

#[test]
fn inputs_that_no_column_fits_are_refused_by_name() {
    let mut scalar = identity(&[2]);
    scalar.inputs[0].dims = Some(Vec::new());
    let sentence = Layout::new(&scalar, None).unwrap_err().to_string();
    assert!(sentence.contains("“x”"), "{sentence}");
    let huge = identity(&[usize::MAX, 4]);
    assert!(Layout::new(&huge, None).unwrap_err().to_string().contains("impossible"));
    assert!(matches!(Layout::new(&Model::default(), None), Err(RunError::NoInput)));
}

#[test]
fn pictures_are_offered_where_the_input_is_one() {
    let picture = |dims: &[usize], features: Option<&[&str]>| {
        layout(&identity(dims), features).picture.map(|(p, _)| (p.width, p.height, p.channels))
    };
    assert_eq!(picture(&[1, 28, 28], None), Some((28, 28, 1)));
    assert_eq!(picture(&[3, 20, 30], None), Some((30, 20, 3)));
    assert_eq!(picture(&[20, 30, 3], None), Some((30, 20, 3)));
    assert_eq!(picture(&[28, 28], None), Some((28, 28, 1)));
    assert_eq!(picture(&[64], None), Some((8, 8, 1)));
    assert_eq!(picture(&[30], None), None);
    assert_eq!(picture(&[9], None), None);
    let names: Vec<String> = (0..64).map(|at| format!("pixel_{}_{}", at / 8, at % 8)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(picture(&[64], Some(&names)), Some((8, 8, 1)));
    let words: Vec<String> = (0..16).map(|at| format!("gene {at}")).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    assert_eq!(picture(&[16], Some(&words)), None);
}

#[test]
fn pixels_go_where_the_model_wants_them() {
    let pixels: Vec<u8> = (0..8 * 8 * 3).map(|at| at as u8).collect();
    let input = Input::Picture { pixels: pixels.clone(), brightest: 1.0 };
    let value = |byte: u8| f32::from(byte) / 255.0;
    // Planes: all reds, all greens, all blues.
    let rows = PendingRows::of_input(&layout(&identity(&[3, 8, 8]), None), &input).unwrap();
    let planes: Vec<f32> = (0..3).flat_map(|c| pixels.iter().skip(c).step_by(3).map(|&b| value(b))).collect();
    assert_eq!(rows.next(1, 1).unwrap()[0].1, tensor(&[1, 3, 8, 8], &planes));
    let rows = PendingRows::of_input(&layout(&identity(&[8, 8, 3]), None), &input).unwrap();
    let interleaved: Vec<f32> = pixels.iter().map(|&b| value(b)).collect();
    assert_eq!(rows.next(1, 1).unwrap()[0].1, tensor(&[1, 8, 8, 3], &interleaved));
    let grey = Input::Picture { pixels: vec![255; 64], brightest: 16.0 };
    let rows = PendingRows::of_input(&layout(&identity(&[64]), None), &grey).unwrap();
    assert_eq!(rows.next(1, 1).unwrap()[0].1, tensor(&[1, 64], &[16.0; 64]));
    let wrong = PendingRows::of_input(&layout(&identity(&[1, 28, 28]), None), &grey).unwrap_err();
    assert!(matches!(wrong, RunError::Pixels { found: 64, wanted: 784 }));
}

#[test]
fn a_form_is_read_field_by_field() {
    let layout = layout(&columns(), None);
    let fields = |texts: &[&str]| PendingRows::of_input(&layout, &Input::Fields(strings(texts)));
    let inputs = fields(&["44", "clerk", "1,8"]).unwrap().next(1, 1).unwrap();
    assert_eq!(inputs[2].1, tensor(&[1], &[1.8]));
    assert!(matches!(inputs[1].1.data(), Data::String(values) if values == &["clerk"]));
    let sentence = fields(&["44", "clerk", "tall"]).unwrap_err().to_string();
    assert_eq!(sentence, "“height”: “tall” is not a number.");
    assert!(matches!(fields(&["44"]), Err(RunError::Fields { found: 1, wanted: 3 })));
}

#[test]
fn tables_as_people_have_them_are_read_where_they_would_be_refused_as_they_stand() {
    let layout = layout(&identity(&[2]), Some(&["a", "b"]));
    let expected = tensor(&[2, 2], &[1.5, 2.0, 3.0, 4.0]);
    for text in [
        "Export of May\n\na,b\n1.5,2\n3,4\n",
        "# measured\n# a,b\n1.5,2\n3,4\n",
        "sep=;\na;b\n1,5;2\n3;4\n",
        "a|b\n1.5|2\n3|4\n",
        "a  b\n1.5  2\n3    4\n",
        "a b\n1 1.5 2\n2 3 4\n",
    ] {
        let (inputs, _) = read(&layout, text, None).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        assert_eq!(inputs[0].1, expected, "{text:?}");
    }
    let (inputs, labels) = read(&layout, "Export\na|b|y\n1.5|2|p\n3|4|q\n", Some("y")).unwrap();
    assert_eq!((inputs[0].1.clone(), labels), (expected, strings(&["p", "q"])));
    // What is wrong with it as it stands is what is told.
    assert!(why(&layout, "Export\nc|d\n1|2\n3|4\n", None).contains("column"));
}
