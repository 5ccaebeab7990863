//! Every model of the peers is read, or refused for a reason that is on the list; what is written again is the same, to
//! us and to onnxruntime.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ml_conformance::expectation::List;
use ml_conformance::{case, peer};
use ml_onnx::{Limits, Model};

#[test]
fn what_is_read_and_written_is_the_same() {
    let refused = List::read("read").unwrap();
    let mut faults = Vec::new();
    for suite in ["nodes", "exported", "pytorch"] {
        let folder = peer::cases(suite).unwrap();
        for case in case::all(&folder).unwrap() {
            let name = format!("{suite}/{}", case.name);
            match Model::read(&case.model(&folder).unwrap(), &Limits::default()) {
                Ok(model) => {
                    let again = Model::read(&model.to_bytes(), &Limits::default()).unwrap();
                    // Bytes, since a NaN (the mark of an Imputer) is not equal to itself.
                    assert!(again.to_bytes() == model.to_bytes(), "{name}");
                    std::fs::write(folder.join(&case.name).join("written.onnx"), model.to_bytes()).unwrap();
                }
                Err(error) if refused.entry(&name).is_none() => faults.push(format!("{name}: {error:?}")),
                Err(_) => {}
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    for suite in ["exported", "pytorch"] {
        peer::run("written.py", &peer::cases(suite).unwrap()).unwrap();
    }
}
