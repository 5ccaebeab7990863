//! What holds for all graphs of a file.

use std::collections::BTreeMap;

use crate::{Domain, Limits, Tensor};

/// Versions that the file uses; 0 where it does not import the set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Opsets {
    pub onnx: i64,
    pub ml: i64,
}

impl Opsets {
    pub fn of(self, domain: Domain) -> i64 {
        match domain {
            Domain::Onnx => self.onnx,
            Domain::Ml => self.ml,
            Domain::Microsoft => 1,
        }
    }
}

/// What all graphs of a file are read with.
pub struct File<'a> {
    pub ir_version: i64,
    pub opsets: Opsets,
    pub limits: &'a Limits,
}

/// Constants of the graphs around a graph, the nearest last.
pub type Around<'a> = [&'a BTreeMap<String, Tensor>];
