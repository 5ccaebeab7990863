//! Inputs and outputs of a file's graph.

use std::collections::BTreeSet;

use crate::proto::{self, Half, MapTypeProto, SequenceTypeProto, TensorTypeProto, TypeProto, ValueInfoProto};
use crate::{Dim, ElementType, Limits, Port, ReadError};

/// Which side of the model a port is on, for messages.
pub const INPUT: &str = "input";
pub const OUTPUT: &str = "output";

/// Reads ports of one side. `zip` tells the number of classes of a value that a ZipMap gives.
pub fn read(
    ports: Vec<ValueInfoProto>,
    what: &'static str,
    limits: &Limits,
    zip: impl Fn(&str) -> Option<usize>,
) -> Result<Vec<Port>, ReadError> {
    let mut seen = BTreeSet::new();
    let mut read = Vec::with_capacity(ports.len());
    for port in ports {
        if port.name.is_empty() {
            return Err(ReadError::PortNameless { what });
        }
        if !seen.insert(port.name.clone()) {
            return Err(ReadError::PortTwice { what, name: port.name });
        }
        let classes = zip(&port.name);
        read.push(self::port(port, what, limits, classes)?);
    }
    Ok(read)
}

/// Reads ports of a graph in a graph: they may say nothing of their types, which then follow from what is handed over.
pub fn inner(ports: Vec<ValueInfoProto>, what: &'static str, limits: &Limits) -> Result<Vec<Port>, ReadError> {
    let mut read: Vec<Port> = Vec::with_capacity(ports.len());
    let mut seen = BTreeSet::new();
    for ValueInfoProto { name, r#type } in ports {
        if name.is_empty() {
            return Err(ReadError::PortNameless { what });
        }
        if what == INPUT && !seen.insert(name.clone()) {
            return Err(ReadError::PortTwice { what, name });
        }
        let tensor = r#type.and_then(|kind| kind.tensor_type);
        let element = tensor.as_ref().and_then(|tensor| ElementType::from_onnx(tensor.elem_type.into()));
        let dims = match &tensor {
            Some(tensor) => dims(tensor, what, &name, limits)?,
            None => None,
        };
        read.push(Port { name, element: element.unwrap_or(ElementType::F32), dims });
    }
    Ok(read)
}

fn port(port: ValueInfoProto, what: &'static str, limits: &Limits, zip: Option<usize>) -> Result<Port, ReadError> {
    let name = port.name;
    let not_a_tensor = |name| Err(ReadError::NotATensor { what, name });
    if let Some(classes) = zip {
        // Some exporters say what a ZipMap is given instead of what it gives.
        return match port.r#type {
            Some(kind) if kind.tensor_type.is_none() && !is_sequence_of_maps(&kind) => not_a_tensor(name),
            _ => {
                let dims = Some(vec![Dim::Named("N".into()), Dim::Known(classes)]);
                Ok(Port { name, element: ElementType::F32, dims })
            }
        };
    }
    match port.r#type {
        Some(TypeProto { tensor_type: Some(tensor), .. }) => {
            let dims = dims(&tensor, what, &name, limits)?;
            let code = i64::from(tensor.elem_type);
            // Steps in bfloat16 round too much for floats of 32 bits to stand for them.
            let element = ElementType::from_onnx(code).filter(|_| Half::from_onnx(code) != Some(Half::Brain));
            let Some(element) = element else {
                return Err(ReadError::PortType { what, name, found: proto::type_name(code) });
            };
            Ok(Port { name, element, dims })
        }
        _ => not_a_tensor(name),
    }
}

fn is_sequence_of_maps(kind: &TypeProto) -> bool {
    use prost::Message;
    let sequence = kind.sequence_type.as_deref().and_then(|bytes| SequenceTypeProto::decode(bytes).ok());
    let map = sequence.and_then(|s| s.elem_type).and_then(|t| t.map_type);
    let map = map.and_then(|bytes| MapTypeProto::decode(bytes.as_slice()).ok());
    let value = map.and_then(|m| m.value_type).and_then(|t| t.tensor_type);
    value.is_some_and(|tensor| ElementType::from_onnx(tensor.elem_type.into()) == Some(ElementType::F32))
}

fn dims(
    tensor: &TensorTypeProto,
    what: &'static str,
    name: &str,
    limits: &Limits,
) -> Result<Option<Vec<Dim>>, ReadError> {
    let Some(shape) = &tensor.shape else { return Ok(None) };
    if shape.dim.len() > limits.rank {
        let rank = shape.dim.len();
        return Err(ReadError::PortRank { what, name: name.to_owned(), rank, limit: limits.rank });
    }
    let dims = shape.dim.iter().map(|dim| match (dim.dim_value, &dim.dim_param) {
        // Older exporters write -1 (and skl2onnx once 0) for "any".
        (Some(-1), None) => Ok(Dim::Named(String::new())),
        (Some(length), None) => usize::try_from(length).map(Dim::Known).map_err(|_| ReadError::PortDimension {
            what,
            name: name.to_owned(),
            length,
        }),
        (_, param) => Ok(Dim::Named(param.clone().unwrap_or_default())),
    });
    Ok(Some(dims.collect::<Result<_, _>>()?))
}
