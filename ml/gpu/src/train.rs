//! What training needs of the device: memory, kernels, and runs of many of them. The kernels themselves stand where the
//! training is (`ml-train`).

use wgpu::BufferUsages;

use crate::device::GROUPS;
use crate::device::buffer::{Buffer, bytes_for};
use crate::{Gpu, GpuError};

/// Words of four bytes on the device.
#[derive(Debug)]
pub struct Memory {
    buffer: Buffer,
    words: usize,
}

/// A kernel with the memory it reads and writes.
#[derive(Debug)]
pub struct Kernel {
    pipeline: wgpu::ComputePipeline,
    group: wgpu::BindGroup,
}

impl Memory {
    /// `words` zeros.
    ///
    /// # Errors
    /// [`GpuError::OutOfMemory`] where no kernel could use as much.
    pub fn zeros(gpu: &Gpu, words: usize) -> Result<Self, GpuError> {
        let bytes = bytes_for(words);
        if bytes > gpu.bounds().binding {
            let why = format!("{bytes} bytes are needed at once, {} are possible", gpu.bounds().binding);
            return Err(GpuError::OutOfMemory { why });
        }
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        Ok(Self { buffer: Buffer::new(gpu.device(), "training", bytes, usage), words })
    }

    /// # Errors
    /// As [`Memory::zeros`].
    pub fn of_f32(gpu: &Gpu, values: &[f32]) -> Result<Self, GpuError> {
        let memory = Self::zeros(gpu, values.len())?;
        gpu.queue().write_buffer(memory.buffer.raw(), 0, bytemuck::cast_slice(values));
        Ok(memory)
    }

    /// # Errors
    /// As [`Memory::zeros`].
    pub fn of_u32(gpu: &Gpu, values: &[u32]) -> Result<Self, GpuError> {
        let memory = Self::zeros(gpu, values.len())?;
        memory.write_u32(gpu, values);
        Ok(memory)
    }

    /// Replaces the first words, before what is [`run`] next.
    pub fn write_u32(&self, gpu: &Gpu, values: &[u32]) {
        gpu.queue().write_buffer(self.buffer.raw(), 0, bytemuck::cast_slice(values));
    }

    /// As [`Memory::write_u32`].
    pub fn write_f32(&self, gpu: &Gpu, values: &[f32]) {
        gpu.queue().write_buffer(self.buffer.raw(), 0, bytemuck::cast_slice(values));
    }

    /// All words as numbers, after all that was run.
    ///
    /// # Errors
    /// [`GpuError`]
    pub async fn read_f32(&self, gpu: &Gpu) -> Result<Vec<f32>, GpuError> {
        let bytes = self.words as u64 * 4;
        let watch = gpu.watch();
        let usage = BufferUsages::COPY_DST | BufferUsages::MAP_READ;
        let staging = Buffer::new(gpu.device(), "read back", bytes_for(self.words), usage);
        let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(self.buffer.raw(), 0, staging.raw(), 0, bytes);
        gpu.queue().submit([encoder.finish()]);
        let verdict = watch.verdict(gpu);
        let read = gpu.read(&staging, bytes).await;
        verdict.await?;
        Ok(bytemuck::pod_collect_to_vec(&read?))
    }
}

impl Kernel {
    /// A kernel whose source binds `memory` in its order as storage of group 0; the last `writes` are written.
    pub fn new(gpu: &Gpu, label: &str, wgsl: &str, memory: &[&Memory], writes: usize) -> Self {
        let pipeline = gpu.pipeline(label, wgsl, memory.len(), writes);
        let entries: Vec<_> = memory
            .iter()
            .enumerate()
            .map(|(binding, memory)| wgpu::BindGroupEntry {
                binding: binding as u32,
                resource: memory.buffer.raw().as_entire_binding(),
            })
            .collect();
        let description = wgpu::BindGroupDescriptor { label: Some(label), layout: &pipeline.layout, entries: &entries };
        Self { group: gpu.device().create_bind_group(&description), pipeline: pipeline.pipeline }
    }
}

/// Submits kernels, one after the other, each with its number of workgroups across and down.
///
/// # Errors
/// [`GpuError`]; what the device refuses of the kernels is told here.
pub async fn run(gpu: &Gpu, kernels: &[(&Kernel, (usize, usize))]) -> Result<(), GpuError> {
    gpu.alive()?;
    if let Some((_, groups)) = kernels.iter().find(|(_, groups)| groups.0.max(groups.1) > GROUPS) {
        return Err(GpuError::Refused { why: format!("{groups:?} workgroups are more than {GROUPS} either way") });
    }
    let watch = gpu.watch();
    let mut encoder = gpu.device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        for (kernel, (across, down)) in kernels {
            pass.set_pipeline(&kernel.pipeline);
            pass.set_bind_group(0, &kernel.group, &[]);
            pass.dispatch_workgroups(*across as u32, *down as u32, 1);
        }
    }
    gpu.queue().submit([encoder.finish()]);
    watch.verdict(gpu).await
}
