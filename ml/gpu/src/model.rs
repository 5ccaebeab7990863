//! A model on the device.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ml_onnx::shapes::{Known, ShapeError, infer};
use ml_onnx::{ElementType, Model, Tensor, keyed};

use crate::plan::{Constants, Draft, Plan};
use crate::{Gpu, GpuError, lower::fold, lower::supports};

/// Plans that are kept; the least recently used goes.
const PLANS: usize = 4;

/// A model on the device: constants uploaded once, a plan per shapes of inputs.
#[derive(Debug)]
pub struct GpuModel {
    gpu: Gpu,
    model: Model,
    constants: Mutex<Constants>,
    /// The most recently used is the last. A plan that runs is taken out, since its buffers are its own.
    plans: Mutex<Vec<(Key, Plan)>>,
}

/// What a plan was made for: shapes, and values where shapes follow from them.
type Key = BTreeMap<String, Known>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl GpuModel {
    /// Whether all nodes of a model have kernels.
    ///
    /// # Errors
    /// [`GpuError::Unsupported`] names the first node that has none, [`GpuError::Value`] a value of texts or doubles.
    pub fn supports(model: &Model) -> Result<(), GpuError> {
        supports::check(model)
    }

    /// Prepares a model; nothing is compiled before the first run.
    ///
    /// # Errors
    /// Those of [`GpuModel::supports`], [`GpuError::Lost`]
    pub fn new(gpu: &Gpu, model: &Model) -> Result<Self, GpuError> {
        gpu.alive()?;
        supports::check(model)?;
        let model = fold::batch_norm(model);
        Ok(Self { gpu: gpu.clone(), model, constants: Mutex::default(), plans: Mutex::default() })
    }

    /// Runs the model; the outputs are in the model's order.
    ///
    /// # Errors
    /// [`GpuError`]; after [`GpuError::Lost`] nothing runs on this device any more.
    pub async fn run(&self, inputs: &[(String, Tensor)]) -> Result<Vec<(String, Tensor)>, GpuError> {
        self.gpu.alive()?;
        let shapes = |value: bool| -> Key {
            let known = |tensor: &Tensor| {
                let decides = value && tensor.len() <= ml_onnx::shapes::SMALL;
                match decides && !matches!(tensor.element_type(), ElementType::String) {
                    true => Known::of(tensor),
                    false => Known::new(tensor.element_type(), tensor.shape().to_vec()),
                }
            };
            keyed::map(inputs.iter().map(|(name, tensor)| (name.clone(), known(tensor))))
        };
        let key = shapes(false);
        if let Some(plan) = self.take(&key) {
            return self.run_plan(key, plan, inputs).await;
        }
        match self.plan(&key).await {
            Err(GpuError::Shape(ShapeError::DataDependent { .. })) => {
                // Small inputs may be lengths, axes or positions.
                let key = shapes(true);
                let plan = match self.take(&key) {
                    Some(plan) => plan,
                    None => self.plan(&key).await?,
                };
                self.run_plan(key, plan, inputs).await
            }
            plan => self.run_plan(key, plan?, inputs).await,
        }
    }

    fn take(&self, key: &Key) -> Option<Plan> {
        let mut plans = locked(&self.plans);
        let position = plans.iter().position(|(known, _)| known == key)?;
        Some(plans.remove(position).1)
    }

    async fn plan(&self, key: &Key) -> Result<Plan, GpuError> {
        let shapes = infer(&self.model, key)?;
        let present = keyed::set(locked(&self.constants).keys().cloned());
        let draft = Draft::new(&self.model, &shapes, self.gpu.bounds(), &present)?;
        let watch = self.gpu.watch();
        let plan = draft.build(&self.gpu, &mut locked(&self.constants));
        if let Err(error) = watch.verdict(&self.gpu).await {
            self.gpu.forget(plan.sources());
            // What was uploaded may not be there either.
            locked(&self.constants).retain(|key, _| present.contains(key));
            return Err(error);
        }
        Ok(plan)
    }

    async fn run_plan(
        &self,
        key: Key,
        plan: Plan,
        inputs: &[(String, Tensor)],
    ) -> Result<Vec<(String, Tensor)>, GpuError> {
        let result = plan.run(&self.gpu, inputs).await?;
        let mut plans = locked(&self.plans);
        plans.push((key, plan));
        if plans.len() > PLANS {
            plans.remove(0);
        }
        Ok(result)
    }
}
