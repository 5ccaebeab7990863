//! Models with something changed that are still models, and inputs of other shapes: whatever nodes are now asked for,
//! engines answer or say why not. They never break.
//!
//! `MODELMARKET_SEED` repeats a run, `MODELMARKET_CHANGES` (of each model) makes it longer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ml_conformance::engine::{Cpu, Engine, Gpu, Stop, Tensors};
use ml_conformance::{case, peer};
use ml_onnx::shapes::{Known, SMALL, infer};
use ml_onnx::{Attribute, Data, ElementType, Limits, Model, Tensor};

const LIMITS: Limits = Limits {
    bytes: 8 << 20,
    nodes: 1_000,
    initialisers: 1_000,
    rank: 8,
    elements: 1 << 20,
    memory: 64 << 20,
    name: 999,
};
/// What `infer` may say that a run takes; the workers that run models have a limit too.
const MOST_BYTES: u64 = 64 << 20;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
}

/// A byte of the file changed.
fn byte_changed(mut bytes: Vec<u8>, random: &mut Random) -> Option<Model> {
    let at = random.below(bytes.len());
    bytes[at] = match random.below(3) {
        0 => bytes[at] ^ (1 << random.below(8)),
        1 => bytes[at].wrapping_add(1),
        _ => random.next() as u8,
    };
    Model::read(&bytes, &LIMITS).ok()
}

fn number(old: i64, random: &mut Random) -> i64 {
    match random.below(6) {
        0 => 0,
        1 => old.wrapping_neg(),
        2 => old.wrapping_add(1),
        3 => old.wrapping_sub(1),
        4 => random.next() as i64,
        _ => random.below(100) as i64 - 50,
    }
}

/// An attribute, an input or a constant of a node changed.
fn node_changed(mut model: Model, random: &mut Random) -> Option<Model> {
    let names: Vec<String> = model
        .inputs
        .iter()
        .map(|port| port.name.clone())
        .chain(model.nodes.iter().flat_map(|node| node.inputs.iter().chain(&node.outputs).cloned()))
        .collect();
    let at = random.below(model.nodes.len());
    let node = &mut model.nodes[at];
    match random.below(3) {
        0 if !node.attributes.is_empty() => {
            let which = random.below(node.attributes.len());
            let name = node.attributes.keys().nth(which)?.clone();
            match node.attributes.get_mut(&name)? {
                Attribute::Int(value) => *value = number(*value, random),
                Attribute::Ints(values) if !values.is_empty() && random.below(3) > 0 => {
                    let at = random.below(values.len());
                    values[at] = number(values[at], random);
                }
                Attribute::Ints(values) if random.below(2) == 0 => values.push(1),
                Attribute::Ints(values) => {
                    values.pop();
                }
                Attribute::Float(value) => *value = f32::from_bits(random.next() as u32),
                Attribute::Floats(values) => {
                    values.pop();
                }
                Attribute::Texts(values) => {
                    values.pop();
                }
                _ => {
                    node.attributes.remove(&name);
                }
            }
        }
        1 if !node.inputs.is_empty() => {
            let at = random.below(node.inputs.len());
            node.inputs[at] = match random.below(4) {
                0 => String::new(),
                _ => names[random.below(names.len())].clone(),
            };
        }
        _ => {
            let name = node.inputs.iter().find(|name| model.constants.contains_key(*name))?;
            let (mut shape, mut data) = model.constants.remove(name)?.into_parts();
            match &mut data {
                Data::I64(values) if !values.is_empty() => {
                    let at = random.below(values.len());
                    values[at] = number(values[at], random);
                }
                _ => match random.below(3) {
                    0 => shape.reverse(),
                    1 => shape.push(1),
                    _ => shape = vec![shape.iter().product()],
                },
            }
            model.constants.insert(name.clone(), Tensor::new(shape, data).unwrap());
        }
    }
    Model::read(&model.to_bytes(), &LIMITS).ok()
}

/// An input given in another shape, and the model made to take any.
fn input_changed(mut model: Model, inputs: &mut Tensors, random: &mut Random) -> Option<Model> {
    if inputs.is_empty() {
        return None;
    }
    let at = random.below(inputs.len());
    let (name, tensor) = &mut inputs[at];
    let (mut shape, data) = tensor.clone().into_parts();
    let which = random.below(shape.len().max(1));
    match random.below(4) {
        0 if !shape.is_empty() => shape[which] = 0,
        1 if !shape.is_empty() => shape[which] = random.below(4),
        2 if !shape.is_empty() => drop(shape.remove(which)),
        _ => shape.insert(which, 1 + random.below(2)),
    }
    let length: usize = shape.iter().product();
    if length > 1 << 16 {
        return None;
    }
    fn cycled<T: Clone>(values: &[T], length: usize) -> Option<Vec<T>> {
        (length == 0 || !values.is_empty()).then(|| values.iter().cloned().cycle().take(length).collect())
    }
    let data = match &data {
        Data::F32(values) => Data::F32(cycled(values, length)?),
        Data::F64(values) => Data::F64(cycled(values, length)?),
        Data::I8(values) => Data::I8(cycled(values, length)?),
        Data::U8(values) => Data::U8(cycled(values, length)?),
        Data::I32(values) => Data::I32(cycled(values, length)?),
        Data::I64(values) => Data::I64(cycled(values, length)?),
        Data::Bool(values) => Data::Bool(cycled(values, length)?),
        Data::String(values) => Data::String(cycled(values, length)?),
    };
    *tensor = Tensor::new(shape, data).unwrap();
    for port in model.inputs.iter_mut().filter(|port| port.name == *name) {
        port.dims = None;
    }
    Some(model)
}

/// Whether shapes say that the model can be run at all and stays small; nothing runs a model without asking this first.
fn small(model: &Model, inputs: &Tensors) -> bool {
    let known = inputs.iter().map(|(name, tensor)| {
        let small = tensor.len() <= SMALL && matches!(tensor.element_type(), ElementType::I64 | ElementType::I32);
        let value = small.then(|| tensor.clone());
        (name.clone(), Known { element: tensor.element_type(), shape: tensor.shape().to_vec(), value })
    });
    infer(model, &known.collect::<BTreeMap<_, _>>()).is_ok_and(|shapes| shapes.peak_bytes <= MOST_BYTES)
}

/// Runs `changes` damaged forms of every model, or as many as `MODELMARKET_CHANGES` says.
fn never_breaks(engine: &dyn Engine, changes: u64) {
    let setting = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("it is a number"));
    let seed =
        setting("MODELMARKET_SEED").unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64);
    let changes = setting("MODELMARKET_CHANGES").unwrap_or(changes);
    println!("damaged on {}: MODELMARKET_SEED={seed}", engine.name());
    let mut random = Random(seed);
    let mut broken = Vec::new();
    let mut ran = 0;
    for suite in ["nodes", "pytorch", "exported"] {
        let folder = peer::cases(suite).unwrap();
        for case in case::all(&folder).unwrap() {
            let bytes = case.model(&folder).unwrap();
            let Ok(whole) = Model::read(&bytes, &Limits::default()) else { continue };
            let given = case.sets(&folder).unwrap().swap_remove(0).inputs;
            for _ in 0..changes {
                let before = random.0;
                let mut inputs = given.clone();
                let model = match random.below(5) {
                    0 => byte_changed(bytes.clone(), &mut random),
                    1 => input_changed(whole.clone(), &mut inputs, &mut random),
                    _ => node_changed(whole.clone(), &mut random),
                };
                let Some(model) = model.filter(|model| small(model, &inputs)) else { continue };
                ran += 1;
                let mut complain = |why: &str| broken.push(format!("{suite}/{} at {before}: {why}", case.name));
                match catch_unwind(AssertUnwindSafe(|| engine.run(&model, std::slice::from_ref(&inputs)))) {
                    Ok(Err(Stop::Broken(why))) => complain(&why),
                    Ok(_) => {}
                    Err(_) => complain("it panicked"),
                }
            }
        }
    }
    println!("{ran} damaged models ran on {}", engine.name());
    assert!(ran > 100 * changes, "only {ran} damaged models were left to run");
    assert!(broken.is_empty(), "{} broke, with MODELMARKET_SEED={seed}:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn cpu() {
    never_breaks(&Cpu, 4);
}

#[test]
fn gpu() {
    never_breaks(&Gpu::open().unwrap(), 1);
}
