//! Whole tasks between real processes, over a relay on loopback.

#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{ERROR, GRID, NAMES, World, agent, output, rmse, text, together};

#[test]
fn three_processes_learn_together_over_a_relay_and_a_fourth_receives() {
    let world = World::start();
    let seats: Vec<Value> = (0..4).map(|seat| world.keys(&format!("keys{seat}.json"))).collect();
    let tables = [world.table("first.csv", 0..5, false, 5), world.table("second.csv", 5..10, true, 7)];
    let reveals = json!({"receiver": 2, "reveals": {"own_coefficients": true}});
    let task = world.task("task.json", 7, &seats.iter().collect::<Vec<_>>(), reveals);

    for (seat, table) in ["0", "1"].iter().zip(&tables) {
        let checked = output(&["check", &task, "--seat", seat, "--data", table]);
        assert!(checked.status.success(), "{}", text(&checked.stderr));
    }
    let wrong = output(&["check", &task, "--seat", "0", "--data", &tables[1]]);
    assert_eq!(wrong.status.code(), Some(4));
    assert!(text(&wrong.stderr).contains("There is no column age"), "{}", text(&wrong.stderr));

    let run = |seat: usize| {
        let keys = world.path(&format!("keys{seat}.json")).display().to_string();
        let out = world.path(&format!("out{seat}")).display().to_string();
        let mut arguments = vec!["run", &task, "--keys", &keys, "--out", &out, "--limit", "300"];
        if let Some(table) = tables.get(seat) {
            arguments.extend(["--data", table]);
        }
        agent(&arguments)
    };
    for (seat, output) in together((0..4).map(run).collect()).iter().enumerate() {
        assert!(output.status.success(), "{seat}: {} {}", text(&output.stdout), text(&output.stderr));
    }
    let results: Vec<Value> = (0..3).map(|seat| world.result(&format!("out{seat}/result.json"))).collect();
    assert!((rmse(&results[2]) - ERROR).abs() <= GRID, "{}", results[2]);
    assert_eq!(results[2]["rows"], 442);
    assert!(results.iter().all(|result| result["outcome"] == results[0]["outcome"]));
    assert!(results.iter().all(|result| result["signatures"].as_array().unwrap().len() == 3));
    let first = &results[0]["told"][0]["numbers"];
    for (got, known) in first.as_array().unwrap().iter().zip([-0.006183, -0.148130, 0.321100, 0.200367, -0.489314]) {
        assert!((got.as_f64().unwrap() - known).abs() < 1e-6, "{first}");
    }
    let names = |folder: &str| world.path(folder).join("model.json").exists();
    assert!(names("out0") && names("out1") && !names("out2"));
}

fn party(world: &World, name: &str, keys: &Value, data: Value, partners: &[&Value], helper: &Value) {
    let signers: Vec<&Value> = partners.iter().map(|partner| &partner["signer"]).collect();
    let rules = json!({
        "data": [data], "partners": signers, "helpers": [helper["signer"]], "train": true, "least_rows": 400, "most_facts": 20,
    });
    world.write(&format!("{name}/rules.json"), &rules.to_string());
    assert!(keys["link"].is_string());
}

#[test]
fn parties_play_what_their_rules_allow_and_one_that_hangs_ends_at_its_limit() {
    let world = World::start();
    let first = world.keys("first/keys.json");
    let second = world.keys("second/keys.json");
    let helper = world.keys("helper/keys.json");
    let stranger = world.keys("stranger.json");
    world.table("first/patients.csv", 0..5, false, 5);
    world.table("second/visits.csv", 5..10, true, 7);
    let data = json!({"dataset": 1, "file": "patients.csv", "key": "patient", "columns": NAMES[..5]});
    party(&world, "first", &first, data, &[&second], &helper);
    let data = json!({"dataset": 2, "file": "visits.csv", "key": "patient", "label": "target", "columns": NAMES[5..]});
    party(&world, "second", &second, data, &[&first], &helper);

    let seats = [&first, &second, &helper];
    for folder in ["first", "second", "helper"] {
        world.task(&format!("{folder}/tasks/good.json"), 1, &seats, json!({}));
    }
    // The first owner's rules tell no coefficients, name no stranger, and the second one never comes to the last task.
    world.task("first/tasks/telling.json", 2, &seats, json!({"reveals": {"own_coefficients": true}}));
    world.task("first/tasks/stranger.json", 3, &[&first, &stranger, &helper], json!({}));
    world.task("first/tasks/silent.json", 4, &seats, json!({}));

    let folder = |name: &str| world.folder.path().join(name).display().to_string();
    let outputs = together(vec![
        agent(&["party", &folder("first"), "--once", "--limit", "25"]),
        agent(&["party", &folder("second"), "--once", "--limit", "300"]),
        agent(&["helper", &folder("helper"), "--once", "--limit", "300"]),
    ]);
    let said = text(&outputs[0].stderr);
    for sentence in [
        "Task 2 is refused. The rules do not tell owners their coefficients.",
        "Task 3 is refused. The rules name no partner",
        "Task 4 did not end within 25 s",
        "3 of 4 tasks did not finish",
    ] {
        assert!(said.contains(sentence), "{sentence} {said}");
    }
    assert!(!outputs[0].status.success());
    for output in &outputs[1..] {
        assert!(output.status.success(), "{} {}", text(&output.stdout), text(&output.stderr));
    }
    let result = world.result("second/results/1/result.json");
    assert!((rmse(&result) - ERROR).abs() <= GRID, "{result}");
    assert!(world.result("first/results/1/result.json")["told"].as_array().unwrap().is_empty());
    assert!(!Path::new(&folder("first/results/2")).exists());

    // A task that has ended is not run again.
    let again = output(&["party", &folder("second"), "--once"]);
    assert!(again.status.success() && text(&again.stdout).contains("has ended before"), "{}", text(&again.stdout));
}

#[test]
fn what_cannot_be_read_is_said_with_the_file_and_a_next_step() {
    let world = World::start();
    let keys = world.keys("keys.json");
    assert!(keys["signer"].is_string());
    let file = world.path("keys.json").display().to_string();
    let out = world.path("out").display().to_string();
    let missing = output(&["run", "nowhere.json", "--keys", &file, "--out", &out]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("nowhere.json cannot be read"), "{}", text(&missing.stderr));
    let broken = world.write("broken.json", "{\"task\": 1}");
    let broken = output(&["run", &broken, "--keys", &file, "--out", &out]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(text(&broken.stderr).contains("is no task: missing field"), "{}", text(&broken.stderr));
    let said: Value = serde_json::from_slice(&broken.stdout).unwrap();
    assert_eq!(said["code"], 2);
    let other = world.keys("other.json");
    let task = world.task("task.json", 1, &[&other, &other, &other], json!({}));
    let not_mine = output(&["run", &task, "--keys", &file, "--out", &out]);
    assert!(text(&not_mine.stderr).contains("No seat of this task has these keys"), "{}", text(&not_mine.stderr));
    let nowhere = output(&["party", &out]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(text(&nowhere.stderr).contains("There is no folder"), "{}", text(&nowhere.stderr));
    // What listens already is not listened to twice.
    let port = world.relay.trim_start_matches("http://");
    let taken = output(&["relay", "--listen", port]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(text(&taken.stderr).contains("Name another address with --listen"), "{}", text(&taken.stderr));
}

#[test]
fn rules_that_the_tables_cannot_keep_are_refused_before_any_task_comes() {
    let world = World::start();
    world.keys("first/keys.json");
    world.table("first/patients.csv", 0..5, false, 5);
    let said = |data: Value, least: u32| {
        world.write("first/rules.json", &json!({"data": [data], "train": true, "least_rows": least}).to_string());
        let refused = output(&["party", &world.path("first").display().to_string(), "--once"]);
        assert_eq!(refused.status.code(), Some(2), "{}", text(&refused.stdout));
        text(&refused.stderr)
    };
    let data = |file: &str, columns: &[&str]| json!({"dataset": 1, "file": file, "key": "patient", "columns": columns});
    let missing = said(data("patients.csv", &["age", "height"]), 100);
    assert!(
        missing.contains("names the column height of data set 1") && missing.contains("age, sex, bmi"),
        "{missing}"
    );
    let nowhere = said(data("nobody.csv", &["age"]), 100);
    assert!(nowhere.contains("nobody.csv cannot be read"), "{nowhere}");
    let few = said(data("patients.csv", &["age"]), 10_000);
    assert!(few.contains("10000 common rows or more") && few.contains("has only 451"), "{few}");
}
