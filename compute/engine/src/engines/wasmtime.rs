//! wasmtime: compiles modules for this machine's processor. For native programs that lend it.

use std::{
    cell::RefCell,
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use compute_module::{IMPORTS, Instrumented, Kind, LOG, MEMORY, MOST_PAGES, READ, STEP, WRITE};
use protocol::Digest;
use wasmtime::{
    Caller, Config, Error, Extern, Global, Linker, Memory, Module, ResourceLimiter, Store, Trap, TypedFunc,
    UpdateDeadline, Val,
};

use super::kept::Kept;
use crate::{
    Engine, EngineError, Instance, Stopped, World,
    engine::{Shared, world},
    world::Stop,
};

/// Between two looks at what a running step may.
const TICK: Duration = Duration::from_millis(10);
/// Stack of a job in bytes. Calls stop by the module's own count first. Threads that run jobs need twice as much.
const STACK: usize = 1 << 20;
/// Modules that are kept compiled.
const KEPT: usize = 8;

/// Asked every some milliseconds while a step runs, in its thread: false stops it. It may sleep, to leave the processor to
/// others.
pub type Goes = Arc<dyn Fn() -> bool + Send + Sync>;

/// Runs modules in wasmtime.
#[derive(Clone)]
pub struct Wasmtime {
    engine: wasmtime::Engine,
    compiled: Arc<Mutex<VecDeque<(Digest, Module)>>>,
    kept: Option<Kept>,
    /// Bytes of memory that one job may have.
    most_memory: usize,
    goes: Option<Goes>,
}

/// A module in wasmtime.
pub struct Started {
    store: RefCell<Store<Inside>>,
    step: TypedFunc<(), i32>,
    memory: Memory,
    /// Exported globals by their names.
    globals: Vec<(String, Global)>,
}

/// What belongs to one started module.
struct Inside {
    world: Shared,
    room: Room,
}

/// Refuses memory beyond what is lent.
struct Room(usize);

impl ResourceLimiter for Room {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= self.0)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        // Tables stay as they are (`compute_module`): this is the first one.
        Ok(true)
    }
}

impl Wasmtime {
    /// # Errors
    /// [`EngineError::NotStarted`] on a machine for which nothing can be compiled.
    pub fn new() -> Result<Self, EngineError> {
        let mut config = Config::new();
        config.wasm_backtrace_max_frames(None).max_wasm_stack(STACK).epoch_interruption(true);
        // What instrumenting adds says which ways are hardly ever gone; other hints than its own are in no module.
        config.wasm_branch_hinting(true);
        let engine = wasmtime::Engine::new(&config).map_err(|error| wrong(&error))?;
        let weak = engine.weak();
        let ticks = thread::Builder::new().name("job clock".to_owned()).spawn(move || {
            while let Some(engine) = weak.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(TICK);
            }
        });
        ticks.map_err(|error| EngineError::NotStarted(error.to_string()))?;
        Ok(Self { engine, compiled: Arc::default(), kept: None, most_memory: MOST_PAGES as usize * 65_536, goes: None })
    }

    /// The same engine, which keeps what it compiles in a folder of this machine's user, and looks there first.
    #[must_use]
    pub fn keeping(&self, folder: &Path) -> Self {
        Self { kept: Some(Kept::at(folder)), ..self.clone() }
    }

    /// The same engine for a job that may have so many bytes of memory, whatever its module names.
    #[must_use]
    pub fn with_memory(&self, most_memory: usize) -> Self {
        Self { most_memory, ..self.clone() }
    }

    /// The same engine for a job that is asked whether it goes on.
    #[must_use]
    pub fn with_goes(&self, goes: Goes) -> Self {
        Self { goes: Some(goes), ..self.clone() }
    }

    /// Compiles a module that will be started soon. Takes seconds for a large one.
    ///
    /// # Errors
    /// [`EngineError::NotStarted`].
    pub fn prepare(&self, module: &Instrumented) -> Result<(), EngineError> {
        self.compile(module).map(drop)
    }

    /// Compiles a module, unless it was a moment ago.
    fn compile(&self, instrumented: &Instrumented) -> Result<Module, EngineError> {
        let digest = instrumented.digest();
        let find = |compiled: &VecDeque<(Digest, Module)>| {
            compiled.iter().find(|(known, _)| *known == digest).map(|(_, module)| module.clone())
        };
        if let Some(module) = find(&self.compiled.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(module);
        }
        // Others go on meanwhile; two that compile the same come to the same.
        let kept = self.kept.as_ref().and_then(|kept| kept.find(&self.engine, &digest));
        let module = match kept {
            Some(module) => module,
            None => {
                let module = Module::new(&self.engine, &instrumented.bytes).map_err(|error| wrong(&error))?;
                if let Some(kept) = &self.kept {
                    kept.keep(&self.engine, &digest, &module);
                }
                module
            }
        };
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.push_back((digest, module.clone()));
        if compiled.len() > KEPT {
            compiled.pop_front();
        }
        Ok(module)
    }
}

fn wrong(error: &Error) -> EngineError {
    EngineError::NotStarted(format!("{error:#}"))
}

fn missing(name: &str) -> EngineError {
    EngineError::Missing(name.to_owned())
}

impl Engine for Wasmtime {
    type Instance = Started;

    fn start(&self, module: &Instrumented, world: Shared) -> Result<Started, EngineError> {
        let module = self.compile(module)?;
        let mut store = Store::new(&self.engine, Inside { world, room: Room(self.most_memory) });
        store.limiter(|inside| &mut inside.room);
        store.set_epoch_deadline(1);
        let goes = self.goes.clone();
        store.epoch_deadline_callback(move |_| {
            if goes.as_ref().is_none_or(|goes| goes()) {
                Ok(UpdateDeadline::Continue(1))
            } else {
                Err(Trap::Interrupt.into())
            }
        });
        let linker = linker(&self.engine).map_err(|error| wrong(&error))?;
        // What does not fit into memory fails here, where nothing but the memory is made.
        let instance = linker.instantiate(&mut store, &module).map_err(|error| wrong(&error))?;
        let step = instance.get_typed_func(&mut store, STEP).map_err(|error| wrong(&error))?;
        let memory = instance.get_memory(&mut store, MEMORY).ok_or_else(|| missing(MEMORY))?;
        let mut globals = Vec::new();
        for export in instance.exports(&mut store) {
            let name = export.name().to_owned();
            if let Some(global) = export.into_global() {
                globals.push((name, global));
            }
        }
        Ok(Started { store: RefCell::new(store), step, memory, globals })
    }
}

fn linker(engine: &wasmtime::Engine) -> Result<Linker<Inside>, Error> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(
        IMPORTS,
        READ,
        |mut caller: Caller<'_, Inside>, input: i32, offset: i64, to: i32, count: i32| {
            with(&mut caller, |world, memory| world.read(memory, input, offset, to, count))
        },
    )?;
    linker.func_wrap(IMPORTS, WRITE, |mut caller: Caller<'_, Inside>, from: i32, count: i32| {
        with(&mut caller, |world, memory| world.write(memory, from, count))
    })?;
    linker.func_wrap(IMPORTS, LOG, |mut caller: Caller<'_, Inside>, from: i32, count: i32| {
        with(&mut caller, |world, memory| world.log(memory, from, count))
    })?;
    Ok(linker)
}

fn with<T>(
    caller: &mut Caller<'_, Inside>,
    call: impl FnOnce(&mut World, &mut [u8]) -> Result<T, Stop>,
) -> Result<T, Error> {
    let stop = || Error::from(Trap::UnreachableCodeReached);
    let memory = caller.get_export(MEMORY).and_then(Extern::into_memory).ok_or_else(stop)?;
    let (bytes, inside) = memory.data_and_store_mut(caller);
    call(&mut world(&inside.world), bytes).map_err(|Stop| stop())
}

impl Started {
    fn find(&self, name: &str) -> Result<Global, EngineError> {
        self.globals.iter().find(|(known, _)| known == name).map(|(_, global)| *global).ok_or_else(|| missing(name))
    }
}

impl Instance for Started {
    fn step(&mut self) -> Result<bool, Stopped> {
        match self.step.call(self.store.get_mut(), ()) {
            Ok(more) => Ok(more != 0),
            Err(error) => Err(match error.downcast_ref::<Trap>() {
                Some(Trap::Interrupt) => Stopped::Engine(EngineError::ToldToStop),
                Some(Trap::StackOverflow | Trap::AllocationTooLarge) | None => {
                    Stopped::Engine(EngineError::GaveUp(format!("{error:#}")))
                }
                Some(_) => Stopped::Trap,
            }),
        }
    }

    fn global(&self, name: &str, _: Kind) -> Result<u64, EngineError> {
        let global = self.find(name)?;
        Ok(match global.get(&mut *self.store.borrow_mut()) {
            Val::I32(value) => u64::from(value.cast_unsigned()),
            Val::I64(value) => value.cast_unsigned(),
            Val::F32(bits) => u64::from(bits),
            Val::F64(bits) => bits,
            _ => return Err(missing(name)),
        })
    }

    fn set_global(&mut self, name: &str, kind: Kind, bits: u64) -> Result<(), EngineError> {
        let global = self.find(name)?;
        // The lower half of what `global` gave.
        let half = bits as u32;
        let value = match kind {
            Kind::I32 => Val::I32(half.cast_signed()),
            Kind::I64 => Val::I64(bits.cast_signed()),
            Kind::F32 => Val::F32(half),
            Kind::F64 => Val::F64(bits),
        };
        global.set(self.store.get_mut(), value).map_err(|_| missing(name))
    }

    fn memory(&self) -> Result<Vec<u8>, EngineError> {
        Ok(self.memory.data(&*self.store.borrow()).to_vec())
    }

    fn set_memory(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        let store = self.store.get_mut();
        let more = (bytes.len() / 65_536).checked_sub(self.memory.data_size(&*store) / 65_536);
        let more = more.ok_or(EngineError::NoMemory)? as u64;
        self.memory.grow(&mut *store, more).map_err(|_| EngineError::NoMemory)?;
        self.memory.write(store, 0, bytes).map_err(|_| EngineError::NoMemory)
    }
}
