//! Messages as JavaScript objects: `{kind, number, body, parts, memory}`. `parts` is an object of `Uint8Array`s and
//! `File`s by name; `memory`, on answers, is the size of the worker's memory in bytes.

use js_sys::{Array, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use crate::envelope::{Envelope, Kind, Parts};

/// What stands beside a message.
#[derive(Debug, Clone)]
pub enum Part {
    /// Bytes of which the other side gets a copy.
    Copied(Uint8Array),
    /// Bytes that are handed over without a copy: here they are empty afterwards.
    Moved(Uint8Array),
    /// A file of the browser; its bytes stay where they are.
    File(File),
}

impl Part {
    /// Bytes of the program's own memory, to be handed over.
    pub fn moved(bytes: &[u8]) -> Self {
        Self::Moved(Uint8Array::from(bytes))
    }

    fn value(&self) -> &JsValue {
        match self {
            Self::Copied(bytes) | Self::Moved(bytes) => bytes.as_ref(),
            Self::File(file) => file.as_ref(),
        }
    }
}

/// A sentence about something that is not beside a message.
fn missing(name: &str) -> String {
    format!("“{name}” is missing in what the parts of the page told each other; reload it.")
}

impl Parts<Part> {
    /// Bytes, which lie outside of the program's memory.
    ///
    /// # Errors
    /// A sentence where there are none of this name.
    pub fn array(&self, name: &str) -> Result<Uint8Array, String> {
        match self.get(name) {
            Some(Part::Copied(bytes) | Part::Moved(bytes)) => Ok(bytes.clone()),
            _ => Err(missing(name)),
        }
    }

    /// Bytes, copied into the program's memory.
    ///
    /// # Errors
    /// A sentence where there are none of this name.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, String> {
        self.array(name).map(|bytes| bytes.to_vec())
    }

    /// # Errors
    /// A sentence where there is none of this name.
    pub fn file(&self, name: &str) -> Result<File, String> {
        match self.get(name) {
            Some(Part::File(file)) => Ok(file.clone()),
            _ => Err(missing(name)),
        }
    }
}

/// The message, and the buffers that are handed over with it.
pub fn write(envelope: &Envelope<Part>) -> (Object, Array) {
    let (message, parts, moved) = (Object::new(), Object::new(), Array::new());
    set(&message, "kind", &envelope.kind.name().into());
    set(&message, "number", &envelope.number.into());
    set(&message, "body", &envelope.body.as_str().into());
    for (name, part) in envelope.parts.iter() {
        set(&parts, name, part.value());
        if let Part::Moved(bytes) = part {
            moved.push(&bytes.buffer());
        }
    }
    set(&message, "parts", &parts);
    (message, moved)
}

/// Reads a message.
///
/// # Errors
/// What is not as it should be.
pub fn read(message: &JsValue) -> Result<Envelope<Part>, String> {
    let kind = get(message, "kind").as_string().unwrap_or_default();
    let kind = Kind::named(&kind).ok_or_else(|| format!("a message of the unknown kind “{kind}”"))?;
    let number = get(message, "number").as_f64().ok_or("a message without a number")? as u32;
    let body = get(message, "body").as_string().unwrap_or_default();
    let mut parts = Parts::none();
    if let Ok(beside) = get(message, "parts").dyn_into::<Object>() {
        for name in Object::keys(&beside).iter().filter_map(|name| name.as_string()) {
            let value = get(&beside, &name);
            let part = match value.dyn_into::<Uint8Array>() {
                Ok(bytes) => Part::Copied(bytes),
                Err(value) => Part::File(value.dyn_into().map_err(|_| format!("“{name}” is neither bytes nor file"))?),
            };
            parts = parts.with(name, part);
        }
    }
    Ok(Envelope { kind, number, body, parts })
}

/// Size of this program's memory, bytes; it never shrinks, so this is also its peak.
pub fn memory_bytes() -> f64 {
    let memory = wasm_bindgen::memory().unchecked_into::<WebAssembly::Memory>();
    get(&memory.buffer(), "byteLength").as_f64().unwrap_or_default()
}

/// A field of an object; undefined where there is none.
pub fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

pub(crate) fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a field of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

/// What an error, or an event about one, says.
pub fn cause(value: &JsValue) -> Option<String> {
    let text = |key| get(value, key).as_string().filter(|text| !text.is_empty());
    match (text("name"), text("message")) {
        (Some(name), Some(message)) => Some(format!("{name}: {message}")),
        (one, other) => one.or(other),
    }
}
