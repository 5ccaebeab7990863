//! A model of one node for every operator of the table. The tests of the shape rules and of both engines share it, each
//! to prove that it covers what the table says.
#![allow(dead_code, reason = "each of the tests that share it uses a part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use ml_onnx::operators::{ML_OPSETS, OPSETS, Operator, ShapeRule};
use ml_onnx::shapes::{self, Known, Shapes};
use ml_onnx::{Attribute, Data, Dim, Domain, ElementType, Graph, Model, Node, Port, Tensor};

/// A model of one node, and everything that is known of its values.
pub struct Sample {
    pub model: Model,
    pub shapes: Shapes,
}

impl Sample {
    pub fn node(&self) -> &Node {
        &self.model.nodes[0]
    }
}

/// What one input of a sample is.
enum Input {
    /// Given at each run.
    Given(ElementType, Vec<usize>),
    Constant(Tensor),
    LeftOut,
}

fn x(shape: &[usize]) -> Input {
    Input::Given(ElementType::F32, shape.to_vec())
}

fn given(element: ElementType, shape: &[usize]) -> Input {
    Input::Given(element, shape.to_vec())
}

/// A constant of floats, all one half.
fn weights(shape: &[usize]) -> Input {
    let count = shape.iter().product();
    Input::Constant(Tensor::new(shape.to_vec(), Data::F32(vec![0.5; count])).unwrap())
}

fn number(value: f32) -> Input {
    Input::Constant(Tensor::new(vec![], Data::F32(vec![value])).unwrap())
}

fn ints(values: &[i64]) -> Input {
    Input::Constant(Tensor::new(vec![values.len()], Data::I64(values.to_vec())).unwrap())
}

fn whole(value: i64) -> Input {
    Input::Constant(Tensor::new(vec![], Data::I64(vec![value])).unwrap())
}

fn text(value: &str) -> Attribute {
    Attribute::Text(value.into())
}

fn texts(values: &[&str]) -> Attribute {
    Attribute::Texts(values.iter().map(|value| value.as_bytes().to_vec()).collect())
}

fn list(values: &[i64]) -> Attribute {
    Attribute::Ints(values.to_vec())
}

fn floats(values: &[f32]) -> Attribute {
    Attribute::Floats(values.to_vec())
}

fn tensor(data: Data) -> Attribute {
    Attribute::Tensor(Tensor::new(vec![data.len()], data).unwrap())
}

/// A graph in a node: ports of one dimension less than all, and nodes of one output each, all of which it gives.
fn graph(ports: Vec<(&str, ElementType)>, nodes: Vec<(&str, &[&str], &str)>, handed: usize) -> Attribute {
    let port = |name: &str, element| Port { name: name.into(), element, dims: None };
    let inner = |(at, (operator, inputs, output)): (usize, (&str, &[&str], &str))| Node {
        name: format!("{operator}_{at}"),
        domain: Domain::Onnx,
        operator: operator.into(),
        inputs: inputs.iter().map(|name| (*name).into()).collect(),
        outputs: vec![output.into()],
        attributes: BTreeMap::new(),
    };
    let names: Vec<&str> = nodes.iter().map(|(_, _, output)| *output).collect();
    let mut model = Model { ir_version: 8, opset: OPSETS.1, ..Model::default() };
    model.inputs = ports.into_iter().map(|(name, element)| port(name, element)).collect();
    model.outputs = names.into_iter().map(|name| port(name, ElementType::F32)).collect();
    let inner: Vec<Node> = nodes.into_iter().enumerate().map(inner).collect();
    let own = |name: &String| inner.iter().any(|node| node.outputs.contains(name));
    for name in inner.iter().flat_map(|node| &node.inputs).filter(|name| !own(name)) {
        if !model.inputs.iter().any(|port| port.name == *name) {
            model.inputs.push(port(name, ElementType::F32));
        }
    }
    model.nodes = inner;
    Attribute::Graph(Box::new(Graph { model, handed }))
}

type Attributes = Vec<(&'static str, Attribute)>;

/// A tree that asks whether the first feature is at most one half.
fn tree(targets: &str) -> Attributes {
    let mut attributes = vec![
        ("nodes_treeids", list(&[0, 0, 0])),
        ("nodes_nodeids", list(&[0, 1, 2])),
        ("nodes_featureids", list(&[0, 0, 0])),
        ("nodes_modes", texts(&["BRANCH_LEQ", "LEAF", "LEAF"])),
        ("nodes_values", floats(&[0.5, 0.0, 0.0])),
        ("nodes_truenodeids", list(&[1, 0, 0])),
        ("nodes_falsenodeids", list(&[2, 0, 0])),
    ];
    attributes.extend(match targets {
        "class" => vec![
            ("class_treeids", list(&[0, 0])),
            ("class_nodeids", list(&[1, 2])),
            ("class_ids", list(&[0, 1])),
            ("class_weights", floats(&[1.0, 1.0])),
            ("classlabels_int64s", list(&[0, 1])),
        ],
        _ => vec![
            ("target_treeids", list(&[0, 0])),
            ("target_nodeids", list(&[1, 2])),
            ("target_ids", list(&[0, 0])),
            ("target_weights", floats(&[1.0, 2.0])),
            ("n_targets", Attribute::Int(1)),
        ],
    });
    attributes
}

fn tree_ensemble() -> Attributes {
    vec![
        ("tree_roots", list(&[0])),
        ("nodes_featureids", list(&[0])),
        ("nodes_splits", tensor(Data::F32(vec![0.5]))),
        ("nodes_modes", tensor(Data::U8(vec![0]))),
        ("nodes_truenodeids", list(&[0])),
        ("nodes_falsenodeids", list(&[1])),
        ("nodes_trueleafs", list(&[1])),
        ("nodes_falseleafs", list(&[1])),
        ("leaf_targetids", list(&[0, 0])),
        ("leaf_weights", tensor(Data::F32(vec![1.0, 2.0]))),
        ("n_targets", Attribute::Int(1)),
    ]
}

/// Inputs, attributes and number of outputs of an operator.
fn parts(operator: &Operator) -> (Vec<Input>, Attributes, usize) {
    use ElementType::{Bool, I64, String, U8};
    let bytes = |shape: &[usize]| given(U8, shape);
    let zero = || Input::Constant(Tensor::new(vec![], Data::U8(vec![1])).unwrap());
    // A quantised value with scale and zero point, and the two of what comes out.
    let eight = |shape: &[usize]| vec![bytes(shape), weights(&[]), zero()];
    let scaled = || vec![weights(&[]), zero()];
    let table = || vec![x(&[2, 4])];
    let pair = || vec![x(&[2, 4]), x(&[2, 4])];
    let picture = || vec![x(&[1, 2, 4, 4])];
    let one = |inputs: Vec<Input>, attributes: Attributes| (inputs, attributes, 1);
    match (operator.domain, operator.name) {
        (Domain::Onnx, "And" | "Or" | "Xor") => one(vec![given(Bool, &[2, 4]), given(Bool, &[2, 4])], vec![]),
        (Domain::Onnx, "Not") => one(vec![given(Bool, &[2, 4])], vec![]),
        (Domain::Onnx, "CumSum") => one(vec![x(&[2, 4]), whole(1)], vec![]),
        (Domain::Onnx, "Mod") => one(pair(), vec![("fmod", Attribute::Int(1))]),
        (Domain::Onnx, "PRelu") => one(vec![x(&[2, 4]), weights(&[4])], vec![]),
        (Domain::Onnx, "Where") => one(vec![given(Bool, &[2, 4]), x(&[2, 4]), x(&[2, 4])], vec![]),
        (Domain::Onnx, "Clip") => one(vec![x(&[2, 4]), number(0.0), number(1.0)], vec![]),
        (Domain::Onnx, "Cast") => one(table(), vec![("to", Attribute::Int(6))]),
        (Domain::Onnx, "CastLike") => one(vec![given(I64, &[2, 4]), x(&[2, 4])], vec![]),
        (Domain::Onnx, "BatchNormalization") => {
            let channels = (0..4).map(|_| weights(&[4]));
            one(table().into_iter().chain(channels).collect(), vec![])
        }
        (Domain::Onnx, "InstanceNormalization") => one(vec![x(&[1, 2, 4, 4]), weights(&[2]), weights(&[2])], vec![]),
        (Domain::Onnx, "LRN") => one(picture(), vec![("size", Attribute::Int(3))]),
        (Domain::Onnx, "LayerNormalization") => one(vec![x(&[2, 4]), weights(&[4]), weights(&[4])], vec![]),
        (Domain::Onnx, "Gemm" | "MatMul") => one(vec![x(&[2, 4]), weights(&[4, 3])], vec![]),
        (Domain::Onnx, "Einsum") => one(vec![x(&[2, 4]), weights(&[4, 3])], vec![("equation", text("ij,jk->ik"))]),
        (Domain::Onnx, "Conv") => one(
            vec![x(&[1, 2, 4, 4]), weights(&[3, 2, 3, 3])],
            vec![("kernel_shape", list(&[3, 3])), ("strides", list(&[2, 2]))],
        ),
        (Domain::Onnx, "ConvTranspose") => {
            one(vec![x(&[1, 2, 4, 4]), weights(&[2, 3, 3, 3])], vec![("kernel_shape", list(&[3, 3]))])
        }
        (Domain::Onnx, "MaxPool" | "AveragePool") => one(picture(), vec![("kernel_shape", list(&[2, 2]))]),
        (Domain::Onnx, "GlobalAveragePool" | "GlobalMaxPool") => one(picture(), vec![]),
        (Domain::Onnx, "TopK") => (vec![x(&[2, 4]), ints(&[2])], vec![], 2),
        (Domain::Onnx, "Split") => (table(), vec![("axis", Attribute::Int(1)), ("num_outputs", Attribute::Int(2))], 2),
        (Domain::Onnx, "Concat") => one(pair(), vec![("axis", Attribute::Int(0))]),
        (Domain::Onnx, "Slice") => one(vec![x(&[2, 4]), ints(&[0]), ints(&[1]), ints(&[1]), ints(&[1])], vec![]),
        (Domain::Onnx, "Gather") => one(vec![x(&[2, 4]), ints(&[1])], vec![]),
        (Domain::Onnx, "GatherElements") => one(vec![x(&[4]), ints(&[1, 0])], vec![]),
        (Domain::Onnx, "GatherND") => one(vec![x(&[4]), ints(&[1])], vec![]),
        (Domain::Onnx, "Reshape") => one(vec![x(&[2, 4]), ints(&[4, 2])], vec![]),
        (Domain::Onnx, "Squeeze") => one(vec![x(&[1, 4]), ints(&[0])], vec![]),
        (Domain::Onnx, "Unsqueeze") => one(vec![x(&[2, 4]), ints(&[0])], vec![]),
        (Domain::Onnx, "Expand") => one(vec![x(&[2, 4]), ints(&[3, 2, 4])], vec![]),
        (Domain::Onnx, "Tile") => one(vec![x(&[2, 4]), ints(&[1, 2])], vec![]),
        (Domain::Onnx, "Pad") => one(vec![x(&[2, 4]), ints(&[0, 1, 0, 1])], vec![]),
        (Domain::Onnx, "Resize") => {
            let scales = Tensor::new(vec![4], Data::F32(vec![1.0, 1.0, 2.0, 2.0])).unwrap();
            let inputs = vec![x(&[1, 2, 4, 4]), Input::LeftOut, Input::Constant(scales)];
            one(inputs, vec![("coordinate_transformation_mode", text("asymmetric")), ("nearest_mode", text("floor"))])
        }
        (Domain::Onnx, "Upsample") => {
            let scales = Tensor::new(vec![4], Data::F32(vec![1.0, 1.0, 2.0, 2.0])).unwrap();
            one(vec![x(&[1, 2, 4, 4]), Input::Constant(scales)], vec![])
        }
        (Domain::Onnx, "DepthToSpace") => one(vec![x(&[1, 4, 2, 2])], vec![("blocksize", Attribute::Int(2))]),
        (Domain::Onnx, "SpaceToDepth") => one(picture(), vec![("blocksize", Attribute::Int(2))]),
        (Domain::Onnx, "Range") => one(vec![number(0.0), number(3.0), number(1.0)], vec![]),
        (Domain::Onnx, "ConstantOfShape") => one(vec![ints(&[2, 2])], vec![]),
        (Domain::Onnx, "OneHot") => one(vec![given(I64, &[2]), whole(3), weights(&[2])], vec![]),
        (Domain::Ml, "ArrayFeatureExtractor") => one(vec![x(&[2, 4]), ints(&[1])], vec![]),
        (Domain::Ml, "Binarizer") => one(table(), vec![("threshold", Attribute::Float(0.5))]),
        (Domain::Ml, "CategoryMapper") => {
            let attributes = vec![("cats_int64s", list(&[0, 1])), ("cats_strings", texts(&["a", "b"]))];
            one(vec![given(I64, &[2])], attributes)
        }
        (Domain::Ml, "FeatureVectorizer") => one(pair(), vec![("inputdimensions", list(&[4, 4]))]),
        (Domain::Ml, "Imputer") => one(
            table(),
            vec![("imputed_value_floats", floats(&[0.0])), ("replaced_value_float", Attribute::Float(f32::NAN))],
        ),
        (Domain::Ml, "LabelEncoder") => {
            let attributes = vec![("keys_int64s", list(&[0, 1])), ("values_int64s", list(&[5, 6]))];
            one(vec![given(I64, &[2])], attributes)
        }
        (Domain::Ml, "LinearClassifier") => {
            let attributes = vec![
                ("coefficients", floats(&[0.5; 8])),
                ("intercepts", floats(&[0.0, 0.0])),
                ("classlabels_ints", list(&[0, 1])),
            ];
            (table(), attributes, 2)
        }
        (Domain::Ml, "LinearRegressor") => one(table(), vec![("coefficients", floats(&[0.5; 4]))]),
        (Domain::Ml, "Normalizer") => one(table(), vec![("norm", text("L2"))]),
        (Domain::Ml, "OneHotEncoder") => one(vec![given(I64, &[2])], vec![("cats_int64s", list(&[0, 1]))]),
        (Domain::Ml, "SVMClassifier") => {
            let attributes = vec![
                ("coefficients", floats(&[1.0, -1.0])),
                ("support_vectors", floats(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])),
                ("vectors_per_class", list(&[1, 1])),
                ("rho", floats(&[0.0])),
                ("classlabels_ints", list(&[0, 1])),
            ];
            (table(), attributes, 2)
        }
        (Domain::Ml, "SVMRegressor") => {
            let attributes = vec![
                ("coefficients", floats(&[1.0])),
                ("support_vectors", floats(&[0.5; 4])),
                ("n_supports", Attribute::Int(1)),
                ("rho", floats(&[0.0])),
            ];
            one(table(), attributes)
        }
        (Domain::Ml, "Scaler") => one(table(), vec![("offset", floats(&[0.5])), ("scale", floats(&[2.0]))]),
        (Domain::Ml, "TreeEnsemble") => one(table(), tree_ensemble()),
        (Domain::Ml, "TreeEnsembleClassifier") => (table(), tree("class"), 2),
        (Domain::Ml, "TreeEnsembleRegressor") => one(table(), tree("target")),
        (Domain::Ml, "ZipMap") => one(vec![x(&[2, 2])], vec![("classlabels_int64s", list(&[0, 1]))]),
        (Domain::Onnx, "BitwiseAnd" | "BitwiseOr" | "BitwiseXor") => {
            one(vec![given(I64, &[4]), given(I64, &[4])], vec![])
        }
        (Domain::Onnx, "BitwiseNot") => one(vec![given(I64, &[4])], vec![]),
        (Domain::Onnx, "BitShift") => one(vec![bytes(&[2, 4]), bytes(&[2, 4])], vec![("direction", text("LEFT"))]),
        (Domain::Onnx, "CumProd") => one(vec![x(&[2, 4]), whole(1)], vec![]),
        (Domain::Onnx, "Attention") => one(vec![x(&[1, 2, 3, 4]), x(&[1, 2, 3, 4]), x(&[1, 2, 3, 4])], vec![]),
        (Domain::Onnx, "LpPool") => one(picture(), vec![("kernel_shape", list(&[2, 2]))]),
        (Domain::Onnx, "GlobalLpPool") => one(picture(), vec![]),
        (Domain::Onnx, "GridSample") => one(vec![x(&[1, 2, 4, 4]), x(&[1, 3, 3, 2])], vec![]),
        (Domain::Onnx, "RotaryEmbedding") => {
            one(vec![x(&[1, 2, 3, 4]), weights(&[1, 3, 2]), weights(&[1, 3, 2])], vec![])
        }
        (Domain::Onnx, "Det") => one(vec![x(&[2, 3, 3])], vec![]),
        (Domain::Onnx, "BitCast") => one(vec![bytes(&[4])], vec![("to", Attribute::Int(3))]),
        (Domain::Onnx, "CenterCropPad") => one(vec![x(&[2, 4]), ints(&[3, 3])], vec![]),
        (Domain::Onnx, "MeanVarianceNormalization") => one(picture(), vec![]),
        (Domain::Onnx, "RMSNormalization") => one(vec![x(&[2, 4]), weights(&[4])], vec![]),
        (Domain::Onnx, "GroupNormalization") => {
            one(vec![x(&[1, 2, 4, 4]), weights(&[2]), weights(&[2])], vec![("num_groups", Attribute::Int(2))])
        }
        (Domain::Onnx, "NegativeLogLikelihoodLoss" | "SoftmaxCrossEntropyLoss") => {
            one(vec![x(&[2, 4]), ints(&[1, 3])], vec![])
        }
        (Domain::Onnx, "ReverseSequence") => one(vec![x(&[2, 4]), ints(&[1, 2, 1, 2])], vec![]),
        (Domain::Onnx, "Scatter" | "ScatterElements") => one(vec![x(&[4]), ints(&[1, 0]), x(&[2])], vec![]),
        (Domain::Onnx, "ScatterND") => {
            let place = Tensor::new(vec![1, 1], Data::I64(vec![1])).unwrap();
            one(vec![x(&[4]), Input::Constant(place), x(&[1])], vec![])
        }
        (Domain::Onnx, "Compress") => {
            let condition = Tensor::new(vec![2], Data::Bool(vec![true, false])).unwrap();
            one(vec![x(&[2, 4]), Input::Constant(condition)], vec![])
        }
        (Domain::Onnx, "QuantizeLinear") => one(vec![x(&[2, 4]), weights(&[])], vec![]),
        (Domain::Onnx, "DequantizeLinear") => one(vec![bytes(&[2, 4]), weights(&[])], vec![]),
        (Domain::Onnx, "DynamicQuantizeLinear") => (table(), vec![], 3),
        (Domain::Onnx, "MatMulInteger") => one(vec![bytes(&[2, 2]), bytes(&[2, 2])], vec![]),
        (Domain::Onnx, "ConvInteger") => one(vec![bytes(&[1, 1, 4, 4]), bytes(&[1, 1, 2, 2])], vec![]),
        (Domain::Onnx, "QLinearMatMul") => {
            one([eight(&[2, 2]), eight(&[2, 2]), scaled()].into_iter().flatten().collect(), vec![])
        }
        (Domain::Onnx, "QLinearConv") => {
            one([eight(&[1, 1, 4, 4]), eight(&[1, 1, 2, 2]), scaled()].into_iter().flatten().collect(), vec![])
        }
        (Domain::Microsoft, "QLinearAdd" | "QLinearMul") => {
            one([eight(&[2, 4]), eight(&[2, 4]), scaled()].into_iter().flatten().collect(), vec![])
        }
        (Domain::Onnx, "RNN") => one(vec![x(&[3, 1, 2]), weights(&[1, 2, 2]), weights(&[1, 2, 2])], vec![]),
        (Domain::Onnx, "GRU") => one(
            vec![x(&[3, 1, 2]), weights(&[1, 6, 2]), weights(&[1, 6, 2])],
            vec![("hidden_size", Attribute::Int(2)), ("linear_before_reset", Attribute::Int(1))],
        ),
        (Domain::Onnx, "LSTM") => {
            one(vec![x(&[3, 1, 2]), weights(&[1, 8, 2]), weights(&[1, 8, 2])], vec![("hidden_size", Attribute::Int(2))])
        }
        (Domain::Microsoft, "DynamicQuantizeLSTM") => {
            let left_out = (0..5).map(|_| Input::LeftOut);
            let scales = [weights(&[1]), zero(), weights(&[1]), zero()];
            let inputs = [x(&[3, 1, 2]), bytes(&[1, 2, 8]), bytes(&[1, 2, 8])].into_iter().chain(left_out);
            (inputs.chain(scales).collect(), vec![("hidden_size", Attribute::Int(2))], 3)
        }
        (Domain::Onnx, "If") => {
            let condition = Input::Constant(Tensor::new(vec![], Data::Bool(vec![true])).unwrap());
            let branch = |name: &str| graph(vec![], vec![("Identity", &["in1"], name)], 0);
            // The second input is what the branches use from around them.
            let attributes = vec![("then_branch", branch("a")), ("else_branch", branch("b"))];
            one(vec![condition, x(&[2, 4])], attributes)
        }
        (Domain::Onnx, "Loop") => {
            let ports = vec![("i", I64), ("c", Bool), ("v", ElementType::F32)];
            let body = graph(ports, vec![("Identity", &["c"], "d"), ("Add", &["v", "v"], "w")], 3);
            let go = Input::Constant(Tensor::new(vec![], Data::Bool(vec![true])).unwrap());
            one(vec![whole(2), go, x(&[2, 4])], vec![("body", body)])
        }
        (Domain::Onnx, "Scan") => {
            let ports = vec![("v", ElementType::F32), ("s", ElementType::F32)];
            let body = graph(ports, vec![("Add", &["v", "s"], "w"), ("Identity", &["s"], "t")], 2);
            (vec![x(&[4]), x(&[2, 4])], vec![("num_scan_inputs", Attribute::Int(1)), ("body", body)], 2)
        }
        (Domain::Onnx, "StringNormalizer") => {
            one(vec![given(String, &[2])], vec![("case_change_action", self::text("LOWER"))])
        }
        (Domain::Onnx, "StringConcat") => one(vec![given(String, &[2]), given(String, &[2])], vec![]),
        (Domain::Onnx, "StringSplit") => (vec![given(String, &[2])], vec![], 2),
        (Domain::Onnx, "TfIdfVectorizer") => {
            let attributes = vec![
                ("mode", text("TF")),
                ("min_gram_length", Attribute::Int(1)),
                ("max_gram_length", Attribute::Int(1)),
                ("max_skip_count", Attribute::Int(0)),
                ("ngram_counts", list(&[0])),
                ("ngram_indexes", list(&[0, 1])),
                ("pool_strings", texts(&["a", "b"])),
            ];
            one(vec![given(String, &[2, 3])], attributes)
        }
        (Domain::Microsoft, "Tokenizer") => {
            let attributes = vec![
                ("mark", Attribute::Int(0)),
                ("mincharnum", Attribute::Int(1)),
                ("pad_value", text("#")),
                ("tokenexp", text("[a-z]+")),
            ];
            one(vec![given(String, &[2])], attributes)
        }
        // Whatever else has one input takes any floats; whatever has two takes two of a shape.
        _ if operator.inputs.0 == 1 && operator.inputs.1 <= 2 => one(table(), vec![]),
        _ => one(pair(), vec![]),
    }
}

/// The sample of an operator, with `float` in place of all floats that the schema lets be doubles. None for `Constant`,
/// which the reader resolves.
pub fn sample(operator: &Operator, float: ElementType) -> Option<Sample> {
    if operator.shape == ShapeRule::Constant {
        return None;
    }
    let (inputs, attributes, outputs) = parts(operator);
    let (opset, ml_opset) = match operator.domain {
        Domain::Onnx => (operator.opsets.1, 0),
        Domain::Ml => (OPSETS.1, ML_OPSETS.1),
        Domain::Microsoft => (OPSETS.1, 0),
    };
    let mut model = Model { ir_version: 8, opset, ml_opset, ..Model::default() };
    let mut names = Vec::new();
    for (at, input) in inputs.into_iter().enumerate() {
        let name = format!("in{at}");
        // Scales of a picture are floats whatever is scaled.
        let fixed = operator.shape == ShapeRule::Resize && at > 0;
        match input {
            Input::LeftOut => {
                names.push(String::new());
                continue;
            }
            Input::Given(element, shape) => {
                let element = if element == ElementType::F32 { float } else { element };
                let dims = Some(shape.into_iter().map(Dim::Known).collect());
                model.inputs.push(Port { name: name.clone(), element, dims });
            }
            Input::Constant(constant) => {
                let (shape, data) = constant.into_parts();
                let data = match data {
                    Data::F32(values) if float == ElementType::F64 && !fixed => {
                        Data::F64(values.into_iter().map(f64::from).collect())
                    }
                    data => data,
                };
                model.constants.insert(name.clone(), Tensor::new(shape, data).unwrap());
            }
        }
        names.push(name);
    }
    model.nodes.push(Node {
        name: operator.name.to_lowercase(),
        domain: operator.domain,
        operator: operator.name.into(),
        inputs: names,
        outputs: (0..outputs).map(|at| format!("out{at}")).collect(),
        attributes: attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    });
    let known = model.inputs.iter().map(|port| {
        let lengths = port.dims.iter().flatten().map(|dim| match dim {
            Dim::Known(length) => *length,
            Dim::Named(name) => panic!("{name} is open"),
        });
        (port.name.clone(), Known::new(port.element, lengths.collect()))
    });
    let known: BTreeMap<String, Known> = known.collect();
    let shapes = match operator.shape {
        // Only the inputs are known beforehand.
        ShapeRule::OfData => {
            assert!(shapes::infer(&model, &known).is_err(), "{}", operator.name);
            Shapes { values: shapes::infer_some(&model, &known).unwrap(), peak_bytes: 0, flops: 0 }
        }
        _ => shapes::infer(&model, &known).unwrap_or_else(|error| panic!("{}: {error}", operator.name)),
    };
    for name in &model.nodes[0].outputs {
        let made = shapes.values.get(name);
        let dims = made.map(|made| made.shape.iter().copied().map(Dim::Known).collect());
        let element = made.map_or(ElementType::F32, |made| made.element);
        model.outputs.push(Port { name: name.clone(), element, dims });
    }
    Some(Sample { model, shapes })
}

/// The operators that a source file names in quotes: words of letters and digits with a capital first and a small letter
/// later.
pub fn named(source: &str) -> impl Iterator<Item = &str> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let quoted = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2));
    quoted.filter(|word| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && word.chars().any(|c| c.is_ascii_lowercase())
    })
}
