//! The one table of operators: what a model may contain, how the shapes of a node follow, and which engine computes it
//! with what. The reader, the shape rules and both engines look here; a test of each proves that it does exactly what
//! the table says.

mod attributes;
mod table;

use crate::Domain;
pub use attributes::{AttributeType, attribute_type};
pub use table::OPERATORS;

/// The first and last version of `ai.onnx` that is read: before 7 only operators that are the same since. After 23 the operators of the table gained element types that
/// are not read here, Mod without `fmod` on floats, and the `mode` of SpaceToDepth.
pub const OPSETS: (i64, i64) = (1, 28);
/// The first and last version of `ai.onnx.ml` that is read.
pub const ML_OPSETS: (i64, i64) = (1, 5);

/// An operator that runs here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    pub domain: Domain,
    /// `op_type`
    pub name: &'static str,
    /// First and last version of the operator set.
    pub opsets: (i64, i64),
    /// Least and most inputs; `usize::MAX` for any number.
    pub inputs: (usize, usize),
    /// Least and most outputs; `usize::MAX` for any number.
    pub outputs: (usize, usize),
    /// How element types and shapes of the outputs follow from the inputs.
    pub shape: ShapeRule,
    pub cpu: Cpu,
    pub gpu: Gpu,
}

/// How element types and shapes of a node's outputs follow from its inputs. Operators with a rule of their own share
/// its name; the code is in [`crate::shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShapeRule {
    /// Element type and shape of the first input.
    Same,
    /// Truth values in the shape of the first input.
    Truth,
    /// Floats in the shape of the first input.
    Floats,
    /// The inputs' common shape, element type of the first.
    Broadcast,
    /// The inputs' common shape, truth values.
    Comparison,
    /// As [`ShapeRule::Same`]; the second dimension is that of channels, and further inputs have one value for each.
    ChannelNorm,
    /// Resolved by the reader: it never reaches a shape rule or an engine.
    Constant,
    ArgExtreme,
    Attention,
    /// `DepthToSpace` and `SpaceToDepth`.
    Blocks,
    Cast,
    CastLike,
    CenterCropPad,
    Clip,
    Concat,
    ConstantOfShape,
    /// `If`, `Loop` and `Scan`.
    Control,
    Conv,
    ConvInteger,
    ConvTranspose,
    /// `TfIdfVectorizer`
    CountTexts,
    Dequantise,
    Det,
    Dropout,
    Einsum,
    Expand,
    EyeLike,
    Flatten,
    Gather,
    GatherElements,
    GatherND,
    Gemm,
    GlobalPool,
    GridSample,
    LayerNorm,
    /// `NegativeLogLikelihoodLoss` and `SoftmaxCrossEntropyLoss`.
    Loss,
    MatMul,
    MatMulInteger,
    /// `StringNormalizer`
    NormaliseTexts,
    /// The shape depends on the data.
    OfData,
    OneHot,
    Pad,
    Pool,
    Quantise,
    /// `DynamicQuantizeLinear`
    QuantiseByItself,
    /// `QLinearConv`
    QuantisedConv,
    /// `QLinearMatMul`
    QuantisedMatMul,
    /// `QLinearAdd` and `QLinearMul`.
    QuantisedPair,
    Range,
    /// `RNN`, `GRU`, `LSTM`, and `DynamicQuantizeLSTM`, whose weights are turned.
    Recurrent,
    Reduce,
    Reshape,
    Resize,
    Shape,
    Size,
    Slice,
    Split,
    Squeeze,
    Tile,
    TopK,
    Transpose,
    Unsqueeze,
    Where,
    ArrayFeatureExtractor,
    CategoryMapper,
    /// Labels, and a score for each class.
    Classifier,
    FeatureVectorizer,
    LabelEncoder,
    LinearRegressor,
    OneHotEncoder,
    SvmClassifier,
    SvmRegressor,
    TreeRegressor,
}

/// Who computes an operator on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cpu {
    /// Nobody: the reader resolves it.
    None,
    /// Our own kernels.
    Own,
    /// rten, roughly where it has no exact variant: doubles as floats, integers as 32-bit ones.
    Rten,
    /// rten for the variants that it computes as ONNX says, our own kernels for the rest.
    RtenOrOwn,
}

impl Cpu {
    /// Whether rten computes some variants.
    pub const fn rten(self) -> bool {
        matches!(self, Self::Rten | Self::RtenOrOwn)
    }

    /// Whether our own kernels compute some variants.
    pub const fn own(self) -> bool {
        matches!(self, Self::Own | Self::RtenOrOwn)
    }
}

/// What computes an operator on the GPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gpu {
    /// Nothing: the CPU runs the model, or the reader resolves the operator.
    None,
    /// Nothing is left to compute: the result follows from the shapes.
    Known,
    /// The elements stay where they are under another shape.
    Alias,
    /// One expression an element, fused with its neighbours.
    Elementwise,
    /// Elements are put elsewhere.
    Movement,
    Reduce,
    /// Positions of extremes, and running sums.
    Choice,
    Resize,
    Softmax,
    /// Products, convolutions, pools and normalisations.
    Neural,
    /// Operators of `ai.onnx.ml`.
    Classic,
}

/// The operator called `name` in `domain`, if it runs here.
pub fn find(domain: Domain, name: &str) -> Option<&'static Operator> {
    let at = OPERATORS.binary_search_by(|known| (known.domain, known.name).cmp(&(domain, name))).ok()?;
    OPERATORS.get(at)
}

impl Domain {
    /// Its name, as in the documentation of ONNX.
    pub fn name(self) -> &'static str {
        match self {
            Self::Onnx => "ai.onnx",
            Self::Ml => "ai.onnx.ml",
            Self::Microsoft => "com.microsoft",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [`find`] searches by halves.
    #[test]
    fn the_table_is_sorted_and_names_no_operator_twice() {
        let keys: Vec<_> = OPERATORS.iter().map(|operator| (operator.domain, operator.name)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        for known in OPERATORS {
            assert_eq!(find(known.domain, known.name), Some(known));
        }
    }
}
