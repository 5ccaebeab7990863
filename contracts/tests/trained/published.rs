//! Publishing and withdrawing.

use protocol::cid::MAX_CID_LENGTH;
use trained::{MAX_DESCRIPTION_LENGTH, MAX_NAME_LENGTH, PublishedEvent, returns::ChainPublished};

use crate::harness::{
    ModelFiles, World, account,
    bounty_run::{METADATA_CID, STRANGER},
    models::files::publication,
    number, reverts, trainer,
};

fn files() -> (World, ModelFiles) {
    let mut world = World::new();
    let files = ModelFiles::beside(&mut world);
    (world, files)
}

#[test]
fn a_model_is_published_and_withdrawn_by_its_publisher() {
    let (mut world, files) = files();
    let chain = &mut world.chain;
    assert_eq!((files.model_count(chain), files.model(chain, 1), files.model(chain, 0)), (0, None, None));
    // The same file may be published by several people, and again.
    for (n, by) in [trainer(0), trainer(1), trainer(0)].into_iter().enumerate() {
        let id = n as u64 + 1;
        let receipt = files.publish(chain, by, [METADATA_CID, "Ziffern – 手書き", "Reads digits."]).unwrap();
        assert_eq!(receipt.logs[0].0, files.published);
        let expected = PublishedEvent::Published {
            id,
            publisher: by,
            cid: METADATA_CID.into(),
            name: "Ziffern – 手書き".into(),
            description: "Reads digits.".into(),
        };
        assert_eq!(publication(&receipt), expected);
        assert_eq!(files.model_count(chain), id);
        assert_eq!(files.model(chain, id), Some(ChainPublished { publisher: by, withdrawn: false }));
    }
    reverts(
        files.withdraw(chain, STRANGER, 1),
        "NotPublisher(address,address)",
        &[account(STRANGER), account(trainer(0))],
    );
    for id in [0, 4, u64::MAX] {
        reverts(files.withdraw(chain, trainer(0), id), "NoSuchModel(uint256)", &[number(id)]);
    }
    let receipt = files.withdraw(chain, trainer(0), 1).unwrap();
    assert_eq!(publication(&receipt), PublishedEvent::Withdrawn { id: 1 });
    let entry = |id| ChainPublished { publisher: trainer(id), withdrawn: id == 0 };
    assert_eq!(files.model(chain, 1), Some(entry(0)));
    assert_eq!(files.model(chain, 2), Some(entry(1)), "the others stay");
    reverts(files.withdraw(chain, trainer(0), 1), "ModelAlreadyWithdrawn(uint256)", &[number(1u8)]);
    reverts(
        files.withdraw(chain, STRANGER, 1),
        "NotPublisher(address,address)",
        &[account(STRANGER), account(trainer(0))],
    );
    assert_eq!(files.model_count(chain), 3, "numbers are not given again");
}

#[test]
fn texts_have_their_lengths() {
    let (mut world, files) = files();
    let chain = &mut world.chain;
    let text = |length: usize| "x".repeat(length);
    for length in [0, MAX_CID_LENGTH + 1, 10_000] {
        let refused = files.publish(chain, STRANGER, [&text(length), "name", ""]);
        reverts(refused, "BadModelCid(uint256)", &[number(length as u64)]);
    }
    for length in [0, MAX_NAME_LENGTH + 1, 10_000] {
        let refused = files.publish(chain, STRANGER, ["cid", &text(length), ""]);
        reverts(refused, "BadModelName(uint256)", &[number(length as u64)]);
    }
    for length in [MAX_DESCRIPTION_LENGTH + 1, 10_000] {
        let refused = files.publish(chain, STRANGER, ["cid", "name", &text(length)]);
        reverts(refused, "DescriptionTooLong(uint256)", &[number(length as u64)]);
    }
    // Bytes count, not letters.
    let refused = files.publish(chain, STRANGER, ["cid", &"é".repeat(MAX_NAME_LENGTH / 2 + 1), ""]);
    reverts(refused, "BadModelName(uint256)", &[number(MAX_NAME_LENGTH as u64 + 2)]);
    assert_eq!(files.model_count(chain), 0);
    files.publish(chain, STRANGER, ["c", "n", ""]).unwrap();
    let longest = [text(MAX_CID_LENGTH), text(MAX_NAME_LENGTH), text(MAX_DESCRIPTION_LENGTH)];
    files.publish(chain, STRANGER, longest.each_ref().map(String::as_str)).unwrap();
    assert_eq!(files.model_count(chain), 2);
}
