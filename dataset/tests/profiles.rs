//! What is told of columns, against pandas and numpy (`profiles/make.py`), and what must hold of any table.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use dataset::{
    ColumnProfile, Difference, Profile, Published, PublishedReport, ReadOptions, Survey, SurveyReport, Values,
    task::SurveyOptions,
};
use proptest::prelude::*;
use protocol::cid::FileHasher;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    label: String,
    rows: u64,
    columns: Vec<Expected>,
    classes: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Expected {
    name: String,
    gaps: u64,
    distinct: u64,
    /// Cells that are neither finite numbers nor missing, in a column of numbers.
    #[serde(default)]
    others: u64,
    numbers: Option<Numbers>,
    #[serde(default)]
    top: Vec<(String, u64)>,
}

/// Least, quartiles, greatest and mean; and the bars of the histogram.
#[derive(Deserialize)]
struct Numbers {
    describe: [f64; 6],
    bars: Vec<u64>,
}

fn check(path: &str, expected: &Expected, found: &ColumnProfile) {
    let column = format!("{path}, {}", expected.name);
    let same = (&found.name, found.gaps, found.distinct);
    assert_eq!(same, (&expected.name, expected.gaps, expected.distinct), "{column}");
    match (&found.values, &expected.numbers) {
        (Values::Numbers(found), Some(numbers)) => {
            assert_eq!(found.others, expected.others, "{column}");
            let told =
                [found.least, found.lower_quartile, found.median, found.upper_quartile, found.greatest, found.mean];
            for (told, expected) in told.iter().zip(numbers.describe) {
                assert!((told - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{column}: {told}, {expected}");
            }
            let bars: Vec<u64> = found.bars.iter().map(|bar| bar.rows).collect();
            assert_eq!(bars, numbers.bars, "{column}");
        }
        (Values::Words { top, .. }, None) => {
            let top: Vec<(String, u64)> = top.iter().map(|word| (word.text.clone(), word.rows)).collect();
            assert_eq!(top, expected.top, "{column}");
        }
        (Values::Empty, None) => assert_eq!(expected.distinct, 0, "{column}"),
        (found, _) => panic!("{column} is told to be {found:?}"),
    }
}

#[test]
fn columns_are_described_as_pandas_does() {
    let told: BTreeMap<String, Table> = serde_json::from_str(include_str!("profiles/expected.json")).unwrap();
    assert_eq!(told.len(), 5);
    for (path, expected) in told {
        let csv = std::fs::read(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let report = surveyed(&csv, 1 << 20);
        let profile = &report.profile;
        assert_eq!(
            (profile.rows, profile.looked_at, profile.first.len()),
            (expected.rows, expected.rows, 20),
            "{path}"
        );
        assert_eq!(profile.columns.len(), expected.columns.len(), "{path}");
        for (expected, found) in expected.columns.iter().zip(&profile.columns) {
            check(&path, expected, found);
        }
        let label = profile.label.map(|at| profile.columns[at as usize].name.clone());
        assert_eq!(label.as_ref(), Some(&expected.label), "{path}");
        let classes: BTreeMap<String, u64> = report.classes.into_iter().map(|class| (class.name, class.rows)).collect();
        assert_eq!(classes, expected.classes, "{path}");
    }
}

#[test]
fn columns_that_name_rows_are_told() {
    let report = surveyed(include_bytes!("profiles/passengers.csv"), 1 << 20);
    let naming = report.profile.columns.iter().filter(|column| column.names_rows).map(|column| column.name.as_str());
    assert_eq!(naming.collect::<Vec<_>>(), ["ticket_id", "name"]);
}

/// Surveys a table that is given in pieces of this size.
fn surveyed(csv: &[u8], piece: usize) -> SurveyReport {
    let mut survey = Survey::new(SurveyOptions::default().table, None, None);
    csv.chunks(piece).for_each(|piece| survey.push(piece).unwrap());
    survey.finish(FileHasher::hash(csv)).unwrap().report
}

fn published(csv: &[u8], labelled: bool, piece: usize) -> PublishedReport {
    let mut published = Published::new(labelled);
    csv.chunks(piece).for_each(|piece| published.push(piece).unwrap());
    published.finish().unwrap()
}

/// Cells that were counted in one of the ways that there are.
fn counted(column: &ColumnProfile) -> u64 {
    let values = match &column.values {
        Values::Empty => 0,
        Values::Numbers(numbers) => numbers.others + numbers.bars.iter().map(|bar| bar.rows).sum::<u64>(),
        Values::Words { top, rest, .. } => rest + top.iter().map(|word| word.rows).sum::<u64>(),
    };
    column.gaps + values
}

/// What must hold of any profile.
fn is_sound(profile: &Profile) {
    assert!(profile.looked_at <= profile.rows && profile.first.len() as u64 <= profile.rows.min(20));
    for column in &profile.columns {
        assert_eq!(counted(column), profile.looked_at, "{column:?}");
        assert!(column.distinct <= profile.looked_at - column.gaps, "{column:?}");
        let Values::Numbers(numbers) = &column.values else { continue };
        let ordered = [numbers.least, numbers.lower_quartile, numbers.median, numbers.upper_quartile, numbers.greatest];
        assert!(ordered.is_sorted() && (1..=12).contains(&numbers.bars.len()), "{column:?}");
        assert!(numbers.bars.is_sorted_by(|one, other| one.to <= other.from), "{column:?}");
        assert_eq!((numbers.bars[0].from, numbers.bars.last().unwrap().to), (numbers.least, numbers.greatest));
    }
    // Numbers survive the way from the worker to the page.
    let json = serde_json::to_string(profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap().columns.len(), profile.columns.len());
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "-?[0-9]{1,3}",
        2 => "-?[0-9]{1,2}\\.[0-9]{1,3}",
        1 => prop::sample::select(vec!["", "NA", "1e300", "-1e-300", "inf", "3.4e38", "-3.4e38", "0", "-0.0", "?"])
            .prop_map(str::to_owned),
        1 => "[a-cé, \"\n]{0,4}",
    ]
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let mut csv = String::from("a,b,c,label\n");
    for (at, row) in rows.iter().enumerate() {
        let quoted = row.iter().map(|cell| format!("\"{}\",", cell.replace('"', "\"\"")));
        csv += &format!("{}{}\n", quoted.collect::<String>(), ["x", "y"][at % 2]);
    }
    csv.into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_cut_of_the_bytes_gives_the_same_profile(
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 4..60),
        piece in 1_usize..400,
    ) {
        let csv = written(&rows);
        let report = published(&csv, true, csv.len());
        is_sound(&report.profile);
        prop_assert_eq!(&published(&csv, true, piece), &report);
        prop_assert_eq!((report.profile.rows, report.profile.looked_at), (rows.len() as u64, rows.len() as u64));
        prop_assert_eq!(report.classes.iter().map(|class| class.rows).sum::<u64>(), rows.len() as u64);
        prop_assert_eq!(report.profile.first.len(), rows.len().min(20));
        for (shown, row) in report.profile.first.iter().zip(&rows) {
            prop_assert_eq!(&shown[..3], &row[..]);
        }
    }
}

/// Of a table with too many rows some are looked at. What is said of all of them is within what is said to be uncertain:
/// five times the deviation that `uncertainty` is 1.96 of.
#[test]
fn of_a_long_table_a_sample_is_described_and_how_far_off_it_may_be() {
    let rows = 140_000_u64;
    // A value from 0 to 9, sorted by it, so that the beginning alone would mislead.
    let mut csv = String::from("value,half,label\n");
    for row in 0..rows {
        csv += &format!("{},{},{}\n", row * 10 / rows, if row % 2 == 0 { "" } else { "1" }, row % 3);
    }
    let report = published(csv.as_bytes(), true, 1 << 16);
    assert_eq!(published(csv.as_bytes(), true, 77_777), report, "any cut of the bytes");
    let profile = &report.profile;
    is_sound(profile);
    assert_eq!((profile.rows, profile.looked_at, profile.is_exact()), (rows, 20_000, false));
    let allowed = profile.uncertainty() * 5.0 / 1.96;
    assert!((0.01..0.02).contains(&allowed), "{allowed}");
    let share = |cells: u64| cells as f64 / profile.looked_at as f64;
    assert!((share(profile.columns[1].gaps) - 0.5).abs() < allowed);
    let Values::Numbers(numbers) = &profile.columns[0].values else { panic!("numbers") };
    assert_eq!(numbers.bars.len(), 10);
    assert!(numbers.bars.iter().all(|bar| (share(bar.rows) - 0.1).abs() < allowed), "{:?}", numbers.bars);
    // Classes are counted in all rows.
    let classes: Vec<u64> = report.classes.iter().map(|class| class.rows).collect();
    assert_eq!(classes, [46_667, 46_667, 46_666]);
}

#[test]
fn a_table_of_very_many_columns_and_one_of_very_long_cells_take_bounded_memory() {
    let columns = 3_000;
    let mut wide: String = (0..columns).map(|at| format!("c{at},")).collect::<String>() + "label\n";
    for row in 0..400 {
        wide += &(0..columns).map(|at| format!("{},", (at * row) % 7)).collect::<String>();
        wide += &format!("{}\n", row % 2);
    }
    let profile = surveyed(wide.as_bytes(), 1 << 20).profile;
    is_sound(&profile);
    assert_eq!((profile.rows, profile.looked_at, profile.columns.len()), (400, 200, columns + 1));

    let long = "long é text ".repeat(2_000);
    let rows: String = (0..300).map(|row| format!("{long}{row},{row},{}\n", row % 2)).collect();
    let profile = surveyed(format!("text,x,label\n{rows}").as_bytes(), 1 << 20).profile;
    is_sound(&profile);
    let Values::Words { top, .. } = &profile.columns[0].values else { panic!("words") };
    // Texts that begin alike are told apart.
    assert_eq!((profile.columns[0].distinct, top[0].rows), (300, 1));
    assert!(top[0].text.starts_with("long é") && top[0].text.ends_with('…') && top[0].text.len() < 264);
    assert!(profile.first.iter().flatten().all(|cell| cell.chars().count() <= 200));
}

#[test]
fn test_columns_that_differ_from_the_training_columns_are_told() {
    let rows = |text: &str, rows: usize| text.repeat(rows);
    let train = format!("x,colour,gap,odd,same,label\n{}", rows("1,red,1,5,7,a\n9.5,blue,2,6,7,b\n", 20));
    let test = format!("same,x,colour,gap,odd\n{}", rows("7,3,red,,word\n7,12,green,2,other\n", 10));
    let (train, test) = (published(train.as_bytes(), true, 64), published(test.as_bytes(), false, 64));
    let found = test.profile.differences(&train.profile);
    let expected = [
        ("x", Difference::Range { train: (1.0, 9.5), test: (3.0, 12.0) }),
        ("colour", Difference::NewWords { words: vec!["green".into()] }),
        ("gap", Difference::Gaps { rows: 10 }),
        ("odd", Difference::Kind { numbers_in_train: true }),
    ];
    assert_eq!(found, expected.map(|(column, difference)| (column.to_owned(), difference)));
    assert_eq!(found[0].1.told(|number| number.to_string()), "from 3 to 12 in test.csv, from 1 to 9.5 in train.csv");
    assert_eq!(test.classes, []);
}

#[test]
fn what_was_put_right_in_a_table_is_described_as_it_is_published() {
    let csv = "größe;gewicht;klasse\n".to_owned() + &"1,5;10;a\n2,5;20;b\n".repeat(10);
    let report = surveyed(csv.as_bytes(), 64);
    let Values::Numbers(numbers) = &report.profile.columns[0].values else { panic!("{:?}", report.profile) };
    assert_eq!((numbers.least, numbers.greatest), (1.5, 2.5));
    assert_eq!(report.profile.first[0], ["1.5", "10", "a"]);
    // Features and labels in two files: the features are described.
    let options = SurveyOptions::default();
    let report = dataset::survey(b"x,y\n1,2\n3,4\n1,2\n3,4\n", Some(b"k\na\nb\na\nb\n"), &options).unwrap().report;
    assert_eq!((report.profile.label, report.profile.columns.len()), (None, 2));
    // As it stands.
    let options = SurveyOptions { table: ReadOptions::as_it_stands(), ..options };
    let report = dataset::survey(csv.as_bytes(), None, &options).unwrap().report;
    assert!(matches!(report.profile.columns[0].values, Values::Words { .. }));
}
