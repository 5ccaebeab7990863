//! Random data sets against the `csv` crate as an independent reader, and what a split must always be.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use dataset::{
    DatasetError, LabelsSurvey, Mending, PreparedFiles, ReadOptions, Rules, Separator, Split, SplitOptions, Survey,
    SurveyReport, Surveyed, task::SurveyOptions,
};
use proptest::prelude::*;
use protocol::cid::FileHasher;

type Rows = Vec<Vec<Vec<u8>>>;

/// Reads with the `csv` crate; no header.
fn reference(bytes: &[u8], separator: u8) -> Rows {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(bytes);
    reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
}

/// How a table is written down.
#[derive(Debug, Clone)]
struct Dialect {
    separator: Separator,
    crlf: bool,
    bom: bool,
    last_line_end: bool,
    quote_all: bool,
    blank_lines: bool,
}

fn dialect() -> impl Strategy<Value = Dialect> {
    (prop::sample::select(Separator::ALL.to_vec()), any::<[bool; 5]>()).prop_map(
        |(separator, [crlf, bom, last_line_end, quote_all, blank_lines])| Dialect {
            separator,
            crlf,
            bom,
            last_line_end,
            quote_all,
            blank_lines,
        },
    )
}

fn written(rows: &[Vec<String>], dialect: &Dialect) -> Vec<u8> {
    let end = if dialect.crlf { "\r\n" } else { "\n" };
    let mut text = String::from(if dialect.bom { "\u{feff}" } else { "" });
    for (at, row) in rows.iter().enumerate() {
        if dialect.blank_lines && at % 3 == 1 {
            text += end;
        }
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                text.push(dialect.separator.byte() as char);
            }
            let special =
                |c: char| matches!(c, '"' | '\r' | '\n' | '\u{feff}') || c == dialect.separator.byte() as char;
            if dialect.quote_all || cell.chars().any(special) {
                text += &format!("\"{}\"", cell.replace('"', "\"\""));
            } else {
                text += cell;
            }
        }
        if at + 1 < rows.len() || dialect.last_line_end {
            text += end;
        }
    }
    text.into_bytes()
}

/// Cells, a label column, and at least two rows of each class.
fn table() -> impl Strategy<Value = (Vec<Vec<String>>, usize)> {
    let cell = prop_oneof![
        4 => "[0-9]{1,4}",
        2 => "[a-z,;\t \"'é€\u{1f600}]{0,6}",
        1 => "[a\"\n\r,;\t]{0,5}",
    ];
    (1usize..6, 0usize..6, 2usize..5).prop_flat_map(move |(features, label, classes)| {
        let row = (prop::collection::vec(cell.clone(), features), 0..classes);
        (prop::collection::vec(row, 4..60), Just(label % (features + 1)), Just(classes)).prop_map(
            move |(rows, label, classes)| {
                let name = |class: usize| ["yes", "no, thanks", "\"maybe\"", "4", "line\nbreak"][class].to_owned();
                let twice = (0..classes * 2).map(|n| (vec!["0".to_owned(); features], n % classes));
                let rows = rows.into_iter().chain(twice).map(|(mut row, class)| {
                    row.insert(label, name(class));
                    row
                });
                (rows.collect(), label)
            },
        )
    })
}

fn survey_in_pieces(
    table: &[u8],
    labels: Option<&[u8]>,
    options: &SurveyOptions,
    pieces: &[usize],
) -> Result<Surveyed, DatasetError> {
    let labels = match labels {
        None => None,
        Some(bytes) => {
            let mut survey = LabelsSurvey::new(options.labels, options.label);
            cut(bytes, pieces).try_for_each(|piece| survey.push(piece))?;
            Some(survey.finish(FileHasher::hash(bytes))?)
        }
    };
    let mut survey = Survey::new(options.table, options.label, labels);
    cut(table, pieces).try_for_each(|piece| survey.push(piece))?;
    survey.finish(FileHasher::hash(table))
}

fn split_in_pieces(
    surveyed: &Surveyed,
    table: &[u8],
    options: &SplitOptions,
    pieces: &[usize],
) -> Result<PreparedFiles, DatasetError> {
    let mut split = Split::new(surveyed, options)?;
    let mut train = Vec::new();
    let mut buckets = vec![Vec::new(); split.output.buckets.len()];
    for piece in cut(table, pieces) {
        split.push(piece)?;
        train.append(&mut split.output.train);
        buckets.iter_mut().zip(&mut split.output.buckets).for_each(|(all, new)| all.append(new));
    }
    let (mut rest, mut shuffle) = split.finish()?;
    train.append(&mut rest.train);
    let mut test = shuffle.header();
    for (bucket, rest) in buckets.iter_mut().zip(&mut rest.buckets) {
        bucket.append(rest);
        shuffle.bucket(bucket, &mut test)?;
    }
    let (report, truth) = shuffle.finish(FileHasher::hash(&train), FileHasher::hash(&test));
    Ok(PreparedFiles { report, train, test, truth })
}

/// Pieces of these lengths, over and over.
fn cut<'a>(mut bytes: &'a [u8], lengths: &[usize]) -> impl Iterator<Item = &'a [u8]> {
    let mut lengths = lengths.iter().copied().cycle();
    std::iter::from_fn(move || {
        let (piece, rest) = bytes.split_at(bytes.len().min(lengths.next()?));
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

fn options(header: bool, separator: Separator, label: usize) -> SurveyOptions {
    let read = ReadOptions { header: Some(header), separator: Some(separator), ..ReadOptions::as_it_stands() };
    SurveyOptions { table: read, labels: read, label: Some(label as u32) }
}

/// Source rows as the outputs must have them: the label last.
fn label_last(mut row: Vec<Vec<u8>>, label: usize) -> Vec<Vec<u8>> {
    let cell = row.remove(label);
    row.push(cell);
    row
}

fn check_partition(
    source: &[Vec<Vec<u8>>],
    report: &SurveyReport,
    prepared: &PreparedFiles,
) -> Result<(), TestCaseError> {
    let mut train = reference(&prepared.train, b',');
    let mut test = reference(&prepared.test, b',');
    let names = |row: Vec<Vec<u8>>| row.into_iter().map(|cell| String::from_utf8(cell).unwrap()).collect::<Vec<_>>();
    prop_assert_eq!(&names(train.remove(0)), &[&report.features[..], std::slice::from_ref(&report.label)].concat());
    prop_assert_eq!(&names(test.remove(0)), &report.features);
    prop_assert_eq!(prepared.report.train.rows, train.len() as u64);
    prop_assert_eq!(prepared.report.test.rows, test.len() as u64);
    prop_assert_eq!(test.len(), prepared.truth.len());
    for (row, &class) in test.iter_mut().zip(&prepared.truth) {
        row.push(report.classes[usize::from(class)].name.clone().into_bytes());
    }
    // The form is canonical: what the `csv` crate writes with the fewest quotation marks.
    for bytes in [&prepared.train, &prepared.test] {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        reference(bytes, b',').iter().for_each(|row| writer.write_record(row).unwrap());
        prop_assert_eq!(&writer.into_inner().unwrap(), bytes);
    }
    // Training rows stand in the order of the source.
    let mut rest = source.iter();
    prop_assert!(train.iter().all(|row| rest.any(|other| other == row)));
    let count = |rows: &mut dyn Iterator<Item = &Vec<Vec<u8>>>| {
        let mut counts = BTreeMap::new();
        rows.for_each(|row| *counts.entry(row.clone()).or_insert(0) += 1);
        counts
    };
    prop_assert_eq!(count(&mut train.iter().chain(&test)), count(&mut source.iter()));
    prop_assert_eq!(prepared.report.train.cid, FileHasher::hash(&prepared.train).cid);
    prop_assert_eq!(prepared.report.test.cid, FileHasher::hash(&prepared.test).cid);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_split_is_a_partition_of_the_rows(
        (rows, label) in table(),
        dialect in dialect(),
        seed in any::<[u8; 32]>(),
        share_percent in 1u8..=50,
        pieces in prop::collection::vec(1usize..40, 1..5),
    ) {
        let bytes = written(&rows, &dialect);
        let options = options(false, dialect.separator, label);
        let source: Rows =
            reference(&bytes, dialect.separator.byte()).into_iter().map(|row| label_last(row, label)).collect();
        prop_assert_eq!(source.len(), rows.len());
        let surveyed = dataset::survey(&bytes, None, &options).unwrap();
        let report = &surveyed.report;
        prop_assert_eq!(report.source, FileHasher::hash(&bytes).cid);
        prop_assert_eq!(report.rows, rows.len() as u64);

        let split = SplitOptions { seed, share_percent, stratified: true };
        let prepared = dataset::split(&surveyed, &bytes, &split).unwrap();
        check_partition(&source, report, &prepared)?;
        // Every class has its share, to the nearest row, and is on both sides.
        for (index, class) in report.classes.iter().enumerate() {
            let tests = prepared.truth.iter().filter(|&&truth| usize::from(truth) == index).count() as f64;
            let wanted = class.rows as f64 * f64::from(share_percent) / 100.0;
            prop_assert!((tests - wanted).abs() <= 1.0, "{tests} of {}", class.rows);
            prop_assert!(tests >= 1.0 && tests < class.rows as f64);
        }
        // The sizes of the pieces change nothing.
        let again = survey_in_pieces(&bytes, None, &options, &pieces).unwrap();
        prop_assert_eq!(&again.report, report);
        prop_assert_eq!(&split_in_pieces(&again, &bytes, &split, &pieces).unwrap(), &prepared);

        // Without equal shares: still a partition, or a class is named as missing.
        match dataset::split(&surveyed, &bytes, &SplitOptions { stratified: false, ..split }) {
            Ok(prepared) => check_partition(&source, report, &prepared)?,
            Err(e) => prop_assert!(matches!(e, DatasetError::ClassMissing { .. }), "{e}"),
        }
    }

    #[test]
    fn two_files_are_read_as_their_join(
        (rows, label) in table(),
        dialect in dialect(),
        labels_dialect in dialect(),
        seed in any::<[u8; 32]>(),
        pieces in prop::collection::vec(1usize..40, 1..5),
    ) {
        let dialect = Dialect { blank_lines: false, quote_all: true, ..dialect };
        let features: Vec<Vec<String>> =
            rows.iter().map(|row| [&row[..label], &row[label + 1..]].concat()).collect();
        let labels: Vec<Vec<String>> = rows.iter().map(|row| vec![row[label].clone()]).collect();
        let features = written(&features, &dialect);
        let labels = written(&labels, &Dialect { separator: dialect.separator, blank_lines: false, ..labels_dialect });
        let options = options(false, dialect.separator, 0);
        let surveyed = dataset::survey(&features, Some(&labels), &options).unwrap();
        let split = SplitOptions { seed, share_percent: 30, stratified: true };
        let prepared = dataset::split(&surveyed, &features, &split).unwrap();
        let source: Rows = reference(&features, dialect.separator.byte())
            .into_iter()
            .zip(reference(&labels, dialect.separator.byte()))
            .map(|(mut row, label)| { row.extend(label); row })
            .collect();
        prop_assert_eq!(source.len(), rows.len());
        check_partition(&source, &surveyed.report, &prepared)?;
        let again = survey_in_pieces(&features, Some(&labels), &options, &pieces).unwrap();
        prop_assert_eq!(&again.report, &surveyed.report);
        prop_assert_eq!(split_in_pieces(&again, &features, &split, &pieces).unwrap(), prepared);
    }

    /// Any bytes: an answer, the same for pieces of any size, and where it is a table, the same as the `csv` crate's.
    #[test]
    fn any_bytes_get_an_answer(
        bytes in prop::collection::vec(
            prop_oneof![
                20 => prop::sample::select(b"ab01\",;\t\r\n".to_vec()),
                1 => prop::sample::select(b"\0\xc3\xa9\xef\xbb\xbf\xf0\x9f\xff ".to_vec()),
            ],
            0..200,
        ),
        pieces in prop::collection::vec(1usize..20, 1..5),
        header in any::<Option<bool>>(),
        separator in prop::option::of(prop::sample::select(Separator::ALL.to_vec())),
    ) {
        let read = ReadOptions { header, separator, ..ReadOptions::as_it_stands() };
        let options = SurveyOptions { table: read, labels: read, label: None };
        let whole = dataset::survey(&bytes, None, &options);
        let parts = survey_in_pieces(&bytes, None, &options, &pieces);
        prop_assert_eq!(whole.as_ref().map(|surveyed| &surveyed.report).map_err(Clone::clone),
            parts.as_ref().map(|surveyed| &surveyed.report).map_err(Clone::clone));
        if let Ok(surveyed) = whole {
            let report = &surveyed.report;
            let split = SplitOptions { seed: [3; 32], share_percent: 20, stratified: true };
            let prepared = dataset::split(&surveyed, &bytes, &split).unwrap();
            let rows = reference(&bytes, report.separator.byte());
            let label = rows[0].len() - 1;
            let at = if report.header { options.label.map_or(position(&rows[0], &report.label, label), |at| at as usize) } else { label };
            let source: Rows = rows.into_iter().skip(usize::from(report.header)).map(|row| label_last(row, at)).collect();
            check_partition(&source, report, &prepared)?;
        }
        // Two files of the same bytes, and a prediction file.
        let two = dataset::survey(&bytes, Some(&bytes), &options);
        let parts = survey_in_pieces(&bytes, Some(&bytes), &options, &pieces);
        prop_assert_eq!(two.map(|s| s.report.clone()), parts.map(|s| s.report.clone()));
        let classes = ["a".to_owned(), "b".to_owned(), "01".to_owned()];
        let _ = dataset::predictions::read(&bytes, &classes, 3, Default::default());
        let _ = dataset::peek(dataset::Part::Table, &bytes, read);
    }

    #[test]
    fn predictions_are_read_back_as_written(
        indices in prop::collection::vec(0u8..4, 1..200),
        classes in prop::sample::select(vec![
            ["0", "1", "2", "3"], ["a, b", "c\"d\"", "e\nf", " g"], ["-1.5", "1e3", "7", "inf"],
        ]),
    ) {
        let classes = classes.map(str::to_owned);
        let text = dataset::predictions::plain_text(&indices, &classes);
        let options =
            dataset::predictions::PredictionOptions { header: Some(false), column: Some(0), ..Default::default() };
        let read = dataset::predictions::read(&text, &classes, indices.len() as u32, options);
        prop_assert_eq!(read.map(|read| read.indices), Ok(indices));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Any bytes that are put right: an answer, the same for pieces of any size, and a split that is a partition.
    #[test]
    fn any_bytes_that_are_put_right_get_one_answer(
        bytes in prop::collection::vec(
            prop_oneof![
                20 => prop::sample::select(b"ab01\",;\t\r\n.|# \\".to_vec()),
                4 => Just(b'\n'),
                1 => prop::sample::select(b"\0\xc3\xa9\xef\xbb\xbf\xff\x1a-%=".to_vec()),
            ],
            0..200,
        ),
        pieces in prop::collection::vec(1usize..20, 1..5),
        header in any::<Option<bool>>(),
        separator in prop::option::of(prop::sample::select(Separator::ALL.to_vec())),
        [numbers, labels, index, old] in any::<[bool; 4]>(),
    ) {
        let rules = if old { Rules::FIRST } else { Rules::NEWEST };
        let read = ReadOptions { header, separator, mending: Mending { form: true, numbers, labels, index, rules } };
        let options = SurveyOptions { table: read, labels: read, label: None };
        let whole = dataset::survey(&bytes, None, &options);
        let parts = survey_in_pieces(&bytes, None, &options, &pieces);
        prop_assert_eq!(whole.as_ref().map(|surveyed| &surveyed.report).map_err(Clone::clone),
            parts.as_ref().map(|surveyed| &surveyed.report).map_err(Clone::clone));
        if let Ok(surveyed) = whole {
            let report = &surveyed.report;
            let split = SplitOptions { seed: [3; 32], share_percent: 20, stratified: true };
            let prepared = dataset::split(&surveyed, &bytes, &split).unwrap();
            prop_assert_eq!(&split_in_pieces(&surveyed, &bytes, &split, &pieces).unwrap(), &prepared);
            prop_assert_eq!(report.rows, prepared.report.train.rows + prepared.report.test.rows);
            let train = reference(&prepared.train, b',');
            prop_assert!(train.iter().all(|row| row.len() == report.features.len() + 1));
            for (index, class) in report.classes.iter().enumerate() {
                let labels = train.iter().skip(1).filter(|row| row.last().unwrap() == class.name.as_bytes()).count();
                let tests = prepared.truth.iter().filter(|&&truth| usize::from(truth) == index).count();
                prop_assert_eq!((labels + tests) as u64, class.rows);
            }
        }
        let two = dataset::survey(&bytes, Some(&bytes), &options);
        let parts = survey_in_pieces(&bytes, Some(&bytes), &options, &pieces);
        prop_assert_eq!(two.map(|s| s.report.clone()), parts.map(|s| s.report.clone()));
        let _ = dataset::peek(dataset::Part::Table, &bytes, read);
    }

    /// An ordinary table is the same whether or not things would be put right.
    #[test]
    fn nothing_is_put_right_in_an_ordinary_table(
        rows in prop::collection::vec((0u32..1000, -50i32..50, "[a-z]{1,6}", 0usize..2), 8..60),
        seed in any::<[u8; 32]>(),
    ) {
        let twice = (0..4).map(|n| (7, 7, "twice".to_owned(), n % 2));
        let text = rows.into_iter().chain(twice).fold(String::from("size,change,word,verdict\n"), |text, (a, b, c, class)| {
            text + &format!("{a},{b}.5,{c},{}\n", ["good", "bad"][class])
        });
        let table = ReadOptions::as_it_stands();
        let plain = dataset::survey(text.as_bytes(), None, &SurveyOptions { table, ..Default::default() }).unwrap();
        let mended = dataset::survey(text.as_bytes(), None, &SurveyOptions::default()).unwrap();
        let split = SplitOptions { seed, share_percent: 25, stratified: true };
        prop_assert_eq!(dataset::split(&plain, text.as_bytes(), &split), dataset::split(&mended, text.as_bytes(), &split));
        let untold = SurveyReport { notes: Vec::new(), ..mended.report.clone() };
        prop_assert_eq!(&untold, &plain.report);
    }
}

fn position(names: &[Vec<u8>], wanted: &str, otherwise: usize) -> usize {
    names.iter().position(|name| String::from_utf8_lossy(name).trim() == wanted).unwrap_or(otherwise)
}

/// `n` rows whose only feature is their number, of two classes.
fn numbered(n: usize) -> (Vec<u8>, Surveyed) {
    let table = (0..n).fold(String::from("x,label\n"), |t, row| t + &format!("{row},{}\n", row % 2)).into_bytes();
    let surveyed = dataset::survey(&table, None, &SurveyOptions::default()).unwrap();
    (table, surveyed)
}

fn test_numbers(prepared: &PreparedFiles) -> Vec<usize> {
    std::str::from_utf8(&prepared.test).unwrap().lines().skip(1).map(|row| row.parse().unwrap()).collect()
}

/// A seed for each `n`, far apart.
fn seed(n: u64) -> [u8; 32] {
    protocol::Digest::of(&n.to_le_bytes()).0
}

/// If test rows kept any trace of the file's order, labels of sorted data could be read off their places. So each
/// test row must be equally likely at each place, and each row equally likely to be a test row.
#[test]
fn every_row_is_equally_likely_at_every_place() {
    const ROWS: usize = 20;
    const SEEDS: u64 = 20_000;
    let (table, surveyed) = numbered(ROWS);
    let mut chosen = [0u32; ROWS];
    let mut places = [[0u32; 4]; ROWS];
    for n in 0..SEEDS {
        let options = SplitOptions { seed: seed(n), share_percent: 20, stratified: true };
        let prepared = dataset::split(&surveyed, &table, &options).unwrap();
        let numbers = test_numbers(&prepared);
        assert_eq!(numbers.len(), 4);
        for (place, &row) in numbers.iter().enumerate() {
            chosen[row] += 1;
            places[row][place] += 1;
        }
    }
    // Binomial(20,000, 1/5) and Binomial(20,000, 1/20): five standard deviations.
    let within = |count: u32, probability: f64| {
        let expected = SEEDS as f64 * probability;
        (f64::from(count) - expected).abs() < 5.0 * (expected * (1.0 - probability)).sqrt()
    };
    assert!(chosen.iter().all(|&count| within(count, 0.2)), "{chosen:?}");
    assert!(places.iter().flatten().all(|&count| within(count, 0.05)), "{places:?}");
}

#[test]
fn the_order_of_many_test_rows_keeps_no_trace_of_the_file() {
    let (table, surveyed) = numbered(5_000);
    let options = SplitOptions { seed: seed(1), share_percent: 20, stratified: true };
    let numbers = test_numbers(&dataset::split(&surveyed, &table, &options).unwrap());
    // Neighbours ascend about as often as they descend: 999 pairs, standard deviation sqrt(1001 / 12) = 9.1.
    let ascending = numbers.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((450..550).contains(&ascending), "{ascending} of 999 neighbours ascend");
    let other = SplitOptions { seed: seed(2), ..options.clone() };
    assert_ne!(numbers, test_numbers(&dataset::split(&surveyed, &table, &other).unwrap()));
    assert_eq!(numbers, test_numbers(&dataset::split(&surveyed, &table, &options).unwrap()));
}

#[test]
fn test_rows_in_many_buckets_are_the_same_rows() {
    // 90 MB in few rows, so that the test rows take several buckets.
    let cell = "0123456789".repeat(9_000);
    let table = (0..1_000).fold(String::from("x,y,label\n"), |t, row| t + &format!("{row},{cell},{}\n", row % 3));
    let surveyed = dataset::survey(table.as_bytes(), None, &SurveyOptions::default()).unwrap();
    let options = SplitOptions { seed: seed(9), share_percent: 50, stratified: true };
    assert_eq!(Split::new(&surveyed, &options).unwrap().output.buckets.len(), 6);
    let prepared = dataset::split(&surveyed, table.as_bytes(), &options).unwrap();
    let rows: Vec<usize> = std::str::from_utf8(&prepared.test)
        .unwrap()
        .lines()
        .skip(1)
        .map(|row| row.split_once(',').unwrap().0.parse().unwrap())
        .collect();
    assert_eq!(rows.len(), 501);
    assert!(rows.iter().zip(&prepared.truth).all(|(row, &class)| row % 3 == usize::from(class)));
    assert_eq!(prepared, split_in_pieces(&surveyed, table.as_bytes(), &options, &[1 << 20]).unwrap());
}
