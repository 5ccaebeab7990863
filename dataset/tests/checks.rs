//! Every check of a data set, and the sentence that a person reads.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use dataset::{
    self, DatasetError, MAX_CELL, MAX_ROW, Part, ReadOptions, Separator, SplitOptions, Survey, Warning,
    task::SurveyOptions,
};

fn options() -> SurveyOptions {
    SurveyOptions::default()
}

fn with_header() -> SurveyOptions {
    let table = ReadOptions { header: Some(true), separator: Some(Separator::Comma), ..ReadOptions::default() };
    SurveyOptions { table, ..options() }
}

fn refusal(table: impl AsRef<[u8]>, options: &SurveyOptions) -> String {
    let table = table.as_ref();
    let whole = match dataset::survey(table, None, options) {
        Err(e) => e.to_string(),
        Ok(surveyed) => panic!("accepted: {:?}", surveyed.report),
    };
    // Byte by byte, the answer is the same.
    if table.len() < 100_000 {
        let mut survey = Survey::new(options.table, options.label, None);
        let hashed = protocol::cid::FileHasher::hash(table);
        let result = table.chunks(1).try_for_each(|byte| survey.push(byte));
        let error = result.err().or_else(|| survey.finish(hashed).err()).unwrap();
        assert_eq!(error.to_string(), whole);
    }
    whole
}

/// A small sound table: `a` and `b` alternate.
fn sound(rows: usize) -> String {
    let mut table = String::from("x,y,label\n");
    for row in 0..rows {
        table += &format!("{},{},{}\n", row * 7919 % 101, row * 104_729 % 97, if row % 2 == 0 { "a" } else { "b" });
    }
    table
}

#[test]
fn a_sound_table_is_accepted() {
    let surveyed = dataset::survey(sound(40).as_bytes(), None, &options()).unwrap();
    let report = &surveyed.report;
    assert_eq!((report.rows, report.header, report.separator), (40, true, Separator::Comma));
    assert_eq!(report.features, ["x", "y"]);
    assert_eq!(report.label, "label");
    assert_eq!(
        report.classes.iter().map(|class| (class.name.as_str(), class.rows)).collect::<Vec<_>>(),
        [("a", 20), ("b", 20)]
    );
    assert_eq!(report.warnings, []);
}

#[test]
fn each_check_names_line_column_and_next_step() {
    struct Case(&'static [u8], &'static str);
    for Case(table, expected) in [
        Case(b"", "The file is empty; choose a CSV file with at least a header and some rows."),
        Case(b"\xef\xbb\xbf\r\n\n", "The file is empty; choose a CSV file with at least a header and some rows."),
        Case(b"x,label\n", "The file has a header but no rows below it; choose a file with data."),
        Case(
            b"x,label\n1,a\n\n2,b,3\n",
            "Line 4, column 3: the row has 3 cells, but there are 2 columns; every row must have one cell a column.",
        ),
        Case(
            b"x,label\n\"1\n1\",a\n2\n",
            "Line 4, column 2 (“label”): the row has 1 cell, but there are 2 columns; every row must have one cell a column.",
        ),
        Case(b"x,label\n1,a\n2,\n", "Line 3, column 2 (“label”): the label is empty; every row needs one."),
        Case(b"x,label\n1,a\n2,\"  \"\n", "Line 3, column 2 (“label”): the label is empty; every row needs one."),
        Case(b"x,x,label\n1,2,a\n", "Line 1, column 2 (“x”): column 1 has the same name; rename one of them."),
        Case(
            b"x,label\n1,a\n2,a\n3,a\n",
            "All 3 rows have the label “a” in column 2 (“label”); at least two classes are needed.",
        ),
        Case(
            b"x,label\n1,a\n2,a\n3,b\n",
            "Line 4, column 2 (“label”): the class “b” has only this row, but it must be in both training and test data; add rows of it or remove this one.",
        ),
        Case(
            b"x,label\n1,a\n2\xff,b\n",
            "Line 3, column 1 (“x”): this is not valid UTF-8; save the file as CSV in UTF-8.",
        ),
        Case(
            b"x,label\n1,a\n2,b\xc3",
            "Line 3, column 2 (“label”): this is not valid UTF-8; save the file as CSV in UTF-8.",
        ),
        Case(
            b"x,label\n1,a\n\0,b\n",
            "Line 3, column 1 (“x”): this is not a CSV file: it contains zero bytes, so it is not text; choose a CSV file.",
        ),
        Case(
            b"x,label\n1,a\n2,\"b\nb\n",
            "Line 5, column 2 (“label”): the file ends inside a quoted cell that began in line 3; a closing quotation mark is missing, or the file was cut off.",
        ),
        Case(
            b"PK\x03\x04\x14\0\x06\0",
            "Line 1, column 1: this is not a CSV file: it is a zip archive or an Excel sheet; open it and save the sheet as CSV.",
        ),
        Case(
            b"\xd0\xcf\x11\xe0\xa1",
            "Line 1, column 1: this is not a CSV file: it is an Excel sheet; open it and save it as CSV.",
        ),
        Case(b"\x1f\x8b\x08", "Line 1, column 1: this is not a CSV file: it is compressed with gzip; unpack it first."),
        Case(b"%PDF-1.7", "Line 1, column 1: this is not a CSV file: it is a PDF; a CSV file is needed."),
        Case(b"PAR1\x15", "Line 1, column 1: this is not a CSV file: it is a Parquet file; export it as CSV."),
        Case(
            b"\xff\xfex\0,\0",
            "Line 1, column 1: this is not a CSV file: it is text in UTF-16; save it as CSV in UTF-8.",
        ),
        Case(
            b"x\n1\n2\n",
            "The file has only one column; it needs a label column and at least one feature. If the labels are in a file of their own, choose that file too.",
        ),
    ] {
        let text = String::from_utf8_lossy(table);
        assert_eq!(refusal(table, &options()), expected, "{text:?}");
        // With CRLF, lines and columns are the same.
        if !table.contains(&b'\r') && !expected.contains("not a CSV") {
            let crlf =
                table.iter().flat_map(|&b| if b == b'\n' { vec![b'\r', b'\n'] } else { vec![b] }).collect::<Vec<_>>();
            assert_eq!(refusal(&crlf, &options()), expected, "{text:?} with CRLF");
        }
    }
}

#[test]
fn names_and_labels_have_a_longest_length() {
    let (longest, long) = ("n".repeat(127), "é".repeat(128));
    assert!(dataset::survey(format!("{longest},label\n1,a\n2,b\n3,a\n4,b\n").as_bytes(), None, &options()).is_ok());
    assert_eq!(
        refusal(format!("x,{long},label\n1,2,a\n"), &with_header()),
        "Line 1, column 2: a column name has 128 characters; shorten it to fewer than 128."
    );
    assert_eq!(
        refusal(format!("x,label\n1,a\n2,{long}\n"), &with_header()),
        "Line 3, column 2 (“label”): the label has 128 characters; shorten it to fewer than 128."
    );
}

#[test]
fn at_most_256_classes() {
    let table = |classes: usize| {
        (0..classes).fold(String::from("x,label\n"), |table, class| table + &format!("1,c{class}\n2,c{class}\n"))
    };
    let surveyed = dataset::survey(table(256).as_bytes(), None, &options()).unwrap();
    assert_eq!(surveyed.report.classes.len(), 256);
    assert_eq!(
        refusal(table(257), &options()),
        "Line 514, column 2 (“label”): this is the 257th different label, and at most 256 classes are possible; choose a column with classes, not with measurements or names."
    );
}

#[test]
fn ten_thousand_columns_work_and_the_limit_is_told() {
    let row =
        |columns: usize, cell: &dyn Fn(usize) -> String| (0..columns).map(cell).collect::<Vec<_>>().join(",") + "\n";
    let table = |columns| {
        row(columns, &|at| format!("c{at}"))
            + &(0..6)
                .map(|n| {
                    row(columns, &|at| if at + 1 == columns { format!("l{}", n % 2) } else { (n * at).to_string() })
                })
                .collect::<String>()
    };
    let wide = table(10_000);
    let surveyed = dataset::survey(wide.as_bytes(), None, &options()).unwrap();
    assert_eq!(surveyed.report.features.len(), 9_999);
    let split = SplitOptions { seed: [1; 32], share_percent: 50, stratified: true };
    let prepared = dataset::split(&surveyed, wide.as_bytes(), &split).unwrap();
    assert_eq!((prepared.report.train.rows, prepared.report.test.rows), (2, 4));
    assert!(dataset::survey(table(65_536).as_bytes(), None, &options()).is_ok());
    assert_eq!(
        refusal(table(65_537), &options()),
        "Line 1, column 65537: the file has more than 65,536 columns; remove some."
    );
    // The same, found by the reader of quoted rows.
    assert_eq!(
        refusal(format!("\"a\",{}", table(65_537)), &options()),
        "Line 1, column 65537: the file has more than 65,536 columns; remove some."
    );
}

#[test]
fn a_giant_cell_ends_the_reading_at_once() {
    for quote in ["", "\""] {
        let mut survey = Survey::new(with_header().table, None, None);
        survey.push(format!("x,label\n1,a\n2,{quote}").as_bytes()).unwrap();
        let piece = vec![b'z'; 256 << 10];
        let mut fed = 0;
        // 100 MB are on offer; a little more than the limit is looked at.
        let error = (0..400).find_map(|_| {
            fed += piece.len();
            survey.push(&piece).err()
        });
        let expected =
            "Line 3, column 2 (“label”): the cell is over 1,048,576 bytes; such a column cannot be used, remove it.";
        assert_eq!(error.map(|e| e.to_string()).as_deref(), Some(expected));
        assert!(fed <= 2 * MAX_CELL, "{fed} bytes were needed");
    }
    // Also in the first row, and with an end.
    let giant = "z".repeat(2 * MAX_CELL);
    assert_eq!(
        refusal(format!("x,{giant}\n1,a\n"), &options()),
        "Line 1, column 2: the cell is over 1,048,576 bytes; such a column cannot be used, remove it."
    );
    let longest = "z".repeat(MAX_CELL);
    let table = format!("x,label\n{longest},a\n{longest},b\n1,a\n2,b\n");
    assert!(dataset::survey(table.as_bytes(), None, &options()).is_ok());
}

#[test]
fn a_giant_row_is_refused() {
    let cell = "z".repeat(MAX_CELL / 2);
    let row = vec![cell.as_str(); 2 * MAX_ROW / MAX_CELL + 2].join(",");
    let error = refusal(format!("a,label\n{row}"), &with_header());
    assert!(error.ends_with("the row is over 16,777,216 bytes; remove columns."), "{error}");
}

#[test]
fn two_files_must_have_equally_many_rows() {
    let features = "x,y\n1,2\n3,4\n5,6\n7,8\n";
    let refused = |features: &str, labels: &str| {
        dataset::survey(features.as_bytes(), Some(labels.as_bytes()), &options()).err().unwrap().to_string()
    };
    let surveyed = dataset::survey(features.as_bytes(), Some(b"digit\n1\n0\n1\n0\n"), &options()).unwrap();
    assert_eq!((surveyed.report.label.as_str(), surveyed.report.rows), ("digit", 4));
    assert_eq!(
        refused(features, "digit\n1\n0\n1\n0\n1\n"),
        "The features file has 4 rows, the labels file 5: line 6 of the labels file has no counterpart. Both must have one row for each example, in the same order."
    );
    assert_eq!(
        refused(features, "1\n0\n1\n"),
        "The features file has 4 rows, the labels file 3: line 5 of the features file has no counterpart. Both must have one row for each example, in the same order."
    );
    assert_eq!(
        refused(features, "digit\n1\n\n0\n0\n"),
        "Line 3, column 1 (“digit”) of the labels file: the label is empty; every row needs one."
    );
    assert_eq!(
        refused(features, ""),
        "The labels file is empty; choose a CSV file with at least a header and some rows."
    );
    assert_eq!(
        refused("", "1\n0\n"),
        "The features file is empty; choose a CSV file with at least a header and some rows."
    );
    assert_eq!(
        refused("x,y\n1,2\n3\n", "digit\n1\n0\n1\n0\n"),
        "Line 3, column 2 (“y”) of the features file: the row has 1 cell, but there are 2 columns; every row must have one cell a column."
    );
}

#[test]
fn a_label_column_that_is_not_there_is_named() {
    let options = SurveyOptions { label: Some(7), ..options() };
    assert_eq!(
        refusal(sound(40), &options),
        "There is no column 8 in the file, which has 3; choose the label column again."
    );
}

#[test]
fn a_share_that_does_not_fit_says_which_does() {
    let report = |rows: u64, classes: usize| {
        let table = (0..classes * 2).fold(String::from("x,label\n"), |t, n| t + &format!("1,c{}\n", n % classes));
        let mut report = dataset::survey(table.as_bytes(), None, &options()).unwrap().report.clone();
        report.rows = rows;
        report.classes.iter_mut().for_each(|class| class.rows = rows / classes as u64);
        report
    };
    let small = report(1_000, 10);
    assert_eq!(small.test_rows(20, true), Ok(200));
    for share in [0, 51, 255] {
        assert_eq!(
            small.test_rows(share, true).unwrap_err().to_string(),
            format!("The share of test rows is {share} %; choose 1 to 50 %.")
        );
    }
    // A prediction file of 65,000 bytes less address and salt: 64,948 bytes of labels, two to the byte.
    assert_eq!(
        report(10_000_000, 10).test_rows(20, true).unwrap_err().to_string(),
        "20 % of the rows are 2,000,000 test rows, but with 10 classes at most 129,896 fit one transaction; lower the share to 1 %."
    );
    assert_eq!(report(10_000_000, 10).test_rows(1, true), Ok(100_000));
    assert_eq!(
        report(100_000_000, 20).test_rows(1, false).unwrap_err().to_string(),
        "1 % of the rows are 1,000,000 test rows, but with 20 classes at most 64,948 fit one transaction; even 1 % is too much, so take a sample of the rows."
    );
}

#[test]
fn without_equal_shares_a_class_may_be_missing() {
    let mut table = String::from("x,label\n");
    (0..200).for_each(|n| table += &format!("{n},{}\n", if n < 2 { "rare" } else { "usual" }));
    let surveyed = dataset::survey(table.as_bytes(), None, &options()).unwrap();
    let split = |seed, stratified| {
        let options = SplitOptions { seed: [seed; 32], share_percent: 10, stratified };
        dataset::split(&surveyed, table.as_bytes(), &options)
    };
    let errors: Vec<String> = (0..20).filter_map(|seed| split(seed, false).err()).map(|e| e.to_string()).collect();
    let expected = "No row of the class “rare” was drawn for the test data (column 2 (“label”)); turn on “same share of every class”, or choose another share.";
    assert!(errors.iter().any(|e| e == expected), "{errors:?}");
    assert!((0..20).all(|seed| split(seed, true).is_ok()));
}

#[test]
fn another_file_in_the_second_pass_is_noticed() {
    let table = sound(40);
    let surveyed = dataset::survey(table.as_bytes(), None, &options()).unwrap();
    let split = SplitOptions { seed: [1; 32], share_percent: 20, stratified: true };
    for other in [sound(39), sound(41), table.replace(",b\n", ",c\n"), table.replace(",a\n", "\n"), String::new()] {
        let error = dataset::split(&surveyed, other.as_bytes(), &split).unwrap_err();
        assert_eq!(error, DatasetError::Changed);
        assert_eq!(error.to_string(), "The file changed while it was being read; choose it again.");
    }
}

#[test]
fn rows_in_train_and_test_are_counted() {
    // Each of 50 feature rows occurs four times.
    let table =
        (0..200).fold(String::from("x,y,label\n"), |t, n| t + &format!("{},\"{}\",{}\n", n % 50, n % 50 + 1, n % 2));
    let surveyed = dataset::survey(table.as_bytes(), None, &options()).unwrap();
    let split = SplitOptions { seed: [7; 32], share_percent: 20, stratified: true };
    let prepared = dataset::split(&surveyed, table.as_bytes(), &split).unwrap();
    let train: Vec<&str> =
        std::str::from_utf8(&prepared.train).unwrap().lines().skip(1).map(|l| l.rsplit_once(',').unwrap().0).collect();
    let duplicates =
        std::str::from_utf8(&prepared.test).unwrap().lines().skip(1).filter(|row| train.contains(row)).count();
    assert!(duplicates > 0);
    assert!(prepared.report.warnings.contains(&Warning::SameRow { rows: duplicates as u64, estimated: false }));
    let sentences: Vec<String> = prepared.report.warnings.iter().map(ToString::to_string).collect();
    assert!(sentences.contains(&format!(
        "{duplicates} test rows are among the training rows too, so that labels can be looked up. Remove duplicates if that is not meant."
    )));
}

#[test]
fn columns_that_tell_the_label_are_named() {
    // A copy of the label in other words, a row number in sorted data, noise, and a constant.
    let table = (0..60).fold(String::from("copy,number,noise,constant,label\n"), |t, n| {
        t + &format!("{},{n},{},1,{}\n", ["red", "green", "blue"][n / 20], n * 7919 % 13, n / 20)
    });
    let surveyed = dataset::survey(table.as_bytes(), None, &options()).unwrap();
    let sentences: Vec<String> = surveyed.report.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        sentences,
        [
            "Column 1 (“copy”) alone tells the label of every row. If it is a copy of the label or a row number, remove it.",
            "Column 2 (“number”) alone tells the label of every row. If it is a copy of the label or a row number, remove it.",
            "The rows are sorted by label. The test rows are shuffled, so this gives nothing away; trainers should shuffle the training rows.",
        ]
    );
    // Identifiers that are all different tell nothing.
    let unique = (0..60).fold(String::from("id,label\n"), |t, n| t + &format!("u{},{}\n", n, n * 7 % 3));
    assert_eq!(dataset::survey(unique.as_bytes(), None, &options()).unwrap().report.warnings, []);
}

#[test]
fn formats_are_told_from_the_sample() {
    struct Case(&'static str, Separator, bool, &'static [&'static str]);
    for Case(table, separator, header, columns) in [
        Case("x,y,label\n1,2,a\n3,4,b\n", Separator::Comma, true, &["x", "y", "label"]),
        Case("1,2,a\n3,4,b\n5,6,a\n", Separator::Comma, false, &["f1", "f2", "f3"]),
        Case("x;y;class\n1,5;2,5;a\n3,5;4;b\n", Separator::Semicolon, true, &["x", "y", "class"]),
        Case("x\ty\n1\ta, b; c\n2\td\n", Separator::Tab, true, &["x", "y"]),
        Case("0,1,label\n0.5,1.5,9\n0.25,1,8\n", Separator::Comma, true, &["0", "1", "label"]),
        Case(",sepal,species\n0,5.1,a\n1,4.9,b\n", Separator::Comma, true, &["f1", "sepal", "species"]),
        Case("color,shape\nred,round\nblue,square\nred,square\n", Separator::Comma, true, &["color", "shape"]),
        Case("red,round\nblue,square\nred,square\n", Separator::Comma, false, &["f1", "f2"]),
        Case("\u{feff}\"a;b\";\"c\"\r\n1;2\r\n", Separator::Semicolon, true, &["a;b", "c"]),
    ] {
        let peek = dataset::peek(Part::Table, table.as_bytes(), ReadOptions::default()).unwrap();
        let found = (peek.separator, peek.header, peek.columns.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found, (separator, header, columns.to_vec()), "{table:?}");
    }
    let peek = dataset::peek(Part::Table, b"label,x\na,1\nb,2\n", ReadOptions::default()).unwrap();
    assert_eq!((peek.label, peek.rows), (0, vec![vec!["a".to_owned(), "1".into()], vec!["b".into(), "2".into()]]));
    let overruled = ReadOptions { header: Some(false), separator: Some(Separator::Tab), ..ReadOptions::default() };
    let peek = dataset::peek(Part::Table, b"label,x\na,1\nb,2\n", overruled).unwrap();
    assert_eq!((peek.columns.len(), peek.header, peek.rows.len()), (1, false, 3));
}

#[test]
fn classes_are_numbered_by_value_or_by_text() {
    let order = |labels: &[&str]| {
        let table = labels.iter().chain(labels).fold(String::from("x,label\n"), |t, label| t + &format!("1,{label}\n"));
        let surveyed = dataset::survey(table.as_bytes(), None, &with_header()).unwrap();
        surveyed.report.classes.iter().map(|class| class.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(&["10", "9", "-1", "2.5"]), ["-1", "2.5", "9", "10"]);
    assert_eq!(order(&["10", "9", "b", "B", "a"]), ["10", "9", "B", "a", "b"]);
}

#[test]
fn messages_survive_the_way_between_worker_and_page() {
    use dataset::task::{Answer, Progress, Request, Stage};
    use protocol::cid::Cid;
    let surveyed = dataset::survey(sound(40).as_bytes(), None, &options()).unwrap();
    let split = SplitOptions { seed: [7; 32], share_percent: 20, stratified: true };
    let prepared = dataset::split(&surveyed, sound(40).as_bytes(), &split).unwrap();
    let peek = dataset::peek(Part::Table, sound(4).as_bytes(), ReadOptions::default()).unwrap();
    for request in [
        Request::Peek { options: with_header() },
        Request::Survey { options: options() },
        Request::Split { options: split },
        Request::Hash,
        Request::Predictions { classes: vec!["a".into()], label: "kind".into(), test_rows: 3 },
        Request::Published { labelled: true },
        Request::Template { classes: vec!["a".into()], class: 0 },
    ] {
        let json = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&json).unwrap(), request, "{json}");
    }
    let progress = Progress { stage: Stage::Checking, done: 1, total: u64::MAX };
    let json = serde_json::to_string(&progress).unwrap();
    assert_eq!(serde_json::from_str::<Progress>(&json).unwrap(), progress, "{json}");
    for answer in [
        Answer::Peek { table: peek, labels: None },
        Answer::Survey(surveyed.report.clone()),
        Answer::Split(prepared.report),
        Answer::Hash { cid: Cid::of_block(b"x"), bytes: 1 },
    ] {
        let json = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&json).unwrap(), answer, "{json}");
    }
}
