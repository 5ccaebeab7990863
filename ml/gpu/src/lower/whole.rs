//! Whole numbers of 64 bits are computed with 32 here, and a position outside of what it points into reads something else.
//! What would come out otherwise than on the CPU is refused, before the run where possible, else by looking at what is given.

use std::collections::BTreeMap;

use ml_onnx::shapes::{Call, Known};
use ml_onnx::{Data, Domain, ElementType, Node, Tensor};

use crate::GpuError;
use crate::lower::{Lower, words};

/// Whole numbers whose size is below this fit 32 bits.
const FIT: usize = 1 << 31;

/// What an input of the model has to hold, so that what is computed from it is right.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    input: String,
    /// What its elements lie below, in turn.
    lengths: Vec<usize>,
    /// Whether they may be as far below 0, counting from the end.
    from_end: bool,
}

impl Limit {
    /// # Errors
    /// [`GpuError::Value`] where what is given does not lie inside.
    pub(crate) fn check(&self, given: &[(String, Tensor)]) -> Result<(), GpuError> {
        let found = given.iter().find(|(name, _)| *name == self.input);
        match found.map_or(Ok(true), |(_, tensor)| self.holds(tensor))? {
            true => Ok(()),
            false => Err(GpuError::Value { name: self.input.clone(), why: "a number in it is too large".into() }),
        }
    }

    fn holds(&self, tensor: &Tensor) -> Result<bool, GpuError> {
        let lengths = || self.lengths.iter().map(|&length| length as f64).cycle();
        let inside = |(value, length): (f64, f64)| {
            let least = if self.from_end { -length } else { 0.0 };
            (least..length).contains(&value.trunc())
        };
        Ok(match tensor.data() {
            Data::F32(values) => values.iter().map(|&value| f64::from(value)).zip(lengths()).all(inside),
            _ => {
                let words = words(&self.input, tensor)?;
                words.into_iter().map(|word| f64::from(word.cast_signed())).zip(lengths()).all(inside)
            }
        })
    }
}

/// Operators whose output holds elements of their first input, in the same order.
const IN_ORDER: [&str; 6] = ["Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Cast"];
/// Those whose output holds some of them, in any order.
const ANYHOW: [&str; 9] =
    ["Transpose", "Expand", "Tile", "Slice", "Split", "Gather", "GatherElements", "GatherND", "ArrayFeatureExtractor"];

/// How large the elements of values can be, whatever their sign, as far as is known of those that were lowered.
pub(crate) type Sizes = BTreeMap<String, f64>;

impl<'a> Lower<'a> {
    /// Notes how large what a node makes can be.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] where whole numbers may need more than 32 bits, or be divided by 0.
    pub(super) fn bounded(&mut self, call: &Call) -> Result<(), GpuError> {
        let name = call.node.operator.as_str();
        let made = call.node.outputs.first().and_then(|name| self.known(name));
        let Some(element) = made.map(|known| known.element) else { return Ok(()) };
        let of = |at: usize| call.node.inputs.get(at).map_or(0.0, |name| self.size(name));
        let all = || (0..call.node.inputs.len()).map(of);
        let count = call.optional(0).map_or(1, Known::elements) as f64;
        let from_floats = call.optional(0).is_some_and(|given| given.element == ElementType::F32);
        let whole = !matches!(element, ElementType::F32 | ElementType::Bool);
        let (mut size, computed) = match name {
            "Add" | "Sub" | "Sum" => (all().sum(), true),
            "Mul" => (all().product(), true),
            "Pow" => (of(0).max(1.0).powf(of(1)), true),
            "Neg" | "Abs" => (of(0), true),
            "ReduceSum" | "ReduceL1" | "CumSum" => (of(0) * count, true),
            "ReduceSumSquare" => (of(0) * of(0) * count, true),
            "Mean" | "ReduceProd" | "MatMul" => (f64::INFINITY, true),
            "Cast" | "CastLike" => (of(0), from_floats),
            "Div" | "Mod" if whole => {
                let nowhere_zero = |name: &String| {
                    let by = self.constant(name).and_then(|by| words(name, by).ok());
                    by.is_some_and(|by| !by.contains(&0))
                };
                if !call.node.inputs.get(1).is_some_and(nowhere_zero) {
                    return Err(Self::unsupported(call, "it may divide whole numbers by 0"));
                }
                (of(0), false)
            }
            "Where" => (of(1).max(of(2)), false),
            "Concat" | "Min" | "Max" | "Clip" => (all().fold(0.0, f64::max), false),
            "ArgMax" | "ArgMin" => (count, false),
            "TopK" => (of(0).max(count), false),
            "Sigmoid" | "HardSigmoid" | "Softmax" => (1.0, false),
            "Round" | "Floor" | "Ceil" => (of(0) + 1.0, false),
            _ if IN_ORDER.contains(&name) || ANYHOW.contains(&name) => (of(0), false),
            _ => return Ok(()),
        };
        if computed && element == ElementType::I64 && (size.is_nan() || size >= FIT as f64) {
            // What is given can be looked at.
            let first = call.node.inputs.first().map_or("", String::as_str);
            if !(from_floats && self.given(first, vec![FIT], true)) {
                return Err(Self::unsupported(call, "its whole numbers may need more than 32 bits"));
            }
            size = FIT as f64;
        }
        self.sizes.extend(call.node.outputs.iter().map(|name| (name.clone(), size)));
        Ok(())
    }

    fn size(&self, name: &str) -> f64 {
        if let Some(&size) = self.sizes.get(name) {
            return size;
        }
        let known = self.known(name);
        if let Some(values) = known.and_then(Known::floats) {
            return values.iter().fold(0.0, |size, value| f64::from(value.abs()).max(size));
        }
        match known.map(|known| known.element) {
            Some(ElementType::Bool) => 1.0,
            Some(ElementType::U8 | ElementType::I8) => 255.0,
            // Also what is given of 64 bits: more than 32 of them are refused.
            Some(ElementType::I32 | ElementType::I64) => FIT as f64,
            _ => f64::INFINITY,
        }
    }

    /// Sees to it that the elements of an input of a node lie below `lengths`, in turn, and not below 0 or, `from_end`, not
    /// as far below.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] where they may not.
    pub(super) fn positions(
        &mut self,
        call: &Call,
        index: usize,
        lengths: Vec<usize>,
        from_end: bool,
    ) -> Result<(), GpuError> {
        let name = call.node.inputs.get(index).map_or("", String::as_str);
        let inside = match self.constant(name) {
            Some(constant) => Limit { input: name.into(), lengths, from_end }.holds(constant)?,
            None => self.chosen(name, &lengths) || self.given(name, lengths, from_end),
        };
        if inside { Ok(()) } else { Err(Self::unsupported(call, "its positions may lie outside")) }
    }

    /// Whether a value are the positions of what is largest or smallest along a dimension that is no longer than `lengths`.
    fn chosen(&self, name: &str, lengths: &[usize]) -> bool {
        let place = self.origin(name);
        let Some(node) = self.maker(place) else { return false };
        let otherwise = match node.operator.as_str() {
            "ArgMax" | "ArgMin" => 0,
            "TopK" if node.outputs.get(1).is_some_and(|second| second == place) => -1,
            _ => return false,
        };
        let shape =
            node.inputs.first().and_then(|name| self.known(name)).map_or(&[][..], |known| known.shape.as_slice());
        let axis = node.int("axis", otherwise);
        let axis = usize::try_from(if axis < 0 { axis + shape.len() as i64 } else { axis });
        let longest = axis.ok().and_then(|axis| shape.get(axis));
        longest.is_some_and(|longest| lengths.iter().all(|length| longest <= length))
    }

    /// Whether a value is an input of the model, which is looked at before each run then.
    fn given(&mut self, name: &str, lengths: Vec<usize>, from_end: bool) -> bool {
        let input = self.origin(name);
        let given = self.maker(input).is_none() && self.model.inputs.iter().any(|port| port.name == input);
        if given {
            self.limits.push(Limit { input: input.into(), lengths, from_end });
        }
        given
    }

    fn maker(&self, name: &str) -> Option<&'a Node> {
        self.makers.get(name).copied()
    }

    /// The value that a value's elements come from, in this order.
    fn origin<'n>(&self, name: &'n str) -> &'n str
    where
        'a: 'n,
    {
        let mut name = name;
        let hands_on = |node: &Node| {
            let to = node.int("to", 0);
            let number =
                matches!(ElementType::from_onnx(to), Some(ElementType::F32 | ElementType::I32 | ElementType::I64));
            node.domain == Domain::Onnx
                && IN_ORDER.contains(&node.operator.as_str())
                && (node.operator != "Cast" || number)
        };
        // Names are unique and nodes in order, so this ends.
        while let Some(before) = self.maker(name).filter(|node| hands_on(node)).and_then(|node| node.inputs.first()) {
            name = before;
        }
        name
    }
}
