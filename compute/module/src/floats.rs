//! Where bits of a NaN could be seen. WebAssembly leaves open which NaN an operator gives, so what could be told apart is
//! made the one NaN of its type before it is: scalars before they are stored (unless `exact` knows their bits), read as
//! integers, lend their sign, or go into a vector or a global; vectors behind the operators that make NaNs, since a vector
//! may be read as anything, unless `contained` finds that it is not.

use wasm_encoder::{BlockType, ConstExpr, Ieee32, Ieee64, Instruction, ValType};
use wasmparser::Operator;

/// A float type whose NaN is made the one NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Float {
    F32,
    F64,
    F32x4,
    F64x2,
}

const NAN32: u32 = 0x7fc0_0000;
const NAN64: u64 = 0x7ff8_0000_0000_0000;

impl Float {
    /// The local that a value is kept in meanwhile.
    pub fn local(self) -> ValType {
        match self {
            Self::F32 => ValType::F32,
            Self::F64 => ValType::F64,
            Self::F32x4 | Self::F64x2 => ValType::V128,
        }
    }

    /// Bits of the one NaN of a scalar, or of a lane.
    pub fn nan_bits(self) -> u64 {
        match self {
            Self::F32 | Self::F32x4 => NAN32.into(),
            Self::F64 | Self::F64x2 => NAN64,
        }
    }

    /// The same as what a global of a scalar's type begins with.
    pub fn nan(self) -> ConstExpr {
        match self {
            Self::F32 | Self::F32x4 => ConstExpr::f32_const(Ieee32::new(NAN32)),
            Self::F64 | Self::F64x2 => ConstExpr::f64_const(Ieee64::new(NAN64)),
        }
    }

    /// Makes the top operand the one NaN of its type where it is one, with a local of [`Self::local`]'s type.
    pub fn settle(self, local: u32) -> Vec<Instruction<'static>> {
        let (set, get) = (Instruction::LocalTee(local), Instruction::LocalGet(local));
        match self {
            Self::F32 | Self::F64 => {
                let (is_number, nan) = match self {
                    Self::F32 => (Instruction::F32Ge, Instruction::F32Const(Ieee32::new(NAN32))),
                    _ => (Instruction::F64Ge, Instruction::F64Const(Ieee64::new(NAN64))),
                };
                // Compilers make a comparison and a jump of it, and nothing that depends on either.
                vec![
                    Instruction::LocalSet(local),
                    Instruction::Block(BlockType::Empty),
                    get.clone(),
                    get.clone(),
                    is_number,
                    Instruction::BrIf(0),
                    nan,
                    Instruction::LocalSet(local),
                    Instruction::End,
                    get,
                ]
            }
            Self::F32x4 => {
                let nan = Instruction::V128Const(i128::from_le_bytes(lanes(&NAN32.to_le_bytes())));
                vec![set, nan, get.clone(), get, Instruction::F32x4Eq, Instruction::V128Bitselect]
            }
            Self::F64x2 => {
                let nan = Instruction::V128Const(i128::from_le_bytes(lanes(&NAN64.to_le_bytes())));
                vec![set, nan, get.clone(), get, Instruction::F64x2Eq, Instruction::V128Bitselect]
            }
        }
    }
}

/// Whether the bits of a scalar, or of a lane, are any NaN.
pub fn is_nan(float: Float, bits: u64) -> bool {
    match float {
        Float::F32 | Float::F32x4 => f32::from_bits(bits as u32).is_nan(),
        Float::F64 | Float::F64x2 => f64::from_bits(bits).is_nan(),
    }
}

fn lanes(lane: &[u8]) -> [u8; 16] {
    std::array::from_fn(|byte| lane[byte % lane.len()])
}

/// What has to be settled before an operator runs: its top operand. `is_exact` says whether that has the same bits in each
/// engine as it is.
pub fn before(operator: &Operator<'_>, is_exact: bool, global: impl Fn(u32) -> Option<Float>) -> Option<Float> {
    let stores = matches!(operator, Operator::F32Store { .. } | Operator::F64Store { .. });
    if stores && is_exact {
        return None;
    }
    Some(match operator {
        Operator::F32Store { .. }
        | Operator::I32ReinterpretF32
        | Operator::F32Copysign
        | Operator::F32x4Splat
        | Operator::F32x4ReplaceLane { .. } => Float::F32,
        Operator::F64Store { .. }
        | Operator::I64ReinterpretF64
        | Operator::F64Copysign
        | Operator::F64x2Splat
        | Operator::F64x2ReplaceLane { .. } => Float::F64,
        Operator::GlobalSet { global_index } => return global(*global_index),
        _ => return None,
    })
}

/// The vectors that an operator takes to which each NaN is as good as any other: it makes another one of it, compares it, or
/// gives it on as a scalar.
pub fn takes(operator: &Operator<'_>) -> Option<Float> {
    match operator {
        Operator::F32x4DemoteF64x2Zero
        | Operator::F64x2Eq
        | Operator::F64x2Ne
        | Operator::F64x2Lt
        | Operator::F64x2Gt
        | Operator::F64x2Le
        | Operator::F64x2Ge
        | Operator::F64x2ExtractLane { .. } => Some(Float::F64x2),
        Operator::F64x2PromoteLowF32x4
        | Operator::F32x4Eq
        | Operator::F32x4Ne
        | Operator::F32x4Lt
        | Operator::F32x4Gt
        | Operator::F32x4Le
        | Operator::F32x4Ge
        | Operator::F32x4ExtractLane { .. } => Some(Float::F32x4),
        other => makes(other),
    }
}

/// The vectors of an operator whose result is a NaN, any, where an operand is one.
pub fn makes(operator: &Operator<'_>) -> Option<Float> {
    Some(match operator {
        Operator::F32x4Add
        | Operator::F32x4Sub
        | Operator::F32x4Mul
        | Operator::F32x4Div
        | Operator::F32x4Sqrt
        | Operator::F32x4Min
        | Operator::F32x4Max
        | Operator::F32x4Ceil
        | Operator::F32x4Floor
        | Operator::F32x4Trunc
        | Operator::F32x4Nearest
        | Operator::F32x4DemoteF64x2Zero => Float::F32x4,
        Operator::F64x2Add
        | Operator::F64x2Sub
        | Operator::F64x2Mul
        | Operator::F64x2Div
        | Operator::F64x2Sqrt
        | Operator::F64x2Min
        | Operator::F64x2Max
        | Operator::F64x2Ceil
        | Operator::F64x2Floor
        | Operator::F64x2Trunc
        | Operator::F64x2Nearest
        | Operator::F64x2PromoteLowF32x4 => Float::F64x2,
        _ => return None,
    })
}
