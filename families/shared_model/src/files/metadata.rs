//! What is published about a shared model, by the CID that its creation names.

use serde::{Deserialize, Serialize};

use crate::{
    encoder::{Encoder, EncoderSpec, SpecError},
    shape::{Form, Shape},
    state::MAX_CLASS_NAME,
};
use protocol::cid::Cid;

/// The value of `format`.
pub const FORMAT: &str = "modelmarket/shared-model/1";
/// Longest metadata that a reader accepts, in bytes: a vocabulary of the largest size fits, as JSON writes it.
pub const MAX_METADATA: usize = 4 << 20;
/// Longest name of a model, in characters.
pub const MAX_NAME: usize = 100;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 10_000;

/// Metadata of a shared model. Everything here is public, and comes from a stranger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelMetadata {
    /// [`FORMAT`].
    pub format: String,
    /// One line, 1 to [`MAX_NAME`] characters.
    pub name: String,
    /// Plain text.
    pub description: String,
    /// Names of the classes at the start; the position is the label. Those added later are in events.
    pub classes: Vec<String>,
    /// How texts, pictures or rows become samples.
    pub encoder: EncoderSpec,
    /// The test set that the accuracy is counted on, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<TestFile>,
}

/// Where the test set of a model is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFile {
    /// Of the file that [`crate::TestSet`] reads.
    pub cid: Cid,
    /// Number of its rows.
    pub rows: u32,
}

/// Why a file is not the metadata of a shared model, or not of this one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelMetadataError {
    #[error("The description of this model has {0} bytes; at most {MAX_METADATA} are read.")]
    TooLarge(usize),
    #[error("The description of this model is not readable: {0}")]
    Json(String),
    #[error("The description of this model has the format “{}”; this page reads {FORMAT}.", dataset::shown(.0))]
    Format(String),
    #[error("The name of a model has 1 to {MAX_NAME} characters in one line, not {0}; change it.")]
    Name(usize),
    #[error("The description has {0} characters; at most {MAX_DESCRIPTION} are possible. Shorten it.")]
    Description(usize),
    #[error("Class {index} has a name of {length} bytes; 1 to {MAX_CLASS_NAME} are possible.")]
    ClassName { index: usize, length: usize },
    #[error("Classes {first} and {second} have the same name; rename one of them.")]
    SameClass { first: usize, second: usize },
    #[error("The description names {found} classes, but the model starts with {expected}.")]
    Classes { found: usize, expected: u16 },
    #[error("The encoder cannot be made: {0}")]
    Encoder(#[from] SpecError),
    #[error("The encoder makes {found} features, but the model has {expected}; it is not this model's.")]
    Features { found: u32, expected: u32 },
    #[error("The encoder makes {} samples, but the model takes {} ones; it is not this model's.", form(*found), form(*expected))]
    Form { found: Form, expected: Form },
}

const fn form(form: Form) -> &'static str {
    match form {
        Form::Dense => "dense",
        Form::Sparse => "sparse",
    }
}

impl ModelMetadata {
    /// The bytes that are published; equal metadata gives equal bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serialising strings and numbers into memory cannot fail; an empty file would be refused by `parse`.
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }

    /// Reads metadata and checks what can be checked without the model.
    ///
    /// # Errors
    /// [`ModelMetadataError`] when it is not JSON of this format, or breaks a limit.
    pub fn parse(bytes: &[u8]) -> Result<Self, ModelMetadataError> {
        if bytes.len() > MAX_METADATA {
            return Err(ModelMetadataError::TooLarge(bytes.len()));
        }
        /// Read first, so that a later version is not called unreadable.
        #[derive(Deserialize)]
        struct Format {
            format: String,
        }
        let json = |e: serde_json::Error| ModelMetadataError::Json(e.to_string());
        let Format { format } = serde_json::from_slice(bytes).map_err(json)?;
        if format != FORMAT {
            return Err(ModelMetadataError::Format(format));
        }
        let metadata: Self = serde_json::from_slice(bytes).map_err(json)?;
        metadata.check()?;
        Ok(metadata)
    }

    /// Checks names and lengths.
    ///
    /// # Errors
    /// [`ModelMetadataError`] for the first that does not fit.
    pub fn check(&self) -> Result<(), ModelMetadataError> {
        let characters = self.name.chars().count();
        if !(1..=MAX_NAME).contains(&characters) || self.name.chars().any(char::is_control) {
            return Err(ModelMetadataError::Name(characters));
        }
        let characters = self.description.chars().count();
        if characters > MAX_DESCRIPTION {
            return Err(ModelMetadataError::Description(characters));
        }
        check_class_names(&self.classes)
    }

    /// Checks that this describes a model of that shape, and makes its encoder.
    ///
    /// # Errors
    /// [`ModelMetadataError`] where it is another model's.
    pub fn encoder_for(&self, shape: &Shape) -> Result<Box<dyn Encoder>, ModelMetadataError> {
        let (found, expected) = (self.classes.len(), shape.classes);
        if found != usize::from(expected) {
            return Err(ModelMetadataError::Classes { found, expected });
        }
        let encoder = self.encoder.build()?;
        demand_fit(&*encoder, shape)?;
        Ok(encoder)
    }
}

/// Classes have names of their own, which fit the contract.
pub(super) fn check_class_names(classes: &[String]) -> Result<(), ModelMetadataError> {
    for (index, name) in classes.iter().enumerate() {
        let length = name.len();
        if !(1..=MAX_CLASS_NAME).contains(&length) {
            return Err(ModelMetadataError::ClassName { index, length });
        }
        if let Some(first) = classes[..index].iter().position(|other| other == name) {
            return Err(ModelMetadataError::SameClass { first, second: index });
        }
    }
    Ok(())
}

/// The encoder makes samples that the model takes.
pub(super) fn demand_fit(encoder: &dyn Encoder, shape: &Shape) -> Result<(), ModelMetadataError> {
    let (found, expected) = (encoder.form(), shape.kind.form());
    if found != expected {
        return Err(ModelMetadataError::Form { found, expected });
    }
    let (found, expected) = (encoder.features(), shape.features);
    if found != expected { Err(ModelMetadataError::Features { found, expected }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::ClassifierKind;
    use protocol::Digest;

    fn metadata() -> ModelMetadata {
        ModelMetadata {
            format: FORMAT.into(),
            name: "Film reviews".into(),
            description: "Whether a review is good.\nSnippets.".into(),
            classes: vec!["negative".into(), "positive".into()],
            encoder: EncoderSpec::HashedWords { buckets: 100 },
            test: Some(TestFile { cid: Cid::raw(Digest::ZERO), rows: 10 }),
        }
    }

    fn shape() -> Shape {
        let kind = ClassifierKind::NaiveBayes;
        Shape { kind, features: 100, capacity: 3, classes: 2, setting: 1, headers: vec![0, 0] }
    }

    #[test]
    fn metadata_survives_json() {
        let whole = metadata();
        let bare = ModelMetadata { test: None, ..metadata() };
        for metadata in [whole, bare] {
            assert_eq!(ModelMetadata::parse(&metadata.to_bytes()), Ok(metadata.clone()));
            assert_eq!(metadata.encoder_for(&shape()).unwrap().features(), 100);
        }
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        let refused = |change: &dyn Fn(&mut ModelMetadata)| {
            let mut metadata = metadata();
            change(&mut metadata);
            ModelMetadata::parse(&metadata.to_bytes()).unwrap_err()
        };
        assert_eq!(refused(&|m| m.format = "later/2".into()), ModelMetadataError::Format("later/2".into()));
        assert_eq!(refused(&|m| m.name = String::new()), ModelMetadataError::Name(0));
        assert_eq!(refused(&|m| m.name = "é".repeat(101)), ModelMetadataError::Name(101));
        assert_eq!(refused(&|m| m.name = "two\nlines".into()), ModelMetadataError::Name(9));
        assert_eq!(refused(&|m| m.description = "x".repeat(10_001)), ModelMetadataError::Description(10_001));
        assert_eq!(refused(&|m| m.classes[1] = "x".repeat(65)), ModelMetadataError::ClassName { index: 1, length: 65 });
        let same = ModelMetadataError::SameClass { first: 0, second: 1 };
        assert_eq!(refused(&|m| m.classes[1] = "negative".into()), same);
        assert!(matches!(ModelMetadata::parse(b"{}"), Err(ModelMetadataError::Json(_))));
        assert!(matches!(ModelMetadata::parse(b"\x89PNG"), Err(ModelMetadataError::Json(_))));
        let large = vec![b' '; MAX_METADATA + 1];
        assert_eq!(ModelMetadata::parse(&large), Err(ModelMetadataError::TooLarge(MAX_METADATA + 1)));
    }

    #[test]
    fn metadata_of_another_model_is_found_out() {
        let refused = |shape: Shape| metadata().encoder_for(&shape).err().unwrap();
        let features = ModelMetadataError::Features { found: 100, expected: 99 };
        assert_eq!(refused(Shape { features: 99, ..shape() }), features);
        let form = ModelMetadataError::Form { found: Form::Sparse, expected: Form::Dense };
        assert_eq!(refused(Shape { kind: ClassifierKind::DenseCentroid, ..shape() }), form);
        assert_eq!(refused(Shape { classes: 3, ..shape() }), ModelMetadataError::Classes { found: 2, expected: 3 });
        let broken = ModelMetadata { encoder: EncoderSpec::HashedWords { buckets: 0 }, ..metadata() };
        assert_eq!(
            broken.encoder_for(&shape()).err().unwrap(),
            ModelMetadataError::Encoder(SpecError::Buckets { found: 0 })
        );
    }
}
