//! MLPs trained on WebGPU (Vulkan here; in software where there is no graphics card).

use crate::tables::{classes, table};
use ml_task::{Algorithm, Engine, EngineChoice, Point, TrainOptions};
use ml_train::{Gpu, train_table};

/// Both engines take the same steps but for rounding, so their curves and predictions go together.
#[test]
fn the_gpu_takes_the_same_steps_as_the_cpu() {
    let (table, labels) = table(500, 21, true);
    let gpu = pollster::block_on(Gpu::open()).expect("Vulkan, as of mesa-vulkan-drivers");
    for (hidden, balance) in [(vec![24], false), (vec![70, 9], true), (vec![], false)] {
        let run = |engine| {
            let options = TrainOptions {
                engine,
                balance,
                hidden: hidden.clone(),
                rounds: 12,
                patience: 0,
                ..TrainOptions::new(Algorithm::Mlp, classes(3))
            };
            let mut points: Vec<Point> = Vec::new();
            let trained = train_table(&table, &labels, &table, &options, Some(&gpu), &mut points);
            (pollster::block_on(trained).unwrap(), points)
        };
        let (on_cpu, cpu_points) = run(EngineChoice::Cpu);
        let (on_gpu, gpu_points) = run(EngineChoice::Gpu);
        assert_eq!((on_cpu.summary.engine, on_gpu.summary.engine), (Engine::Cpu, Engine::Gpu));
        for (cpu, gpu) in cpu_points.iter().zip(&gpu_points) {
            assert!((cpu.train_loss - gpu.train_loss).abs() < 2e-3, "{cpu:?} {gpu:?}");
            let both = (cpu.validation_loss.unwrap(), gpu.validation_loss.unwrap());
            assert!((both.0 - both.1).abs() < 2e-3, "{cpu:?} {gpu:?}");
            assert!((cpu.train_accuracy - gpu.train_accuracy).abs() < 0.02, "{cpu:?} {gpu:?}");
        }
        assert!(cpu_points[11].train_loss < 0.9 * cpu_points[0].train_loss, "{cpu_points:?}");
        let same = on_cpu.predictions.iter().zip(&on_gpu.predictions).filter(|(cpu, gpu)| cpu == gpu).count();
        assert!(same >= 495, "{same} of 500");
    }
}

#[test]
fn a_lost_device_leaves_training_to_the_cpu() {
    let (table, labels) = table(200, 22, false);
    let gpu = pollster::block_on(Gpu::open()).expect("Vulkan, as of mesa-vulkan-drivers");
    gpu.close();
    let options =
        TrainOptions { engine: EngineChoice::Gpu, rounds: 3, ..TrainOptions::new(Algorithm::Mlp, classes(3)) };
    let mut points: Vec<Point> = Vec::new();
    let trained = train_table(&table, &labels, &table, &options, Some(&gpu), &mut points);
    assert_eq!(pollster::block_on(trained).unwrap().summary.engine, Engine::Cpu);
}
