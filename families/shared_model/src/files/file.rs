//! The file in which a model travels: deployed from, exported to, the result of training or of a simulation.

use serde::{Deserialize, Serialize};

use crate::{
    encoder::EncoderSpec,
    lanes::{self, WORD_BYTES},
    metadata::{FORMAT as METADATA_FORMAT, ModelMetadata, ModelMetadataError, TestFile, demand_fit},
    shape::{ClassifierKind, Shape, ShapeError},
};
use dataset::shown;

/// The value of `format`.
pub const FORMAT: &str = "modelmarket/model/1";
/// Largest file that a reader accepts, in bytes.
pub const MAX_FILE: usize = 64 << 20;
/// Words that one transaction loads: about 22,000 gas each, so below 10 million.
pub const WORDS_PER_CHUNK: usize = 300;

/// A model with its weights, ready to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// One line, 1 to 100 characters.
    pub name: String,
    /// Plain text.
    pub description: String,
    /// Names of the classes at the start.
    pub classes: Vec<String>,
    /// How texts, pictures or rows become samples.
    pub encoder: EncoderSpec,
    /// Everything about the classifier that its creation fixes.
    pub shape: Shape,
    /// Packed lanes as they are loaded: [`Shape::needed`] words of 30 bytes.
    pub words: Vec<u8>,
}

/// As it stands in the file. The kind is a text at first, so that an unknown one is named.
#[derive(Serialize, Deserialize)]
struct Written {
    format: String,
    name: String,
    #[serde(default)]
    description: String,
    kind: String,
    encoder: EncoderSpec,
    classes: Vec<String>,
    features: u32,
    capacity: u16,
    setting: u32,
    headers: Vec<i64>,
    /// Hexadecimal digits.
    words: String,
}

/// Why a file is not a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("The file has {0} bytes; a model has at most {MAX_FILE}. Choose a model file.")]
    TooLarge(usize),
    #[error("The file is not a readable model: {0}. Choose a JSON file in the format {FORMAT}.")]
    Json(String),
    #[error("The file has the format “{}”; this page reads {FORMAT}.", shown(.0))]
    Format(String),
    #[error(
        "There is no classifier “{}”; known are dense_perceptron, sparse_perceptron, naive_bayes, dense_centroid and sparse_centroid.",
        shown(.0)
    )]
    Kind(String),
    #[error("{0}")]
    Shape(#[from] ShapeError),
    #[error("{0}")]
    Metadata(#[from] ModelMetadataError),
    #[error("The weights are not written in hexadecimal digits; the file may have been cut or edited.")]
    NotHex,
    #[error("The weights have {found} bytes, but this model needs {expected}; the file may have been cut.")]
    Length { found: usize, expected: usize },
    #[error(
        "Word {word} of the weights has a negative count; counts are 0 or more. The file was not made for this kind."
    )]
    NegativeCount { word: usize },
    #[error("Word {word} of the weights has a value where no weight is; the file was not made for this shape.")]
    StrayLane { word: usize },
}

impl ModelFile {
    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let kind = match serde_json::to_value(self.shape.kind) {
            Ok(serde_json::Value::String(kind)) => kind,
            // A plain enum is a text; an empty one would be refused by `read`.
            _ => String::new(),
        };
        let written = Written {
            format: FORMAT.into(),
            name: self.name.clone(),
            description: self.description.clone(),
            kind,
            encoder: self.encoder.clone(),
            classes: self.classes.clone(),
            features: self.shape.features,
            capacity: self.shape.capacity,
            setting: self.shape.setting,
            headers: self.shape.headers.clone(),
            words: hex::encode(&self.words),
        };
        serde_json::to_vec_pretty(&written).unwrap_or_default()
    }

    /// Reads a file and checks all of it: what passes can be deployed.
    ///
    /// # Errors
    /// [`FileError`] for the first thing that is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let file = Self::parse(bytes)?;
        file.check()?;
        Ok(file)
    }

    /// As [`Self::read`], for a start that was just trained: it gets its name when it is published.
    ///
    /// # Errors
    /// [`FileError`] for the first thing that is wrong, but for the name.
    pub fn read_unnamed(bytes: &[u8]) -> Result<Self, FileError> {
        let mut file = Self::parse(bytes)?;
        let name = std::mem::replace(&mut file.name, "unnamed".into());
        file.check()?;
        file.name = name;
        Ok(file)
    }

    fn parse(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.len() > MAX_FILE {
            return Err(FileError::TooLarge(bytes.len()));
        }
        /// Read first, so that what is unknown is named.
        #[derive(Deserialize)]
        struct Head {
            format: String,
            #[serde(default)]
            kind: String,
        }
        let json = |e: serde_json::Error| FileError::Json(e.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(json)?;
        if head.format != FORMAT {
            return Err(FileError::Format(head.format));
        }
        let kind: ClassifierKind =
            serde_json::from_value(head.kind.clone().into()).map_err(|_| FileError::Kind(head.kind))?;
        let written: Written = serde_json::from_slice(bytes).map_err(json)?;
        // A model has at most 64 classes, so that what is cut off here is refused all the same.
        let classes = u16::try_from(written.classes.len()).unwrap_or(u16::MAX);
        Ok(Self {
            name: written.name,
            description: written.description,
            classes: written.classes,
            encoder: written.encoder,
            shape: Shape {
                kind,
                features: written.features,
                capacity: written.capacity,
                classes,
                setting: written.setting,
                headers: written.headers,
            },
            words: hex::decode(written.words).map_err(|_| FileError::NotHex)?,
        })
    }

    /// Checks that this can be deployed.
    ///
    /// # Errors
    /// [`FileError`] for the first thing that is wrong.
    pub fn check(&self) -> Result<(), FileError> {
        self.shape.check()?;
        let metadata = self.metadata(None);
        metadata.check()?;
        let (found, expected) = (self.classes.len(), self.shape.classes);
        if found != usize::from(expected) {
            return Err(ModelMetadataError::Classes { found, expected }.into());
        }
        demand_fit(&*self.encoder.build().map_err(ModelMetadataError::Encoder)?, &self.shape)?;
        let (found, expected) = (self.words.len(), self.shape.needed() * WORD_BYTES);
        if found != expected {
            return Err(FileError::Length { found, expected });
        }
        self.check_lanes()
    }

    /// Counts are not negative, and lanes without a weight are zero; as the contract demands of what is loaded.
    fn check_lanes(&self) -> Result<(), FileError> {
        let lanes = lanes::read(&self.words);
        let mut used = vec![false; lanes.len()];
        for feature in 0..self.shape.features as usize {
            for vector in 0..self.shape.start_vectors() {
                let (word, lane) = self.shape.place(feature, vector);
                used[word * lanes::PER_WORD + lane] = true;
            }
        }
        for (at, (lane, used)) in lanes.iter().zip(used).enumerate() {
            let word = at / lanes::PER_WORD;
            if *lane != 0 && !used {
                return Err(FileError::StrayLane { word });
            }
            if *lane < 0 && self.shape.kind.counts() {
                return Err(FileError::NegativeCount { word });
            }
        }
        Ok(())
    }

    /// The metadata to publish before the model is created.
    pub fn metadata(&self, test: Option<TestFile>) -> ModelMetadata {
        ModelMetadata {
            format: METADATA_FORMAT.into(),
            name: self.name.clone(),
            description: self.description.clone(),
            classes: self.classes.clone(),
            encoder: self.encoder.clone(),
            test,
        }
    }

    /// What is still to be loaded when `loaded` words are: first word and bytes of each transaction.
    pub fn chunks(&self, loaded: u32) -> Vec<(u32, &[u8])> {
        let start = (loaded as usize).saturating_mul(WORD_BYTES);
        let rest = self.words.get(start..).unwrap_or_default();
        let chunks = rest.chunks(WORDS_PER_CHUNK * WORD_BYTES);
        chunks.enumerate().map(|(at, chunk)| (loaded + (at * WORDS_PER_CHUNK) as u32, chunk)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 7 features in 3 vectors, 2 at the start: 3 features a word, the third lane of each unused.
    fn model() -> ModelFile {
        let kind = ClassifierKind::NaiveBayes;
        let shape = Shape { kind, features: 7, capacity: 3, classes: 2, setting: 1_000_000, headers: vec![3, 4] };
        let lanes: Vec<i32> =
            (0..30).map(|at| if at % 10 < 9 && at < 21 && at % 10 % 3 < 2 { at } else { 0 }).collect();
        ModelFile {
            name: "Reviews".into(),
            description: String::new(),
            classes: vec!["bad".into(), "good".into()],
            encoder: EncoderSpec::HashedWords { buckets: 7 },
            words: lanes::write(&lanes),
            shape,
        }
    }

    fn changed(field: &str, value: serde_json::Value) -> FileError {
        let mut json: serde_json::Value = serde_json::from_slice(&model().to_bytes()).unwrap();
        json[field] = value;
        ModelFile::read(json.to_string().as_bytes()).unwrap_err()
    }

    #[test]
    fn a_model_survives_its_file() {
        assert_eq!(ModelFile::read(&model().to_bytes()), Ok(model()));
    }

    #[test]
    fn unknown_and_broken_models_are_refused_with_the_reason() {
        use serde_json::json;
        assert!(matches!(ModelFile::read(b"PK\x03\x04"), Err(FileError::Json(_))));
        assert!(matches!(ModelFile::read(b"[1]"), Err(FileError::Json(_))));
        assert_eq!(changed("format", json!("onnx")), FileError::Format("onnx".into()));
        assert_eq!(changed("kind", json!("transformer")), FileError::Kind("transformer".into()));
        assert_eq!(changed("words", json!("0g")), FileError::NotHex);
        assert_eq!(changed("words", json!("00")), FileError::Length { found: 1, expected: 90 });
        assert_eq!(changed("features", json!(0)).to_string(), "A naive Bayes has 1 to 100000 features, not 0.");
        let features = ModelMetadataError::Features { found: 7, expected: 6 };
        assert_eq!(changed("features", json!(6)), FileError::Metadata(features));
        assert!(matches!(changed("classes", json!(["bad"])), FileError::Shape(ShapeError::Classes { .. })));
        assert!(matches!(changed("headers", json!([1])), FileError::Shape(ShapeError::Headers { .. })));
        assert!(matches!(changed("headers", json!([1, -1])), FileError::Shape(ShapeError::Header { .. })));
        assert!(matches!(changed("encoder", json!({"kind": "telepathy"})), FileError::Json(_)));
        assert_eq!(changed("name", json!("")), FileError::Metadata(ModelMetadataError::Name(0)));
        let with = |at: usize, value: i32| {
            let mut lanes = lanes::read(&model().words);
            lanes[at] = value;
            changed("words", json!(hex::encode(lanes::write(&lanes))))
        };
        assert_eq!(with(10, -1), FileError::NegativeCount { word: 1 });
        assert_eq!(with(2, 1), FileError::StrayLane { word: 0 });
        assert_eq!(with(9, 1), FileError::StrayLane { word: 0 });
        assert_eq!(with(23, 1), FileError::StrayLane { word: 2 });
        assert_eq!(ModelFile::read(&vec![b' '; MAX_FILE + 1]), Err(FileError::TooLarge(MAX_FILE + 1)));
    }

    #[test]
    fn what_is_left_is_loaded_in_chunks() {
        let kind = ClassifierKind::SparsePerceptron;
        let shape = Shape { kind, features: 7_000, capacity: 2, classes: 2, setting: 1_000_000, headers: vec![0] };
        let words = vec![0; shape.needed() * WORD_BYTES];
        let encoder = EncoderSpec::HashedWords { buckets: 7_000 };
        let file = ModelFile { shape, words, encoder, ..model() };
        assert_eq!(file.check(), Ok(()));
        let places = |loaded| file.chunks(loaded).iter().map(|(first, c)| (*first, c.len() / 30)).collect::<Vec<_>>();
        assert_eq!(places(0), [(0, 300), (300, 300), (600, 100)]);
        assert_eq!(places(450), [(450, 250)]);
        assert_eq!(places(700), []);
        assert_eq!(places(701), []);
    }
}
