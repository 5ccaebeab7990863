//! Attack: an owner without the label chooses its columns so that what a task tells answers questions about single labels.

#![allow(clippy::unwrap_used, clippy::panic)]

#[cfg(not(target_arch = "wasm32"))]
mod support;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use link::transport::memory::Hub;
    use mpc::Seat;
    use mpc_learn::{Fact, Metric, What};
    use mpc_run::{Finished, Spec, Table};
    use rand_core::RngCore;
    use serde_json::{Value, json};

    use super::support::{
        ols, random,
        world::{World, attempt},
    };

    /// As few rows as the rules of a party allow where they say nothing.
    const ROWS: usize = 100;
    /// Labels that nobody but their owner knows. The attacker knows all others, and the other owner's column too.
    const UNKNOWN: usize = 8;

    /// What there is to be read.
    struct Secret {
        labels: Vec<bool>,
        /// The label owner's own column.
        other: Vec<f64>,
    }

    fn secret() -> Secret {
        let mut random = random();
        let mut bit = || random.next_u32() & 1 == 1;
        let labels = (0..ROWS).map(|_| bit()).collect();
        let other = (0..ROWS).map(|_| f64::from(u8::from(bit())) + f64::from(u8::from(bit())) / 3.0).collect();
        Secret { labels, other }
    }

    fn number(label: bool) -> f64 {
        f64::from(u8::from(label))
    }

    /// The product: two owners, a helper and a receiver, with what the task says instead of the defaults.
    async fn told(secret: &Secret, chosen: &[Vec<f64>], train: Value) -> [Finished; 3] {
        let names: Vec<String> = (0..chosen.len()).map(|at| format!("x{at}")).collect();
        let mut first = format!("{}\n", names.join(","));
        let mut second = "z,y\n".to_string();
        for row in 0..ROWS {
            let cells: Vec<String> = chosen.iter().map(|column| column[row].to_string()).collect();
            first += &format!("{}\n", cells.join(","));
            second += &format!("{},{}\n", secret.other[row], number(secret.labels[row]));
        }
        let mut work = json!({"label": {"owner": 1, "column": "y"}, "receiver": 2});
        for (name, value) in train.as_object().unwrap() {
            work[name] = value.clone();
        }
        let spec = json!({
            "version": 1, "owners": [{"columns": names}, {"columns": ["z"]}], "rows": {"given": {"count": ROWS}},
            "work": {"train": work},
        });
        let spec = Spec::read(&serde_json::to_vec(&spec).unwrap()).unwrap().0;
        let attempt = attempt(&spec, 7);
        let tables = [first, second].map(|text| Table::read(text.as_bytes()).unwrap());
        let ran = World::memory(&Hub::default()).run(&attempt, &tables, [None, None], 1).await;
        ran.finished(&attempt).try_into().unwrap()
    }

    fn error_of(finished: &Finished) -> f64 {
        let is_it = |told: &&mpc_run::Told| told.what == What::Fact(Fact::Metric(Metric::Rmse));
        finished.told.iter().find(is_it).unwrap().numbers[0]
    }

    /// Doubling weights on the unknown rows: the error then hangs on all of their labels at once, on each in another measure.
    fn weights(unknown: usize) -> Vec<f64> {
        (0..ROWS).map(|row| if row < unknown { f64::from(1 << row) } else { 0.0 }).collect()
    }

    /// The error for each guess of the unknown labels.
    fn errors(secret: &Secret, unknown: usize) -> Vec<f64> {
        let column = weights(unknown);
        let error = |guess: usize| {
            let label = |row: usize| if row < unknown { guess >> row & 1 == 1 } else { secret.labels[row] };
            let rows: Vec<Vec<f64>> =
                (0..ROWS).map(|row| vec![column[row], secret.other[row], number(label(row))]).collect();
            ols::fit(&rows).1
        };
        (0..1_usize << unknown).map(error).collect()
    }

    /// How many of the unknown labels are certain after the error was told: those that are the same in everything that it
    /// can have come from.
    fn read(secret: &Secret, unknown: usize, told: f64, grid: f64) -> usize {
        let all = (1_usize << unknown) - 1;
        let (mut always, mut never) = (all, all);
        let errors = errors(secret, unknown);
        let possible = errors.iter().enumerate().filter(|(_, error)| (*error - told).abs() <= grid * 1.01);
        let possible: Vec<usize> = possible.map(|(guess, _)| guess).collect();
        for guess in &possible {
            always &= guess;
            never &= !guess;
        }
        assert!(!possible.is_empty(), "the truth is possible");
        let truth = (0..unknown).fold(0, |bits, row| bits | usize::from(secret.labels[row]) << row);
        assert_eq!((always & !truth, never & truth), (0, 0), "what is certain is right");
        ((always | never) & all).count_ones() as usize
    }

    /// Bits that the error tells of the unknown labels on average, whatever they are: a label has one. The number of the
    /// grid below is told or the one above, the nearer the likelier.
    fn bits(secret: &Secret, unknown: usize, grid: f64) -> f64 {
        let mut cells = std::collections::BTreeMap::<i64, f64>::new();
        let errors = errors(secret, unknown);
        let surprise = |share: f64| if share > 0.0 { -share * share.log2() } else { 0.0 };
        let mut chance = 0.0;
        let all = errors.len() as f64;
        for error in &errors {
            let (below, above) = ((error / grid).floor(), (error / grid).fract());
            *cells.entry(below as i64).or_default() += (1.0 - above) / all;
            *cells.entry(below as i64 + 1).or_default() += above / all;
            chance += (surprise(above) + surprise(1.0 - above)) / all;
        }
        cells.values().map(|share| surprise(*share)).sum::<f64>() - chance
    }

    /// What is told is the next number of its grid, above or below. The error is told in units of 2^(e - digits), where 2^e is the next power above the labels' deviation: ½.
    fn grid(digits: i32) -> f64 {
        2_f64.powi(-1 - digits)
    }

    #[tokio::test(start_paused = true)]
    async fn a_metric_of_three_digits_tells_at_most_four_labels_and_a_precise_one_all_of_them() {
        let others: Vec<Secret> = (0..16).map(|_| secret()).collect();
        let secret = secret();
        for unknown in 1..=UNKNOWN {
            let chosen = [weights(unknown)];
            let [_, _, receiver] = told(&secret, &chosen, json!({})).await;
            let certain = read(&secret, unknown, error_of(&receiver), grid(10));
            // Which labels there are moves it by some tenths of a bit, so it is taken over many.
            let bits = others.iter().map(|secret| bits(secret, unknown, grid(10))).sum::<f64>() / others.len() as f64;
            println!("{unknown} unknown: {certain} certain this time, {bits:.2} bits on average");
            assert!(bits <= 4.0, "{bits} labels' worth");
        }
        // The attack is not a weak one: where the label owner allows more digits it reads everything.
        let [_, _, receiver] = told(&secret, &[weights(UNKNOWN)], json!({"digits": 22})).await;
        assert_eq!(read(&secret, UNKNOWN, error_of(&receiver), grid(22)), UNKNOWN);
    }

    #[tokio::test(start_paused = true)]
    async fn indicator_columns_tell_nothing_without_the_tick_and_every_label_with_it() {
        let secret = secret();
        let indicators: Vec<Vec<f64>> =
            (0..UNKNOWN).map(|at| (0..ROWS).map(|row| number(row == at)).collect()).collect();
        let [first, _, receiver] = told(&secret, &indicators, json!({})).await;
        assert!(first.told.is_empty() && receiver.told.len() == 1);
        let [first, _, _] = told(&secret, &indicators, json!({"reveals": {"own_coefficients": true}})).await;
        let is_own = |told: &&mpc_run::Told| told.what == What::Fact(Fact::Coefficients(Seat::First));
        let own = &first.told.iter().find(is_own).unwrap().numbers;
        // A coefficient is how far its row's label is from what the other columns say: above or below.
        let known: Vec<Vec<f64>> =
            (UNKNOWN..ROWS).map(|row| vec![secret.other[row], number(secret.labels[row])]).collect();
        let right = (0..UNKNOWN).filter(|&row| {
            let says = ols::predict(&known, &[vec![secret.other[row], 0.0]])[0];
            let deviation = (1.0 / ROWS as f64 * (1.0 - 1.0 / ROWS as f64)).sqrt();
            let label_deviation = {
                let share = secret.labels.iter().filter(|label| **label).count() as f64 / ROWS as f64;
                (share * (1.0 - share)).sqrt()
            };
            let label = says + own[row] * label_deviation / deviation;
            (label > 0.5) == secret.labels[row] && (label - label.round()).abs() < 1e-3
        });
        assert_eq!(right.count(), UNKNOWN, "all of them: why it is a tick of the label owner");
    }
}
