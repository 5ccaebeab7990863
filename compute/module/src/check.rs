//! What a module may have. What is refused is named, with what its maker can do.

use thiserror::Error;
use wasmparser::{
    BinaryReaderError, ElementItems, ExternalKind, FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator,
    Parser, Payload, TypeRef, ValType, ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

use crate::{IMPORTS, Kind, LOG, LONGEST, MEMORY, MOST_PAGES, MOST_SLOTS, PREFIX, READ, STEP, WRITE};

/// Types, globals, and targets of all `br_table`s, at most each: some steps of instrumenting go through all of one of them.
const MOST: u32 = 1 << 16;
/// Parameters and locals of all functions at most: a few bytes can name many.
const MOST_LOCALS: u32 = 1 << 24;
/// Entries of all tables at the start at most, which every engine gives.
const MOST_ENTRIES: u64 = 1 << 17;
/// Targets of one `br_table` at most, as browsers have it.
const MOST_TARGETS: u32 = 65_520;

/// Why a module is refused.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum Refusal {
    #[error("This is no WebAssembly module: {0}.")]
    NoModule(String),
    #[error(
        "The module has {found} bytes; {LONGEST} at most are taken. Build it with optimisation and without debug information."
    )]
    TooLong { found: usize },
    #[error("The module uses what it may not: {0}.")]
    Feature(String),
    #[error("The module imports {module}.{name}, which no job has. It may import job.read, job.write and job.log.")]
    UnknownImport { module: String, name: String },
    #[error("The module imports job.{name} with other parameters or results than {wanted}.")]
    WrongImport { name: &'static str, wanted: &'static str },
    #[error("The module exports no memory named {MEMORY:?}. Compilers do so by themselves unless told otherwise.")]
    NoMemory,
    #[error("The module's memory has no maximum. Link it with one, e.g. with --max-memory=67108864.")]
    OpenMemory,
    #[error("The module's memory may grow to {pages} pages of 64 KiB; {MOST_PAGES} at most are lent.")]
    LargeMemory { pages: u64 },
    #[error("The module exports no function named {STEP:?} without parameters and with one i32 as its result.")]
    NoStep,
    #[error("The module exports {0:?}; names that begin with {PREFIX:?} are kept for counting.")]
    KeptName(String),
    #[error(
        "The module has a start function, which would run before anything is counted. Do its work in the first step."
    )]
    Start,
    #[error(
        "The module has more than {most} {what}, more than any compiler makes of a program. Split it into modules that do less."
    )]
    TooMany { what: &'static str, most: u32 },
    #[error(
        "The module's tables begin with {entries} entries together; {MOST_ENTRIES} at most are lent. Link it with fewer functions \
         that are called by their address."
    )]
    LargeTables { entries: u64 },
    #[error(
        "Function {index} has a br_table with {targets} targets; engines take {MOST_TARGETS} at most. Split it into several."
    )]
    LargeBranch { index: u32, targets: u32 },
    #[error(
        "Function {index} needs {slots} places for its values; {MOST_SLOTS} at most are there for all calls together."
    )]
    LargeFunction { index: u32, slots: u32 },
}

/// What a check found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// Pages of 64 KiB at the start, and at most.
    pub pages: (u64, u64),
    /// Types of the module's own mutable globals, in order.
    pub(crate) globals: Vec<Kept>,
    /// Globals of the module.
    pub(crate) all_globals: u32,
    /// Each function's parameters and results as a type index, imported ones first.
    pub(crate) functions: Vec<u32>,
    pub(crate) types: Vec<(Vec<ValType>, Vec<ValType>)>,
    /// How many of them are imported.
    pub(crate) imported: u32,
    /// Slots that one call of each own function needs.
    pub(crate) slots: Vec<u32>,
    /// Index of the function that does a step.
    pub(crate) step: u32,
}

/// A mutable global: its state belongs to a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub index: u32,
    pub kind: Kind,
}

/// What engines do in the same way everywhere, or can be made to.
fn features() -> WasmFeatures {
    // Without types of values that an engine would have to collect as garbage, `externref` too: not each engine is built for it.
    WasmFeatures::FLOATS
        | WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::BULK_MEMORY
        | WasmFeatures::SIMD
        // Only for the long form of table indices in `call_indirect`, which LLVM writes.
        | WasmFeatures::REFERENCE_TYPES
}

/// # Errors
/// [`Refusal`], the first that is found.
pub fn check(module: &[u8]) -> Result<Checked, Refusal> {
    if module.len() > LONGEST {
        return Err(Refusal::TooLong { found: module.len() });
    }
    let mut checked = Checked::default();
    let mut validator = Validator::new_with_features(features());
    let mut allocations = FuncValidatorAllocations::default();
    let mut counted = Counted::default();
    let (mut has_memory, mut has_step) = (false, false);
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(told)?;
        match &payload {
            Payload::TypeSection(types) => few("types", types.count(), MOST)?,
            Payload::GlobalSection(globals) => few("globals", globals.count(), MOST)?,
            _ => {}
        }
        if let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(told)? {
            let (slots, rest) = slots_of(function, &body, allocations, &mut counted)?;
            checked.slots.push(slots);
            allocations = rest;
        }
        match payload {
            Payload::TypeSection(types) => {
                for ty in types.into_iter_err_on_gc_types() {
                    let ty = ty.map_err(told)?;
                    checked.types.push((ty.params().to_vec(), ty.results().to_vec()));
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    checked.import(import.map_err(told)?)?;
                }
            }
            Payload::FunctionSection(functions) => {
                for ty in functions {
                    checked.functions.push(ty.map_err(told)?);
                }
            }
            Payload::TableSection(tables) => {
                let mut entries = 0u64;
                for table in tables {
                    entries = entries.saturating_add(table.map_err(told)?.ty.initial);
                }
                if entries > MOST_ENTRIES {
                    return Err(Refusal::LargeTables { entries });
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    let memory = memory.map_err(told)?;
                    let most = memory.maximum.ok_or(Refusal::OpenMemory)?;
                    if most > MOST_PAGES {
                        return Err(Refusal::LargeMemory { pages: most });
                    }
                    checked.pages = (memory.initial, most);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    checked.global(&global.map_err(told)?)?;
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export.map_err(told)?;
                    match (export.name, export.kind) {
                        (name, _) if name.starts_with(PREFIX) => return Err(Refusal::KeptName(name.to_owned())),
                        (MEMORY, ExternalKind::Memory) => has_memory = true,
                        (STEP, ExternalKind::Func) => {
                            has_step = checked.signature(export.index) == Some((&[], &[ValType::I32]));
                            checked.step = export.index;
                        }
                        _ => {}
                    }
                }
            }
            Payload::ElementSection(segments) => {
                for segment in segments {
                    checked.segment(segment.map_err(told)?)?;
                }
            }
            Payload::StartSection { .. } => return Err(Refusal::Start),
            _ => {}
        }
    }
    if !has_memory {
        return Err(Refusal::NoMemory);
    }
    if !has_step {
        return Err(Refusal::NoStep);
    }
    Ok(checked)
}

impl Checked {
    /// The type of a function, by its index.
    pub(crate) fn type_of(&self, function: u32) -> Option<u32> {
        self.functions.get(function as usize).copied()
    }

    /// Parameters and results of a function, by its index.
    pub(crate) fn signature(&self, function: u32) -> Option<(&[ValType], &[ValType])> {
        let ty = self.type_of(function)?;
        self.types.get(ty as usize).map(|(parameters, results)| (&parameters[..], &results[..]))
    }

    fn import(&mut self, import: wasmparser::Import<'_>) -> Result<(), Refusal> {
        const WANTED: [(&str, &[ValType], &[ValType], &str); 3] = [
            (
                READ,
                &[ValType::I32, ValType::I64, ValType::I32, ValType::I32],
                &[ValType::I32],
                "(i32, i64, i32, i32) -> i32",
            ),
            (WRITE, &[ValType::I32, ValType::I32], &[], "(i32, i32)"),
            (LOG, &[ValType::I32, ValType::I32], &[], "(i32, i32)"),
        ];
        let unknown = || Refusal::UnknownImport { module: import.module.to_owned(), name: import.name.to_owned() };
        let TypeRef::Func(ty) = import.ty else { return Err(unknown()) };
        let known = WANTED.iter().find(|(name, ..)| import.module == IMPORTS && import.name == *name);
        let (name, parameters, results, wanted) = *known.ok_or_else(unknown)?;
        self.functions.push(ty);
        self.imported += 1;
        match self.types.get(ty as usize) {
            Some((p, r)) if p == parameters && r == results => Ok(()),
            _ => Err(Refusal::WrongImport { name, wanted }),
        }
    }

    /// Calls by table do not say how many bytes they hand over, so an imported function is called by its name alone.
    fn segment(&self, segment: wasmparser::Element<'_>) -> Result<(), Refusal> {
        let imported = match segment.items {
            ElementItems::Functions(functions) => {
                let functions: Vec<u32> = functions.into_iter().collect::<Result<_, _>>().map_err(told)?;
                functions.iter().any(|function| *function < self.imported)
            }
            ElementItems::Expressions(_, expressions) => {
                let mut found = false;
                for expression in expressions {
                    for operator in expression.map_err(told)?.get_operators_reader() {
                        let operator = operator.map_err(told)?;
                        found |=
                            matches!(operator, Operator::RefFunc { function_index } if function_index < self.imported);
                    }
                }
                found
            }
        };
        if imported {
            Err(Refusal::Feature("an imported function in a table; wrap it in one of its own".to_owned()))
        } else {
            Ok(())
        }
    }

    fn global(&mut self, global: &wasmparser::Global<'_>) -> Result<(), Refusal> {
        let (index, ty) = (self.all_globals, global.ty.content_type);
        self.all_globals += 1;
        if !global.ty.mutable {
            return Ok(());
        }
        let kind = match ty {
            ValType::I32 => Kind::I32,
            ValType::I64 => Kind::I64,
            ValType::F32 => Kind::F32,
            ValType::F64 => Kind::F64,
            other => {
                return Err(Refusal::Feature(format!(
                    "a global of type {other} that changes, which pages cannot save"
                )));
            }
        };
        self.globals.push(Kept { index, kind });
        Ok(())
    }
}

/// What the validator says of a module.
fn told(error: BinaryReaderError) -> Refusal {
    let message = error.message().to_owned();
    if message.contains("gc types are disallowed") {
        return Refusal::Feature("externref or another type of the gc proposal".to_owned());
    }
    // The validator's words for what is valid WebAssembly, but not taken here.
    let refused = ["not enabled", "must be enabled", "multiple memories", "not supported without"]
        .iter()
        .any(|words| message.contains(words));
    if refused { Refusal::Feature(message) } else { Refusal::NoModule(message) }
}

/// Of all functions so far.
#[derive(Default)]
struct Counted {
    targets: u32,
    locals: u32,
}

/// Refuses more than so many.
fn few(what: &'static str, found: u32, most: u32) -> Result<(), Refusal> {
    if found > most { Err(Refusal::TooMany { what, most }) } else { Ok(()) }
}

/// Validates a function; answers the slots that one call of it needs.
fn slots_of(
    function: FuncToValidate<ValidatorResources>,
    body: &FunctionBody<'_>,
    allocations: FuncValidatorAllocations,
    counted: &mut Counted,
) -> Result<(u32, FuncValidatorAllocations), Refusal> {
    let index = function.index;
    let mut function = function.into_validator(allocations);
    function.read_locals(&mut body.get_binary_reader()).map_err(told)?;
    let (locals, mut operands) = (function.len_locals(), 0);
    counted.locals = counted.locals.saturating_add(locals);
    few("locals", counted.locals, MOST_LOCALS)?;
    let mut operators = body.get_operators_reader().map_err(told)?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset().map_err(told)?;
        if let Operator::BrTable { targets } = &operator {
            // Before each of them is looked at.
            let targets = targets.len();
            if targets > MOST_TARGETS {
                return Err(Refusal::LargeBranch { index, targets });
            }
            counted.targets = counted.targets.saturating_add(targets);
            few("targets of branches by a table", counted.targets, MOST)?;
        }
        function.op(at, &operator).map_err(told)?;
        if let Some(name) = refused(&operator) {
            return Err(Refusal::Feature(name.to_owned()));
        }
        operands = operands.max(function.operand_stack_height());
    }
    operators.finish().map_err(told)?;
    // A vector takes two.
    let slots = locals.saturating_add(operands).saturating_mul(2).saturating_add(4);
    if slots > MOST_SLOTS {
        return Err(Refusal::LargeFunction { index, slots });
    }
    Ok((slots, function.into_allocations()))
}

/// The name of an operator whose effect is in no memory and no global, so that no checkpoint has it.
fn refused(operator: &Operator<'_>) -> Option<&'static str> {
    Some(match operator {
        Operator::TableGrow { .. } => "table.grow; tables stay as they are",
        Operator::TableSet { .. } => "table.set; tables stay as they are",
        Operator::TableFill { .. } => "table.fill; tables stay as they are",
        Operator::TableCopy { .. } => "table.copy; tables stay as they are",
        Operator::TableInit { .. } => "table.init; tables stay as they are",
        Operator::ElemDrop { .. } => "elem.drop; segments stay as they are",
        Operator::DataDrop { .. } => "data.drop; segments stay as they are",
        _ => return None,
    })
}
