//! Tables that tests make up, and what is made of them.

use dataset::{Note, Part, Peek, ReadOptions, SplitOptions, Survey, Surveyed, task::SurveyOptions};
use protocol::cid::FileHasher;

pub fn look(text: &str) -> Peek {
    dataset::peek(Part::Table, text.as_bytes(), ReadOptions::default()).unwrap()
}

/// What is made of a table, whatever the sizes of its pieces: all rows below their header, in their order.
pub fn read(text: &str) -> (Surveyed, Vec<String>) {
    read_as(text, ReadOptions::default())
}

/// The same, read in this way.
pub fn read_as(text: &str, options: ReadOptions) -> (Surveyed, Vec<String>) {
    let surveyed =
        dataset::survey(text.as_bytes(), None, &SurveyOptions { table: options, ..SurveyOptions::default() })
            .unwrap_or_else(|e| panic!("{}…: {e}", text.chars().take(60).collect::<String>()));
    let mut survey = Survey::new(options, None, None);
    text.as_bytes().chunks(3).for_each(|piece| survey.push(piece).unwrap());
    assert_eq!(survey.finish(FileHasher::hash(text.as_bytes())).unwrap().report, surveyed.report);
    let split = SplitOptions { seed: [1; 32], share_percent: 1, stratified: true };
    let files = dataset::split(&surveyed, text.as_bytes(), &split).unwrap();
    let lines = String::from_utf8(files.train).unwrap().lines().map(str::to_owned).collect();
    (surveyed, lines)
}

/// `head`, then rows of what `row` says of a number and of a label, 40 of them.
pub fn table(head: &str, row: impl Fn(usize, &str) -> String) -> String {
    (0..40).fold(head.to_owned(), |text, n| text + &row(n, ["on", "off"][n % 2]))
}

pub fn has(surveyed: &Surveyed, is: impl Fn(&Note) -> bool) -> bool {
    surveyed.report.notes.iter().any(is)
}
