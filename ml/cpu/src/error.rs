//! Why a model cannot be run, or what it was given cannot.

/// Each says what was wanted and what came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpuError {
    #[error("The node {node} ({operator}) cannot run here: {reason} Export the model without it.")]
    Unsupported { node: String, operator: String, reason: String },
    #[error("The model has no input {name}; it wants {wanted}. Rename what you give.")]
    UnknownInput { name: String, wanted: String },
    #[error("The input {name} is missing; the model wants {wanted}. Give it too.")]
    MissingInput { name: String, wanted: String },
    #[error("The input {name} is given twice. Give it once.")]
    RepeatedInput { name: String },
    #[error("The input {name} must be {wanted}, not {given}. Convert it first.")]
    WrongInput { name: String, wanted: String, given: String },
    #[error("The node {node} ({operator}) failed: {reason} Check the shapes and values of the inputs.")]
    Node { node: String, operator: String, reason: String },
    #[error("The value {name} does not fit 32 bits, which is all its nodes compute with. Give smaller integers.")]
    IntegerTooLarge { name: String },
    #[error("The model could not be prepared: {reason} Export it again, or with another opset.")]
    Load { reason: String },
    #[error("The model failed: {reason} Check the shapes and values of the inputs.")]
    Run { reason: String },
    #[error("The engine broke on this model or input ({reason}). Export the model another way, and tell us about it.")]
    Broken { reason: String },
}
