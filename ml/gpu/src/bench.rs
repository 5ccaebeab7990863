//! Matrix products for measuring.

use std::future::Future;

use wgpu::BufferUsages;

use crate::device::buffer::{Buffer, bytes_for};
use crate::graph::{Graph, Kernel, Role, Scalar, Source, Value};
use crate::tile::{Factor, MatMul};
use crate::{Gpu, GpuError};

/// A product of two square matrices on the device, ready to run again and again.
#[derive(Debug)]
pub struct Product {
    gpu: Gpu,
    size: usize,
    left: Vec<f32>,
    right: Vec<f32>,
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
    groups: (u32, u32),
    result: Buffer,
    staging: Buffer,
    _memory: [Buffer; 2],
}

/// The product of two matrices of `size` by `size` with the kernel of this engine.
///
/// # Errors
/// [`GpuError`]
pub async fn matmul(gpu: &Gpu, size: usize) -> Result<Product, GpuError> {
    let mut graph = Graph::new(gpu.bounds());
    let (left, right) = (graph.buffer(Role::Input, size * size)?, graph.buffer(Role::Input, size * size)?);
    let left = Factor { buffer: left, start: "0u".into(), across: size, along: 1 };
    let right = Factor { buffer: right, start: "0u".into(), across: 1, along: size };
    let tile = MatMul { batches: 1, m: size, k: size, n: size, left, right }.tile();
    let product = Value { scalar: Scalar::Float, count: size * size, source: Source::Tile(std::rc::Rc::new(tile)) };
    graph.compute(&product)?;
    let none = || GpuError::Refused { why: "there is no kernel".into() };
    let kernel = graph.kernels.pop().ok_or_else(none)?;
    prepare(gpu, size, kernel)?.await
}

/// The same product with the kernel that one would write first: an invocation per element, no blocks.
///
/// # Errors
/// [`GpuError`]
pub async fn naive_matmul(gpu: &Gpu, size: usize) -> Result<Product, GpuError> {
    let wgsl = format!(
        "@group(0) @binding(0) var<storage, read> a: array<f32>;\n@group(0) @binding(1) var<storage, read> b: \
         array<f32>;\n@group(0) @binding(2) var<storage, read_write> c: array<f32>;\n@compute @workgroup_size(8, 8)\nfn \
         main(@builtin(global_invocation_id) g: vec3<u32>) {{\n  if (g.x >= {size}u || g.y >= {size}u) {{ return; }}\n  \
         var sum = 0.0;\n  for (var k = 0u; k < {size}u; k++) {{ sum += a[g.y * {size}u + k] * b[k * {size}u + g.x]; }}\n  \
         c[g.y * {size}u + g.x] = sum;\n}}\n"
    );
    let edge = size.div_ceil(8) as u32;
    let kernel = Kernel { label: "naive".into(), wgsl, buffers: vec![0, 1, 2], writes: 1, groups: (edge, edge) };
    prepare(gpu, size, kernel)?.await
}

fn prepare(
    gpu: &Gpu,
    size: usize,
    kernel: Kernel,
) -> Result<impl Future<Output = Result<Product, GpuError>> + use<>, GpuError> {
    gpu.alive()?;
    let elements = size * size;
    let number = |seed: usize| move |i: usize| ((i % 1_000 * 7_919 + seed) % 1_000) as f32 / 1_000.0 - 0.5;
    let left: Vec<f32> = (0..elements).map(number(1)).collect();
    let right: Vec<f32> = (0..elements).map(number(2)).collect();
    let watch = gpu.watch();
    let device = gpu.device();
    let memory = [gpu.upload("left", bytemuck::cast_slice(&left)), gpu.upload("right", bytemuck::cast_slice(&right))];
    let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC;
    let result = Buffer::new(device, "product", bytes_for(elements), usage);
    let usage = BufferUsages::COPY_DST | BufferUsages::MAP_READ;
    let staging = Buffer::new(device, "read back", bytes_for(size), usage);
    let pipeline = gpu.pipeline(&kernel.label, &kernel.wgsl, 3, kernel.writes);
    let entries: Vec<_> = [&memory[0], &memory[1], &result]
        .into_iter()
        .enumerate()
        .map(|(binding, buffer)| wgpu::BindGroupEntry {
            binding: binding as u32,
            resource: buffer.raw().as_entire_binding(),
        })
        .collect();
    let description = wgpu::BindGroupDescriptor { label: None, layout: &pipeline.layout, entries: &entries };
    let group = device.create_bind_group(&description);
    let product = Product {
        gpu: gpu.clone(),
        size,
        left,
        right,
        pipeline: pipeline.pipeline,
        group,
        groups: kernel.groups,
        result,
        staging,
        _memory: memory,
    };
    let verdict = watch.verdict(gpu);
    Ok(async move {
        verdict.await?;
        Ok(product)
    })
}

impl Product {
    /// Multiplies once and waits until the device has done it; gives the first row.
    ///
    /// # Errors
    /// [`GpuError`]
    pub async fn run(&self) -> Result<Vec<f32>, GpuError> {
        let bytes = self.size as u64 * 4;
        let watch = self.gpu.watch();
        let mut encoder = self.gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &self.group, &[]);
            pass.dispatch_workgroups(self.groups.0, self.groups.1, 1);
        }
        encoder.copy_buffer_to_buffer(self.result.raw(), 0, self.staging.raw(), 0, bytes);
        self.gpu.queue().submit([encoder.finish()]);
        let verdict = watch.verdict(&self.gpu);
        let read = self.gpu.read(&self.staging, bytes).await;
        verdict.await?;
        Ok(bytemuck::pod_collect_to_vec(&read?))
    }

    /// The first row as it should be.
    pub fn first_row(&self) -> Vec<f32> {
        let n = self.size;
        let element =
            |j: usize| (0..n).map(|k| f64::from(self.left[k]) * f64::from(self.right[k * n + j])).sum::<f64>();
        (0..n).map(|j| element(j) as f32).collect()
    }

    /// Floating-point operations of one run.
    pub fn flops(&self) -> f64 {
        2.0 * (self.size as f64).powi(3)
    }
}
