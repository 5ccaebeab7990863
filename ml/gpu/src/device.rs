//! An adapter opened, its limits, its loss, pipelines by source.

pub(crate) mod buffer;
pub(crate) mod lost;

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wgpu::{BufferUsages, ErrorFilter};

use crate::GpuError;
use crate::device::buffer::{Buffer, bytes_for};
use crate::device::lost::{Lost, signal};

/// An open device. Clones share it.
#[derive(Debug, Clone)]
pub struct Gpu(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    device: wgpu::Device,
    queue: wgpu::Queue,
    info: wgpu::AdapterInfo,
    bounds: Bounds,
    lost: Lost,
    pipelines: Mutex<HashMap<String, Pipeline>>,
}

/// What plans have to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Bytes of one buffer that a kernel reads or writes.
    pub(crate) binding: u64,
    /// Buffers of one kernel.
    pub(crate) buffers: usize,
}

/// A compiled kernel.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) pipeline: wgpu::ComputePipeline,
    pub(crate) layout: wgpu::BindGroupLayout,
}

/// Scopes in which errors of the device are caught.
pub(crate) struct Watch {
    // Dropped in this order, the last pushed first.
    internal: wgpu::ErrorScopeGuard,
    memory: wgpu::ErrorScopeGuard,
    validation: wgpu::ErrorScopeGuard,
}

impl Watch {
    /// What the device says about the commands since [`Gpu::watch`].
    pub(crate) fn verdict(self, gpu: &Gpu) -> impl Future<Output = Result<(), GpuError>> + use<> {
        // All are popped now, before anybody else may push: browsers keep one stack for the whole device.
        let (internal, memory, validation) = (self.internal.pop(), self.memory.pop(), self.validation.pop());
        let gpu = gpu.clone();
        async move {
            let internal = gpu.wait(internal).await?;
            let memory = gpu.wait(memory).await?;
            let validation = gpu.wait(validation).await?;
            // What a device says while it goes is its loss, not the commands' fault.
            gpu.alive()?;
            if let Some(error) = memory {
                return Err(GpuError::OutOfMemory { why: error.to_string() });
            }
            match internal.or(validation) {
                Some(error) => Err(GpuError::Refused { why: error.to_string() }),
                None => Ok(()),
            }
        }
    }
}

/// Workgroups in one dimension of a dispatch that every device allows.
pub(crate) const GROUPS: usize = 65_535;

impl Gpu {
    /// Opens the adapter that the browser (or Vulkan) prefers.
    ///
    /// # Errors
    /// [`GpuError::NoAdapter`], [`GpuError::NoDevice`]
    pub async fn open() -> Result<Self, GpuError> {
        let mut description = wgpu::InstanceDescriptor::new_without_display_handle();
        if !cfg!(target_arch = "wasm32") {
            description.backends = wgpu::Backends::VULKAN;
        }
        let instance = wgpu::Instance::new(description);
        let wanted = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&wanted).await;
        let adapter = adapter.map_err(|error| GpuError::NoAdapter { why: error.to_string() })?;
        let offered = adapter.limits();
        let limits = wgpu::Limits {
            max_buffer_size: offered.max_buffer_size,
            max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
            max_storage_buffers_per_shader_stage: offered.max_storage_buffers_per_shader_stage.clamp(8, 10),
            ..wgpu::Limits::default()
        };
        let bounds = Bounds {
            binding: limits.max_storage_buffer_binding_size.min(limits.max_buffer_size),
            buffers: limits.max_storage_buffers_per_shader_stage as usize,
        };
        let description = wgpu::DeviceDescriptor { required_limits: limits, ..Default::default() };
        let opened = adapter.request_device(&description).await;
        let (device, queue) = opened.map_err(|error| GpuError::NoDevice { why: error.to_string() })?;
        let lost = Lost::default();
        let teller = lost.clone();
        device.set_device_lost_callback(move |reason, message| {
            let message = if message.is_empty() { format!("{reason:?}") } else { message };
            teller.tell(message.trim_end_matches('.').to_owned());
        });
        // Errors outside of a scope must not end the program, which is what wgpu would do.
        device.on_uncaptured_error(Arc::new(|_| {}));
        let info = adapter.get_info();
        Ok(Self(Arc::new(Inner { device, queue, info, bounds, lost, pipelines: Mutex::default() })))
    }

    /// Whether the device is lost; nothing runs on it any more.
    pub fn is_lost(&self) -> bool {
        self.0.lost.check().is_err()
    }

    /// Name and kind of the adapter, for people.
    pub fn describe(&self) -> String {
        let info = &self.0.info;
        let name = if info.name.is_empty() { "WebGPU" } else { &info.name };
        if self.on_cpu() { format!("{name} (in software)") } else { name.to_owned() }
    }

    /// Whether the adapter computes on the CPU.
    pub fn on_cpu(&self) -> bool {
        self.0.info.device_type == wgpu::DeviceType::Cpu
    }

    /// Gives the device up; everything that waits for it ends with [`GpuError::Lost`].
    pub fn close(&self) {
        // Told first, so that whatever fails for it is known as a loss.
        self.0.lost.tell("it was closed".into());
        self.0.device.destroy();
    }

    pub(crate) fn device(&self) -> &wgpu::Device {
        &self.0.device
    }

    pub(crate) fn queue(&self) -> &wgpu::Queue {
        &self.0.queue
    }

    pub(crate) fn bounds(&self) -> Bounds {
        self.0.bounds
    }

    /// Waits for `work`, or for the loss of the device.
    pub(crate) async fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, GpuError> {
        let device = &self.0.device;
        let drive = || {
            // Without a time-out: wgpu 30 panics where one ends while another thread empties the queue (gfx-rs/wgpu
            // 9958). What was submitted always ends, and a loss is told by the turn that follows.
            let _ = device.poll(wgpu::PollType::wait_indefinitely());
        };
        self.0.lost.or(work, drive).await
    }

    /// Hears from now on what the device says about commands, until [`Watch::verdict`]; nobody may wait in between.
    pub(crate) fn watch(&self) -> Watch {
        let device = &self.0.device;
        let validation = device.push_error_scope(ErrorFilter::Validation);
        let memory = device.push_error_scope(ErrorFilter::OutOfMemory);
        let internal = device.push_error_scope(ErrorFilter::Internal);
        Watch { internal, memory, validation }
    }

    pub(crate) fn alive(&self) -> Result<(), GpuError> {
        self.0.lost.check()
    }

    fn pipelines(&self) -> MutexGuard<'_, HashMap<String, Pipeline>> {
        self.0.pipelines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pipeline of a kernel whose last `writes` of `bindings` buffers are written; compiled once per source.
    pub(crate) fn pipeline(&self, label: &str, source: &str, bindings: usize, writes: usize) -> Pipeline {
        if let Some(known) = self.pipelines().get(source) {
            return known.clone();
        }
        let device = &self.0.device;
        let entries: Vec<_> = (0..bindings)
            .map(|i| wgpu::BindGroupLayoutEntry {
                binding: i as u32,
                visibility: wgpu::ShaderStages::COMPUTE,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Storage { read_only: i + writes < bindings },
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
                count: None,
            })
            .collect();
        let label = Some(label);
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries });
        let whole = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label,
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let source_text = wgpu::ShaderSource::Wgsl(source.into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label, source: source_text });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label,
            layout: Some(&whole),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                // Every kernel here writes what it reads later; buffers are zero anyway.
                zero_initialize_workgroup_memory: false,
                ..Default::default()
            },
            cache: None,
        });
        let made = Pipeline { pipeline, layout };
        self.pipelines().insert(source.to_owned(), made.clone());
        made
    }

    /// Forgets pipelines of these sources, after one of them was refused.
    pub(crate) fn forget<'a>(&self, sources: impl Iterator<Item = &'a str>) {
        let mut known = self.pipelines();
        sources.for_each(|source| drop(known.remove(source)));
    }

    /// A buffer with these bytes, which kernels read.
    pub(crate) fn upload(&self, label: &str, bytes: &[u8]) -> Buffer {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        let buffer = Buffer::new(&self.0.device, label, bytes_for(bytes.len().div_ceil(4)), usage);
        self.0.queue.write_buffer(buffer.raw(), 0, bytes);
        buffer
    }

    /// Reads `bytes` of a buffer that was made for it, after all that was submitted.
    pub(crate) async fn read(&self, staging: &Buffer, bytes: u64) -> Result<Vec<u8>, GpuError> {
        let slice = staging.raw().slice(0..bytes);
        let (sender, mapped) = signal();
        slice.map_async(wgpu::MapMode::Read, move |result| sender.send(result));
        match self.wait(mapped).await? {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                self.alive()?;
                return Err(GpuError::Refused { why: error.to_string() });
            }
            None => {
                self.alive()?;
                return Err(GpuError::Refused { why: "nothing came back".into() });
            }
        }
        let view = slice.get_mapped_range().map_err(|error| GpuError::Refused { why: error.to_string() })?;
        let bytes = view.to_vec();
        drop(view);
        staging.raw().unmap();
        Ok(bytes)
    }
}
