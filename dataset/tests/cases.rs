//! Files as people have them, made up after public reports: a folder of `cases` each.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dataset::{
    DecimalMark, LabelReason, Mending, Note, Number, NumberForm, Part, Peek, PreparedFiles, ReadOptions, Separator,
    SplitOptions, SurveyReport, Warning, task::SurveyOptions,
};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn prepared_as(bytes: &[u8], options: &SurveyOptions) -> (SurveyReport, PreparedFiles) {
    let surveyed = dataset::survey(bytes, None, options).unwrap();
    let split = SplitOptions { seed: [5; 32], share_percent: 20, stratified: true };
    let files = dataset::split(&surveyed, bytes, &split).unwrap();
    (surveyed.report, files)
}

fn prepared(name: &str) -> (SurveyReport, PreparedFiles) {
    prepared_as(&file(name), &SurveyOptions::default())
}

fn refused(name: &str) -> String {
    match dataset::survey(&file(name), None, &SurveyOptions::default()) {
        Err(error) => error.to_string(),
        Ok(surveyed) => panic!("{name} is accepted: {:?}", surveyed.report),
    }
}

fn peek(name: &str) -> Peek {
    dataset::peek(Part::Table, &file(name), ReadOptions::default()).unwrap()
}

fn classes(report: &SurveyReport) -> Vec<(&str, u64)> {
    report.classes.iter().map(|class| (class.name.as_str(), class.rows)).collect()
}

fn sentences(notes: &[Note]) -> Vec<String> {
    notes.iter().map(ToString::to_string).collect()
}

/// Rows of a file that was prepared, without its header.
fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(csv);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn is_float(cell: &str) -> bool {
    cell.parse::<f64>().is_ok()
}

/// What training rows and test rows say together, sorted.
fn column(files: &PreparedFiles, at: usize) -> Vec<String> {
    let mut cells: Vec<String> =
        rows(&files.train).into_iter().chain(rows(&files.test)).map(|row| row[at].clone()).collect();
    cells.sort();
    cells
}

#[test]
fn decimal_commas_become_points() {
    let (report, files) = prepared("01-decimal-comma/blumen.csv");
    assert_eq!((report.rows, report.features.len(), report.separator), (60, 4, Separator::Semicolon));
    assert_eq!(report.features[0], "Länge");
    assert!(rows(&files.train).iter().all(|row| row[..4].iter().all(|cell| is_float(cell))));
    assert!(rows(&files.test).iter().flatten().all(|cell| is_float(cell)));
    assert!(column(&files, 0).contains(&"4.7".to_owned()));
    assert!(sentences(&report.notes).iter().any(|note| note.contains("decimal commas: “4,7” is read as 4.7")));

    let (_, files) = prepared("01-decimal-comma/grouped.csv");
    let prices = column(&files, 0);
    assert!(prices.contains(&"58109.99".to_owned()) && prices.contains(&"1000.00".to_owned()), "{prices:?}");
    assert!(prices.iter().all(|price| price.parse::<f64>().unwrap() >= 1000.0), "{prices:?}");
    assert!(column(&files, 1).iter().all(|cell| is_float(cell)));
}

#[test]
fn one_switch_leaves_decimal_commas_as_they_stand() {
    let mending = Mending { numbers: false, ..Mending::default() };
    let options =
        SurveyOptions { table: ReadOptions { mending, ..ReadOptions::default() }, ..SurveyOptions::default() };
    let (report, files) = prepared_as(&file("01-decimal-comma/blumen.csv"), &options);
    assert!(column(&files, 0).contains(&"4,7".to_owned()));
    assert!(!report.notes.iter().any(|note| matches!(note, Note::Numbers { .. })));
}

#[test]
fn descriptions_of_earlier_data_sets_are_read_as_they_were() {
    let json = r#"{"table":{"header":null,"separator":null},"labels":{"header":null,"separator":null},"label":null}"#;
    let options: SurveyOptions = serde_json::from_str(json).unwrap();
    assert_eq!(options.table, ReadOptions::as_it_stands());
    let (report, files) = prepared_as(&file("01-decimal-comma/blumen.csv"), &options);
    assert!(column(&files, 0).contains(&"4,7".to_owned()));
    assert_eq!(report.notes, []);
}

#[test]
fn signs_for_gaps_leave_a_column_one_of_numbers() {
    for (name, signs) in
        [("13-gap-signs/plant.csv", &["None", "\\N", "#N/A", "-"][..]), ("13-gap-signs/few-dashes.csv", &["-"][..])]
    {
        let (report, files) = prepared(name);
        assert_eq!(report.features, ["pressure", "heat", "flow"]);
        let read = |cell: &String| Number::read(cell, DecimalMark::Point);
        assert!(column(&files, 0).iter().all(|cell| read(cell) != Number::Text), "{name}");
        let told = report.notes.iter().find_map(|note| match note {
            Note::Gaps { signs, columns } => Some((signs.clone(), columns.clone())),
            _ => None,
        });
        let (told, columns) = told.unwrap_or_else(|| panic!("{name}: {:?}", report.notes));
        assert!(signs.iter().all(|sign| told.iter().any(|other| other == sign)), "{told:?}");
        assert_eq!(columns[0].name.as_deref(), Some("pressure"));
    }
}

#[test]
fn labels_that_differ_only_in_spelling_are_named_and_merged_on_request() {
    let merging = ReadOptions { mending: Mending { labels: true, ..Mending::default() }, ..ReadOptions::default() };
    let merging = SurveyOptions { table: merging, ..SurveyOptions::default() };
    for (name, all, two) in [
        ("14-label-spelling/survey.csv", ["yes", "yes ", "Yes", "no", " no"], ["no", "yes"]),
        ("14-label-spelling/mixed-numbers.csv", ["1", "1.0", "01", "2", "2.0"], ["1", "2"]),
    ] {
        let (report, _) = prepared(name);
        assert_eq!(report.classes.len(), 5, "{name}");
        let warned = report.warnings.iter().find(|warning| matches!(warning, Warning::SimilarLabels { .. }));
        let sentence = warned.unwrap_or_else(|| panic!("{name}: {:?}", report.warnings)).to_string();
        assert!(all.iter().all(|label| sentence.contains(&format!("“{label}”"))), "{sentence}");

        let (report, files) = prepared_as(&file(name), &merging);
        assert_eq!(report.classes.iter().map(|class| class.name.as_str()).collect::<Vec<_>>(), two);
        assert_eq!(report.classes.iter().map(|class| class.rows).sum::<u64>(), 60);
        assert!(report.notes.iter().any(|note| matches!(note, Note::MergedLabels { .. })));
        assert!(!report.warnings.iter().any(|warning| matches!(warning, Warning::SimilarLabels { .. })));
        let labels: Vec<String> = rows(&files.train).iter().map(|row| row[3].clone()).collect();
        assert!(labels.iter().all(|label| two.contains(&label.as_str())), "{labels:?}");
        for (index, class) in report.classes.iter().enumerate() {
            let tests = files.truth.iter().filter(|&&truth| usize::from(truth) == index).count() as u64;
            let trains = labels.iter().filter(|label| **label == class.name).count() as u64;
            assert_eq!((tests + trains, tests), (class.rows, (class.rows + 2) / 5), "{}", class.name);
        }
    }
}

#[test]
fn the_line_that_names_the_separator_is_obeyed() {
    for (name, separator) in
        [("15-sep-line/sep-semicolon.csv", Separator::Semicolon), ("15-sep-line/sep-comma.csv", Separator::Comma)]
    {
        let (report, _) = prepared(name);
        assert_eq!((report.rows, report.separator, report.header), (60, separator, true));
        assert_eq!((report.features.len(), report.label.as_str()), (4, "kind"));
        assert!(report.notes.contains(&Note::Declared { separator }));
    }
}

#[test]
fn a_column_without_a_name_gets_a_free_one_and_is_offered_for_removal() {
    let (report, _) = prepared("16-unnamed-index-and-f1/frame.csv");
    assert_eq!(report.features, ["column_1", "f1", "f2", "f3", "f4"]);
    let offered = |note: &Note| matches!(note, Note::Index { left_out: false, column } if column.number == 1);
    assert!(report.notes.iter().any(offered), "{:?}", report.notes);

    let mending = Mending { index: true, ..Mending::default() };
    let options =
        SurveyOptions { table: ReadOptions { mending, ..ReadOptions::default() }, ..SurveyOptions::default() };
    let (report, files) = prepared_as(&file("16-unnamed-index-and-f1/frame.csv"), &options);
    assert_eq!(report.features, ["f1", "f2", "f3", "f4"]);
    assert_eq!(rows(&files.train)[0].len(), 5);
    assert!(report.notes.iter().any(|note| matches!(note, Note::Index { left_out: true, .. })));
}

#[test]
fn features_and_labels_of_a_data_frame_have_headers_and_indices() {
    let (features, labels) = (file("27-series-labels-file/X.csv"), file("27-series-labels-file/y.csv"));
    let surveyed = dataset::survey(&features, Some(&labels), &SurveyOptions::default()).unwrap();
    let report = &surveyed.report;
    assert_eq!((report.rows, report.header), (40, true));
    assert_eq!(report.features[1..], ["a", "b"]);
    assert_eq!(classes(report), [("0", 20), ("1", 20)]);
    let offered = report.notes.iter().filter(|note| matches!(note, Note::Index { left_out: false, .. })).count();
    assert_eq!(offered, 2, "{:?}", report.notes);
    let peeked = dataset::peek(Part::Labels, &labels, ReadOptions::default()).unwrap();
    assert_eq!((peeked.header, peeked.label), (true, 1));

    // Without indices, only the number of rows tells that the first one is a header.
    let features: String = (0..40).fold("a,b\n".into(), |text, n| text + &format!("{n},{}\n", n * 7 % 5));
    for header in ["0", "verdict"] {
        let labels: String = (0..40).fold(format!("{header}\n"), |text, n| text + &format!("{}\n", n % 2));
        let surveyed = dataset::survey(features.as_bytes(), Some(labels.as_bytes()), &SurveyOptions::default());
        let surveyed = surveyed.unwrap();
        assert_eq!(classes(&surveyed.report), [("0", 20), ("1", 20)]);
        assert_eq!(surveyed.report.label, header);
        let split = SplitOptions { seed: [5; 32], share_percent: 20, stratified: true };
        let files = dataset::split(&surveyed, features.as_bytes(), &split).unwrap();
        for row in rows(&files.train) {
            assert_eq!(row[0].parse::<u32>().unwrap() % 2, row[2].parse::<u32>().unwrap(), "{row:?}");
        }
    }
}

#[test]
fn grouped_thousands_are_numbers() {
    let (report, files) = prepared("28-thousands/sales.csv");
    assert_eq!(report.features, ["units", "revenue", "region"]);
    assert!(report.notes.iter().any(|note| {
        matches!(note, Note::Numbers { form: NumberForm::GroupedThousands, columns, .. } if columns[0].number == 2)
    }));
    // The class is whether the revenue is above a limit.
    let mut training: Vec<(f64, String)> =
        rows(&files.train).into_iter().map(|row| (row[1].parse().unwrap(), row[3].clone())).collect();
    training.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(training.is_sorted_by_key(|(_, grade)| grade.clone()), "{training:?}");
}

#[test]
fn empty_rows_and_rows_cut_short_are_told() {
    let (report, _) = prepared("46-excel-empty-rows/sheet.csv");
    assert_eq!((report.rows, report.features.len(), report.label.as_str()), (60, 4, "kind"));
    assert!(report.notes.contains(&Note::EmptyRows { rows: 5 }), "{:?}", report.notes);

    let (report, files) = prepared("46-excel-empty-rows/short-rows.csv");
    assert_eq!((report.rows, report.label.as_str()), (40, "label"));
    assert_eq!(report.features, ["a", "b", "note"]);
    assert!(report.notes.contains(&Note::ShortRows { rows: 30 }), "{:?}", report.notes);
    assert_eq!(column(&files, 2).iter().filter(|note| note.is_empty()).count(), 30);
}

#[test]
fn bars_blanks_and_double_tabs_separate() {
    let (report, _) = prepared("48-pipes-and-spaces/pipes.csv");
    assert_eq!((report.rows, report.separator, report.label.as_str()), (40, Separator::Pipe, "churn"));
    assert_eq!(report.features, ["age", "income", "city"]);

    let (report, files) = prepared("48-pipes-and-spaces/blanks.data");
    assert_eq!((report.rows, report.separator, report.features.len()), (40, Separator::Blanks, 3));
    assert_eq!(classes(&report), [("0", 20), ("1", 20)]);
    assert!(column(&files, 0).contains(&"5.100".to_owned()));

    let (report, _) = prepared("48-pipes-and-spaces/seeds.txt");
    assert_eq!((report.rows, report.separator, report.features.len()), (40, Separator::Tab, 3));
    assert!(report.notes.contains(&Note::Runs { separator: Separator::Tab }));
}

#[test]
fn comments_and_titles_above_the_header_are_passed_over() {
    for (name, note) in [
        ("49-comments/archive.csv", Note::Comments { mark: "#".into(), header: false }),
        ("49-comments/title-line.csv", Note::Above { first: 3 }),
    ] {
        let (report, _) = prepared(name);
        assert_eq!((report.rows, report.label.as_str()), (40, "verdict"), "{name}");
        assert_eq!(report.features, ["brightness", "period", "depth"]);
        assert!(report.notes.contains(&note), "{:?}", report.notes);
    }
}

#[test]
fn a_row_of_units_is_none() {
    let (report, files) = prepared("51-units-row/logger.csv");
    assert_eq!((report.rows, report.label.as_str()), (40, "state"));
    assert_eq!(classes(&report), [("off", 20), ("on", 20)]);
    assert!(report.notes.contains(&Note::Units { line: 2 }));
    assert!(column(&files, 1).iter().all(|cell| is_float(cell)));
}

#[test]
fn blanks_after_commas_are_no_part_of_cells() {
    let (report, files) = prepared("53-blank-after-comma/census.data");
    let names: Vec<&str> = report.classes.iter().map(|class| class.name.as_str()).collect();
    assert_eq!((report.rows, names), (80, vec!["<=50K", ">50K"]));
    assert!(rows(&files.train).iter().flatten().all(|cell| cell.trim() == cell));

    let (report, files) = prepared("53-blank-after-comma/quoted.csv");
    assert_eq!((report.rows, report.features.len(), report.label.as_str()), (40, 2, "plan"));
    assert!(column(&files, 1).contains(&"Wien, 3".to_owned()));
    assert!(report.notes.contains(&Note::Padding));
}

#[test]
fn a_class_that_others_read_as_missing_is_warned_of() {
    let (report, _) = prepared("56-na-is-a-class/places.csv");
    assert_eq!(classes(&report), [("BW", 20), ("NA", 20), ("ZA", 20)]);
    let warned =
        report.warnings.iter().map(ToString::to_string).any(|warning| warning.contains("read “NA” as a missing"));
    assert!(warned, "{:?}", report.warnings);
}

#[test]
fn classes_that_others_read_as_booleans_are_accepted_and_told() {
    let (report, _) = prepared("75-true-false/from-r.csv");
    assert_eq!(classes(&report), [("FALSE", 40), ("TRUE", 20)]);
    assert_eq!(report.warnings, [Warning::BooleanClasses { classes: vec!["FALSE".into(), "TRUE".into()] }]);
}

#[test]
fn files_that_are_no_csv_are_named() {
    for (name, said) in [
        ("54-git-lfs-pointer/train.csv", "Git LFS pointer"),
        ("58-wrong-container/iris.arff", "ARFF"),
        ("58-wrong-container/latin1.csv", "not valid UTF-8"),
        ("58-wrong-container/predictions.npy-first-bytes", "NumPy"),
        ("58-wrong-container/rows.jsonl", "JSON lines"),
        ("58-wrong-container/sparse.svm", "svmlight"),
        ("58-wrong-container/train.csv.bz2", "bzip2"),
        ("58-wrong-container/train.csv.gz", "gzip"),
        ("58-wrong-container/train.csv.xz", "xz"),
        ("58-wrong-container/train.csv.zst-first-bytes", "Zstandard"),
        ("58-wrong-container/train.feather-first-bytes", "Feather"),
        ("58-wrong-container/train.parquet-first-bytes", "Parquet"),
        ("58-wrong-container/train.zip", "zip archive"),
        ("58-wrong-container/utf16-bom.csv", "UTF-16"),
        ("58-wrong-container/utf16-no-bom.csv", "UTF-16"),
    ] {
        let sentence = refused(name);
        assert!(sentence.contains(said) && sentence.ends_with('.'), "{name}: {sentence}");
    }
}

#[test]
fn the_label_is_told_and_why() {
    let label = |name: &str| peek(name).notes.into_iter().find(|note| matches!(note, Note::Label { .. })).unwrap();
    let Note::Label { column, why } = label("46-excel-empty-rows/short-rows.csv") else { panic!() };
    assert_eq!((column.number, why), (1, LabelReason::Named));
    let Note::Label { column, why } = label("28-thousands/sales.csv") else { panic!() };
    assert_eq!((column.name.as_deref(), why), (Some("grade"), LabelReason::Last));
}
