//! `ai.onnx` nodes computed by our own code: every type the border has, and the variants that rten lacks. Made to be
//! right rather than fast; what takes time in networks goes to rten.

mod arguments;
mod arithmetic;
mod arrange;
mod attention;
mod cast;
mod compare;
mod convolve;
mod direct;
mod generate;
mod loss;
mod normalise;
mod pattern;
mod pick;
mod pool;
mod product;
mod quantise;
mod recurrent;
mod reduce;
mod resize;
mod sample;
mod scatter;
mod softmax;
mod stack;
mod strides;
mod texts;

pub(crate) use stack::{part, stacked};

use ml_onnx::proto::Half;
use ml_onnx::{ElementType, Node};

use crate::kernel::{Kernel, Reason};

/// Prepares a node of `ai.onnx` of a model of this opset; `None` when there is no kernel for these types.
pub(crate) fn kernel(
    node: &Node,
    opset: i64,
    inputs: &[Option<ElementType>],
    outputs: &[Option<ElementType>],
) -> Result<Option<Box<dyn Kernel>>, Reason> {
    use ElementType::{Bool, F32, F64, I8, I32, I64, String, U8};
    let first = inputs.first().copied().flatten().unwrap_or(F32);
    let number = matches!(first, F32 | F64 | I8 | U8 | I32 | I64);
    let float = matches!(first, F32 | F64);
    let to = outputs.first().copied().flatten().unwrap_or(first);
    let kernel = match node.operator.as_str() {
        "Add" | "Sub" | "Mul" | "Div" | "Mod" | "Pow" | "Max" | "Min" | "Sum" | "Mean" | "PRelu" if number => {
            arithmetic::binary(node)?
        }
        "BitShift" | "BitwiseAnd" | "BitwiseOr" | "BitwiseXor" if number && !float => arithmetic::binary(node)?,
        "BitwiseNot" if number && !float => arithmetic::unary(node)?,
        "Abs" | "Neg" | "Sign" | "Relu" | "Shrink" if number => arithmetic::unary(node)?,
        "Clip" if number => arithmetic::clip(node),
        "Sqrt" | "Reciprocal" | "Exp" | "Log" | "Floor" | "Ceil" | "Round" | "Elu" | "Selu" | "Celu" | "LeakyRelu"
        | "HardSigmoid" | "HardSwish" | "Sigmoid" | "Tanh" | "Softplus" | "Softsign" | "ThresholdedRelu" | "Mish"
        | "Sin" | "Cos" | "Tan" | "Acos" | "Acosh" | "Asin" | "Asinh" | "Atan" | "Atanh" | "Cosh" | "Sinh"
        | "Swish"
            if float =>
        {
            arithmetic::unary(node)?
        }
        "Equal" | "Greater" | "GreaterOrEqual" | "Less" | "LessOrEqual" => compare::comparison(node)?,
        "And" | "Or" | "Xor" if first == Bool => compare::logic(node)?,
        "Not" if first == Bool => compare::not(),
        "IsNaN" if float => compare::is_nan(),
        "IsInf" if float => compare::is_infinite(node),
        "Where" => compare::choose(),
        "Cast" => cast::cast(to, Half::from_onnx(node.int("to", 1))),
        "CastLike" => cast::cast(to, None),
        "BitCast" => cast::same_bits(to),
        "Identity" => arrange::identity(),
        "Dropout" => arrange::dropout(node),
        "Reshape" => arrange::reshape(node),
        "Flatten" => arrange::flatten(node),
        "Squeeze" => arrange::squeeze(node),
        "Unsqueeze" => arrange::unsqueeze(node),
        "Transpose" => arrange::transpose(node),
        "Expand" => arrange::expand(),
        "Tile" => arrange::tile(),
        "Concat" => arrange::concat(node)?,
        "Split" => arrange::split(node),
        "Slice" => arrange::slice(node),
        "Pad" => arrange::pad(node)?,
        "CenterCropPad" => arrange::centre(node),
        "DepthToSpace" => arrange::depth_to_space(node)?,
        "SpaceToDepth" => arrange::space_to_depth(node)?,
        "Trilu" => arrange::triangle(node),
        "Gather" => pick::gather(node),
        "GatherElements" => pick::gather_elements(node),
        "GatherND" => pick::gather_nd(node),
        "OneHot" => pick::one_hot(node),
        "Scatter" | "ScatterElements" => scatter::scatter_elements(node)?,
        "ScatterND" => scatter::scatter_nd(node)?,
        "NonZero" if first != String => scatter::non_zero(),
        "Compress" => scatter::compress(node),
        "Unique" => scatter::unique(node),
        "ReverseSequence" => scatter::reverse_sequence(node)?,
        "EyeLike" if number || first == Bool => generate::diagonal(node, to),
        "TopK" if number => pick::top(node),
        "ArgMax" | "ArgMin" if number => pick::extreme(node),
        "Shape" => generate::shape(node),
        "Size" => generate::size(),
        "Range" if number => generate::range(),
        "ConstantOfShape" => generate::constant(node)?,
        "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceProd" | "ReduceL1" | "ReduceL2"
        | "ReduceLogSum" | "ReduceLogSumExp" | "ReduceSumSquare"
            if first != String =>
        {
            reduce::reduce(node)?
        }
        "CumSum" | "CumProd" if number => reduce::cumulate(node),
        "NegativeLogLikelihoodLoss" | "SoftmaxCrossEntropyLoss" if float => loss::loss(node)?,
        "QuantizeLinear" if matches!(first, F32 | I32) => quantise::quantise(node, to)?,
        "DequantizeLinear" if matches!(first, I8 | U8 | I32) => quantise::dequantise(node),
        "DynamicQuantizeLinear" if first == F32 => quantise::by_itself(),
        "MatMulInteger" => quantise::mat_mul_integer(),
        "ConvInteger" => quantise::conv_integer(node)?,
        "QLinearMatMul" => quantise::q_mat_mul(to)?,
        "QLinearConv" => quantise::q_conv(node, to)?,
        "QLinearAdd" => quantise::q_pair(to, |a, b| a + b)?,
        "QLinearMul" => quantise::q_pair(to, |a, b| a * b)?,
        "RNN" | "GRU" | "LSTM" | "DynamicQuantizeLSTM" if float => recurrent::recurrent(node)?,
        "StringNormalizer" => texts::normalise(node)?,
        "StringConcat" => texts::join(),
        "StringSplit" => texts::split(node),
        "Tokenizer" => texts::tokenise(node)?,
        "TfIdfVectorizer" => texts::count(node)?,
        "Softmax" | "LogSoftmax" | "Hardmax" if float => softmax::softmax(node, opset)?,
        "MatMul" if number => product::mat_mul(),
        "Gemm" if number => product::gemm(node),
        "GlobalMaxPool" | "GlobalAveragePool" | "GlobalLpPool" if float => pool::global(node),
        "MaxPool" if matches!(first, F32 | F64 | I8 | U8) => pool::max(node)?,
        "AveragePool" if float => pool::average(node)?,
        "LpPool" if float => pool::sizes(node)?,
        "GridSample" if float => sample::grid(node)?,
        "Attention" if float => attention::attention(node)?,
        "RotaryEmbedding" if float => sample::rotary(node)?,
        "Det" if float => product::determinant(),
        "LRN" if float => pool::response(node)?,
        "LayerNormalization" if float => normalise::layer(node),
        "RMSNormalization" if float => normalise::root_mean_square(node),
        "GroupNormalization" if float => normalise::group(node, opset)?,
        "LpNormalization" if float => normalise::lengths(node)?,
        "MeanVarianceNormalization" if float => normalise::mean_variance(node),
        "Resize" if number => resize::resize(node)?,
        "Conv" if float => convolve::conv(node)?,
        "ConvTranspose" if float => convolve::transposed(node)?,
        _ => return Ok(None),
    };
    Ok(Some(kernel))
}
