//! The module without anything that counts, in a form that the same code runs.

use compute_module::{DEPTH, LEFT};
use wasm_encoder::{
    ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, Module, RawSection, ValType,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

use crate::Failed;

/// The same functions to the byte, and the two globals that whoever runs it sets and reads, which nothing changes.
pub fn plain(module: &[u8]) -> Result<Vec<u8>, Failed> {
    let (mut out, mut globals) = (Module::new(), 0);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        match &payload {
            Payload::GlobalSection(section) => {
                let mut written = GlobalSection::new();
                RoundtripReencoder.parse_global_section(&mut written, section.clone())?;
                globals = section.count();
                let counter = |val_type| GlobalType { val_type, mutable: true, shared: false };
                written.global(counter(ValType::I64), &ConstExpr::i64_const(0));
                written.global(counter(ValType::I32), &ConstExpr::i32_const(0));
                out.section(&written);
            }
            Payload::ExportSection(section) => {
                let mut written = ExportSection::new();
                RoundtripReencoder.parse_export_section(&mut written, section.clone())?;
                written.export(LEFT, ExportKind::Global, globals);
                written.export(DEPTH, ExportKind::Global, globals + 1);
                out.section(&written);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let data = module.get(range.start as usize..range.end as usize).ok_or("the module is cut")?;
                    out.section(&RawSection { id, data });
                }
            }
        }
    }
    Ok(out.finish())
}
