//! What a person is told of tables that are read as they stand.

use dataset::{DatasetError, Note, Warning, task::SurveyOptions};

use crate::tables::{has, read, table};

fn refused(text: &str) -> DatasetError {
    dataset::survey(text.as_bytes(), None, &SurveyOptions::default()).err().unwrap()
}

fn warnings(text: &str) -> Vec<Warning> {
    read(text).0.report.warnings
}

#[test]
fn numbers_with_a_unit_beside_them_are_told_and_stay_words() {
    for cell in ["N.017,35 €", "$N,017.35", " $N,101.00 ", "N.5%", "N,5 %", "N kg", "N.5D-03", "CHF N'200.50"] {
        let row = |n: usize, label: &str| format!("\"{}\",{n}.5,{label}\n", cell.replace('N', &(n + 1).to_string()));
        let told = |warning: &Warning| match warning {
            Warning::Measured { columns, .. } => Some(columns.iter().map(|column| column.number).collect()),
            _ => None,
        };
        assert_eq!(warnings(&table("price,x,label\n", row)).iter().find_map(told), Some(vec![1]), "{cell}");
    }
    let prices = table("price,label\n", |n, label| format!("\"${},017.35\",{label}\n", n + 1));
    let told: Vec<String> = warnings(&prices).iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "Column 1 (“price”) holds numbers with something beside them, such as “$1,017.35”, so it counts as words. Write the numbers alone if models should learn from them."
        ]
    );
    // Dates, codes and classes are words.
    for cell in ["2024-01-", "B-", "v1.2.", "x %"] {
        let text = table("x,label\n", |n, label| format!("{cell}{n},{label}\n"));
        assert!(warnings(&text).iter().all(|warning| !matches!(warning, Warning::Measured { .. })), "{cell}");
    }
    let label = table("x,label\n", |n, label| format!("{},{}\n", n % 7, if label == "on" { "5%" } else { "10%" }));
    assert!(warnings(&label).iter().all(|warning| !matches!(warning, Warning::Measured { .. })));
}

#[test]
fn a_line_that_is_taken_for_a_comment_is_told() {
    let text = table("x,y,label\n", |n, label| match n {
        30 => format!("#{n},{label}\n"),
        _ => format!("#{n},{n}.5,{label}\n"),
    });
    let (surveyed, _) = read(&text);
    assert_eq!(surveyed.report.rows, 39);
    assert!(has(&surveyed, |note| *note == Note::StrayComments { rows: 1, line: 32 }), "{:?}", surveyed.report.notes);
}

#[test]
fn a_label_of_measurements_is_called_so() {
    let error = refused(&table("survived,fare\n", |n, _| format!("{},{}.{n}\n", n % 2, n * 7)));
    assert_eq!(
        error.to_string(),
        "All 40 of the 40 different labels stand in one row only, so column 2 (“fare”) seems to hold measurements or names. Choose the column with the classes as the label."
    );
    // One class of one row is a class.
    let error = refused(&(table("x,label\n", |n, label| format!("{n}.5,{label}\n")) + "7,once\n"));
    assert!(matches!(error, DatasetError::LonelyClass { .. }), "{error}");
}

#[test]
fn lines_in_quotation_marks_are_told_from_files_of_one_column() {
    let lines = table("x,y,label\n", |n, label| format!("{n},{n}.5,{label}\n"));
    let quoted: String = lines.lines().map(|line| format!("\"{line}\"\n")).collect();
    assert_eq!(refused(&quoted), DatasetError::JoinedCells { separators: "commas".to_owned() });
    assert_eq!(refused(&format!("sep=;\n{lines}")), DatasetError::JoinedCells { separators: "commas".to_owned() });
    let hive = refused(&lines.replace(',', "\u{1}")).to_string();
    assert!(hive.contains("separated by the character U+0001."), "{hive}");
    assert!(refused(&lines.replace(',', "，")).to_string().contains("separated by “，”."));
}

#[test]
fn classes_that_look_the_same_are_told() {
    let text = table("x,label\n", |n, label| format!("{n}.5,{label}{}\n", if n % 4 == 0 { "\u{200b}" } else { "" }));
    let told: Vec<String> = warnings(&text).iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|told| told.contains("characters that nobody sees: “on”, “on[U+200B]”.")), "{told:?}");
    assert_eq!(warnings(&table("x,label\n", |n, label| format!("{}.5,{label}\u{200b}\n", n % 7))), []);
}

#[test]
fn very_many_columns_that_tell_the_label_are_counted() {
    let names: Vec<String> = (0..100).map(|n| format!("c{n}")).collect();
    let text = table(&format!("{},label\n", names.join(",")), |n, label| {
        format!("{}{label}\n", format!("{},", n % 2).repeat(100))
    });
    let warnings = warnings(&text);
    let listed = warnings.iter().filter(|warning| matches!(warning, Warning::PerfectColumn { .. })).count();
    assert_eq!((listed, warnings.contains(&Warning::MorePerfectColumns { columns: 95 })), (5, true));
}

#[test]
fn features_and_labels_in_another_order_are_told() {
    let features = table("id,x\n", |n, _| format!("{},{n}.5\n", n * 7));
    let labels = |order: &dyn Fn(usize) -> usize| {
        table("id,label\n", |n, _| format!("{},{}\n", order(n) * 7, ["on", "off"][order(n) % 2]))
    };
    let other_order = |features: &str, labels: &str| {
        let options = SurveyOptions::default();
        let report = dataset::survey(features.as_bytes(), Some(labels.as_bytes()), &options).unwrap().report;
        report.warnings.into_iter().find_map(|warning| match warning {
            Warning::OtherOrder { column } => Some(column),
            _ => None,
        })
    };
    assert_eq!(other_order(&features, &labels(&|n| n)), None);
    assert_eq!(other_order(&features, &labels(&|n| 39 - n)).as_deref(), Some("id"));
    // Other values, and columns that only one of the files has, say nothing.
    assert_eq!(other_order(&features, &labels(&|n| n + 1)), None);
    assert_eq!(other_order(&features.replace("id,", "number,"), &labels(&|n| 39 - n)), None);
    // As data frames write the numbers of their rows.
    let unnamed = |text: String| text.replacen("id,", ",", 1);
    let reversed = unnamed(labels(&|n| 39 - n));
    assert_eq!(other_order(&unnamed(features), &reversed).as_deref(), Some("f1"));
}

#[test]
fn the_column_of_a_labels_file_that_holds_the_labels_is_told() {
    let features = table("x,y\n", |n, _| format!("{n}.5,{}\n", n % 7));
    let told = |labels: &str, label: Option<u32>| {
        let options = SurveyOptions { label, ..SurveyOptions::default() };
        let report = dataset::survey(features.as_bytes(), Some(labels.as_bytes()), &options).unwrap().report;
        let column = |note: &Note| matches!(note, Note::Label { .. }).then(|| note.to_string());
        report.notes.iter().find_map(column)
    };
    // A column for each class, of which one is taken.
    let columns = table("off,on\n", |n, _| format!("{},{}\n", 1 - n % 2, n % 2));
    assert_eq!(told(&columns, None).unwrap(), "The label is taken from column 2 (“on”): it is the last one.");
    assert_eq!(told(&columns, Some(1)), None);
    assert_eq!(told(&table("state\n", |_, label| format!("{label}\n")), None), None);
}

#[test]
fn names_of_many_columns_without_one_are_free() {
    let width = 500;
    // The second column is called like the first one would be, and the last but one like what that gets instead.
    let head = format!(",f1{}column_1,label\n", ",".repeat(width - 2));
    let text = table(&head, |n, label| format!("{}{label}\n", format!("{}.5,", n % 7).repeat(width)));
    let names = crate::tables::look(&text).columns;
    assert_eq!(names.iter().collect::<std::collections::HashSet<_>>().len(), width + 1);
    assert_eq!((names[0].as_str(), names[1].as_str(), names[2].as_str()), ("column_1_1", "f1", "f3"));
}

#[test]
fn of_each_way_in_which_numbers_are_written_anew_an_example_is_told() {
    let text = table("id;price;label\n", |n, label| format!("{}.200.{};{n},5;{label}\n", n + 100, n + 300));
    let told = read(&text).0.report.notes.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        told[0],
        "Columns 1 (“id”) and 2 (“price”) have decimal commas: “0,5” is read as 0.5 and “100.200.300” as 100200300."
    );
}
