//! In a dedicated worker of a real browser: files in, files out, and what is left behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use js_sys::{Array, Uint8Array};
use protocol::{
    cid::FileHasher,
    dataset::{
        self, PreparedFiles, SplitOptions,
        task::{Answer, Failure, SurveyOptions, Task},
    },
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{File, FileSystemDirectoryHandle, FileSystemGetDirectoryOptions, FileSystemRemoveOptions};

use crate::{
    jobs::Jobs,
    link::{Outcome, Reporter, scope},
    store::Store,
};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn file(bytes: &[u8]) -> File {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, "source.csv").unwrap()
}

async fn bytes(file: &File) -> Vec<u8> {
    Uint8Array::new(&JsFuture::from(file.array_buffer()).await.unwrap()).to_vec()
}

fn options(share_percent: u8) -> SplitOptions {
    SplitOptions { seed: [5; 32], share_percent, stratified: true }
}

async fn run(jobs: &mut Jobs, task: Task, files: Vec<File>) -> Result<Outcome, Failure> {
    jobs.run(task, files, Reporter::silent()).await
}

fn with_blobs() -> Jobs {
    let mut jobs = Jobs::default();
    jobs.store = Some(Store::Blobs);
    jobs
}

/// Survey and split by the worker must give the files that both passes in memory give.
async fn check(jobs: &mut Jobs, table: &[u8], labels: Option<&[u8]>, share: u8) {
    let surveyed = dataset::survey(table, labels, &SurveyOptions::default()).unwrap();
    let PreparedFiles { report, train, test, truth } = dataset::split(&surveyed, table, &options(share)).unwrap();

    let files = [Some(table), labels].into_iter().flatten().map(file).collect();
    let outcome = run(jobs, Task::Survey { options: SurveyOptions::default() }, files).await.unwrap();
    assert_eq!(outcome.answer, Answer::Survey(surveyed.report.clone()));
    let outcome = run(jobs, Task::Split { options: options(share) }, Vec::new()).await.unwrap();
    assert_eq!(outcome.answer, Answer::Split(report));
    assert_eq!(outcome.truth, Some(truth));
    let [train_file, test_file] = &outcome.files[..] else { panic!("{} files", outcome.files.len()) };
    assert_eq!((train_file.name(), test_file.name()), ("train.csv".into(), "test.csv".into()));
    // Not assert_eq: nobody wants to read megabytes.
    assert!(bytes(train_file).await == train && bytes(test_file).await == test);
}

const IRIS: &[u8] = include_bytes!("../../../../public/datasets/iris.csv");

#[wasm_bindgen_test]
async fn a_small_table_is_split_as_in_memory() {
    let mut jobs = Jobs::default();
    check(&mut jobs, IRIS, None, 20).await;
    // The same worker can do it again, with other files of the same names.
    check(&mut jobs, include_bytes!("../../../../public/datasets/breast_cancer.csv"), None, 33).await;
    check(&mut jobs, b"x\n1\n2\n3\n4\n", Some(b"digit\n0\n1\n0\n1\n"), 50).await;
    assert!(matches!(jobs.store, Some(Store::Folder(_))), "this browser has a private file system");
}

#[wasm_bindgen_test]
async fn without_a_private_file_system_blobs_do() {
    check(&mut with_blobs(), IRIS, None, 20).await;
}

/// Wide rows, so that the test rows outgrow memory and go to files of their own, in several buckets and pieces.
#[wasm_bindgen_test]
async fn a_large_table_is_split_as_in_memory() {
    let cell = "0123456789".repeat(9_000);
    let table = (0..700).fold(String::from("x,y,label\n"), |t, row| t + &format!("{row},{cell},{}\n", row % 3));
    check(&mut Jobs::default(), table.as_bytes(), None, 50).await;
    check(&mut with_blobs(), table.as_bytes(), None, 50).await;
}

#[wasm_bindgen_test]
async fn any_file_has_its_cid() {
    for len in [0, 1, 262_143, 262_144, 262_145, 5_000_000] {
        let content: Vec<u8> = (0..len).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let expected = FileHasher::hash(&content);
        let outcome = run(&mut Jobs::default(), Task::Hash, vec![file(&content)]).await.unwrap();
        assert_eq!(outcome.answer, Answer::Hash { cid: expected.cid, bytes: expected.bytes }, "{len} bytes");
    }
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_said() {
    let mut jobs = Jobs::default();
    let refused = run(&mut jobs, Task::Split { options: options(20) }, Vec::new()).await.err();
    assert_eq!(refused, Some(Failure::NotSurveyed));
    let survey = Task::Survey { options: SurveyOptions::default() };
    let refused = run(&mut jobs, survey.clone(), vec![file(b"x,label\n1,a\n2,\n")]).await.err();
    let sentence = "Line 3, column 2 (“label”): the label is empty; every row needs one.";
    assert_eq!(refused.map(|e| e.to_string()).as_deref(), Some(sentence));
    // A survey that failed leaves nothing to split, also after one that did not.
    run(&mut jobs, survey.clone(), vec![file(IRIS)]).await.unwrap();
    assert!(run(&mut jobs, survey.clone(), vec![file(b"")]).await.is_err());
    let refused = run(&mut jobs, Task::Split { options: options(20) }, Vec::new()).await.err();
    assert_eq!(refused, Some(Failure::NotSurveyed));
    assert!(matches!(run(&mut jobs, survey, Vec::new()).await.err(), Some(Failure::Protocol { .. })));
    let task = Task::Predictions { classes: vec!["a".into(), "b".into()], test_rows: 2 };
    let refused = run(&mut jobs, task.clone(), vec![file(b"a\n")]).await.err().unwrap().to_string();
    assert!(refused.starts_with("The file has 1 predictions, but there are 2 test rows"), "{refused}");
    let read = run(&mut jobs, task, vec![file(b"b\na\n")]).await.unwrap().answer;
    assert!(matches!(read, Answer::Predictions { indices, .. } if indices == [1, 0]));
}

#[wasm_bindgen_test]
async fn a_file_that_vanished_is_named() {
    let store = Store::open().await;
    let mut output = store.create("vanishing.csv").await.unwrap();
    output.write(IRIS).unwrap();
    let vanishing = output.finish().await.unwrap();
    // The same name again: what was there is gone.
    store.create("vanishing.csv").await.unwrap().write(b"other").unwrap();
    let survey = Task::Survey { options: SurveyOptions::default() };
    let failure = run(&mut Jobs::default(), survey, vec![vanishing]).await.err().unwrap();
    assert!(matches!(&failure, Failure::Unreadable { name, .. } if name == "vanishing.csv"), "{failure}");
}

#[wasm_bindgen_test]
async fn folders_of_ended_workers_are_removed_and_no_others() {
    let root: FileSystemDirectoryHandle =
        JsFuture::from(scope().navigator().storage().get_directory()).await.unwrap().unchecked_into();
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    let folder = |parent: FileSystemDirectoryHandle, name: &'static str, create: bool| async move {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(create);
        let found = JsFuture::from(parent.get_directory_handle_with_options(name, &options)).await;
        found.map(|found| found.unchecked_into::<FileSystemDirectoryHandle>()).map_err(|_: JsValue| ())
    };
    let all = folder(root.clone(), "prepare", true).await.unwrap();
    let ended = folder(all.clone(), "prepare-ended", true).await.unwrap();
    folder(ended, "with something in it", true).await.unwrap();

    let running = Store::open().await;
    running.create("kept.csv").await.unwrap().write(b"kept").unwrap();
    assert!(folder(all.clone(), "prepare-ended", false).await.is_err(), "its worker is gone");
    let _another = Store::open().await;
    let Store::Folder(own) = &running else { panic!("this browser has a private file system") };
    assert!(JsFuture::from(own.get_file_handle("kept.csv")).await.is_ok(), "its worker still runs");
    let options = FileSystemRemoveOptions::new();
    options.set_recursive(true);
    let _ = JsFuture::from(all.remove_entry_with_options(&own.name(), &options)).await;
}
