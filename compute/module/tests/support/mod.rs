//! A module as it is run, in wasmi.

use compute_module::LEFT;
use wasmi::{Caller, Engine, Extern, Instance, Linker, Store, Val};

/// A module that is ready for its step, with so much left where it counts. The store's data is what it writes.
pub fn started(module: &[u8], left: i64) -> (Store<Vec<u8>>, Instance) {
    let engine = Engine::default();
    let module = wasmi::Module::new(&engine, module).unwrap();
    let mut store = Store::new(&engine, Vec::new());
    let mut linker = Linker::<Vec<u8>>::new(&engine);
    let write = |mut caller: Caller<'_, Vec<u8>>, from: i32, count: i32| {
        let memory = caller.get_export("memory").and_then(Extern::into_memory).unwrap();
        let (data, result) = memory.data_and_store_mut(&mut caller);
        result.extend_from_slice(&data[from as usize..(from + count) as usize]);
    };
    linker.func_wrap("job", "write", write).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    if let Some(global) = instance.get_global(&store, LEFT) {
        global.set(&mut store, Val::I64(left)).unwrap();
    }
    (store, instance)
}
