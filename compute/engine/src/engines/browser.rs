//! The engine of the browser, in the worker that this runs in.

use std::cell::RefCell;

use compute_module::{IMPORTS, Instrumented, Kind, LOG, MEMORY, READ, STEP, WRITE};
use js_sys::{BigInt, Function, Object, Reflect, Uint8Array, WebAssembly};
use protocol::Digest;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{
    Engine, EngineError, Instance, Stopped,
    engine::{Shared, world},
    world::Stop,
};

/// Runs modules in the browser's engine. Only in a worker: compiling and steps take as long as they take.
#[derive(Debug, Clone, Default)]
pub struct Browser;

type Read = Closure<dyn FnMut(i32, i64, i32, i32) -> Result<i32, JsValue>>;
type Bytes = Closure<dyn FnMut(i32, i32) -> Result<(), JsValue>>;

/// A module in the browser's engine.
pub struct Started {
    exports: Object,
    step: Function,
    memory: WebAssembly::Memory,
    // What the module calls; it must live as long.
    _calls: (Read, Bytes, Bytes),
}

/// Where the memory is, once the module has started.
type Place = std::rc::Rc<std::cell::OnceCell<WebAssembly::Memory>>;

thread_local! {
    /// What this worker compiled last, by its module's hash: the parts of a job that are run again begin with the same one.
    static COMPILED: RefCell<Option<(Digest, WebAssembly::Module)>> = const { RefCell::new(None) };
}

fn compiled(instrumented: &Instrumented) -> Result<WebAssembly::Module, JsValue> {
    let known = COMPILED.with_borrow(|last| {
        let last = last.as_ref().filter(|(digest, _)| *digest == instrumented.digest());
        last.map(|(_, module)| module.clone())
    });
    if let Some(known) = known {
        return Ok(known);
    }
    // The one before goes first: two of the largest may not fit.
    drop(COMPILED.take());
    let module = WebAssembly::Module::new(&Uint8Array::from(&instrumented.bytes[..]))?;
    COMPILED.set(Some((instrumented.digest(), module.clone())));
    Ok(module)
}

impl Engine for Browser {
    type Instance = Started;

    fn start(&self, module: &Instrumented, shared: Shared) -> Result<Started, EngineError> {
        let wrong = |error: JsValue| not_started(&error);
        let module = compiled(module).map_err(wrong)?;
        let place = Place::default();
        let calls = calls(&shared, &place);
        let job = Object::new();
        for (name, call) in [(READ, calls.0.as_ref()), (WRITE, calls.1.as_ref()), (LOG, calls.2.as_ref())] {
            Reflect::set(&job, &name.into(), call).map_err(wrong)?;
        }
        let imports = Object::new();
        Reflect::set(&imports, &IMPORTS.into(), &job).map_err(wrong)?;
        let instance = WebAssembly::Instance::new(&module, &imports).map_err(wrong)?;
        let exports: Object = instance.exports();
        let export = |name: &str| Reflect::get(&exports, &name.into()).map_err(|_| missing(name));
        let step = export(STEP)?.dyn_into::<Function>().map_err(|_| missing(STEP))?;
        let memory = export(MEMORY)?.dyn_into::<WebAssembly::Memory>().map_err(|_| missing(MEMORY))?;
        // The first time that it is set.
        let _ = place.set(memory.clone());
        Ok(Started { exports, step, memory, _calls: calls })
    }
}

fn missing(name: &str) -> EngineError {
    EngineError::Missing(name.to_owned())
}

fn not_started(error: &JsValue) -> EngineError {
    if error.is_instance_of::<js_sys::RangeError>() {
        return EngineError::NoMemory;
    }
    EngineError::NotStarted(message(error))
}

fn message(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}

fn calls(of: &Shared, place: &Place) -> (Read, Bytes, Bytes) {
    let (shared, memory) = (of.clone(), place.clone());
    let read = Closure::new(move |input, offset, to: i32, count: i32| {
        // Only the bytes in question come over: `read` sees a memory that begins with them.
        let mut bytes = vec![0; length(&memory, to, count)?];
        let many = world(&shared).read(&mut bytes, input, offset, 0, count).map_err(stop)?;
        if many > 0 {
            let view = view(&memory)?.subarray(to.cast_unsigned(), to.cast_unsigned() + many.cast_unsigned());
            view.copy_from(bytes.get(..many.cast_unsigned() as usize).unwrap_or_default());
        }
        Ok(many)
    });
    let (shared, memory) = (of.clone(), place.clone());
    let write = Closure::new(move |from, count| {
        let bytes = taken(&memory, from, count)?;
        world(&shared).write(&bytes, 0, count).map_err(stop)
    });
    let (shared, memory) = (of.clone(), place.clone());
    let log = Closure::new(move |from, count| {
        let bytes = taken(&memory, from, count)?;
        world(&shared).log(&bytes, 0, count).map_err(stop)
    });
    (read, write, log)
}

/// How the module is stopped from within a call of its own; told apart from errors of the engine.
const STOP: &str = "the job stops";

fn stop(_: Stop) -> JsValue {
    STOP.into()
}

fn view(memory: &Place) -> Result<Uint8Array, JsValue> {
    let memory = memory.get().ok_or_else(|| stop(Stop))?;
    Ok(Uint8Array::new(&memory.buffer()))
}

/// How many bytes are named, where the memory has them.
fn length(memory: &Place, pointer: i32, count: i32) -> Result<usize, JsValue> {
    let count = usize::try_from(count).map_err(|_| stop(Stop))?;
    let has = view(memory)?.length() as usize;
    match (pointer.cast_unsigned() as usize).checked_add(count) {
        Some(to) if to <= has => Ok(count),
        _ => Err(stop(Stop)),
    }
}

fn taken(memory: &Place, pointer: i32, count: i32) -> Result<Vec<u8>, JsValue> {
    let count = length(memory, pointer, count)?;
    let from = pointer.cast_unsigned();
    Ok(view(memory)?.subarray(from, from + count as u32).to_vec())
}

impl Started {
    fn find(&self, name: &str) -> Result<(JsValue, JsValue), EngineError> {
        let global = Reflect::get(&self.exports, &name.into()).map_err(|_| missing(name))?;
        let value = Reflect::get(&global, &"value".into()).map_err(|_| missing(name))?;
        Ok((global, value))
    }
}

impl Instance for Started {
    fn step(&mut self) -> Result<bool, Stopped> {
        match self.step.call0(&JsValue::UNDEFINED) {
            Ok(more) => Ok(more.as_f64() != Some(0.0)),
            Err(error) if error.as_string().as_deref() == Some(STOP) => Err(Stopped::Trap),
            // A trap is a RuntimeError; a stack or a memory at its end is a RangeError.
            Err(error) if error.is_instance_of::<WebAssembly::RuntimeError>() => Err(Stopped::Trap),
            Err(error) => Err(Stopped::Engine(EngineError::GaveUp(message(&error)))),
        }
    }

    fn global(&self, name: &str, kind: Kind) -> Result<u64, EngineError> {
        let (_, value) = self.find(name)?;
        if kind == Kind::I64 {
            let value = value.dyn_into::<BigInt>().map_err(|_| missing(name))?;
            return u64::try_from(BigInt::as_uint_n(64.0, &value)).map_err(|_| missing(name));
        }
        let value = value.as_f64().ok_or_else(|| missing(name))?;
        Ok(match kind {
            // A whole number that i32 has.
            Kind::I32 | Kind::I64 => u64::from((value as i32).cast_unsigned()),
            // The one NaN that modules have (`compute_module`).
            Kind::F32 if value.is_nan() => u64::from(0x7fc0_0000u32),
            Kind::F64 if value.is_nan() => 0x7ff8_0000_0000_0000,
            // It was an f32.
            Kind::F32 => u64::from((value as f32).to_bits()),
            Kind::F64 => value.to_bits(),
        })
    }

    fn set_global(&mut self, name: &str, kind: Kind, bits: u64) -> Result<(), EngineError> {
        let (global, _) = self.find(name)?;
        let half = bits as u32;
        let value = match kind {
            Kind::I32 => JsValue::from(half.cast_signed()),
            Kind::I64 => BigInt::from(bits.cast_signed()).into(),
            Kind::F32 => JsValue::from(f32::from_bits(half)),
            Kind::F64 => JsValue::from(f64::from_bits(bits)),
        };
        match Reflect::set(&global, &"value".into(), &value) {
            Ok(true) => Ok(()),
            _ => Err(missing(name)),
        }
    }

    fn memory(&self) -> Result<Vec<u8>, EngineError> {
        Ok(Uint8Array::new(&self.memory.buffer()).to_vec())
    }

    fn set_memory(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        let has = Uint8Array::new(&self.memory.buffer()).length() as usize;
        let more = (bytes.len() / 65_536).checked_sub(has / 65_536).ok_or(EngineError::NoMemory)?;
        // Throws where there is no memory for it.
        let grow = Reflect::get(&self.memory, &"grow".into()).ok().and_then(|grow| grow.dyn_into::<Function>().ok());
        let grown = grow.ok_or_else(|| missing(MEMORY))?.call1(&self.memory, &JsValue::from_f64(more as f64));
        grown.map_err(|_| EngineError::NoMemory)?;
        Uint8Array::new(&self.memory.buffer()).copy_from(bytes);
        Ok(())
    }
}
