//! wasmi: an interpreter in Rust, for tests, jurors and whoever has no other.

use std::cell::RefCell;

use compute_module::{IMPORTS, Instrumented, Kind, LOG, MEMORY, MOST_SLOTS, READ, STEP, WRITE};
use protocol::Digest;
use wasmi::{
    Caller, Config, Error, Extern, F32, F64, Linker, Memory, Module, Store, TrapCode, TypedFunc, Val, errors::ErrorKind,
};

use crate::{
    Engine, EngineError, Instance, Stopped, World,
    engine::{Shared, world},
    world::Stop,
};

/// Runs modules in wasmi.
#[derive(Debug, Clone, Default)]
pub struct Wasmi;

/// A module in wasmi.
pub struct Started {
    store: Store<Shared>,
    instance: wasmi::Instance,
    step: TypedFunc<(), i32>,
    memory: Memory,
}

thread_local! {
    /// What this thread compiled last, by its module's hash: who runs one job again and again compiles it once.
    static COMPILED: RefCell<Option<(Digest, wasmi::Engine, Module)>> = const { RefCell::new(None) };
}

/// A module, and the engine for which it was compiled.
fn compiled(instrumented: &Instrumented) -> Result<(wasmi::Engine, Module), Error> {
    let known = COMPILED.with_borrow(|last| {
        let last = last.as_ref().filter(|(digest, ..)| *digest == instrumented.digest());
        last.map(|(_, engine, module)| (engine.clone(), module.clone()))
    });
    if let Some(known) = known {
        return Ok(known);
    }
    let mut config = Config::default();
    // Calls stop by the module's own count first.
    config.set_max_recursion_depth(MOST_SLOTS as usize).set_max_stack_height(16 * MOST_SLOTS as usize);
    let engine = wasmi::Engine::new(&config);
    let module = Module::new(&engine, &instrumented.bytes)?;
    COMPILED.set(Some((instrumented.digest(), engine.clone(), module.clone())));
    Ok((engine, module))
}

impl Engine for Wasmi {
    type Instance = Started;

    fn start(&self, module: &Instrumented, world: Shared) -> Result<Started, EngineError> {
        let wrong = |error: Error| EngineError::NotStarted(error.to_string());
        let (engine, module) = compiled(module).map_err(wrong)?;
        let mut store = Store::new(&engine, world);
        let linker = linker(&engine).map_err(wrong)?;
        let instance = linker.instantiate_and_start(&mut store, &module).map_err(wrong)?;
        let step = instance.get_typed_func(&store, STEP).map_err(wrong)?;
        let memory = instance.get_memory(&store, MEMORY).ok_or_else(|| EngineError::Missing(MEMORY.to_owned()))?;
        Ok(Started { store, instance, step, memory })
    }
}

fn linker(engine: &wasmi::Engine) -> Result<Linker<Shared>, Error> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(
        IMPORTS,
        READ,
        |mut caller: Caller<'_, Shared>, input: i32, offset: i64, to: i32, count: i32| {
            with(&mut caller, |world, memory| world.read(memory, input, offset, to, count))
        },
    )?;
    linker.func_wrap(IMPORTS, WRITE, |mut caller: Caller<'_, Shared>, from: i32, count: i32| {
        with(&mut caller, |world, memory| world.write(memory, from, count))
    })?;
    linker.func_wrap(IMPORTS, LOG, |mut caller: Caller<'_, Shared>, from: i32, count: i32| {
        with(&mut caller, |world, memory| world.log(memory, from, count))
    })?;
    Ok(linker)
}

fn with<T>(
    caller: &mut Caller<'_, Shared>,
    call: impl FnOnce(&mut World, &mut [u8]) -> Result<T, Stop>,
) -> Result<T, Error> {
    let stop = || Error::from(TrapCode::UnreachableCodeReached);
    let memory = caller.get_export(MEMORY).and_then(Extern::into_memory).ok_or_else(stop)?;
    let (bytes, shared) = memory.data_and_store_mut(caller);
    call(&mut world(shared), bytes).map_err(|Stop| stop())
}

impl Started {
    fn find(&self, name: &str) -> Result<wasmi::Global, EngineError> {
        self.instance.get_global(&self.store, name).ok_or_else(|| EngineError::Missing(name.to_owned()))
    }
}

impl Instance for Started {
    fn step(&mut self) -> Result<bool, Stopped> {
        match self.step.call(&mut self.store, ()) {
            Ok(more) => Ok(more != 0),
            Err(error) => Err(match (error.kind(), error.as_trap_code()) {
                (_, Some(TrapCode::StackOverflow | TrapCode::OutOfSystemMemory | TrapCode::GrowthOperationLimited)) => {
                    Stopped::Engine(EngineError::GaveUp(error.to_string()))
                }
                (ErrorKind::TrapCode(_), _) | (_, Some(_)) => Stopped::Trap,
                _ => Stopped::Engine(EngineError::GaveUp(error.to_string())),
            }),
        }
    }

    fn global(&self, name: &str, _: Kind) -> Result<u64, EngineError> {
        Ok(match self.find(name)?.get(&self.store) {
            Val::I32(value) => u64::from(value.cast_unsigned()),
            Val::I64(value) => value.cast_unsigned(),
            Val::F32(value) => u64::from(value.to_bits()),
            Val::F64(value) => value.to_bits(),
            _ => return Err(EngineError::Missing(name.to_owned())),
        })
    }

    fn set_global(&mut self, name: &str, _: Kind, bits: u64) -> Result<(), EngineError> {
        let global = self.find(name)?;
        // The lower half of what `global` gave.
        let half = bits as u32;
        let value = match global.get(&self.store) {
            Val::I32(_) => Val::I32(half.cast_signed()),
            Val::I64(_) => Val::I64(bits.cast_signed()),
            Val::F32(_) => Val::F32(F32::from_bits(half)),
            Val::F64(_) => Val::F64(F64::from_bits(bits)),
            _ => return Err(EngineError::Missing(name.to_owned())),
        };
        global.set(&mut self.store, value).map_err(|_| EngineError::Missing(name.to_owned()))
    }

    fn memory(&self) -> Result<Vec<u8>, EngineError> {
        Ok(self.memory.data(&self.store).to_vec())
    }

    fn set_memory(&mut self, bytes: &[u8]) -> Result<(), EngineError> {
        let more = (bytes.len() / 65_536).checked_sub(self.memory.data(&self.store).len() / 65_536);
        let more = more.ok_or(EngineError::NoMemory)? as u64;
        self.memory.grow(&mut self.store, more).map_err(|_| EngineError::NoMemory)?;
        self.memory.write(&mut self.store, 0, bytes).map_err(|_| EngineError::NoMemory)
    }
}
