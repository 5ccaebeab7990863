//! What onnxruntime's optimiser and quantiser write (`com.microsoft`), as the standard's own operators that it stands for.
//! Source: <https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md>

use crate::proto::{AttributeProto, NodeProto, attribute_type};

/// The nodes of a graph, with fused ones written out.
pub fn written_out(nodes: Vec<NodeProto>) -> Vec<NodeProto> {
    let standard = |mut node| {
        standard(&mut node);
        node
    };
    nodes
        .into_iter()
        .map(standard)
        .flat_map(|node| if node.domain == "com.microsoft" { parts(node) } else { vec![node] })
        .collect()
}

/// Makes onnxruntime's own quantising and dequantising, which older models have for 16 bits, the standard's, which later
/// took the same.
pub fn standard(node: &mut NodeProto) {
    if node.domain == "com.microsoft" && matches!(node.op_type.as_str(), "QuantizeLinear" | "DequantizeLinear") {
        node.domain.clear();
    }
}

/// The nodes that a fused one stands for; itself where it is none.
fn parts(node: NodeProto) -> Vec<NodeProto> {
    let Some(output) = node.output.first().cloned() else { return vec![node] };
    let mut parts = Parts { name: node.name.clone(), output, nodes: Vec::new() };
    let known = match node.op_type.as_str() {
        "FusedConv" => parts.convolution(&node),
        "FusedGemm" => parts.gemm(&node),
        "FusedMatMul" => parts.product(&node),
        "Gelu" => parts.gelu(&input(&node, 0)),
        "BiasGelu" => {
            let sum = parts.make("Add", &[&input(&node, 0), &input(&node, 1)], vec![]);
            parts.gelu(&sum)
        }
        "QuickGelu" => parts.quick_gelu(&node),
        "QLinearSigmoid" => parts.between(&node, "Sigmoid", &[]),
        "QLinearLeakyRelu" => parts.between(&node, "LeakyRelu", &["alpha"]),
        "QLinearSoftmax" => parts.quantised_softmax(&node),
        "QLinearGlobalAveragePool" if whole(&node, "channels_last", 0) == 0 => {
            parts.between(&node, "GlobalAveragePool", &[])
        }
        "QLinearAveragePool" if whole(&node, "channels_last", 0) == 0 => {
            let names = ["auto_pad", "ceil_mode", "count_include_pad", "kernel_shape", "pads", "strides"];
            parts.between(&node, "AveragePool", &names)
        }
        "QLinearConcat" => parts.concat(&node),
        "QGemm" => parts.quantised_gemm(&node),
        "DynamicQuantizeMatMul" => parts.dynamic(&node),
        "MatMulIntegerToFloat" => parts.rescaled(&node),
        _ => false,
    };
    if known { parts.nodes } else { vec![node] }
}

/// Nodes in the making; the last of them gives `output`.
struct Parts {
    name: String,
    output: String,
    nodes: Vec<NodeProto>,
}

fn input(node: &NodeProto, at: usize) -> String {
    node.input.get(at).cloned().unwrap_or_default()
}

fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

fn whole(node: &NodeProto, name: &str, otherwise: i64) -> i64 {
    attribute(node, name).and_then(|attribute| attribute.i).unwrap_or(otherwise)
}

fn float(node: &NodeProto, name: &str, otherwise: f32) -> f32 {
    attribute(node, name).and_then(|attribute| attribute.f).unwrap_or(otherwise)
}

/// The attributes of these names, where they are there.
fn kept(node: &NodeProto, names: &[&str]) -> Vec<AttributeProto> {
    node.attribute.iter().filter(|attribute| names.contains(&attribute.name.as_str())).cloned().collect()
}

fn float_attribute(name: &str, value: f32) -> AttributeProto {
    AttributeProto { name: name.into(), f: Some(value), r#type: attribute_type::FLOAT, ..AttributeProto::default() }
}

fn int_attribute(name: &str, value: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i: Some(value), r#type: attribute_type::INT, ..AttributeProto::default() }
}

impl Parts {
    /// Adds a node with a value of its own, whose name it gives.
    fn make(&mut self, operator: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let value = format!("{}/part {}", self.output, self.nodes.len());
        self.push(operator, inputs, attributes, value.clone());
        value
    }

    /// Adds the node that gives what the fused one gave.
    fn end(&mut self, operator: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> bool {
        let output = self.output.clone();
        self.push(operator, inputs, attributes, output);
        true
    }

    fn push(&mut self, operator: &str, inputs: &[&str], attributes: Vec<AttributeProto>, output: String) {
        // Names that are made for nodes without one tell them apart.
        let name = if self.name.is_empty() { String::new() } else { format!("{} ({operator})", self.name) };
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|name| (*name).to_owned()).collect(),
            output: vec![output],
            name,
            op_type: operator.into(),
            attribute: attributes,
            ..NodeProto::default()
        });
    }

    fn constant(&mut self, value: f32) -> String {
        self.make("Constant", &[], vec![float_attribute("value_float", value)])
    }

    /// Ends with the activation of a fused node, applied to `value`; `numbers` are what the activation is told.
    fn activation(&mut self, node: &NodeProto, value: &str, numbers: &[f32]) -> bool {
        let name = attribute(node, "activation").and_then(|attribute| attribute.s.as_deref()).unwrap_or_default();
        let number = |at: usize, otherwise: f32| numbers.get(at).copied().unwrap_or(otherwise);
        match name {
            b"" => self.end("Identity", &[value], vec![]),
            b"Relu" => self.end("Relu", &[value], vec![]),
            b"Tanh" => self.end("Tanh", &[value], vec![]),
            b"Sigmoid" => self.end("Sigmoid", &[value], vec![]),
            b"Softplus" => self.end("Softplus", &[value], vec![]),
            b"Softsign" => self.end("Softsign", &[value], vec![]),
            b"Elu" => self.end("Elu", &[value], vec![float_attribute("alpha", number(0, 1.0))]),
            b"LeakyRelu" => self.end("LeakyRelu", &[value], vec![float_attribute("alpha", number(0, 0.01))]),
            b"HardSigmoid" => {
                let told = vec![float_attribute("alpha", number(0, 0.2)), float_attribute("beta", number(1, 0.5))];
                self.end("HardSigmoid", &[value], told)
            }
            b"Clip" if numbers.len() == 2 => {
                let (low, high) = (self.constant(numbers[0]), self.constant(numbers[1]));
                self.end("Clip", &[value, &low, &high], vec![])
            }
            _ => false,
        }
    }

    fn convolution(&mut self, node: &NodeProto) -> bool {
        let names = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];
        let inputs = [input(node, 0), input(node, 1), input(node, 2)];
        let mut value = self.make("Conv", &[&inputs[0], &inputs[1], &inputs[2]], kept(node, &names));
        let added = input(node, 3);
        if !added.is_empty() {
            value = self.make("Add", &[&value, &added], vec![]);
        }
        let numbers = attribute(node, "activation_params").map(|told| told.floats.clone()).unwrap_or_default();
        self.activation(node, &value, &numbers)
    }

    fn gemm(&mut self, node: &NodeProto) -> bool {
        let inputs = [input(node, 0), input(node, 1), input(node, 2)];
        let told = kept(node, &["alpha", "beta", "transA", "transB"]);
        let value = self.make("Gemm", &[&inputs[0], &inputs[1], &inputs[2]], told);
        let names = ["activation_alpha", "activation_beta"];
        let numbers: Vec<f32> = names.iter().filter_map(|name| attribute(node, name)?.f).collect();
        self.activation(node, &value, &numbers)
    }

    /// A product of matrices of which either may be turned, times a number. Turning a matrix needs its number of
    /// dimensions, which is not known here: `Einsum` does not.
    fn product(&mut self, node: &NodeProto) -> bool {
        if whole(node, "transBatchA", 0) != 0 || whole(node, "transBatchB", 0) != 0 {
            return false;
        }
        let side = |turned: i64, plain: &'static str, other: &'static str| if turned != 0 { other } else { plain };
        let left = side(whole(node, "transA", 0), "...ij", "...ji");
        let right = side(whole(node, "transB", 0), "...jk", "...kj");
        let (a, b) = (input(node, 0), input(node, 1));
        let plain = left == "...ij" && right == "...jk";
        let value = match plain {
            true => self.make("MatMul", &[&a, &b], vec![]),
            false => {
                let equation = format!("{left},{right}->...ik").into_bytes();
                let told = AttributeProto {
                    name: "equation".into(),
                    s: Some(equation),
                    r#type: attribute_type::STRING,
                    ..AttributeProto::default()
                };
                self.make("Einsum", &[&a, &b], vec![told])
            }
        };
        let factor = self.constant(float(node, "alpha", 1.0));
        self.end("Mul", &[&value, &factor], vec![])
    }

    /// Half of `value` times one more than the error function of `value` over the root of two.
    fn gelu(&mut self, value: &str) -> bool {
        let (root, one, half) =
            (self.constant(std::f32::consts::FRAC_1_SQRT_2), self.constant(1.0), self.constant(0.5));
        let scaled = self.make("Mul", &[value, &root], vec![]);
        let erf = self.make("Erf", &[&scaled], vec![]);
        let more = self.make("Add", &[&erf, &one], vec![]);
        let product = self.make("Mul", &[value, &more], vec![]);
        self.end("Mul", &[&product, &half], vec![])
    }

    fn quick_gelu(&mut self, node: &NodeProto) -> bool {
        let value = input(node, 0);
        let factor = self.constant(float(node, "alpha", 1.702));
        let scaled = self.make("Mul", &[&value, &factor], vec![]);
        let share = self.make("Sigmoid", &[&scaled], vec![]);
        self.end("Mul", &[&value, &share], vec![])
    }

    /// An operator on floats between quantised values: input, scale, zero point, and scale and zero point of the output.
    fn between(&mut self, node: &NodeProto, operator: &str, names: &[&str]) -> bool {
        let inputs: Vec<String> = (0..5).map(|at| input(node, at)).collect();
        let value = self.make("DequantizeLinear", &[&inputs[0], &inputs[1], &inputs[2]], vec![]);
        let value = self.make(operator, &[&value], kept(node, names));
        self.end("QuantizeLinear", &[&value, &inputs[3], &inputs[4]], vec![])
    }

    /// As [`Self::between`]; it says itself of which version its softmax is. Before 13 that is one over all dimensions from
    /// its axis on.
    fn quantised_softmax(&mut self, node: &NodeProto) -> bool {
        let inputs: Vec<String> = (0..5).map(|at| input(node, at)).collect();
        let value = self.make("DequantizeLinear", &[&inputs[0], &inputs[1], &inputs[2]], vec![]);
        let axis = whole(node, "axis", -1);
        let softmax = if whole(node, "opset", 13) < 13 && axis != -1 {
            let shape = self.make("Shape", &[&value], vec![]);
            let flat = self.make("Flatten", &[&value], vec![int_attribute("axis", axis)]);
            let shares = self.make("Softmax", &[&flat], vec![int_attribute("axis", 1)]);
            self.make("Reshape", &[&shares, &shape], vec![])
        } else {
            self.make("Softmax", &[&value], vec![int_attribute("axis", axis)])
        };
        self.end("QuantizeLinear", &[&softmax, &inputs[3], &inputs[4]], vec![])
    }

    /// Scale and zero point of the output, then each input with its own.
    fn concat(&mut self, node: &NodeProto) -> bool {
        let (scale, zero) = (input(node, 0), input(node, 1));
        let mut values = Vec::new();
        for given in node.input.get(2..).unwrap_or_default().chunks_exact(3) {
            values.push(self.make("DequantizeLinear", &[&given[0], &given[1], &given[2]], vec![]));
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let value = self.make("Concat", &values, kept(node, &["axis"]));
        self.end("QuantizeLinear", &[&value, &scale, &zero], vec![])
    }

    /// Sums of products of whole numbers, as floats.
    fn sums(&mut self, a: &str, b: &str, zeros: [&str; 2], bias: &str) -> String {
        let mut value = self.make("MatMulInteger", &[a, b, zeros[0], zeros[1]], vec![]);
        if !bias.is_empty() {
            value = self.make("Add", &[&value, bias], vec![]);
        }
        self.make("Cast", &[&value], vec![int_attribute("to", 1)])
    }

    fn quantised_gemm(&mut self, node: &NodeProto) -> bool {
        let inputs: Vec<String> = (0..9).map(|at| input(node, at)).collect();
        if float(node, "alpha", 1.0) != 1.0 {
            return false;
        }
        let mut turned = |at: usize, name: &str| match whole(node, name, 0) {
            0 => inputs[at].clone(),
            _ => self.make("Transpose", &[&inputs[at]], vec![]),
        };
        let (a, b) = (turned(0, "transA"), turned(3, "transB"));
        let value = self.sums(&a, &b, [&inputs[2], &inputs[5]], &inputs[6]);
        let scale = self.make("Mul", &[&inputs[1], &inputs[4]], vec![]);
        if inputs[7].is_empty() {
            return self.end("Mul", &[&value, &scale], vec![]);
        }
        let value = self.make("Mul", &[&value, &scale], vec![]);
        self.end("QuantizeLinear", &[&value, &inputs[7], &inputs[8]], vec![])
    }

    /// A, B, scale of B, zero point of B, bias.
    fn dynamic(&mut self, node: &NodeProto) -> bool {
        let inputs: Vec<String> = (0..5).map(|at| input(node, at)).collect();
        let names = ["quantised", "scale", "zero"].map(|part| format!("{}/{part}", self.output));
        let (a, a_scale, a_zero) = (names[0].clone(), names[1].clone(), names[2].clone());
        self.push("DynamicQuantizeLinear", &[&inputs[0]], vec![], a.clone());
        if let Some(last) = self.nodes.last_mut() {
            last.output = vec![a.clone(), a_scale.clone(), a_zero.clone()];
        }
        self.scaled([&a, &inputs[1]], [&a_scale, &inputs[2]], [&a_zero, &inputs[3]], &inputs[4])
    }

    /// A, B, both scales, both zero points, bias.
    fn rescaled(&mut self, node: &NodeProto) -> bool {
        let inputs: Vec<String> = (0..7).map(|at| input(node, at)).collect();
        self.scaled([&inputs[0], &inputs[1]], [&inputs[2], &inputs[3]], [&inputs[4], &inputs[5]], &inputs[6])
    }

    fn scaled(&mut self, [a, b]: [&str; 2], scales: [&str; 2], zeros: [&str; 2], bias: &str) -> bool {
        let value = self.sums(a, b, zeros, "");
        let scale = self.make("Mul", &scales, vec![]);
        if bias.is_empty() {
            return self.end("Mul", &[&value, &scale], vec![]);
        }
        let value = self.make("Mul", &[&value, &scale], vec![]);
        self.end("Add", &[&value, bias], vec![])
    }
}
