//! Habits of people and programs beside those of the folders in `cases`: other locales, separators, signs and formats.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod mends;
mod tables;
mod told;

use dataset::{DatasetError, LabelReason, Note, Part, ReadOptions, Separator, task::SurveyOptions};
use tables::{has, look, read, table};

#[test]
fn numbers_of_other_locales_are_plain_below() {
    for (name, separator, cell, plain) in [
        ("France", ";", "1 234,5", "1234.5"),
        ("Switzerland", ";", "1'234.50", "1234.50"),
        ("narrow blanks", "\t", "1\u{202f}234,5", "1234.5"),
        ("Finland", ";", "\u{2212}12,5", "-12.5"),
        ("India", ",", "\"12,34,567.5\"", "1234567.5"),
        ("quoted", ",", "\"5,1\"", "5.1"),
        ("bars", "|", "5,1", "5.1"),
        ("exponents", ";", "1,5E-03", "1.5E-03"),
        ("accountants", ";", "1.234,50-", "-1234.50"),
    ] {
        let text = table(&format!("x{separator}label\n"), |_, label| format!("{cell}{separator}{label}\n"));
        let (surveyed, lines) = read(&text);
        assert!(lines[1..].iter().all(|line| line.split(',').next() == Some(plain)), "{name}: {:?}", lines[1]);
        assert!(has(&surveyed, |note| matches!(note, Note::Numbers { .. })), "{name}");
    }
}

#[test]
fn whole_thousands_with_points_are_told_by_the_other_columns() {
    let text = table("preis;menge;label\n", |n, label| format!("{}.500;{},5;{label}\n", n + 1, n));
    let (surveyed, lines) = read(&text);
    assert!(lines[1..].iter().all(|line| line.split(',').next().unwrap().ends_with("500") && !line.starts_with("1.5")));
    assert!(has(&surveyed, |note| note
        .to_string()
        .starts_with("Columns 1 (“preis”) and 2 (“menge”) have decimal commas")));
    // With nothing else to tell it, a point is a point.
    let (surveyed, lines) = read(&table("x;label\n", |n, label| format!("{}.500;{label}\n", n + 1)));
    assert!(lines[1].split(',').next().unwrap().ends_with(".500"));
    assert!(!has(&surveyed, |note| matches!(note, Note::Numbers { .. })));
}

#[test]
fn decimal_commas_are_seen_without_a_header_and_beside_points() {
    let (surveyed, lines) = read(&table("", |n, label| format!("{n},1;{},25;{label}\n", n % 7)));
    assert_eq!((surveyed.report.separator, surveyed.report.features.len()), (Separator::Semicolon, 2));
    assert!(lines[1..].iter().all(|line| line.split(',').take(2).all(|cell| cell.parse::<f64>().is_ok())), "{lines:?}");
    let (_, lines) = read(&table("x;label\n", |n, label| format!("{n}{}5;{label}\n", [",", "."][n / 2 % 2])));
    assert!(lines[1..].iter().all(|line| line.split(',').next().unwrap().parse::<f64>().is_ok()), "{lines:?}");
    let (surveyed, lines) = read(&table("x;label\n", |n, label| match n % 4 {
        0 => format!("{n};{label}\n"),
        _ => format!("{n}.250;{label}\n"),
    }));
    assert!(lines[1..].iter().all(|line| !line.contains('.')), "{lines:?}");
    assert!(has(&surveyed, |note| note.to_string().contains("has grouped thousands: “1.250” is read as 1250")));
}

#[test]
fn what_is_no_number_stays() {
    for cell in ["01.02.2024", "12:30", "10.0.0.1", "a,b", "1,2,3", "+49 30 123", "2024-01-01"] {
        let text = table("x;label\n", |_, label| format!("{cell};{label}\n"));
        let (surveyed, lines) = read(&text);
        assert!(lines[1].contains(cell), "{cell}: {}", lines[1]);
        assert!(!has(&surveyed, |note| matches!(note, Note::Numbers { .. })), "{cell}");
    }
}

#[test]
fn signs_for_gaps_are_told() {
    for sign in [
        "NA", "n/a", "#N/A", "\\N", "<NA>", "-", "--", "—", "?", "None", "nan", "-nan", ".", "(null)", "k.A.",
        "missing", "#DIV/0!",
    ] {
        let text = table("x,label\n", |n, label| {
            format!("{},{label}\n", if n % 5 == 4 { sign.into() } else { n.to_string() })
        });
        let (surveyed, _) = read(&text);
        let told = |note: &Note| matches!(note, Note::Gaps { signs, .. } if signs == &[sign.to_owned()]);
        assert!(has(&surveyed, told), "{sign}: {:?}", surveyed.report.notes);
    }
    // In a column of words they are words.
    let (surveyed, _) =
        read(&table("x,label\n", |n, label| format!("{},{label}\n", if n % 3 == 0 { "-" } else { "+" })));
    assert!(!has(&surveyed, |note| matches!(note, Note::Gaps { .. })));
}

#[test]
fn lines_that_are_no_rows_are_passed_over() {
    let rows = |head: &str| table(head, |n, label| format!("{n},{}.5,{label}\n", n * 7 % 11));
    let end = |text: String, end: &str| text + end;
    for (name, text) in [
        ("comments", rows("# one\n# two, three\nx,y,label\n")),
        ("a header in a comment", rows("# measured\n# x,y,label\n")),
        ("comments of MATLAB", rows("% one\nx,y,label\n")),
        ("comments of programmers", rows("// one, two, three\nx,y,label\n")),
        ("names of groups", rows("Sensors,,State\nx,y,label\n")),
        ("names of groups in each column", rows("A,A,B\nx,y,label\n")),
        ("a title with a comma", rows("Export, 3 May\nx,y,label\n")),
        ("titles", rows("Export of 3 May\nby somebody\n\nx,y,label\n")),
        ("a title filled up", rows("Export,,\n,,\nx,y,label\n")),
        ("units", rows("x,y,label\n[s],(m),\n")),
        ("units without brackets", rows("x,y,label\ns,km/h,\n")),
        ("types", rows("x,y,label\ncontinuous,continuous,class\n")),
        ("sep= and a title", rows("sep=,\nx,y,label\n")),
        ("sep= filled up", rows("sep=,,,\nx,y,label\n")),
        ("a repeated header", rows(&rows("x,y,label\n")).replacen("39,9.5,off\n", "39,9.5,off\nx,y,label\n", 1)),
        ("separators at the end", rows("x,y,label,\n").replace("on\n", "on,\n").replace("off\n", "off,\n")),
        (
            "separators at the end of rows alone",
            rows("x,y,label\n").replace("on\n", "on,\n").replace("off\n", "off,\n"),
        ),
        (
            "R's row names",
            table("\"x\" \"y\" \"label\"\n", |n, label| format!("\"{}\" {n} {}.5 \"{label}\"\n", n + 1, n * 7 % 11)),
        ),
        ("R's row names with commas", table("x,y,label\n", |n, label| format!("r{n},{n},{}.5,{label}\n", n * 7 % 11))),
        ("the end of a text of older systems", end(rows("x,y,label\n"), "\u{1a}")),
        ("the same in a line", end(rows("x,y,label\n"), "\r\n\u{1a}")),
        ("a comment at the end", end(rows("x,y,label\n"), "# end of file\n")),
        ("empty rows", end(rows("x,y,label\n"), ",,\n , ,\n,,\n")),
    ] {
        let (surveyed, lines) = read(&text);
        let report = &surveyed.report;
        assert_eq!(report.features.last().unwrap(), "y", "{name}");
        assert_eq!(report.features.len(), 2, "{name}: {:?}", report.features);
        assert_eq!((report.rows % 40, report.label.as_str(), report.header), (0, "label", true), "{name}: {report:?}");
        assert_eq!(report.classes.iter().map(|class| class.name.as_str()).collect::<Vec<_>>(), ["off", "on"], "{name}");
        assert_eq!(lines[0], "x,y,label", "{name}");
        let row = |line: &String| line.split(',').take(2).all(|cell| cell.parse::<f64>().is_ok());
        assert!(lines[1..].iter().all(row), "{name}: {lines:?}");
    }
}

#[test]
fn values_that_look_like_marks_are_values() {
    // Colours and hashtags are no comments, a lone column of numbers no row names, an ordinary table has no notes but
    // its label.
    let (surveyed, _) = read(&table("colour,x,label\n", |n, label| format!("#ff00{n:02},{},{label}\n", n * 3 % 17)));
    assert_eq!((surveyed.report.rows, surveyed.report.features.len()), (40, 2));
    let (surveyed, _) = read(&table("x,y,label\n", |n, label| format!("{},{},{label}\n", n * 7 % 13, n * 3 % 17)));
    assert!(surveyed.report.notes.iter().all(|note| matches!(note, Note::Label { .. })), "{:?}", surveyed.report.notes);
    let (surveyed, _) = read(&table("text,label\n", |n, label| format!("\" kept {n} \",{label}\n")));
    assert!(!has(&surveyed, |note| *note == Note::Padding));
}

#[test]
fn columns_that_number_rows_are_offered_for_removal() {
    for (head, row) in [
        (",x,label\n", (|n| n.to_string()) as fn(usize) -> String),
        ("Unnamed: 0,x,label\n", |n| n.to_string()),
        ("id,x,label\n", |n| (n + 1).to_string()),
        (",x,label\n", |n| (n * 7919 % 10_007).to_string()),
    ] {
        let (surveyed, _) = read(&table(head, |n, label| format!("{},{},{label}\n", row(n), n * 3 % 17)));
        assert!(has(&surveyed, |note| matches!(note, Note::Index { left_out: false, .. })), "{head}");
        assert_eq!(surveyed.report.features.len(), 2);
    }
}

#[test]
fn the_last_column_is_not_the_label_where_it_cannot_be() {
    let measured = look(&table("kind,x,z\n", |n, label| format!("{label},{},{}.25\n", n % 7, n)));
    assert_eq!(measured.label, 0);
    assert!(measured.notes.iter().any(|note| matches!(note, Note::Label { why: LabelReason::Classes, .. })));
    let named = look(&table("x,Target,z\n", |n, label| format!("{n},{label},{n}.25\n")));
    assert_eq!(named.label, 1);
}

#[test]
fn rows_that_are_too_long_or_broken_are_still_refused() {
    let refused = |text: &str| dataset::survey(text.as_bytes(), None, &SurveyOptions::default()).err();
    let long = table("x,y,label\n", |n, label| format!("{n},1{},{label}\n", if n == 20 { ",9" } else { "" }));
    assert!(matches!(refused(&long), Some(DatasetError::Ragged { place, .. }) if place.line == 22));
    // A line break in a cell without quotation marks makes two short rows that say something else.
    let broken =
        table("x,text,label\n", |n, label| format!("{n},good{}stuff,{label}\n", if n % 9 == 8 { "\n" } else { " " }));
    assert!(matches!(refused(&broken), Some(DatasetError::Ragged { .. })), "{:?}", refused(&broken));
    // A comma in texts without quotation marks, in every row.
    let texts = table("text,label\n", |n, label| format!("hello, world {n},{label}\n"));
    assert!(matches!(refused(&texts), Some(DatasetError::Ragged { .. })), "{:?}", refused(&texts));
    // One row cut short is the end of a file that was cut off.
    let cut = table("x,y,label,note\n", |n, label| format!("{n},1,{label},z\n")) + "7,1\n";
    assert!(matches!(refused(&cut), Some(DatasetError::Ragged { .. })));
}

#[test]
fn other_formats_are_named() {
    for (bytes, said) in [
        (&b"[{\"a\": 1}, {\"a\": 2}]"[..], "JSON;"),
        (b"{\n  \"rows\": [1, 2]\n}\n", "JSON;"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "web page"),
        (b"  <html><head>", "web page"),
        (b"<?xml version=\"1.0\"?><rows/>", "XML"),
        (b"@RELATION iris\n@ATTRIBUTE x NUMERIC\n@DATA\n1\n", "ARFF"),
        (b"+1 3:0.5 10:1\n-1 2:1 # note\n", "svmlight"),
        (b"2 qid:1 1:0.5\n1 qid:1 2:1\n", "svmlight"),
        (b"/annex/objects/SHA256E-s1--abc.csv\n", "git-annex"),
        (b"outs:\n- md5: abc\n  path: train.csv\n", "DVC"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip"),
        (b"Rar!\x1a\x07\x01\0", "RAR"),
        (b"\x04\x22\x4d\x18d@", "LZ4"),
        (b"\x1f\x9d\x90", "uncompress"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"SQLite format 3\0", "SQLite"),
        (b"\x80\x04\x95", "Python objects"),
        (b"ORC\x06", "ORC"),
        (b"Obj\x01\x04", "Avro"),
        (b"\x89PNG\r\n", "picture"),
        (b"\0x\0,\0y\0\n\0a\0,\0b\0\n", "UTF-16"),
        (b"\xff\xfe\0\0x\0\0\0", "UTF-32"),
    ] {
        let error = dataset::survey(bytes, None, &SurveyOptions::default()).err().unwrap().to_string();
        assert!(error.contains(said) && error.ends_with('.'), "{said}: {error}");
    }
    let tar = [vec![b'a'; 257], b"ustar\x0000".to_vec()].concat();
    assert!(dataset::peek(Part::Table, &tar, ReadOptions::default()).unwrap_err().to_string().contains("tar archive"));
}

#[test]
fn a_separator_that_is_none_of_ours_is_named() {
    for character in [':', '^', '~', '\u{1}'] {
        let text =
            table("x:y:label\n", |n, label| format!("{n}:{}:{label}\n", n % 3)).replace(':', &character.to_string());
        let error = dataset::survey(text.as_bytes(), None, &SurveyOptions::default()).err().unwrap();
        assert_eq!(error, DatasetError::OtherSeparator { character });
    }
    // Times are no separators.
    let times = table("time\n", |n, _| format!("{n:02}:00\n"));
    assert_eq!(
        dataset::survey(times.as_bytes(), None, &SurveyOptions::default()).err().unwrap(),
        DatasetError::NoFeatures
    );
}

#[test]
fn chosen_separators_are_obeyed() {
    let options = ReadOptions { separator: Some(Separator::Pipe), ..ReadOptions::default() };
    let peeked = dataset::peek(Part::Table, b"a|b,c\n1|2\n3|4\n", options).unwrap();
    assert_eq!((peeked.columns, peeked.separator), (vec!["a".to_owned(), "b,c".into()], Separator::Pipe));
}
