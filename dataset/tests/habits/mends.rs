//! What later rules put right, and that earlier ones leave as it was.

use dataset::{
    DatasetError, Mending, Note, Part, Published, ReadOptions, Rules, SplitOptions, metadata::Metadata,
    task::SurveyOptions,
};

use crate::tables::{has, read, read_as, table};

/// As tables were read whose descriptions name no rules.
fn first() -> ReadOptions {
    ReadOptions { mending: Mending { rules: Rules::FIRST, ..Mending::default() }, ..ReadOptions::default() }
}

fn refused(text: impl AsRef<[u8]>) -> String {
    dataset::survey(text.as_ref(), None, &SurveyOptions::default()).err().unwrap().to_string()
}

/// The cells of a column of the training rows, sorted.
fn column(lines: &[String], at: usize) -> Vec<&str> {
    let mut cells: Vec<&str> = lines[1..].iter().map(|line| line.split(',').nth(at).unwrap()).collect();
    cells.sort_unstable();
    cells
}

fn sentences(surveyed: &dataset::Surveyed) -> String {
    surveyed.report.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn descriptions_without_rules_mean_the_first_and_new_ones_name_theirs() {
    let old = r#"{"header":null,"separator":null,"mending":{"form":true,"numbers":true,"labels":false,"index":false}}"#;
    assert_eq!(serde_json::from_str::<ReadOptions>(old).unwrap(), first());
    let new = serde_json::to_string(&ReadOptions::default()).unwrap();
    assert!(new.contains(r#""rules":3"#), "{new}");
    assert_eq!(serde_json::from_str::<ReadOptions>(&new).unwrap(), ReadOptions::default());
    // What a later version wrote is not read by other rules than its own.
    let later: ReadOptions = serde_json::from_str(&new.replace("\"rules\":3", "\"rules\":9")).unwrap();
    let options = SurveyOptions { table: later, ..SurveyOptions::default() };
    let error = dataset::survey(b"x,label\n1,a\n2,b\n", None, &options).err().unwrap();
    assert!(matches!(error, DatasetError::UnknownRules { .. }) && error.to_string().contains("rules 9"), "{error}");
    // It can still be shown.
    let metadata = Metadata::parse(&sample_metadata(later).to_bytes()).unwrap();
    assert_eq!(metadata.preparation.reading.table, later);
}

fn sample_metadata(table: ReadOptions) -> Metadata {
    let text = b"x,label\n1,a\n2,b\n3,a\n4,b\n";
    let surveyed = dataset::survey(text, None, &SurveyOptions::default()).unwrap();
    let options = SplitOptions { seed: [1; 32], share_percent: 50, stratified: true };
    let report = dataset::split(&surveyed, text, &options).unwrap().report;
    let reading = SurveyOptions { table, ..SurveyOptions::default() };
    Metadata {
        version: 1,
        title: "a".into(),
        description: String::new(),
        features: report.features,
        label: report.label,
        classes: report.classes,
        train: report.train,
        test: report.test,
        preparation: dataset::metadata::Preparation { reading, share_percent: 50, stratified: true },
    }
}

#[test]
fn both_marks_in_a_column_are_decimal_ones() {
    let cell = |n: usize| ["0,512", "1,734", "0.611", "1.734", "1.234,5", "1,234.5", "7"][n % 7];
    let text = table("x;label\n", |n, label| format!("{};{label}\n", cell(n)));
    let (surveyed, lines) = read(&text);
    let mut found = column(&lines, 0);
    found.dedup();
    assert_eq!(found, ["0.512", "0.611", "1.734", "1234.5", "7"]);
    assert!(sentences(&surveyed).contains("decimal commas beside decimal points: “0,512” is read as 0.512"));
    // A bounty that was posted before keeps its files.
    let (_, lines) = read_as(&text, first());
    assert!(column(&lines, 0).contains(&"1734"));
}

#[test]
fn numbers_that_begin_late_are_written_as_the_others_or_told() {
    let rows = |head: &str, cell: &dyn Fn(usize) -> String| {
        (0..4_200).fold(head.to_owned(), |text, n| {
            let rain = if n < 4_100 { "0" } else { "0,4" };
            text + &format!("{}{rain};{}\n", cell(n), ["on", "off"][n % 2])
        })
    };
    let text = rows("heat;rain;label\n", &|n| format!("{n},5;"));
    let (surveyed, lines) = read(&text);
    let mut rain = column(&lines, 1);
    rain.dedup();
    assert_eq!(rain, ["0", "0.4"]);
    assert!(sentences(&surveyed).contains("Columns 1 (“heat”) and 2 (“rain”) have decimal commas"));
    assert!(!has(&surveyed, |note| matches!(note, Note::LateNumbers { .. })));
    let (_, lines) = read_as(&text, first());
    assert!(lines.iter().any(|line| line.contains("\"0,4\"")));

    // A column in which no cell changes is not told of.
    let (surveyed, _) = read(&table("heat;count;label\n", |n, label| format!("{n},5;{n};{label}\n")));
    assert!(sentences(&surveyed).contains("Column 1 (“heat”) has decimal commas"), "{}", sentences(&surveyed));

    // Where nothing shows the form, it is told with its first line.
    let (surveyed, _) = read(&rows("rain;label\n", &|_| String::new()));
    let told = sentences(&surveyed);
    assert!(told.contains("Line 4,102, column 1 (“rain”): “0,4” is a number in another form"), "{told}");
    assert!(told.contains("(100 cells)"), "{told}");
}

#[test]
fn quotation_marks_that_are_letters_join_no_rows() {
    let text = |n: usize| ["\"ok then", "win now", "he said \"yes", "a \"b\" c"][n % 4];
    let rows = table("label\ttext\n", |n, label| format!("{label}\t{} {n}\n", text(n)));
    let (surveyed, lines) = read(&rows);
    assert_eq!((surveyed.report.rows, surveyed.report.features.len()), (40, 1));
    assert!(has(&surveyed, |note| *note == Note::NoQuotes));
    // Written again, they are what they were.
    assert!(lines.iter().any(|line| line.starts_with("\"\"\"ok then ")), "{lines:?}");
    let (surveyed, _) = read_as(&rows, first());
    assert!(surveyed.report.rows < 40, "{}", surveyed.report.rows);

    // Cells that stand in quotation marks stay so, with breaks and separators in them.
    let rows = table("label\ttext\n", |n, label| format!("{label}\t\"line {n}\nand\t\"\"another\"\"\"\n"));
    let (surveyed, _) = read(&rows);
    assert_eq!(surveyed.report.rows, 40);
    assert!(!has(&surveyed, |note| *note == Note::NoQuotes));
    assert!(sentences(&surveyed).contains("40 cells run over several lines; the first begins in line 2."));
}

#[test]
fn quotation_marks_may_have_a_backslash_before_them() {
    let text = |n: usize| ["Monitor 27\\\"", "x", "he said \\\"yes, sir\\\" twice", "C:\\\\new\\dir"][n % 4];
    let rows = table("size,text,label\n", |n, label| format!("{n},\"{}\",{label}\n", text(n)));
    let (surveyed, lines) = read(&rows);
    assert_eq!((surveyed.report.rows, surveyed.report.features.len()), (40, 2));
    assert!(has(&surveyed, |note| *note == Note::EscapedQuotes));
    let has_line = |end: &str| lines.iter().any(|line| line.split_once(',').unwrap().1.starts_with(end));
    assert!(has_line("\"Monitor 27\"\"\",") && has_line("\"he said \"\"yes, sir\"\" twice\","), "{lines:?}");
    assert!(has_line("C:\\new\\dir,"), "{lines:?}");
    // A folder at the end of a cell is no such mark, nor is one in a file that doubles them.
    for cell in ["C:\\", "say \"\"C:\\\"\""] {
        let rows = table("size,text,label\n", |n, label| format!("{n},\"{cell}\",{label}\n"));
        let (surveyed, lines) = read(&rows);
        assert!(!has(&surveyed, |note| *note == Note::EscapedQuotes), "{cell}");
        assert_eq!(surveyed.report.rows, 40);
        assert!(lines[1].contains("C:\\"), "{cell}: {}", lines[1]);
    }
}

#[test]
fn headers_of_numbers_are_headers() {
    let iris = |n: usize| format!("{}.5,{}.25,{}.125", n % 7, n % 5, n % 3);
    for (name, text) in [
        ("a frame's, with a name for the label", table("0,1,2,species\n", |n, label| format!("{},{label}\n", iris(n)))),
        ("the label first", table("species,0,1,2\n", |n, label| format!("{label},{}\n", iris(n)))),
        ("a spectrum", table("400,402,404,class\n", |n, label| format!("{},{label}\n", iris(n)))),
        ("a drawn frame", table(",text,label\n", |n, label| format!("{},\"good {n}\",{label}\n", n * 7919 % 10_007))),
        ("a drawn frame without names", table(",0,1\n", |n, label| format!("{},{n}.5,{label}\n", n * 7919 % 10_007))),
    ] {
        let (surveyed, _) = read(&text);
        assert!(surveyed.report.header, "{name}");
        assert_eq!((surveyed.report.rows, surveyed.report.classes.len()), (40, 2), "{name}");
    }
    let spectrum = table("400,402,404,class\n", |n, label| format!("{},{label}\n", iris(n)));
    assert!(!dataset::peek(Part::Table, spectrum.as_bytes(), first()).unwrap().header);
    for (name, text) in [
        ("numbers and a label", table("", |n, label| format!("{},{label}\n", iris(n)))),
        ("counts and a label", table("", |n, label| format!("{n},{},{label}\n", n + 1))),
        ("counts and a text", table("", |n, _| format!("{n},{},text {n},{}\n", n + 1, n % 2))),
        ("a gap first", table("", |n, label| format!("0,{},1,{label}\n", if n == 0 { "NA" } else { "3" }))),
        (
            "nothing first",
            table(
                "",
                |n, label| if n == 0 { ",5.1,on\n".into() } else { format!("{},4.9,{label}\n", n * 7919 % 10_007) },
            ),
        ),
    ] {
        let (surveyed, _) = read(&text);
        assert!(!surveyed.report.header, "{name}");
        assert_eq!(surveyed.report.rows, 40, "{name}");
    }
    // What is not told is offered: a label that only line 1 has may be a name.
    let few = refused("4,text here,kind\n1,a,on\n2,b,off\n3,c,on\n5,d,off\n");
    assert!(few.contains("if line 1 names the columns, say that the first row holds column names"), "{few}");
}

#[test]
fn first_bytes_that_a_table_may_have_are_no_other_format() {
    for head in ["ID;Preis;label", "ID;P;label", "PAR1,PAR2,label", "FEA1,FEA2,label", "RDA,RDB,label", "%PDF,x,label"]
    {
        let separator = if head.contains(';') { ";" } else { "," };
        let text = table(&format!("{head}\n"), |n, label| format!("{n}{separator}{}{separator}{label}\n", n % 3));
        assert_eq!(read(&text).0.report.rows, 40, "{head}");
    }
    let sas = [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc2, 0xea, 0x81, 0x60, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92, 8, 0, 9, 0xc7,
        0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11, 0x33,
    ];
    for (bytes, said) in [
        (&b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"a\"\r\nE\r\n"[..], "SYLK"),
        (b"ID;PSCALC3\nB;Y5;X3;D0 0 4 2\n", "SYLK"),
        (b"PAR1\x15\x04", "Parquet"),
        (b"FEA1\0\0\0\0", "Feather"),
        (b"RDA3\nA\n3\n", "R objects"),
        (&sas, "SAS"),
    ] {
        let sentence = refused(bytes);
        assert!(sentence.contains(said), "{said}: {sentence}");
    }
    let comments = "% a comment of some length, as the archives have them\n".repeat(100);
    let arff =
        comments + "@RELATION iris\n@ATTRIBUTE x NUMERIC\n@ATTRIBUTE y {a,b}\n@DATA\n" + &"1,a\n2,b\n".repeat(20);
    assert!(refused(&arff).contains("ARFF"));
}

#[test]
fn what_was_published_is_a_table_whatever_its_first_cells_say() {
    for head in ["@relation,label", "<html>,label", "<?xml,label", "version https://git-lfs.github.com/spec/v1,label"] {
        let mut published = Published::new(true);
        let text = head.to_owned() + "\n" + &"1,a\n2,b\n".repeat(5);
        published.push(text.as_bytes()).and_then(|()| published.finish()).map_or_else(
            |e| panic!("{head}: {e}"),
            |report| assert_eq!((report.profile.rows, report.classes.len()), (10, 2), "{head}"),
        );
    }
    let mut published = Published::new(true);
    published.push(b"PK\x03\x04\x14\0\x06\0").unwrap();
    assert!(published.finish().unwrap_err().to_string().contains("zip archive"));
}

#[test]
fn errors_of_spreadsheets_are_gaps() {
    for sign in ["#NUM!", "#NAME?", "#WERT!", "#NV", "#¡VALOR!", "1.#IND"] {
        let text = table("x,label\n", |n, label| {
            format!("{},{label}\n", if n % 5 == 4 { sign.into() } else { n.to_string() })
        });
        let (surveyed, _) = read(&text);
        let told = |note: &Note| matches!(note, Note::Gaps { signs, .. } if signs == &[sign.to_owned()]);
        assert!(has(&surveyed, told), "{sign}: {:?}", surveyed.report.notes);
        assert!(surveyed.report.header, "{sign}");
        // By the first rules it is a word, so that nothing tells the header.
        assert!(!dataset::peek(Part::Table, text.replace("x,label\n", "x,4\n").as_bytes(), first()).unwrap().header);
    }
}

#[test]
fn lines_that_end_twice_are_one() {
    let features = table("x,y\n", |n, _| format!("{n},{}\n", n * 7 % 11)).replace('\n', "\r\r\n");
    let labels = table("label\n", |_, label| format!("{label}\n")).replace('\n', "\r\r\n");
    let options = SurveyOptions::default();
    let surveyed = dataset::survey(features.as_bytes(), Some(labels.as_bytes()), &options).unwrap();
    assert_eq!((surveyed.report.rows, surveyed.report.classes.len()), (40, 2));
    let text = table("x,y,label\n", |n, label| format!("{n},\"{n}\",{label}\n")).replace('\n', "\r\r\n");
    assert_eq!(read(&text).0.report.rows, 40);
    assert!(refused(text.clone() + "1,2\r\r\n").starts_with("Line 42, "));
    // An empty line between lines of older systems stays one.
    let old = "label\ra\r\rb\ra\rb\r";
    let peeked = dataset::peek(Part::Labels, old.as_bytes(), ReadOptions::default()).unwrap();
    assert_eq!(peeked.rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["a", "", "b", "a", "b"]);
}

#[test]
fn what_accountants_write_is_called_so() {
    for (cell, said) in [
        ("(555)", "negative numbers in brackets: “(555)” is read as -555"),
        ("3-", "negative numbers with the sign behind them: “3-” is read as -3"),
        ("\"1,500\"", "grouped thousands: “1,500” is read as 1500"),
    ] {
        let text = table("x,label\n", |n, label| {
            format!("{},{label}\n", if n % 3 == 0 { cell.into() } else { n.to_string() })
        });
        assert!(sentences(&read(&text).0).contains(said), "{cell}: {}", sentences(&read(&text).0));
    }
}

#[test]
fn a_header_that_begins_with_a_mark_of_comments_is_one() {
    let second = ReadOptions {
        mending: Mending { rules: serde_json::from_str("2").unwrap(), ..Mending::default() },
        ..ReadOptions::default()
    };
    for (separator, mark) in [(',', '#'), ('\t', '#'), (';', '%')] {
        let text = table("?,name,hp,label\n", |n, label| format!("{},p{n},{}.5,{label}\n", n + 1, n * 7 % 11));
        let text = text.replace('?', &mark.to_string()).replace(',', &separator.to_string());
        let (surveyed, lines) = read(&text);
        let (names, label) = (&surveyed.report.features, &surveyed.report.label);
        assert_eq!((names.join(" "), label.as_str(), lines.len()), (format!("{mark} name hp"), "label", 39), "{text}");
        assert!(!has(&surveyed, |note| matches!(note, Note::Comments { .. })), "{text}");
        let (before, _) = read_as(&text, second);
        assert_eq!(before.report.features[0], "f1");
        assert!(has(&before, |note| matches!(note, Note::Comments { header: false, .. })));
    }
    // Comments stay comments.
    for head in ["# name,hp,label\nx,y,label\n", "#\nx,y,label\n", "#,\nx,y,label\n", "# one\n#,two,three\nx,y,label\n"]
    {
        let (surveyed, _) = read(&table(head, |n, label| format!("{n},{}.5,{label}\n", n * 7 % 11)));
        assert_eq!((surveyed.report.rows, surveyed.report.features.join(" ")), (40, "x y".to_owned()), "{head}");
    }
}

#[test]
fn names_of_groups_stand_above_numbered_rows_too() {
    // As data frames write a header of two levels beside the numbers of their rows.
    let text = table(",size,size,state\n,x,y,label\n", |n, label| format!("{n},{n}.5,{}.5,{label}\n", n * 7 % 11));
    for text in [text.clone(), text.replacen("0,0.5,0.5,on\n", "0,0.5,,on\n", 1)] {
        let (surveyed, _) = read(&text);
        assert_eq!(surveyed.report.features, ["f1", "x", "y"], "{text}");
        assert!(has(&surveyed, |note| *note == Note::Above { first: 2 }) && surveyed.report.rows == 40);
        assert!(has(&surveyed, |note| matches!(note, Note::Index { .. })));
    }
}

#[test]
fn files_that_were_put_behind_each_other_are_one_table() {
    let part = table("x,y,label\n", |n, label| format!("{n},{n}.5,{label}\n"));
    let quoted = table("\"x\",\"y\",\"label\"\n", |n, label| format!("{n},{n}.5,\"{label}\"\n"));
    for part in [part, quoted] {
        let (surveyed, lines) = read(&format!("\u{feff}{part}\u{feff}{part}\u{feff}\n"));
        assert_eq!((surveyed.report.rows, surveyed.report.header, lines[0].as_str()), (80, true, "x,y,label"));
        assert!(has(&surveyed, |note| *note == Note::RepeatedHeaders { rows: 1 }), "{:?}", surveyed.report.notes);
    }
    // Without headers the first number of the second file is a number.
    let rows = table("", |n, label| format!("{n}.5,{label}\n"));
    let (_, lines) = read(&format!("\u{feff}{rows}\u{feff}{rows}"));
    assert!(lines.iter().all(|line| !line.contains('\u{feff}')), "{lines:?}");
}
