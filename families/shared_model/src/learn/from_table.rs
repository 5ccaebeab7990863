//! From a table of labelled examples to a model that can be deployed, with the rows that it is tested on.

use dataset::{DecimalMark, Number};
use serde::{Deserialize, Serialize};

use crate::{
    ClassifierKind, EncodeError, EncoderSpec, Form, ModelFile, Sample, SpecError, TestSet,
    encoder::{fit_columns, most_frequent_words},
    lanes::ONE,
    table::Table,
};

use crate::learn::{
    classifier::{Classifier, ClassifierError},
    train::{FitOptions, TrainError, fit},
};

/// Share of rows kept out of training, in per cent.
pub const TEST_SHARE: usize = 20;
/// Most rows of a test set: more would make every contribution slow to evaluate.
const MOST_TEST_ROWS: usize = 1_000;
/// Times through the rows for a perceptron.
const EPOCHS: u32 = 20;

/// What a table holds, as far as it decides the encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A number in each cell.
    Numbers,
    /// Whole numbers of a square picture.
    Picture { side: u16, brightest: u8 },
    /// A text in each row.
    Text,
}

/// How texts become features.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Words {
    /// So many most frequent words of the training rows.
    Frequent(usize),
    /// A list of words.
    Listed(Vec<String>),
    /// Hashed into so many features.
    Hashed(u32),
}

/// A fitted start and how well it does on rows that it has not seen.
#[derive(Debug, Clone)]
pub struct Trained {
    /// Ready to be deployed.
    pub file: ModelFile,
    /// The rows that were kept out of the training.
    pub test: TestSet,
    /// How many of these are predicted as labelled.
    pub correct: u32,
    /// Rows that could not be encoded, and why the first of them could not.
    pub skipped: usize,
    pub why: Option<EncodeError>,
}

/// Why a table gives no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FromTableError {
    #[error(transparent)]
    Encoder(#[from] SpecError),
    #[error("This classifier takes {}. Choose another one for this file.", if *.0 == Form::Dense { "numbers or pictures" } else { "texts" })]
    Form(Form),
    #[error("There are too few rows to train and test on. {}", too_few(.0.as_ref()))]
    TooFew(Option<EncodeError>),
    #[error(transparent)]
    Train(#[from] TrainError),
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
}

/// Why there are too few, and what helps.
fn too_few(why: Option<&EncodeError>) -> String {
    let left_out = why.map(|why| format!(" Others could not be used. The first of these: {}", why.of_row()));
    format!("Give it at least ten that can be used.{}", left_out.unwrap_or_default())
}

/// What the cells of a table look like. Cells whose value is missing decide nothing, as long as others are numbers.
pub fn content(table: &Table) -> Content {
    let number = |cell: &String| Number::read(cell, DecimalMark::Point);
    let first = table.rows.iter().take(200).flat_map(|(cells, _)| cells).map(number);
    let (mut numbers, mut texts) = (0_usize, 0_usize);
    for cell in first {
        match cell {
            Number::Value(_) => numbers += 1,
            Number::Gap => {}
            Number::Text => texts += 1,
        }
    }
    if texts > 0 || numbers == 0 {
        return Content::Text;
    }
    let side = table.columns.len().isqrt();
    let whole = |cell: &String| number(cell).finite().filter(|v| v.fract() == 0.0 && (0.0..=255.0).contains(v));
    if side >= 5 && side * side == table.columns.len() {
        let cells = table.rows.iter().flat_map(|(cells, _)| cells);
        let pixels: Option<Vec<f64>> = cells.map(whole).collect();
        if let Some(pixels) = pixels {
            let brightest = pixels.into_iter().fold(1.0, f64::max);
            return Content::Picture { side: side as u16, brightest: brightest as u8 };
        }
    }
    Content::Numbers
}

/// The classifiers that suit a content, the best guess first.
pub fn kinds(content: Content) -> Vec<ClassifierKind> {
    match content {
        Content::Text => {
            vec![ClassifierKind::NaiveBayes, ClassifierKind::SparsePerceptron, ClassifierKind::SparseCentroid]
        }
        Content::Numbers => vec![ClassifierKind::DensePerceptron, ClassifierKind::DenseCentroid],
        Content::Picture { .. } => vec![ClassifierKind::DenseCentroid, ClassifierKind::DensePerceptron],
    }
}

/// Fits a start. Every fifth row, evenly over the table, is kept out and becomes the test set.
///
/// # Errors
/// [`FromTableError`], which says what to change.
pub fn train(
    table: &Table,
    content: Content,
    kind: ClassifierKind,
    words: &Words,
    capacity: u16,
) -> Result<Trained, FromTableError> {
    let every = 100 / TEST_SHARE;
    let kept_out = |row: usize| row % every == every - 1 && row / every < MOST_TEST_ROWS;
    let train_rows: Vec<&(Vec<String>, u16)> =
        table.rows.iter().enumerate().filter(|(row, _)| !kept_out(*row)).map(|(_, r)| r).collect();
    let encoder = encoder(table, content, words, &train_rows);
    let built = encoder.build()?;
    if built.form() != kind.form() {
        return Err(FromTableError::Form(kind.form()));
    }
    let original = built.original();
    let (mut samples, mut test, mut skipped, mut why) = (Vec::new(), Vec::new(), 0, None);
    for (row, (cells, label)) in table.rows.iter().enumerate() {
        match built.encode(&Table::original(cells, &original)) {
            Ok(sample) if kept_out(row) => test.push((sample, *label)),
            Ok(sample) => samples.push((sample, *label)),
            Err(e) => {
                skipped += 1;
                why.get_or_insert(e);
            }
        }
    }
    if test.is_empty() || samples.is_empty() {
        return Err(FromTableError::TooFew(why));
    }
    let options = FitOptions {
        kind,
        features: built.features(),
        capacity,
        classes: table.classes.len() as u16,
        setting: if kind == ClassifierKind::NaiveBayes { ONE as u32 } else { kind.least_setting().max(rate(kind)) },
        epochs: EPOCHS,
        seed: 1,
    };
    let start = fit(&options, &samples)?;
    let model = start.classifier()?;
    let correct = test.iter().filter(|(sample, label)| right(&model, sample, *label)).count() as u32;
    let file = ModelFile {
        name: String::new(),
        description: String::new(),
        classes: table.classes.clone(),
        encoder,
        shape: start.shape,
        words: start.words,
    };
    Ok(Trained { file, test: TestSet { rows: test }, correct, skipped, why })
}

fn right(model: &Classifier, sample: &Sample, label: u16) -> bool {
    model.predict(sample).is_ok_and(|predicted| predicted == label)
}

/// Learning rate of a perceptron, a hundredth of the unit; nothing for the others.
fn rate(kind: ClassifierKind) -> u32 {
    if kind.is_perceptron() { ONE as u32 / 100 } else { 0 }
}

fn encoder(table: &Table, content: Content, words: &Words, rows: &[&(Vec<String>, u16)]) -> EncoderSpec {
    match content {
        Content::Picture { side, brightest } => EncoderSpec::Pixels { side, brightest, threshold: None },
        Content::Numbers => {
            let cells: Vec<Vec<String>> =
                rows.iter().map(|(cells, _)| cells.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
            EncoderSpec::Numbers { columns: fit_columns(&table.columns, &cells) }
        }
        Content::Text => match words {
            Words::Hashed(buckets) => EncoderSpec::HashedWords { buckets: *buckets },
            Words::Listed(words) => EncoderSpec::Vocabulary { words: words.clone() },
            Words::Frequent(count) => {
                let texts: Vec<String> = rows.iter().map(|(cells, _)| cells.join(" ")).collect();
                EncoderSpec::Vocabulary { words: most_frequent_words(texts.iter().map(String::as_str), *count) }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn table(file: &str) -> Table {
        let path = format!("{}/../../public/datasets/{file}", env!("CARGO_MANIFEST_DIR"));
        Table::read(&std::fs::read(path).unwrap(), None).unwrap()
    }

    fn accuracy(trained: &Trained) -> f64 {
        f64::from(trained.correct) / trained.test.rows.len() as f64
    }

    #[test]
    fn real_data_is_recognised_and_learned() {
        let digits = table("digits.csv");
        let picture = content(&digits);
        assert_eq!(picture, Content::Picture { side: 8, brightest: 16 });
        let trained = train(&digits, picture, ClassifierKind::DenseCentroid, &Words::Hashed(1), 10).unwrap();
        // scikit-learn's NearestCentroid on rows of norm 1 gets about 0.9 as well.
        assert!(accuracy(&trained) > 0.85, "{}", accuracy(&trained));
        assert_eq!(trained.test.rows.len(), digits.rows.len() / 5);

        let cancer = table("breast_cancer.csv");
        assert_eq!(content(&cancer), Content::Numbers);
        let trained = train(&cancer, Content::Numbers, ClassifierKind::DensePerceptron, &Words::Hashed(1), 2).unwrap();
        assert!(accuracy(&trained) > 0.93, "{}", accuracy(&trained));

        let reviews = table("shared/film_reviews.csv");
        assert_eq!(content(&reviews), Content::Text);
        for (words, least) in [(Words::Frequent(1_000), 0.7), (Words::Hashed(4_096), 0.7)] {
            let trained = train(&reviews, Content::Text, ClassifierKind::NaiveBayes, &words, 2).unwrap();
            assert!(accuracy(&trained) > least, "{words:?}: {}", accuracy(&trained));
            trained.file.check().unwrap_err(); // it has no name yet
            ModelFile { name: "reviews".into(), ..trained.file }.check().unwrap();
        }
    }

    #[test]
    fn a_gap_among_numbers_makes_no_text() {
        let numbers = Table::read(b"a,b,y\n1,NA,p\n2,none,q\n3,4,p\n", Some(2)).unwrap();
        assert_eq!(content(&numbers), Content::Numbers);
        let texts = Table::read(b"a,b,y\n1,red,p\n2,none,q\n3,4,p\n", Some(2)).unwrap();
        assert_eq!(content(&texts), Content::Text);
        let gaps = Table::read(b"a,b,y\n,NA,p\n?,none,q\n,,p\n", Some(2)).unwrap();
        assert_eq!(content(&gaps), Content::Text);
    }

    #[test]
    fn a_classifier_of_another_form_is_refused() {
        let cancer = table("breast_cancer.csv");
        let refused = train(&cancer, Content::Numbers, ClassifierKind::NaiveBayes, &Words::Hashed(1), 2);
        assert_eq!(refused.unwrap_err(), FromTableError::Form(Form::Sparse));
    }
}
