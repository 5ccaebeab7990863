//! What Rust refuses before a market is paid for is what the contract would refuse when its test set is revealed.

use shared_model::{
    ClassifierKind::{DenseCentroid, DensePerceptron, NaiveBayes, SparseCentroid},
    IncentiveKind::Market,
    Sample, Shape,
    calls::{classifier, market},
    market_limits::{self, PieceError},
};

use super::{fixture, listed};
use crate::harness::{
    Failure, Models, Receipt,
    models::market_fixture::{MarketFixture, Row, piece},
    models::{OWNER, shape, terms},
    number, reverts,
};

#[test]
fn rust_and_solidity_have_the_same_limits() {
    let mut fixture = fixture();
    let model = fixture.made.model;
    let (pieces, window) = (market_limits::PIECES, market_limits::WINDOW);
    for (name, ours) in [
        ("MIN_PIECES", *pieces.start() as u64),
        ("MAX_PIECES", *pieces.end() as u64),
        ("MAX_CONTRIBUTIONS", u64::from(*market_limits::CONTRIBUTIONS.end())),
        ("MIN_WINDOW", u64::from(*window.start())),
        ("MAX_WINDOW", u64::from(*window.end())),
        ("MAX_COUNT_GAS", market_limits::MAX_COUNT_GAS),
        ("MAX_PIECE_WORDS", market_limits::MAX_PIECE_WORDS as u64),
        ("MAX_PIECE_BYTES", market_limits::MAX_PIECE_BYTES as u64),
    ] {
        let call = ethers_core::utils::keccak256(format!("{name}()"))[..4].to_vec();
        assert_eq!(contracts::returns::count(&fixture.models.view(model, call)), Ok(ours), "{name}");
    }
}

/// Posts a market of three such pieces, draws one, and reveals it.
fn revealed(shape: &Shape, rows: &[Row]) -> Result<Receipt, Failure> {
    let mut fixture = MarketFixture::new(shape, None, vec![rows.to_vec(); 3]);
    fixture.post().unwrap();
    fixture.draw().unwrap();
    let drawn = fixture.drawn();
    fixture.reveal(drawn)
}

#[test]
fn a_piece_too_large_to_reveal_is_known_before() {
    for capacity in [2, 10, 11, 64] {
        let shape = shape(SparseCentroid, 200, capacity, 2);
        let row = (listed(&(0..100).collect::<Vec<_>>()), 1);
        let most = market_limits::most_piece_bytes(&shape);
        let fitting = most / (4 + 3 * 100);
        let rows = vec![row; fitting + 1];
        assert_eq!(market_limits::check_piece(&shape, 2, 1, &piece(&rows[..fitting])), Ok(()));
        revealed(&shape, &rows[..fitting]).unwrap();
        let bytes = piece(&rows).len();
        let refused = market_limits::check_piece(&shape, 2, 1, &piece(&rows));
        assert_eq!(refused, Err(PieceError::TooLarge { piece: 1, bytes, most }));
        let refused = revealed(&shape, &rows);
        reverts(refused, "PieceTooLarge(uint256,uint256)", &[number(bytes as u64), number(most as u64)]);
    }
}

/// The node that is asked what counting costs sees a stand-in and not the rows; and says what the reveal would say, but for a
/// row at most.
#[test]
fn a_piece_too_dear_to_reveal_is_known_before() {
    let dense = |n: usize| Sample::Dense((0..500).map(|at| if at % 100 == n % 100 { 447_213 } else { 0 }).collect());
    let sparse = |n: usize| listed(&[n as u32, n as u32 + 20, n as u32 + 40]);
    let shapes = [
        Shape { headers: vec![1; 20], ..shape(DenseCentroid, 500, 20, 20) },
        shape(DensePerceptron, 500, 20, 20),
        Shape { headers: vec![1; 64], ..shape(NaiveBayes, 100, 64, 64) },
    ];
    for shape in shapes {
        let row = |n: usize| (if shape.kind == NaiveBayes { sparse(n) } else { dense(n) }, 1);
        let rows: Vec<Row> = (0..40).map(row).collect();
        let mut asked = MarketFixture::new(&shape, None, vec![rows[..1].to_vec(); 3]);
        let mut can_be_counted = |many: usize| {
            let rows = piece(&rows[..many]);
            assert_eq!(market_limits::check_piece(&shape, shape.classes, 1, &rows), Ok(()));
            let call = classifier::count(&market_limits::stand_in(&shape, &rows));
            let gas = market_limits::gas_to_count(&call);
            asked.models.chain.view_within(gas, asked.made.classifier, call).is_ok()
        };
        let most = (1..rows.len()).take_while(|many| can_be_counted(*many)).last().expect("one row can be counted");
        assert!(most + 2 < rows.len(), "{}: the gas was never too much", shape.kind);
        revealed(&shape, &rows[..most]).unwrap();
        let Err(Failure::Reverted { revert, .. }) = revealed(&shape, &rows[..most + 2]) else {
            panic!("{}: {most} rows and two more were counted", shape.kind)
        };
        assert_eq!(revert.name, "PieceTooDear");
    }
}

/// What the account has still to give is asked for last, so that every other reason is known before anybody pays.
#[test]
fn what_keeps_a_market_from_being_posted_is_told_before_its_bounty_is_paid() {
    let mut models = Models::new();
    let offer = fixture().offer;
    for (features, refused) in [(1_500, "ERC20InsufficientAllowance"), (1_501, "ModelTooLarge")] {
        let made = models.ready(&shape(DenseCentroid, features, 2, 2), Market, &terms(Market), None);
        let posted = models.send(OWNER, made.model, market::post_market(&offer));
        let Err(Failure::Reverted { data, revert }) = posted else { panic!("{posted:?}") };
        assert_eq!(revert.name, refused);
        assert_eq!(coin::tokens_are_missing(&data), features == 1_500);
    }
}
