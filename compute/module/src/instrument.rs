//! From a module that was checked to the one that everybody runs: two globals that count, and everything that changes
//! exported, so that whoever runs it can save it; and hints for compilers, which ways are hardly ever gone.

use protocol::Digest;
use wasm_encoder::{
    BranchHints, CodeSection, ConstExpr, ExportKind, ExportSection, GlobalSection, GlobalType, Module, RawSection,
    TypeSection, ValType,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Operator, Parser, Payload};

use crate::{
    DEPTH, GLOBAL, LEFT, LONGEST, Refusal,
    check::{Checked, check},
    contained::Room,
    floats::{Float, is_nan},
    rewrite::{Context, rewrite},
};

/// A module as everybody runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrumented {
    /// A WebAssembly module.
    pub bytes: Vec<u8>,
    /// Their hash. Each start of a job and each checkpoint asks for it, and a module may have megabytes.
    digest: Digest,
    /// Pages of 64 KiB of its memory at the start, and at most.
    pub pages: (u64, u64),
    /// Types of its own globals that change; they are exported as [`GLOBAL`] and their number here.
    pub globals: Vec<Kind>,
}

impl Instrumented {
    /// A module that was instrumented before, or one that is only measured.
    #[must_use]
    pub fn of(bytes: Vec<u8>, pages: (u64, u64), globals: Vec<Kind>) -> Self {
        let digest = Digest::of(&bytes);
        Self { bytes, digest, pages, globals }
    }

    /// SHA-256 of its bytes, by which checkpoints name it.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }
}

/// The type of a global.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    I32,
    I64,
    F32,
    F64,
}

/// Checks a module and makes what everybody runs of it: the same bytes of the same bytes.
///
/// # Errors
/// [`Refusal`].
pub fn instrument(module: &[u8]) -> Result<Instrumented, Refusal> {
    let checked = check(module)?;
    let bytes = Writer::new(&checked).write(module)?;
    if bytes.len() > LONGEST {
        return Err(Refusal::TooLong { found: bytes.len() });
    }
    let globals = checked.globals.iter().map(|kept| kept.kind).collect();
    Ok(Instrumented::of(bytes, checked.pages, globals))
}

struct Writer<'a> {
    checked: &'a Checked,
    context: Context<'a>,
    module: Module,
    globals_written: bool,
    code: CodeSection,
    hints: BranchHints,
    own: usize,
    room: Room,
}

impl<'a> Writer<'a> {
    fn new(checked: &'a Checked) -> Self {
        let context = Context::new(checked);
        Self {
            checked,
            context,
            module: Module::new(),
            globals_written: false,
            code: CodeSection::new(),
            hints: BranchHints::new(),
            own: 0,
            room: Room::default(),
        }
    }

    fn write(mut self, module: &[u8]) -> Result<Vec<u8>, Refusal> {
        let wrong = |error: wasmparser::BinaryReaderError| Refusal::NoModule(error.message().to_owned());
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload.map_err(wrong)?;
            match &payload {
                Payload::TypeSection(_) => self.types()?,
                Payload::GlobalSection(globals) => {
                    let mut written = GlobalSection::new();
                    for global in globals.clone() {
                        let global = global.map_err(wrong)?;
                        written.global(RoundtripReencoder.global_type(global.ty).map_err(again)?, &begins(&global)?);
                    }
                    self.globals(written);
                }
                Payload::ExportSection(exports) => {
                    let mut written = ExportSection::new();
                    RoundtripReencoder.parse_export_section(&mut written, exports.clone()).map_err(again)?;
                    if !self.globals_written {
                        self.globals(GlobalSection::new());
                    }
                    self.exports(written);
                }
                Payload::CodeSectionStart { .. } => {}
                Payload::CodeSectionEntry(body) => {
                    let (function, hints) = rewrite(&self.context, self.own, body, &mut self.room)?;
                    self.code.function(&function);
                    if !hints.is_empty() {
                        self.hints.function_hints(self.checked.imported + self.own as u32, hints);
                    }
                    self.own += 1;
                    if self.own == self.checked.slots.len() {
                        self.module.section(&self.hints);
                        self.module.section(&self.code);
                    }
                }
                // Names and the like: nothing that runs.
                Payload::CustomSection(_) => {}
                other => {
                    if let Some((id, range)) = other.as_section() {
                        let (from, to) = (range.start as usize, range.end as usize);
                        let data = module.get(from..to).ok_or_else(|| Refusal::NoModule("it is cut".to_owned()))?;
                        self.module.section(&RawSection { id, data });
                    }
                }
            }
        }
        Ok(self.module.finish())
    }

    fn types(&mut self) -> Result<(), Refusal> {
        let mut types = TypeSection::new();
        for (parameters, results) in self.checked.types.iter().chain(&self.context.more_types) {
            let parameters = parameters.iter().map(|ty| RoundtripReencoder.val_type(*ty));
            let results = results.iter().map(|ty| RoundtripReencoder.val_type(*ty));
            let parameters = parameters.collect::<Result<Vec<_>, _>>().map_err(again)?;
            types.ty().function(parameters, results.collect::<Result<Vec<_>, _>>().map_err(again)?);
        }
        self.module.section(&types);
        Ok(())
    }

    fn globals(&mut self, mut written: GlobalSection) {
        self.globals_written = true;
        let counter = |val_type| GlobalType { val_type, mutable: true, shared: false };
        written.global(counter(ValType::I64), &ConstExpr::i64_const(0));
        written.global(counter(ValType::I32), &ConstExpr::i32_const(0));
        self.module.section(&written);
    }

    fn exports(&mut self, mut written: ExportSection) {
        written.export(LEFT, ExportKind::Global, self.context.left);
        written.export(DEPTH, ExportKind::Global, self.context.depth);
        for (number, kept) in self.checked.globals.iter().enumerate() {
            written.export(&format!("{GLOBAL}{number}"), ExportKind::Global, kept.index);
        }
        self.module.section(&written);
    }
}

/// What a global is at the start. One that changes belongs to checkpoints from the first one on, so it is never another NaN than
/// the one of its type.
fn begins(global: &wasmparser::Global<'_>) -> Result<ConstExpr, Refusal> {
    let first = global.init_expr.get_operators_reader().into_iter().next().transpose().map_err(again)?;
    let float = match first.filter(|_| global.ty.mutable) {
        Some(Operator::F32Const { value }) if is_nan(Float::F32, value.bits().into()) => Some(Float::F32),
        Some(Operator::F64Const { value }) if is_nan(Float::F64, value.bits()) => Some(Float::F64),
        _ => None,
    };
    match float {
        Some(float) => Ok(float.nan()),
        None => RoundtripReencoder.const_expr(global.init_expr.clone()).map_err(again),
    }
}

fn again<E: std::fmt::Display>(error: E) -> Refusal {
    Refusal::NoModule(error.to_string())
}

impl Kind {
    /// Bits of a global of this type as each engine has them between two steps: those of a NaN are always the same.
    #[must_use]
    pub fn settled(self, bits: u64) -> u64 {
        let bits = if matches!(self, Self::I32 | Self::F32) { bits & u64::from(u32::MAX) } else { bits };
        match self.float().filter(|float| is_nan(*float, bits)) {
            Some(float) => float.nan_bits(),
            None => bits,
        }
    }

    /// The float type that it is, where it is one.
    pub(crate) fn float(self) -> Option<Float> {
        match self {
            Self::F32 => Some(Float::F32),
            Self::F64 => Some(Float::F64),
            Self::I32 | Self::I64 => None,
        }
    }
}
