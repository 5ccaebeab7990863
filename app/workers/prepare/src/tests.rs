//! In a dedicated worker of a real browser: files in, files out, and what is left behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{cell::RefCell, rc::Rc};

use dataset::{
    PreparedFiles, Published, SplitOptions,
    task::{Answer, Failure, ModelFiles, Progress, Request, Stage, SurveyOptions},
};
use js_sys::{Array, Uint8Array};
use ml_onnx::{Data, Model, Tensor};
use protocol::cid::FileHasher;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{File, FileSystemDirectoryHandle, FileSystemGetDirectoryOptions, FileSystemRemoveOptions};
use work::{Job, Part, Parts, Reply, worker::scope};

use crate::{service::Preparing, store::Store};

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

type Files<'a> = &'a [(&'static str, File)];

async fn run(preparing: &mut Preparing, request: Request, files: Files<'_>) -> Result<Reply<Answer, Part>, Failure> {
    watched(preparing, request, files, &Job::unheard()).await
}

async fn watched(
    preparing: &mut Preparing,
    request: Request,
    files: Files<'_>,
    job: &Job<Progress>,
) -> Result<Reply<Answer, Part>, Failure> {
    let parts = files.iter().fold(Parts::none(), |parts, (name, file)| parts.with(*name, Part::File(file.clone())));
    preparing.carry_out(request, &parts, job).await
}

fn with_blobs() -> Preparing {
    let mut preparing = Preparing::default();
    preparing.store = Some(Store::Blobs);
    preparing
}

/// Survey and split by the worker must give the files that both passes in memory give.
async fn check(preparing: &mut Preparing, table: &[u8], labels: Option<&[u8]>, share: u8) {
    let surveyed = dataset::survey(table, labels, &SurveyOptions::default()).unwrap();
    let PreparedFiles { report, train, test, truth } = dataset::split(&surveyed, table, &options(share)).unwrap();

    let files: Vec<_> = [("table", Some(table)), ("labels", labels)]
        .into_iter()
        .filter_map(|(n, bytes)| Some((n, file(bytes?))))
        .collect();
    let reply = run(preparing, Request::Survey { options: SurveyOptions::default() }, &files).await.unwrap();
    assert_eq!(reply.answer, Answer::Survey(surveyed.report.clone()));
    let reply = run(preparing, Request::Split { options: options(share) }, &[]).await.unwrap();
    assert_eq!(reply.answer, Answer::Split(report));
    assert_eq!(reply.parts.bytes("truth"), Ok(truth));
    let (train_file, test_file) = (reply.parts.file("train").unwrap(), reply.parts.file("test").unwrap());
    assert_eq!((train_file.name(), test_file.name()), ("train.csv".into(), "test.csv".into()));
    // Not assert_eq: nobody wants to read megabytes.
    assert!(bytes(&train_file).await == train && bytes(&test_file).await == test);
}

const IRIS: &[u8] = include_bytes!("../../../../public/datasets/iris.csv");

#[wasm_bindgen_test]
async fn a_small_table_is_split_as_in_memory() {
    let mut preparing = Preparing::default();
    check(&mut preparing, IRIS, None, 20).await;
    // The same worker can do it again, with other files of the same names.
    check(&mut preparing, include_bytes!("../../../../public/datasets/breast_cancer.csv"), None, 33).await;
    check(&mut preparing, b"x\n1\n2\n3\n4\n", Some(b"digit\n0\n1\n0\n1\n"), 50).await;
    assert!(matches!(preparing.store, Some(Store::Folder(_))), "this browser has a private file system");
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
    check(&mut Preparing::default(), table.as_bytes(), None, 50).await;
    check(&mut with_blobs(), table.as_bytes(), None, 50).await;
}

#[wasm_bindgen_test]
async fn a_published_file_is_described_as_in_memory_and_a_template_is_written_for_it() {
    let mut preparing = Preparing::default();
    for labelled in [true, false] {
        let mut expected = Published::new(labelled);
        expected.push(IRIS).unwrap();
        let reply = run(&mut preparing, Request::Published { labelled }, &[("file", file(IRIS))]).await.unwrap();
        assert_eq!(reply.answer, Answer::Published(expected.finish().unwrap()));
    }
    let test = file(b"id,x\n7,1\n8,1\n");
    let classes = vec!["a".into(), "b".into()];
    let task = Request::Template { classes, class: 1 };
    let reply = run(&mut preparing, task.clone(), &[("test", test)]).await.unwrap();
    assert_eq!(reply.parts.bytes("template").unwrap(), b"prediction\nb\nb\n");
    assert!(matches!(run(&mut preparing, task, &[]).await.err(), Some(Failure::Missing(_))));
}

#[wasm_bindgen_test]
async fn any_file_has_its_cid() {
    for len in [0, 1, 262_143, 262_144, 262_145, 5_000_000] {
        let content: Vec<u8> = (0..len).map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let expected = FileHasher::hash(&content);
        let reply = run(&mut Preparing::default(), Request::Hash, &[("file", file(&content))]).await.unwrap();
        assert_eq!(reply.answer, Answer::Hash { cid: expected.cid, bytes: expected.bytes }, "{len} bytes");
    }
}

#[wasm_bindgen_test]
async fn what_is_wrong_is_said() {
    let mut preparing = Preparing::default();
    let refused = run(&mut preparing, Request::Split { options: options(20) }, &[]).await.err();
    assert_eq!(refused, Some(Failure::NotSurveyed));
    let survey = Request::Survey { options: SurveyOptions::default() };
    let refused = run(&mut preparing, survey.clone(), &[("table", file(b"x,label\n1,a\n2,\n"))]).await.err();
    let sentence = "Line 3, column 2 (“label”): the label is empty; every row needs one.";
    assert_eq!(refused.map(|e| e.to_string()).as_deref(), Some(sentence));
    // A survey that failed leaves nothing to split, also after one that did not.
    run(&mut preparing, survey.clone(), &[("table", file(IRIS))]).await.unwrap();
    assert!(run(&mut preparing, survey.clone(), &[("table", file(b""))]).await.is_err());
    let refused = run(&mut preparing, Request::Split { options: options(20) }, &[]).await.err();
    assert_eq!(refused, Some(Failure::NotSurveyed));
    assert!(matches!(run(&mut preparing, survey, &[]).await.err(), Some(Failure::Missing(_))));
    let task = Request::Predictions { classes: vec!["a".into(), "b".into()], label: "kind".into(), test_rows: 2 };
    let refused = run(&mut preparing, task.clone(), &[("file", file(b"a\n"))]).await.err().unwrap().to_string();
    assert!(refused.starts_with("The file has 1 predictions, but there are 2 test rows"), "{refused}");
    let read = run(&mut preparing, task, &[("file", file(b"b\na\n"))]).await.unwrap().answer;
    assert!(matches!(read, Answer::Predictions { indices, .. } if indices == [1, 0]));
}

#[wasm_bindgen_test]
async fn a_stop_ends_a_survey_and_a_split_between_two_pieces() {
    let table = (0..900_000).fold(String::from("x,y,label\n"), |t, row| t + &format!("{row},{row},{}\n", row % 3));
    let table = file(table.as_bytes());
    let survey = Request::Survey { options: SurveyOptions::default() };
    // Stops itself with the first sign of progress.
    let stopping = |stage: Stage| {
        let told = Rc::new(RefCell::new(Vec::new()));
        let own = Rc::new(RefCell::new(None::<Job<Progress>>));
        let tell = {
            let (told, own) = (Rc::clone(&told), Rc::clone(&own));
            move |_, body: String| {
                let progress: Progress = serde_json::from_str(&body).unwrap();
                assert_eq!(progress.stage, stage);
                told.borrow_mut().push(progress.done);
                own.borrow().as_ref().unwrap().stop();
            }
        };
        let job = Job::new(tell, js_sys::Date::now());
        own.replace(Some(job.clone()));
        (job, told)
    };
    let mut preparing = Preparing::default();
    let (job, told) = stopping(Stage::Checking);
    let ended = watched(&mut preparing, survey.clone(), &[("table", table.clone())], &job).await.err();
    assert_eq!((ended, told.borrow().len()), (Some(Failure::Stopped), 1));
    assert!(told.borrow()[0] < table.size() as u64, "there was more to read");
    let refused = run(&mut preparing, Request::Split { options: options(20) }, &[]).await.err();
    assert_eq!(refused, Some(Failure::NotSurveyed));

    run(&mut preparing, survey, &[("table", table)]).await.unwrap();
    let (job, told) = stopping(Stage::Splitting);
    let ended = watched(&mut preparing, Request::Split { options: options(20) }, &[], &job).await.err();
    assert_eq!((ended, told.borrow().len()), (Some(Failure::Stopped), 1));
    // What was surveyed can be split after all.
    run(&mut preparing, Request::Split { options: options(20) }, &[]).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_file_that_vanished_is_named() {
    let store = Store::open().await;
    let mut output = store.create("vanishing.csv").await.unwrap();
    output.write(IRIS).unwrap();
    let vanishing = output.finish().await.unwrap();
    // The same name again: what was there is gone.
    store.create("vanishing.csv").await.unwrap().write(b"other").unwrap();
    let survey = Request::Survey { options: SurveyOptions::default() };
    let failure = run(&mut Preparing::default(), survey, &[("table", vanishing)]).await.err().unwrap();
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

fn named(bytes: &[u8], name: &str) -> File {
    File::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)), name).unwrap()
}

#[wasm_bindgen_test]
async fn a_model_in_two_files_becomes_one() {
    let weights = Tensor::new(vec![300_000], Data::F32((0..300_000).map(|at| at as f32).collect())).unwrap();
    let model = Model { opset: 17, constants: [("w".to_owned(), weights)].into(), ..Model::default() };
    let (graph, data) = model.to_graph_and_weights("folder/model.onnx.data");
    let (graph, data) = (named(&graph, "model.onnx"), named(&data, "model.onnx.data"));
    let preparing = &mut Preparing::default();
    let missing = run(preparing, Request::Model, &[("model", graph.clone())]).await.unwrap().answer;
    assert_eq!(missing, Answer::Model(ModelFiles::Missing(vec![("model.onnx.data".into(), 1_200_000)])));

    let both = [("model", graph.clone()), ("beside-0", data.clone())];
    let joined = run(preparing, Request::Model, &both).await.unwrap();
    assert_eq!(joined.answer, Answer::Model(ModelFiles::Joined { renamed: None }));
    let whole = joined.parts.file("model").unwrap();
    assert_eq!(whole.name(), "model.onnx");
    // Keys and lengths are a few bytes; what the model said of its second file is gone.
    assert!((1_200_000..1_200_100).contains(&(whole.size() as u64)), "{}", whole.size());
    let weights = bytes_of(&model);
    assert!(bytes(&whole).await.windows(weights.len()).any(|part| part == weights));
    let again = run(preparing, Request::Model, &[("model", whole)]).await.unwrap().answer;
    assert_eq!(again, Answer::Model(ModelFiles::Whole));

    let cut = [("model", graph), ("beside-0", named(b"too short", "model.onnx.data"))];
    let failure = run(preparing, Request::Model, &cut).await.err().unwrap();
    assert!(matches!(&failure, Failure::Model(why) if why.contains("has only 9")), "{failure}");
    let other = run(preparing, Request::Model, &[("model", file(IRIS))]).await.unwrap().answer;
    assert_eq!(other, Answer::Model(ModelFiles::Whole));
}

/// The weights of the model, as a file has them.
fn bytes_of(model: &Model) -> Vec<u8> {
    model.constants["w"].as_f32().unwrap().iter().flat_map(|value| value.to_le_bytes()).collect()
}
