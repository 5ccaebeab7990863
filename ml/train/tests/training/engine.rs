//! Files that training wrote, run by the CPU engine.

use crate::tables::{ALL, classes, fit, table};
use ml_cpu::CpuModel;
use ml_onnx::{Data, Limits, Model, Tensor};
use ml_task::TrainOptions;
use ml_train::{Cells, Column, Gpu, Table, Trained, Unwatched};

/// The numbers of a table only.
fn numbers(table: &Table) -> Table {
    let columns = table.columns().iter().filter(|column| matches!(column.cells, Cells::Numbers(_))).cloned();
    Table::new(columns.collect()).unwrap()
}

/// The table as the inputs a model asks for.
fn inputs(table: &Table, model: &Model) -> Vec<(String, Tensor)> {
    let rows = table.rows();
    if model.inputs.len() == 1 && model.inputs[0].name == "features" {
        let columns = table.columns().len();
        let mut all = vec![0.0; rows * columns];
        for (at, column) in table.columns().iter().enumerate() {
            let Cells::Numbers(cells) = &column.cells else { panic!("numbers only") };
            cells.iter().enumerate().for_each(|(row, cell)| all[row * columns + at] = *cell);
        }
        return vec![("features".into(), Tensor::new(vec![rows, columns], Data::F32(all)).unwrap())];
    }
    let column = |column: &Column| {
        let data = match &column.cells {
            Cells::Numbers(cells) => Data::F32(cells.clone()),
            Cells::Texts(cells) => Data::String(cells.clone()),
        };
        (column.name.clone(), Tensor::new(vec![rows, 1], data).unwrap())
    };
    table.columns().iter().map(column).collect()
}

/// The file, read back and run by the CPU engine (and on the GPU, if there), says what was said in training.
fn assert_runs_alike(trained: &Trained, test: &Table, names: &[String], gpu: Option<&Gpu>) {
    let model = Model::read(&trained.model.to_bytes(), &Limits::default()).unwrap();
    assert_eq!(model.metadata, trained.model.metadata);
    assert_alike(CpuModel::new(&model).unwrap().run(inputs(test, &model)).unwrap(), trained, names);
    #[cfg(feature = "gpu")]
    // Texts stay on the CPU.
    if let Some(gpu) = gpu.filter(|_| model.inputs.len() == 1) {
        let outputs = pollster::block_on(async {
            let ready = ml_gpu::GpuModel::new(gpu, &model).unwrap();
            ready.run(&inputs(test, &model)).await.unwrap()
        });
        assert_alike(outputs, trained, names);
    }
    #[cfg(not(feature = "gpu"))]
    assert!(gpu.is_none());
}

fn assert_alike(outputs: Vec<(String, Tensor)>, trained: &Trained, names: &[String]) {
    let probabilities = outputs[1].1.as_f32().unwrap();
    assert_eq!(probabilities.len(), trained.probabilities.len());
    for (found, wanted) in probabilities.iter().zip(&trained.probabilities) {
        assert!((found - wanted).abs() <= 1e-5, "{found} for {wanted}");
    }
    let labels = outputs[0].1.as_strings().unwrap();
    let rows = trained.probabilities.chunks(names.len());
    for ((label, class), row) in labels.iter().zip(&trained.predictions).zip(rows) {
        let chosen = &row[names.iter().position(|name| name == label).unwrap()];
        assert!(*label == names[usize::from(*class)] || row[usize::from(*class)] - chosen < 1e-5, "{label}, {row:?}");
    }
}

#[cfg(feature = "gpu")]
fn gpu() -> Option<Gpu> {
    Some(pollster::block_on(Gpu::open()).expect("Vulkan, as of mesa-vulkan-drivers"))
}

#[cfg(not(feature = "gpu"))]
fn gpu() -> Option<Gpu> {
    None
}

#[test]
fn the_file_prepares_columns_as_training_did() {
    let gpu = gpu();
    let (table, labels) = table(400, 5, true);
    let (mut test, _) = self::table(100, 6, true);
    // A category that training has not seen.
    let mut columns = test.columns().to_vec();
    let Cells::Texts(colours) = &mut columns[1].cells else { panic!("colours are texts") };
    colours[0] = "black".into();
    colours[1] = String::new();
    test = Table::new(columns).unwrap();
    for algorithm in ALL {
        for names in [classes(3), classes(5)] {
            let options = TrainOptions { rounds: 15, ..TrainOptions::new(algorithm, names.clone()) };
            let trained = fit(&table, &labels, &test, &options, &mut Unwatched);
            assert_eq!(trained.model.inputs.len(), 3);
            assert_eq!(trained.model.metadata["modelmarket.columns"], r#"["label","colour","index"]"#);
            assert_runs_alike(&trained, &test, &names, gpu.as_ref());

            let (table, test) = (numbers(&table), numbers(&test));
            let trained = fit(&table, &labels, &test, &options, &mut Unwatched);
            assert_eq!(trained.model.inputs.len(), 1);
            assert_runs_alike(&trained, &test, &names, gpu.as_ref());
        }
    }
}

#[test]
fn two_classes_run_alike() {
    let (table, labels) = table(300, 7, true);
    let labels: Vec<u16> = labels.iter().map(|label| (*label).min(1)).collect();
    for algorithm in ALL {
        let options = TrainOptions { rounds: 20, ..TrainOptions::new(algorithm, classes(2)) };
        let trained = fit(&table, &labels, &table, &options, &mut Unwatched);
        assert_runs_alike(&trained, &table, &classes(2), None);
        let only = numbers(&table);
        let of_numbers = fit(&only, &labels, &only, &options, &mut Unwatched);
        assert_runs_alike(&of_numbers, &only, &classes(2), gpu().as_ref());
        let hits = trained.predictions.iter().zip(&labels).filter(|(found, wanted)| found == wanted).count();
        assert!(hits > 250, "{algorithm:?}: {hits} of 300");
    }
}
