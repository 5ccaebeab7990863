//! GFLOP/s of the matrix product against the kernel that one would write first.
//!
//! `cargo run --release -p ml-gpu --example matmul -- 1024`; with `VK_ICD_FILENAMES` another Vulkan driver is taken.

use std::error::Error;
use std::time::Instant;

use ml_gpu::Gpu;
use ml_gpu::bench::{Product, matmul, naive_matmul};

fn main() -> Result<(), Box<dyn Error>> {
    let size = std::env::args().nth(1).map_or(Ok(512), |size| size.parse())?;
    pollster::block_on(async {
        let gpu = Gpu::open().await?;
        println!("{}", gpu.describe());
        measure("naive", naive_matmul(&gpu, size).await?).await?;
        measure("blocked", matmul(&gpu, size).await?).await
    })
}

async fn measure(name: &str, product: Product) -> Result<(), Box<dyn Error>> {
    let found = product.run().await?;
    let worst = found.iter().zip(product.first_row()).map(|(f, w)| (f - w).abs()).fold(0.0, f32::max);
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        product.run().await?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name}: {:.2} GFLOP/s, largest difference {worst:e}", product.flops() / best / 1e9);
    Ok(())
}
