//! Kernels with their buffers, shared by liveness; one submission and one read-back per run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ml_onnx::shapes::Shapes;
use ml_onnx::{Data, ElementType, Model, Tensor};
use wgpu::BufferUsages;

use crate::device::Bounds;
use crate::device::buffer::{Buffer, bytes_for};
use crate::graph::{BufferId, Graph, Role, Source, Value};
use crate::lower::whole::Limit;
use crate::lower::{Lower, Words, scalar_of, words};
use crate::{Gpu, GpuError};

/// Buffers of constants by key; they are the same for all plans of a model.
pub(crate) type Constants = BTreeMap<String, Arc<Buffer>>;

/// What a run takes and gives, and the kernels between.
#[derive(Debug)]
pub(crate) struct Plan {
    inputs: Vec<(String, Arc<Buffer>)>,
    steps: Vec<Step>,
    outputs: Vec<Output>,
    staging: Option<(Buffer, u64)>,
    copies: Vec<(Arc<Buffer>, u64, u64)>,
    limits: Vec<Limit>,
    /// Sources of its kernels, to be forgotten where one is refused.
    sources: Vec<String>,
    /// Buffers stay while kernels use them.
    _memory: Vec<Arc<Buffer>>,
}

#[derive(Debug)]
struct Step {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: (u32, u32),
}

#[derive(Debug)]
struct Output {
    name: String,
    shape: Vec<usize>,
    element: ElementType,
    from: From,
}

#[derive(Debug)]
enum From {
    /// Known without running anything.
    Known(Tensor),
    /// Bytes of what is read back.
    Bytes(usize, usize),
    /// The same, as positions among texts.
    Texts(usize, usize, Arc<Vec<String>>),
}

/// Kernels and constants that are still to be brought to the device.
pub(crate) struct Draft {
    graph: Graph,
    constants: BTreeMap<String, Words>,
    inputs: Vec<(String, BufferId)>,
    outputs: Vec<Output>,
    copies: Vec<(BufferId, u64, u64)>,
    limits: Vec<Limit>,
    bytes: u64,
}

impl Draft {
    /// Turns a model into kernels.
    ///
    /// # Errors
    /// [`GpuError`]: a node without a kernel, a value that does not fit.
    pub(crate) fn new(
        model: &Model,
        shapes: &Shapes,
        bounds: Bounds,
        present: &BTreeSet<String>,
    ) -> Result<Self, GpuError> {
        let mut lower = Lower::new(model, shapes, bounds, present);
        let mut inputs = Vec::new();
        for port in &model.inputs {
            let Some(known) = shapes.values.get(&port.name) else { continue };
            if known.value.is_some() {
                continue;
            }
            let refuse = || GpuError::Value { name: port.name.clone(), why: "it has texts or doubles".into() };
            let scalar = scalar_of(known.element).ok_or_else(refuse)?;
            let count = known.elements();
            let id = lower.graph.buffer(Role::Input, count)?;
            lower.values.insert(port.name.clone(), Value { scalar, count, source: Source::Buffer(id) });
            inputs.push((port.name.clone(), id));
        }
        lower.nodes()?;
        let (mut outputs, mut copies, mut bytes) = (Vec::new(), Vec::new(), 0_u64);
        for port in &model.outputs {
            let missing = || GpuError::Value { name: port.name.clone(), why: "nothing makes it".into() };
            let known = shapes.values.get(&port.name).ok_or_else(missing)?;
            let from = match lower.constant(&port.name) {
                Some(tensor) => From::Known(tensor.clone()),
                None => {
                    let value = lower.value(&port.name)?;
                    let id = match value.source {
                        Source::Literal(_) => lower.filled(&value)?,
                        _ => lower.graph.compute(&value)?,
                    };
                    let length = value.count * 4;
                    let start = bytes as usize;
                    if length > 0 {
                        copies.push((id, bytes, length as u64));
                    }
                    bytes += length as u64;
                    match lower.texts.get(&port.name) {
                        Some(texts) => From::Texts(start, length, texts.clone()),
                        None => From::Bytes(start, length),
                    }
                }
            };
            let (name, shape, element) = (port.name.clone(), known.shape.clone(), known.element);
            outputs.push(Output { name, shape, element, from });
        }
        let Lower { graph, constants, limits, .. } = lower;
        Ok(Self { graph, constants, inputs, outputs, copies, limits, bytes })
    }

    /// Sizes of the memory that buffers between kernels share, and which of it each one has.
    fn memory(&self) -> (Vec<u64>, BTreeMap<BufferId, usize>) {
        let mut last: BTreeMap<BufferId, usize> = BTreeMap::new();
        for (position, kernel) in self.graph.kernels.iter().enumerate() {
            for &id in &kernel.buffers {
                last.insert(id, position);
            }
        }
        for &(id, ..) in &self.copies {
            last.insert(id, usize::MAX);
        }
        let (mut sizes, mut places, mut free): (Vec<u64>, BTreeMap<BufferId, usize>, Vec<usize>) = Default::default();
        for (position, kernel) in self.graph.kernels.iter().enumerate() {
            for &id in &kernel.buffers {
                let plan = &self.graph.buffers[id];
                if plan.role != Role::Between || places.contains_key(&id) {
                    continue;
                }
                // The smallest that is large enough; otherwise the largest grows.
                let fitting = free.iter().copied().filter(|&f| sizes[f] >= plan.bytes).min_by_key(|&f| sizes[f]);
                let place = fitting.or_else(|| free.iter().copied().max_by_key(|&f| sizes[f]));
                let place = place.unwrap_or_else(|| {
                    sizes.push(0);
                    sizes.len() - 1
                });
                free.retain(|&f| f != place);
                sizes[place] = sizes[place].max(plan.bytes);
                places.insert(id, place);
            }
            for &id in &kernel.buffers {
                if last.get(&id) == Some(&position)
                    && let Some(&place) = places.get(&id)
                    && !free.contains(&place)
                {
                    free.push(place);
                }
            }
        }
        // Nobody writes what has no elements, yet it may be bound.
        for (id, plan) in self.graph.buffers.iter().enumerate() {
            if plan.role == Role::Between && !places.contains_key(&id) {
                sizes.push(plan.bytes);
                places.insert(id, sizes.len() - 1);
            }
        }
        (sizes, places)
    }

    /// Brings everything to the device; may not wait.
    pub(crate) fn build(mut self, gpu: &Gpu, constants: &mut Constants) -> Plan {
        let device = gpu.device();
        // Each is freed as soon as it is on the device.
        for (key, words) in std::mem::take(&mut self.constants) {
            constants.entry(key).or_insert_with(|| Arc::new(gpu.upload("constant", bytemuck::cast_slice(&words))));
        }
        let (sizes, places) = self.memory();
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        let shared: Vec<Arc<Buffer>> =
            sizes.iter().map(|&bytes| Arc::new(Buffer::new(device, "between", bytes, usage))).collect();
        let memory: Vec<Arc<Buffer>> = self
            .graph
            .buffers
            .iter()
            .enumerate()
            .map(|(id, plan)| match &plan.role {
                Role::Constant(key) => match constants.get(key) {
                    Some(buffer) => buffer.clone(),
                    None => Arc::new(Buffer::new(device, "constant", plan.bytes, usage)),
                },
                Role::Input => Arc::new(Buffer::new(device, "input", plan.bytes, usage)),
                Role::Between => shared[places[&id]].clone(),
            })
            .collect();
        let mut steps = Vec::with_capacity(self.graph.kernels.len());
        for kernel in &self.graph.kernels {
            let pipeline = gpu.pipeline(&kernel.label, &kernel.wgsl, kernel.buffers.len(), kernel.writes);
            let entries: Vec<_> = kernel
                .buffers
                .iter()
                .enumerate()
                .map(|(binding, &id)| wgpu::BindGroupEntry {
                    binding: binding as u32,
                    resource: memory[id].raw().as_entire_binding(),
                })
                .collect();
            let description =
                wgpu::BindGroupDescriptor { label: Some(&kernel.label), layout: &pipeline.layout, entries: &entries };
            let group = device.create_bind_group(&description);
            steps.push(Step { pipeline: pipeline.pipeline, group, groups: kernel.groups });
        }
        let staging = (self.bytes > 0).then(|| {
            let usage = BufferUsages::COPY_DST | BufferUsages::MAP_READ;
            (Buffer::new(device, "read back", bytes_for(self.bytes as usize / 4), usage), self.bytes)
        });
        Plan {
            inputs: self.inputs.into_iter().map(|(name, id)| (name, memory[id].clone())).collect(),
            steps,
            outputs: self.outputs,
            staging,
            copies: self.copies.iter().map(|&(id, start, length)| (memory[id].clone(), start, length)).collect(),
            limits: self.limits,
            sources: self.graph.kernels.into_iter().map(|k| k.wgsl).collect(),
            _memory: memory,
        }
    }
}

impl Plan {
    pub(crate) fn sources(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(String::as_str)
    }

    /// Runs the kernels on these inputs and reads the outputs back.
    pub(crate) async fn run(&self, gpu: &Gpu, given: &[(String, Tensor)]) -> Result<Vec<(String, Tensor)>, GpuError> {
        self.limits.iter().try_for_each(|limit| limit.check(given))?;
        let mut uploads = Vec::with_capacity(self.inputs.len());
        for (name, buffer) in &self.inputs {
            let found = given.iter().find(|(given, _)| given == name);
            let missing = || GpuError::Value { name: name.clone(), why: "it was not given".into() };
            let (_, tensor) = found.ok_or_else(missing)?;
            uploads.push((buffer, tensor, name));
        }
        let mut converted = Vec::with_capacity(uploads.len());
        for (_, tensor, name) in &uploads {
            converted.push(match tensor.data() {
                Data::F32(_) | Data::I32(_) => None,
                _ => Some(words(name, tensor)?),
            });
        }
        let watch = gpu.watch();
        {
            for ((buffer, tensor, _), converted) in uploads.iter().zip(&converted) {
                let bytes: &[u8] = match (tensor.data(), converted) {
                    (Data::F32(values), _) => bytemuck::cast_slice(values),
                    (Data::I32(values), _) => bytemuck::cast_slice(values),
                    (_, Some(words)) => bytemuck::cast_slice(words),
                    (_, None) => &[],
                };
                if !bytes.is_empty() {
                    gpu.queue().write_buffer(buffer.raw(), 0, bytes);
                }
            }
            let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            {
                let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
                for step in &self.steps {
                    pass.set_pipeline(&step.pipeline);
                    pass.set_bind_group(0, &step.group, &[]);
                    pass.dispatch_workgroups(step.groups.0, step.groups.1, 1);
                }
            }
            if let Some((staging, _)) = &self.staging {
                for (buffer, start, length) in &self.copies {
                    encoder.copy_buffer_to_buffer(buffer.raw(), 0, staging.raw(), *start, *length);
                }
            }
            gpu.queue().submit([encoder.finish()]);
        }
        let verdict = watch.verdict(gpu);
        let read = match &self.staging {
            Some((staging, bytes)) => gpu.read(staging, *bytes).await,
            None => Ok(Vec::new()),
        };
        verdict.await?;
        let bytes = read?;
        self.outputs.iter().map(|output| output.tensor(&bytes)).collect()
    }
}

impl Output {
    fn tensor(&self, bytes: &[u8]) -> Result<(String, Tensor), GpuError> {
        let data = match &self.from {
            From::Known(tensor) => return Ok((self.name.clone(), tensor.clone())),
            From::Bytes(start, length) => decode(self.element, &bytes[*start..*start + *length]),
            From::Texts(start, length, texts) => {
                let positions = integers(&bytes[*start..*start + *length]);
                let text = |p: i32| usize::try_from(p).ok().and_then(|p| texts.get(p)).cloned().unwrap_or_default();
                Data::String(positions.map(text).collect())
            }
        };
        let wrong = |error: ml_onnx::tensor::ShapeMismatch| GpuError::Value {
            name: self.name.clone(),
            why: error.to_string().trim_end_matches('.').to_owned(),
        };
        Ok((self.name.clone(), Tensor::new(self.shape.clone(), data).map_err(wrong)?))
    }
}

fn integers(bytes: &[u8]) -> impl Iterator<Item = i32> + '_ {
    bytes.chunks_exact(4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn decode(element: ElementType, bytes: &[u8]) -> Data {
    match element {
        ElementType::I64 => Data::I64(integers(bytes).map(i64::from).collect()),
        ElementType::I32 => Data::I32(integers(bytes).collect()),
        ElementType::I8 => Data::I8(integers(bytes).map(|v| v as i8).collect()),
        ElementType::U8 => Data::U8(integers(bytes).map(|v| v as u8).collect()),
        ElementType::Bool => Data::Bool(integers(bytes).map(|v| v != 0).collect()),
        ElementType::F32 | ElementType::F64 | ElementType::String => {
            Data::F32(integers(bytes).map(|v| f32::from_bits(v.cast_unsigned())).collect())
        }
    }
}
