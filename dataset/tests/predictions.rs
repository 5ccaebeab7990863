//! Prediction files as people write them, made up after public reports: folders of `cases`, and others of their kind.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dataset::{
    predictions::{
        PredictionNote, PredictionOptions, Predictions, PredictionsError, TestIds, read, read_for, template,
    },
    write_cell,
};
use proptest::prelude::*;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn digits() -> Vec<String> {
    (0..10).map(|digit| digit.to_string()).collect()
}

fn found(bytes: &[u8], classes: &[String], rows: u32) -> Predictions {
    read(bytes, classes, rows, PredictionOptions::default()).unwrap()
}

fn refused(text: &str, classes: &[&str], rows: u32) -> String {
    read(text.as_bytes(), &texts(classes), rows, PredictionOptions::default()).unwrap_err().to_string()
}

#[test]
fn a_header_of_a_data_frame_is_one_although_it_is_a_class() {
    let right = found(&file("05-header-is-0/right.txt"), &digits(), 30);
    assert_eq!((right.indices.len(), right.header, right.notes.len()), (30, false, 0));
    let taken = |note: &PredictionNote| matches!(note, PredictionNote::Taken { column } if column.number == 2);
    for name in ["05-header-is-0/series.csv", "05-header-is-0/frame-no-index.csv"] {
        let read = found(&file(name), &digits(), 30);
        assert_eq!((&read.indices, read.header), (&right.indices, true), "{name}");
        assert!(matches!(read.notes[0], PredictionNote::Header { .. }), "{name}");
        assert!(read.notes[1..].iter().all(taken), "{name}");
    }
    // With as many rows as the test has, a first 0 is a prediction.
    assert_eq!(found(b"0\n0\n3\n", &digits(), 3).indices, [0, 0, 3]);
}

#[test]
fn rows_belong_to_the_ids_of_the_test_file() {
    let classes = texts(&["low", "mid", "top"]);
    let ids = TestIds::of(&file("23-kaggle-ids/test.csv")).unwrap();
    let right = found(&file("23-kaggle-ids/right.txt"), &classes, 30).indices;
    for (name, reordered) in [("submission-sorted-by-id", true), ("in-order-of-test", false)] {
        let bytes = file(&format!("23-kaggle-ids/{name}.csv"));
        let read = read_for(&bytes, &classes, 30, Some(&ids), PredictionOptions::default()).unwrap();
        assert_eq!((&read.indices, read.reordered), (&right, reordered), "{name}");
        assert_eq!(read.notes.contains(&PredictionNote::ById { column: "Id".into() }), reordered);
    }
}

#[test]
fn ids_are_matched_whatever_they_look_like_and_wrong_ones_are_named() {
    let ids = TestIds::of(b"name,x\nb-7,0\na-9,1\nc-1,2\n").unwrap();
    let classes = texts(&["no", "yes"]);
    let read = |text: &str| read_for(text.as_bytes(), &classes, 3, Some(&ids), PredictionOptions::default());
    let indices = |text: &str| read(text).unwrap().indices;
    // Without a header, with it, behind the labels, with blanks and capitals.
    assert_eq!(indices("a-9,yes\nb-7,no\nc-1,yes\n"), [0, 1, 1]);
    assert_eq!(indices("NAME;prediction\nA-9 ;yes\nb-7;no\nc-1;yes\n"), [0, 1, 1]);
    assert_eq!(indices("prediction,name\nyes,a-9\nno,b-7\nyes,c-1\n"), [0, 1, 1]);
    // Row numbers are places in the file, although a column of the test file has the same values.
    assert_eq!(indices(",prediction\n2,yes\n0,no\n1,no\n"), [0, 0, 1]);
    let number = TestIds::of(b"Id,x\n12,0\n11,1\n13,2\n").unwrap();
    let floats =
        read_for(b"Id,y\n11.0,yes\n12.0,no\n13.0,no\n", &classes, 3, Some(&number), PredictionOptions::default());
    assert_eq!(floats.unwrap().indices, [0, 1, 0]);
    assert_eq!(
        read("name,prediction\na-9,yes\nb-7,no\nc-2,yes\n").unwrap_err().to_string(),
        "Line 4: “c-2” in column “name” is in no row of the test file, so nobody can tell which row is meant. Predict the rows of this bounty's test.csv."
    );
    assert!(matches!(
        read("name,prediction\na-9,yes\nb-7,no\na-9,yes\n").unwrap_err(),
        PredictionsError::SameId { line: 4, .. }
    ));
    assert!(matches!(read("a-9,yes\nb-7,no\nzz,yes\n").unwrap_err(), PredictionsError::UnknownId { line: 3, .. }));
    // A number that was written with fewer digits names no row wrongly.
    let measured = TestIds::of(b"x\n0.123456\n0.5\n0.75\n").unwrap();
    let rounded = read_for(
        b"x,prediction\n0.1235,yes\n0.5,no\n0.75,no\n",
        &classes,
        3,
        Some(&measured),
        PredictionOptions::default(),
    );
    assert_eq!(rounded.unwrap().indices, [1, 0, 0]);
}

#[test]
fn blanks_around_classes_and_predictions_do_not_count() {
    let classes = texts(&[" <=50K", " >50K"]);
    let read = found(&file("26-trimmed-labels/pandas.csv"), &classes, 20);
    assert_eq!(read.indices.len(), 20);
    assert_eq!(read.indices[..4], [1, 0, 0, 0]);
    assert!(refused("<=5OK\n", &[" <=50K", " >50K"], 1).ends_with("Allowed are: “ <=50K”, “ >50K”."));
    // Two classes that differ by a blank only are told apart by it.
    assert_eq!(found(b"a\n a\n", &texts(&["a", " a"]), 2).indices, [0, 1]);
}

#[test]
fn booleans_are_read_in_any_case_and_as_numbers() {
    for text in ["True\nFalse\n", "TRUE\nFALSE\n", "prediction\ntrue\nfalse\n", "1\n0\n", "1.0\n0.0\n"] {
        assert_eq!(found(text.as_bytes(), &texts(&["FALSE", "TRUE"]), 2).indices, [1, 0], "{text:?}");
    }
    assert!(refused("2\n0\n", &["FALSE", "TRUE"], 2).starts_with("Line 1: “2” is not a label"));
}

#[test]
fn a_class_that_data_frames_read_as_missing_is_found_again() {
    let classes = texts(&["BW", "NA", "ZA"]);
    assert_eq!(found(b"prediction\nBW\nNA\n\"\"\nnan\n", &classes, 4).indices, [0, 1, 1, 1]);
    assert_eq!(found(b",prediction\n0,BW\n1,\n2,ZA\n", &classes, 3).indices, [0, 1, 2]);
}

#[test]
fn probabilities_are_refused_in_words() {
    let sentence = refused("0.93\n0.12\n0.5\n", &["0", "1"], 3);
    assert!(sentence.starts_with("Line 1: “0.93” is a probability, not a label."), "{sentence}");
    let sentence = refused("id,no,yes\n0,0.2,0.8\n1,0.9,0.1\n", &["no", "yes"], 2);
    assert!(sentence.starts_with("The file has a column for each class"), "{sentence}");
    // Labels beside probabilities are labels.
    assert_eq!(found(b"id,guess,score\n0,yes,0.8\n1,no,0.7\n", &texts(&["no", "yes"]), 2).indices, [1, 0]);
}

#[test]
fn the_column_of_the_predictions_is_the_one_that_is_called_so_or_the_only_one() {
    let classes = texts(&["0", "1"]);
    for (text, expected, told) in [
        ("id,y_pred,confidence\n0,0,1.0\n1,1,1.0\n2,1,1.0\n", [0, 1, 1], "column 2 (“y_pred”)"),
        ("y_pred,y_proba\n1,0.93\n0,0.12\n1,0.5\n", [1, 0, 1], "column 1 (“y_pred”)"),
        ("predicted_kind,pred_proba\n1,1.0\n0,1.0\n1,0.0\n", [1, 0, 1], "column 1 (“predicted_kind”)"),
        ("label,prediction,fold\n1,0,1\n1,1,1\n0,1,0\n", [0, 1, 1], "column 2 (“prediction”)"),
        ("kind_pred,kind\n0,1\n1,0\n1,0\n", [0, 1, 1], "column 1 (“kind_pred”)"),
        ("0,0,1.0\n1,1,1.0\n2,1,1.0\n", [0, 1, 1], "column 2"),
        ("1,0.93\n0,0.2\n0,0.7\n", [1, 0, 0], "column 1"),
        ("1,\n0,\n0,\n", [1, 0, 0], "column 1"),
        ("1,1\n0,0\n0,0\n", [1, 0, 0], "column 2"),
    ] {
        let read = found(text.as_bytes(), &classes, 3);
        assert_eq!(read.indices, expected, "{text:?}");
        let note = read.notes.iter().find(|note| matches!(note, PredictionNote::Taken { .. })).unwrap();
        assert_eq!(note.to_string(), format!("Predictions are taken from {told}."), "{text:?}");
    }
    // By the name that the bounty's label has.
    let options = PredictionOptions { label: Some("Verdict"), ..PredictionOptions::default() };
    let read = read_for(b"id,verdict,fold\n7,0,1\n8,1,1\n9,1,0\n", &classes, 3, None, options).unwrap();
    assert_eq!((read.indices, read.column), (vec![0, 1, 1], 1));
    // Nobody can tell.
    for text in ["0,1,0\n1,0,1\n0,1,1\n", "1,0\n1,1\n0,1\n", "id,a,b\n7,0,1\n8,1,1\n9,1,0\n"] {
        let refused = refused(text, &["0", "1"], 3);
        assert!(refused.contains("hold labels, and different ones"), "{text:?}: {refused}");
    }
    assert!(refused("yes,no\nno,no\nyes,no\n", &["no", "yes"], 3).starts_with("Columns 1 and 2 hold labels"));
    // Numbers of rows are no predictions, whatever stands beside them.
    assert!(refused("0,0.93\n1,0.12\n", &["0", "1"], 2).contains("probability"));
}

#[test]
fn a_prediction_too_few_below_a_header_is_counted() {
    let sentence = refused("y_pred\n0\n1\n", &["0", "1"], 3);
    assert!(sentence.starts_with("The file has 2 predictions, but there are 3 test rows"), "{sentence}");
    let sentence = refused("id,prediction\n0,0\n1,1\n", &["0", "1"], 3);
    assert!(sentence.starts_with("The file has 2 predictions, but there are 3 test rows"), "{sentence}");
}

#[test]
fn missing_predictions_count_only_as_a_class_that_programs_read_as_missing() {
    for class in ["-", "?", "*", ".", "missing"] {
        for text in ["a\n\"\"\nb\n", "prediction\na\nnan\nb\n", "x,a\ny,\nz,b\n"] {
            let sentence = refused(text, &["a", "b", class], 3);
            assert!(sentence.contains("Allowed are: a, b"), "{class} {text:?}: {sentence}");
        }
    }
    assert_eq!(
        refused("a\n\"\"\nb\n", &["a", "b"], 3),
        "Line 2: the prediction is empty; every test row needs a label. Allowed are: a, b."
    );
    for class in ["NA", "N/A", "NaN", "null", "None"] {
        let read = found(b"prediction\na\n\"\"\nnan\n", &texts(&["a", class]), 3);
        assert_eq!(read.indices, [0, 1, 1], "{class}");
        let told = read.notes.iter().map(ToString::to_string).collect::<String>();
        assert_eq!(told, format!("2 missing predictions count as “{class}”, which programs read as a missing value."));
    }
}

#[test]
fn what_r_and_numpy_write_is_read() {
    let classes = texts(&["setosa", "virginica"]);
    for text in [
        "\"x\"\n\"1\",\"setosa\"\n\"2\",\"virginica\"\n",
        "\"x\"\n\"1\" \"setosa\"\n\"2\" \"virginica\"\n",
        "\"id\" \"pred\"\n\"1\" 17 \"setosa\"\n\"2\" 18 \"virginica\"\n",
        "1 setosa\n2 virginica\n",
        "id | prediction\n1 | setosa\n2 | virginica\n",
    ] {
        assert_eq!(found(text.as_bytes(), &classes, 2).indices, [0, 1], "{text:?}");
    }
    assert_eq!(found(b"0 1\n1 0\n2 1\n", &texts(&["0", "1"]), 3).indices, [1, 0, 1]);
    // Labels with blanks and bars in them are one cell.
    assert_eq!(found(b"not spam\nspam\n", &texts(&["not spam", "spam"]), 2).indices, [0, 1]);
    assert_eq!(found(b"a | b\nc | d\n", &texts(&["a | b", "c | d"]), 2).indices, [0, 1]);
    let sentence = refused("nott spam\nspam\n", &["not spam", "spam"], 2);
    assert!(sentence.starts_with("Line 1: “nott spam” is not a label"), "{sentence}");
    // Lines that end twice are one.
    let sentence = refused("a\r\r\nb\r\r\nx\r\r\n", &["a", "b"], 3);
    assert!(sentence.starts_with("Line 3: “x”"), "{sentence}");
}

#[test]
fn ids_that_differ_in_spelling_only_name_rows_by_it() {
    let ids = TestIds::of(b"id,x\na1,0\nA1,0\n01,0\n1,0\n").unwrap();
    let classes = texts(&["no", "yes"]);
    let read = |text: &str| read_for(text.as_bytes(), &classes, 4, Some(&ids), PredictionOptions::default());
    assert_eq!(read("id,label\n1,yes\nA1,yes\na1,no\n01,no\n").unwrap().indices, [0, 1, 0, 1]);
    assert!(matches!(
        read("id,label\n1,yes\nA1,yes\na1,no\n1.0,no\n").unwrap_err(),
        PredictionsError::UnknownId { line: 5, .. }
    ));
}

#[test]
fn usual_forms_are_all_read_alike() {
    let classes = texts(&["0", "1", "2"]);
    let expected: Vec<u8> = (0..20).map(|row| row % 3).collect();
    for name in ["crlf-blank-end.csv", "floats.csv", "r.csv", "savetxt.csv", "sorted-by-class.csv"] {
        let read = found(&file(&format!("79-usual-forms/{name}")), &classes, 20);
        assert_eq!(read.indices, expected, "{name}");
        assert_eq!(read.notes.contains(&PredictionNote::ByNumber), name == "sorted-by-class.csv");
    }
    // As sheets write them, and older systems.
    assert_eq!(found(b"sep=;\r\nid;label\r\n0;2\r\n1;0\r\n;\r\n;\r\n", &classes, 2).indices, [2, 0]);
    assert_eq!(found(b"2\n0\n\x1a", &classes, 2).indices, [2, 0]);
    let error = read(&file("79-usual-forms/powershell.txt"), &classes, 20, PredictionOptions::default()).unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
    let numpy = file("58-wrong-container/predictions.npy-first-bytes");
    let error = read(&numpy, &classes, 3, PredictionOptions::default()).unwrap_err();
    assert!(error.to_string().contains("NumPy"), "{error}");
}

/// A template is accepted as it is, says the class in every row, and its rows find theirs in any order.
#[test]
fn a_template_names_the_rows_where_the_test_file_does() {
    let classes = texts(&["low", "mid", "top"]);
    let test = file("23-kaggle-ids/test.csv");
    let written = String::from_utf8(template(&test, &classes, 1).unwrap()).unwrap();
    assert!(written.starts_with("Id,prediction\n1476,mid\n1486,mid\n"), "{written}");
    // Filled in, and sorted as a spreadsheet does.
    let mut lines: Vec<String> = written.lines().skip(1).map(str::to_owned).collect();
    lines[0] = lines[0].replace("mid", "top");
    lines.reverse();
    let filled = format!("Id,prediction\n{}\n", lines.join("\n"));
    let ids = TestIds::of(&test).unwrap();
    let read = read_for(filled.as_bytes(), &classes, 30, Some(&ids), PredictionOptions::default()).unwrap();
    assert_eq!((read.indices[0], read.indices[1..].iter().all(|&index| index == 1)), (2, true));
    // Measurements name nothing.
    let iris = String::from_utf8(template(b"a,b\n1.5,2\n2.5,3\n", &classes, 0).unwrap()).unwrap();
    assert_eq!(iris, "prediction\nlow\nlow\n");
    // Names of columns that are classes would make it a table of probabilities.
    let test: String = (0..12).map(|row| format!("{row},x\n")).collect();
    let odd = texts(&["id", "prediction"]);
    let written = template(format!("id,b\n{test}").as_bytes(), &odd, 1).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), "prediction\n".repeat(13));
    assert!(template(b"", &classes, 0).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_template_of_any_test_file_is_accepted(
        names in prop::collection::btree_set("[a-z]{1,3}|prediction|id|label|0|1|[a-z], \"[a-z]", 1..4),
        cells in prop::collection::vec("[0-9]{1,2}|[0-9]\\.[0-9]|[a-z]{0,3}|[a-z,;\t \"é\n]{0,4}|NA", 3..90),
        numbered in any::<bool>(),
        classes in prop::collection::btree_set(
            "[0-9]{1,2}|[a-z]{1,4}|prediction|id|True|False|NA|yes|[a-c],[a-c]|[a-c];[a-c]|[a-c]\t[a-c]|\"[a-c]|0\\.[0-9]|[a-z] [a-z]| [a-z]|#[a-z]", 2..5),
        class in any::<prop::sample::Index>(),
    ) {
        let classes: Vec<String> = classes.into_iter().collect();
        let class = class.index(classes.len()) as u8;
        let names: Vec<String> = names.into_iter().collect();
        let mut test = Vec::new();
        let mut row = |cells: &[String]| {
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    test.push(b',');
                }
                write_cell(&mut test, cell);
            }
            if cells.iter().all(String::is_empty) && cells.len() == 1 {
                test.extend_from_slice(b"\"\"");
            }
            test.push(b'\n');
        };
        row(&names);
        for (at, cells) in cells.chunks_exact(names.len()).enumerate() {
            let mut cells = cells.to_vec();
            if numbered {
                cells[0] = format!("{}", at * 3);
            }
            row(&cells);
        }
        let rows = (cells.len() / names.len()) as u32;
        let written = template(&test, &classes, class).unwrap();
        let ids = TestIds::of(&test).unwrap();
        for ids in [Some(&ids), None] {
            let read = read_for(&written, &classes, rows, ids, PredictionOptions::default()).unwrap();
            prop_assert_eq!(read.indices, vec![class; rows as usize]);
        }
    }
}

#[test]
fn row_numbers_are_obeyed_however_data_frames_write_them() {
    let classes = texts(&["no", "yes"]);
    let read = |text: &str| read(text.as_bytes(), &classes, 3, PredictionOptions::default()).unwrap();
    // Of the rows 0, 1 and 2 only the last one is “yes”.
    for (text, note) in [
        ("id,prediction\n3.0,yes\n1.0,no\n2.0,no\n", PredictionNote::ByNumber),
        (",prediction\n42,yes\n40,no\n41,no\n", PredictionNote::ByNumber),
        ("prediction,row\nyes,2\nno,0\nno,1\n", PredictionNote::ByNumbersOf { column: "row".into() }),
    ] {
        let read = read(text);
        assert_eq!((read.indices, read.notes.last()), (vec![0, 0, 1], Some(&note)), "{text:?}");
    }
    // Ranks, and numbers that do not count, are none.
    for text in ["prediction,rank\nyes,2\nno,0\nno,1\n", "x,prediction\n42,yes\n40,no\n41,no\n"] {
        assert_eq!((read(text).indices, read(text).reordered), (vec![1, 0, 0], false), "{text:?}");
    }
}

#[test]
fn names_of_rows_that_the_test_file_does_not_have_are_told() {
    let ids = TestIds::of(b"x,y\n0.5,1\n0.25,2\n0.75,1\n").unwrap();
    let classes = texts(&["no", "yes"]);
    let notes = |text: &str| {
        let read = read_for(text.as_bytes(), &classes, 3, Some(&ids), PredictionOptions::default()).unwrap();
        assert_eq!(read.indices, [1, 0, 0], "{text:?}");
        read.notes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let told = notes("id,prediction\nrow_2,yes\nrow_0,no\nrow_1,no\n");
    assert!(told[1].starts_with("Nothing in column 1 (“id”) names a row of the test file"), "{told:?}");
    for text in ["id,prediction\n0,yes\n1,no\n2,no\n", "prediction,sure\nyes,0.9\nno,0.8\nno,0.7\n", "yes\nno\nno\n"] {
        assert!(notes(text).iter().all(|note| !note.starts_with("Nothing")), "{text:?}");
    }
}

#[test]
fn a_test_file_is_read_with_commas_whatever_its_cells_hold() {
    let ids = TestIds::of(b"Id,low;mid;top\n12,0;0;1\n11,1;0;0\n13,0;1;0\n").unwrap();
    let classes = texts(&["no", "yes"]);
    let text = b"Id,prediction\n11,yes\n12,no\n13,no\n";
    assert_eq!(read_for(text, &classes, 3, Some(&ids), PredictionOptions::default()).unwrap().indices, [0, 1, 0]);
}

#[test]
fn predictions_in_one_line_and_numbers_of_classes_are_called_what_they_are() {
    let told = "The file has one line only, with 3 labels beside each other. Write each of the 3 labels into a line of its own, in the order of the test file.";
    for text in ["['yes', 'no', 'no']\n", "yes,no,no", "yes no  no\n", " [1] \"yes\" \"no\" \"no\"\n"] {
        assert_eq!(refused(text, &["no", "yes"], 3), told, "{text:?}");
    }
    assert_eq!(refused("1 0 1\n", &["0", "1"], 3), told);
    // A single label of several words is one.
    assert!(refused("very good\n", &["very good", "very", "good"], 2).starts_with("The file has 1 predictions"));
    assert_eq!(
        refused("prediction\n1\n0\n0.0\n", &["no", "yes"], 3),
        "Line 2: “1” seems to be the number of a class, not its label. Write the label itself (inverse_transform of a LabelEncoder gives it). Allowed are: no, yes."
    );
    assert!(refused("2\n0\n0\n", &["no", "yes"], 3).contains("“2” is not a label"));
    assert!(refused("0\n1\n1\n", &["1", "2"], 3).contains("“0” is not a label"));
}
