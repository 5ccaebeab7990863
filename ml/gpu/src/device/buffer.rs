//! Memory on the device, given back when dropped.

use wgpu::BufferUsages;

/// A buffer that is destroyed when dropped; in a browser it would else live until the next garbage collection.
#[derive(Debug)]
pub(crate) struct Buffer(wgpu::Buffer);

impl Buffer {
    pub(crate) fn new(device: &wgpu::Device, label: &str, bytes: u64, usage: BufferUsages) -> Self {
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size: bytes, usage, mapped_at_creation: false };
        Self(device.create_buffer(&descriptor))
    }

    pub(crate) fn raw(&self) -> &wgpu::Buffer {
        &self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.0.destroy();
    }
}

/// Bytes that `elements` of four bytes take, so that they may be read as `vec4` too.
pub(crate) fn bytes_for(elements: usize) -> u64 {
    ((elements as u64) * 4).next_multiple_of(16).max(16)
}
