//! Attributes of a file's nodes.

use std::collections::BTreeMap;

use super::tensors::Tensors;
use crate::operators::{self, AttributeType};
use crate::proto::{AttributeProto, attribute_type};
use crate::{Attribute, ReadError};

/// The attributes of node `node`, which is a `operator`.
pub fn read(
    attributes: Vec<AttributeProto>,
    node: &str,
    operator: &str,
    tensors: &mut Tensors<'_>,
) -> Result<BTreeMap<String, Attribute>, ReadError> {
    let mut read = BTreeMap::new();
    for attribute in attributes {
        let name = attribute.name.clone();
        let value = value(attribute, node, operator, tensors)?;
        if let Some(wanted) = operators::attribute_type(operator, &name)
            && wanted != AttributeType::of(&value)
        {
            return Err(ReadError::AttributeType {
                node: node.to_owned(),
                operator: operator.to_owned(),
                attribute: name,
                wanted: wanted.words(),
                found: AttributeType::of(&value).words().to_owned(),
            });
        }
        if read.insert(name.clone(), value).is_some() {
            return Err(ReadError::AttributeTwice {
                node: node.to_owned(),
                operator: operator.to_owned(),
                attribute: name,
            });
        }
    }
    Ok(read)
}

fn value(
    attribute: AttributeProto,
    node: &str,
    operator: &str,
    tensors: &mut Tensors<'_>,
) -> Result<Attribute, ReadError> {
    if !attribute.ref_attr_name.is_empty() {
        return Err(ReadError::AttributeType {
            node: node.to_owned(),
            operator: operator.to_owned(),
            wanted: "a value outside of functions",
            attribute: attribute.name,
            found: "that of a call".to_owned(),
        });
    }
    // Numbers that are zero may be left out of the file.
    Ok(match kind(&attribute) {
        attribute_type::FLOAT => Attribute::Float(attribute.f.unwrap_or(0.0)),
        attribute_type::INT => Attribute::Int(attribute.i.unwrap_or(0)),
        attribute_type::STRING => Attribute::Text(attribute.s.unwrap_or_default()),
        attribute_type::FLOATS => Attribute::Floats(attribute.floats),
        attribute_type::INTS => Attribute::Ints(attribute.ints),
        attribute_type::STRINGS => Attribute::Texts(attribute.strings),
        attribute_type::TENSOR => {
            let place = format!("Attribute \"{}\" of node \"{node}\" ({operator})", attribute.name);
            Attribute::Tensor(tensors.read(attribute.t.unwrap_or_default(), &place)?)
        }
        attribute_type::GRAPH | attribute_type::GRAPHS => {
            return Err(ReadError::ControlFlow { node: node.to_owned(), operator: operator.to_owned() });
        }
        other => {
            return Err(ReadError::AttributeType {
                node: node.to_owned(),
                operator: operator.to_owned(),
                wanted: operators::attribute_type(operator, &attribute.name)
                    .map_or("a number, text or tensor", AttributeType::words),
                attribute: attribute.name,
                found: format!("of a kind that is not read (number {other} in the file)"),
            });
        }
    })
}

/// The kind the file says, or, where it is older than saying so, the one that is there.
fn kind(attribute: &AttributeProto) -> i32 {
    match attribute {
        AttributeProto { r#type, .. } if *r#type != 0 => *r#type,
        AttributeProto { f: Some(_), .. } => attribute_type::FLOAT,
        AttributeProto { i: Some(_), .. } => attribute_type::INT,
        AttributeProto { s: Some(_), .. } => attribute_type::STRING,
        AttributeProto { t: Some(_), .. } => attribute_type::TENSOR,
        AttributeProto { floats, .. } if !floats.is_empty() => attribute_type::FLOATS,
        AttributeProto { ints, .. } if !ints.is_empty() => attribute_type::INTS,
        AttributeProto { strings, .. } if !strings.is_empty() => attribute_type::STRINGS,
        _ => 0,
    }
}
