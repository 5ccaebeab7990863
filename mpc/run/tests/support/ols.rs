//! Ordinary least squares in floats, by the equations.

/// Standardised coefficients, intercept last, and the root of the mean squared error.
pub fn fit(rows: &[Vec<f64>]) -> (Vec<f64>, f64) {
    let (count, width) = (rows.len() as f64, rows[0].len());
    let column = |at: usize| rows.iter().map(move |row| row[at]);
    let scales: Vec<(f64, f64)> = (0..width)
        .map(|at| {
            let mean = column(at).sum::<f64>() / count;
            (mean, (column(at).map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt())
        })
        .collect();
    let z = |row: &Vec<f64>, at: usize| (row[at] - scales[at].0) / scales[at].1;
    let features = width - 1;
    let mut equations: Vec<Vec<f64>> = (0..features)
        .map(|a| (0..width).map(|b| rows.iter().map(|row| z(row, a) * z(row, b)).sum::<f64>()).collect())
        .collect();
    for pivot in 0..features {
        let best =
            (pivot..features).max_by(|a, b| equations[*a][pivot].abs().total_cmp(&equations[*b][pivot].abs())).unwrap();
        equations.swap(pivot, best);
        let row = equations[pivot].clone();
        for (at, other) in equations.iter_mut().enumerate() {
            if at != pivot {
                let factor = other[pivot] / row[pivot];
                other.iter_mut().zip(&row).for_each(|(value, taken)| *value -= factor * taken);
            }
        }
    }
    let mut coefficients: Vec<f64> = (0..features).map(|at| equations[at][features] / equations[at][at]).collect();
    let predicted = |row: &Vec<f64>| (0..features).map(|at| coefficients[at] * z(row, at)).sum::<f64>();
    let squares = rows.iter().map(|row| (z(row, features) - predicted(row)).powi(2)).sum::<f64>();
    let error = (squares / count).sqrt() * scales[features].1;
    coefficients.push(0.0);
    (coefficients, error)
}

/// What a model fitted to `rows` says of others.
pub fn predict(rows: &[Vec<f64>], others: &[Vec<f64>]) -> Vec<f64> {
    let (coefficients, _) = fit(rows);
    let count = rows.len() as f64;
    let scale = |at: usize| {
        let mean = rows.iter().map(|row| row[at]).sum::<f64>() / count;
        (mean, (rows.iter().map(|row| (row[at] - mean).powi(2)).sum::<f64>() / count).sqrt())
    };
    let features = rows[0].len() - 1;
    let scales: Vec<(f64, f64)> = (0..=features).map(scale).collect();
    let one = |row: &Vec<f64>| {
        let sum: f64 = (0..features).map(|at| coefficients[at] * (row[at] - scales[at].0) / scales[at].1).sum();
        sum * scales[features].1 + scales[features].0
    };
    others.iter().map(one).collect()
}
