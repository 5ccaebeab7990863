//! Where a network is trained.

use ml_task::{Engine, TrainOptions};

use super::{
    fit::{self, Fitted, OnCpu, Samples},
    weights::Network,
};
use crate::{Gpu, error::TrainError, table::split::Parts, watch::Watch};

/// A network to train, and what on.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub network: &'a Network,
    pub rows: &'a Samples<'a>,
    pub parts: &'a Parts,
    /// By class.
    pub class_weights: &'a [f32],
    pub options: &'a TrainOptions,
    /// Epochs at most.
    pub rounds: u32,
}

impl Task<'_> {
    /// On the GPU where there is one and the options want it, or where it is measured to be faster; where it fails on
    /// the way, from the beginning on the CPU.
    pub async fn run(&self, gpu: Option<&Gpu>, watch: &mut impl Watch) -> Result<(Fitted, Engine), TrainError> {
        #[cfg(feature = "gpu")]
        if let Some(gpu) = gpu
            && measured::wants_gpu(self, gpu).await?
        {
            match measured::train(self, gpu, watch).await {
                Err(TrainError::Gpu { .. }) => {}
                done => return Ok((done?, Engine::Gpu)),
            }
        }
        #[cfg(not(feature = "gpu"))]
        let _: Option<&Gpu> = gpu;
        let mut backend = OnCpu::new(self.network.clone(), self.rows, self.parts, self.class_weights);
        let fitted = fit::fit(&mut backend, self.parts, self.options, self.rounds, watch).await?;
        Ok((fitted, Engine::Cpu))
    }
}

#[cfg(feature = "gpu")]
mod measured {
    use ml_task::EngineChoice;
    use web_time::Instant;

    use super::{Fitted, Gpu, OnCpu, Task, TrainError, Watch, fit};
    use crate::network::{fit::Backend, gpu::OnGpu};

    /// Steps of each, after one to warm up.
    const STEPS: usize = 3;
    /// Parameters times rows of a step below which no GPU is asked: starting its kernels takes longer.
    const SMALL: usize = 1 << 20;

    pub async fn train(task: &Task<'_>, gpu: &Gpu, watch: &mut impl Watch) -> Result<Fitted, TrainError> {
        let mut backend = on_gpu(task, gpu)?;
        fit::fit(&mut backend, task.parts, task.options, task.rounds, watch).await
    }

    fn on_gpu(task: &Task<'_>, gpu: &Gpu) -> Result<OnGpu, TrainError> {
        let batch = fit::batch(task.options, task.parts.training.len());
        OnGpu::new(gpu, task.network, task.rows, task.parts, task.class_weights, batch)
    }

    /// Where the options leave it to a measurement, a few steps are timed on both. Which is faster is not the same each
    /// time; whoever wants the same bytes each time chooses one.
    pub async fn wants_gpu(task: &Task<'_>, gpu: &Gpu) -> Result<bool, TrainError> {
        let parameters: usize = task.network.layers.iter().map(|layer| (layer.inputs + 1) * layer.outputs).sum();
        let batch = fit::batch(task.options, task.parts.training.len());
        match task.options.engine {
            EngineChoice::Cpu => return Ok(false),
            EngineChoice::Gpu => return Ok(true),
            EngineChoice::Measured if parameters * batch < SMALL => return Ok(false),
            EngineChoice::Measured => {}
        }
        let mut on_cpu = OnCpu::new(task.network.clone(), task.rows, task.parts, task.class_weights);
        let cpu = time(&mut on_cpu, task, batch).await?;
        let gpu = match on_gpu(task, gpu) {
            Ok(mut on_gpu) => time(&mut on_gpu, task, batch).await,
            Err(error) => Err(error),
        };
        // A GPU that fails is not the faster one.
        Ok(gpu.is_ok_and(|gpu| gpu < cpu))
    }

    async fn time(backend: &mut impl Backend, task: &Task<'_>, batch: usize) -> Result<f64, TrainError> {
        let rows = &task.parts.training[..batch.min(task.parts.training.len())];
        backend.step(rows, task.options.learning_rate, 0.0).await?;
        // Reading waits until the step is done.
        backend.totals().await?;
        let start = Instant::now();
        for _ in 0..STEPS {
            backend.step(rows, task.options.learning_rate, 0.0).await?;
        }
        backend.totals().await?;
        Ok(start.elapsed().as_secs_f64())
    }
}
