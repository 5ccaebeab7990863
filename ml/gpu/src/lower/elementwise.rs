//! Operators that make each element from the elements at the same place.

use ml_onnx::ElementType;
use ml_onnx::shapes::Call;

use crate::GpuError;
use crate::graph::{Reading, Scalar, Value, float};
use crate::index::{affine, stretched};
use crate::lower::Lower;

/// A float attribute as WGSL.
fn number(call: &Call, name: &str, otherwise: f32) -> Result<String, GpuError> {
    let value = call.node.float(name, otherwise);
    float(value).ok_or_else(|| Lower::unsupported(call, format!("{name} is {value}")))
}

/// Expression for `x`.
fn unary(call: &Call, scalar: Scalar) -> Result<Option<String>, GpuError> {
    let name = call.node.operator.as_str();
    let whole = match (name, scalar) {
        ("Neg", _) => Some("-x"),
        ("Abs", _) => Some("abs(x)"),
        ("Sign", _) => Some("sign(x)"),
        ("Not", Scalar::Int) => Some("1i - x"),
        ("Relu", Scalar::Int) => Some("max(x, 0i)"),
        ("Floor" | "Ceil" | "Round", Scalar::Int) => Some("x"),
        _ => None,
    };
    if let Some(whole) = whole {
        return Ok(Some(whole.into()));
    }
    if scalar == Scalar::Int {
        return Ok(None);
    }
    let parameter = |name: &str, otherwise: f32| number(call, name, otherwise);
    Ok(Some(match name {
        "Sqrt" => "sqrt(x)".into(),
        "Reciprocal" => "1.0 / x".into(),
        "Exp" => "exp(x)".into(),
        "Log" => "log(x)".into(),
        "Floor" => "floor(x)".into(),
        "Ceil" => "ceil(x)".into(),
        "Round" => "round(x)".into(),
        "Relu" => "max(x, 0.0)".into(),
        "Sigmoid" => "1.0 / (1.0 + exp(-x))".into(),
        "Tanh" => "tangens(x)".into(),
        "Softplus" => "softplus(x)".into(),
        "Softsign" => "x / (1.0 + abs(x))".into(),
        "Erf" => "erf(x)".into(),
        "Mish" => "mish(x)".into(),
        "Sin" => "sin(x)".into(),
        "Cos" => "cos(x)".into(),
        "Tan" => "tan(x)".into(),
        "IsNaN" => "select(0i, 1i, not_a_number(x))".into(),
        "LeakyRelu" => format!("select(x, x * {}, x < 0.0)", parameter("alpha", 0.01)?),
        "Elu" => format!("select(x, {} * (exp(x) - 1.0), x < 0.0)", parameter("alpha", 1.0)?),
        "Celu" => {
            let alpha = parameter("alpha", 1.0)?;
            format!("max(x, 0.0) + min(0.0, {alpha} * (exp(x / {alpha}) - 1.0))")
        }
        "Selu" => {
            let (alpha, gamma) = (parameter("alpha", 1.673_263_2)?, parameter("gamma", 1.050_701)?);
            format!("{gamma} * select(x, {alpha} * (exp(x) - 1.0), x < 0.0)")
        }
        "Gelu" if call.node.text("approximate") == Some("tanh") => {
            "0.5 * x * (1.0 + tangens(0.7978845608 * (x + 0.044715 * x * x * x)))".into()
        }
        "Gelu" => "0.5 * x * (1.0 + erf(x * 0.7071067812))".into(),
        "HardSigmoid" => {
            format!("clamp({} * x + {}, 0.0, 1.0)", parameter("alpha", 0.2)?, parameter("beta", 0.5)?)
        }
        "HardSwish" => "x * clamp(x / 6.0 + 0.5, 0.0, 1.0)".into(),
        "ThresholdedRelu" => format!("select(0.0, x, x > {})", parameter("alpha", 1.0)?),
        _ => return Ok(None),
    }))
}

/// Expression for `x` and `y`.
fn binary(call: &Call, scalars: (Scalar, Scalar), result: Scalar) -> Option<String> {
    let truth = |condition: &str| Some(format!("select(0i, 1i, {condition})"));
    match (call.node.operator.as_str(), scalars) {
        ("Add" | "Sum" | "Mean", _) => Some("x + y".into()),
        ("Sub", _) => Some("x - y".into()),
        ("Mul", _) => Some("x * y".into()),
        ("Div", _) => Some("x / y".into()),
        ("Min", _) => Some("min(x, y)".into()),
        ("Max", _) => Some("max(x, y)".into()),
        ("PRelu", (Scalar::Float, _)) => Some("select(x, x * y, x < 0.0)".into()),
        ("Pow", (Scalar::Int, Scalar::Int)) => Some("whole_power(x, y)".into()),
        ("Pow", _) if result == Scalar::Float => Some("power(f32(x), f32(y))".into()),
        ("Pow", _) => Some("i32(power(f32(x), f32(y)))".into()),
        ("Mod", (Scalar::Int, _)) if call.node.int("fmod", 0) == 0 => Some("whole_mod(x, y)".into()),
        ("Mod", (Scalar::Float, _)) if call.node.int("fmod", 0) == 0 => Some("signed_rest(cut_rest(x, y), y)".into()),
        ("Mod", (Scalar::Float, _)) => Some("cut_rest(x, y)".into()),
        ("Mod", _) => Some("x % y".into()),
        ("Equal", _) => truth("x == y"),
        ("Greater", _) => truth("x > y"),
        ("GreaterOrEqual", _) => truth("x >= y"),
        ("Less", _) => truth("x < y"),
        ("LessOrEqual", _) => truth("x <= y"),
        ("And", _) => Some("x & y".into()),
        ("Or", _) => Some("x | y".into()),
        ("Xor", _) => Some("x ^ y".into()),
        _ => None,
    }
}

/// `expression` brought back to the range of a type that has fewer bits than memory.
fn wrapped(expression: String, element: ElementType) -> String {
    match element {
        ElementType::U8 => format!("({expression}) & 255i"),
        ElementType::I8 => format!("(({expression}) << 24u) >> 24u"),
        _ => expression,
    }
}

/// What `Cast` makes of `x`.
pub(super) fn cast(from: Scalar, to: ElementType) -> Option<String> {
    Some(match (from, to) {
        (Scalar::Float, ElementType::F32) | (Scalar::Int, ElementType::I32 | ElementType::I64) => "x".into(),
        (Scalar::Int, ElementType::F32) => "f32(x)".into(),
        // What is no number becomes the least integer.
        (Scalar::Float, ElementType::I32 | ElementType::I64) => {
            "select(i32(x), -2147483647i - 1i, not_a_number(x))".into()
        }
        (Scalar::Float, ElementType::Bool) => "select(0i, 1i, x != 0.0)".into(),
        (Scalar::Int, ElementType::Bool) => "select(0i, 1i, x != 0i)".into(),
        (Scalar::Float, ElementType::U8 | ElementType::I8) => wrapped("i32(x)".into(), to),
        (Scalar::Int, ElementType::U8 | ElementType::I8) => wrapped("x".into(), to),
        (_, ElementType::F64 | ElementType::String) => return None,
    })
}

/// Statements that leave in `x` what an operator of any number of inputs makes of them, one after the other.
fn chain(call: &Call, places: &[String], scalar: Scalar) -> Option<String> {
    let each = binary(call, (scalar, scalar), scalar)?;
    let mut body = format!("var x = $0({});", places.first()?);
    for (place, at) in places.iter().enumerate().skip(1) {
        body.push_str(&format!(" {{ let y = ${place}({at}); x = {each}; }}"));
    }
    Some(body)
}

/// More operands than this are put together a few at a time.
const MANY: usize = 6;

impl Lower<'_> {
    /// Puts operands together until one kernel can read them.
    fn few(
        &mut self,
        call: &Call,
        mut operands: Vec<Value>,
        mut places: Vec<String>,
    ) -> Result<(Vec<Value>, Vec<String>), GpuError> {
        let count = self.output(call, 0)?.elements();
        while operands.len() > MANY {
            let scalar = operands[0].scalar;
            let rest = (operands.split_off(MANY), places.split_off(MANY));
            let body = chain(call, &places, scalar);
            let body = body.ok_or_else(|| Self::unsupported(call, "it has too many inputs for one kernel"))?;
            let joined = self.graph.point(scalar, count, operands, format!("{body} return x;"), false)?;
            (operands, places) = (vec![self.stored(&joined)?], vec!["i".to_owned()]);
            operands.extend(rest.0);
            places.extend(rest.1);
        }
        Ok((operands, places))
    }

    /// An input brought to the shape of the output, and the position to read it at.
    pub(super) fn broadcast(
        &mut self,
        call: &Call,
        index: usize,
        shape: &[usize],
    ) -> Result<(Value, String), GpuError> {
        let own = call.shape(index)?;
        let steps = stretched(own, shape.len());
        let at = affine(shape, &steps, 0, "i");
        let value = self.operand(call, index, if at == "i" { Reading::Same } else { Reading::Often })?;
        Ok((value, at))
    }

    pub(super) fn elementwise(&mut self, call: &Call) -> Result<(), GpuError> {
        let shape = &self.output(call, 0)?.shape;
        let element = self.output(call, 0)?.element;
        let name = call.node.operator.as_str();
        let mut operands = Vec::with_capacity(call.inputs.len());
        let mut places = Vec::with_capacity(call.inputs.len());
        let given = if name == "CastLike" { 1 } else { call.inputs.len() };
        for index in 0..given {
            if call.optional(index).is_none() {
                continue;
            }
            let (value, at) = self.broadcast(call, index, shape)?;
            operands.push(value);
            places.push(at);
        }
        if operands.len() > MANY {
            (operands, places) = self.few(call, operands, places)?;
        }
        let scalars: Vec<Scalar> = operands.iter().map(|o| o.scalar).collect();
        let first = *scalars.first().ok_or_else(|| Self::unsupported(call, "it has no inputs"))?;
        let none = || Self::unsupported(call, format!("elements of type {element:?} or this operator"));
        let body = match (name, operands.len()) {
            ("Cast" | "CastLike", 1) => {
                let to = if name == "Cast" { call.element(call.node.int("to", 0))? } else { element };
                format!("let x = $0(i); return {};", cast(first, to).ok_or_else(none)?)
            }
            ("Clip", _) => self.clip(call, &places, first)?,
            ("Where", 3) => {
                let [condition, x, y] = places.as_slice() else { return Err(none()) };
                format!("if ($0({condition}) != 0i) {{ return $1({x}); }}\n  return $2({y});")
            }
            ("Sum" | "Mean" | "Min" | "Max" | "Add" | "Sub" | "Mul" | "Div", _) => {
                let body = chain(call, &places, first).ok_or_else(none)?;
                let count = call.inputs.len();
                let last = if name == "Mean" { format!("x / {count}.0") } else { "x".into() };
                format!("{body} return {};", wrapped(last, element))
            }
            (_, 1) => {
                let expression = unary(call, first)?.ok_or_else(none)?;
                format!("let x = $0(i); return {};", wrapped(expression, element))
            }
            (_, 2) => {
                let result = self.output_scalar(call, 0)?;
                let expression = binary(call, (first, scalars[1]), result).ok_or_else(none)?;
                let (x, y) = (&places[0], &places[1]);
                format!("let x = $0({x}); let y = $1({y}); return {};", wrapped(expression, element))
            }
            _ => return Err(none()),
        };
        self.finish(call, operands, body, false)
    }

    fn clip(&self, call: &Call, places: &[String], scalar: Scalar) -> Result<String, GpuError> {
        let mut body = format!("let given = $0({}); var x = given;", places[0]);
        if call.opset < 11 {
            for (name, function) in [("min", "max"), ("max", "min")] {
                if let Some(bound) = float(call.node.float(name, f32::NAN)) {
                    body.push_str(&format!(" x = {function}(x, {bound});"));
                }
            }
            return Ok(format!("{body} return x;"));
        }
        let mut place = 1;
        for (input, function) in [(1, "max"), (2, "min")] {
            if call.optional(input).is_some() {
                body.push_str(&format!(" x = {function}(x, ${place}({}));", places[place]));
                place += 1;
            }
        }
        debug_assert!(scalar == Scalar::Float || call.opset >= 12);
        // What is no number stays none.
        let last = if scalar == Scalar::Float { "select(x, given, not_a_number(given))" } else { "x" };
        Ok(format!("{body} return {last};"))
    }
}
