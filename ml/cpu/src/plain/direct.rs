//! Convolution without unrolling the picture into a matrix first: for windows that move by one, in browsers, where that
//! unrolling takes as long as the product. Four maps and eight places of a row are summed at once, in registers.

use std::array;

use crate::lanes::{Eight, LANES};

/// Maps summed at once.
const MAPS: usize = 4;
/// Neighbouring places summed at once.
const PLACES: usize = LANES;

/// Lengths of a convolution over two axes of space, all channels in one group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lengths {
    pub batch: usize,
    pub channels: usize,
    pub input: [usize; 2],
    pub maps: usize,
    pub kernel: [usize; 2],
    /// Zeros above and to the left.
    pub before: [usize; 2],
    pub output: [usize; 2],
}

/// The maps, plane by plane. `weights` are `[maps, channels, kernel]`, `bias` has one number for each map.
pub(super) fn convolve(lengths: Lengths, values: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
    let Lengths { batch, channels, input, maps, kernel, before, output } = lengths;
    let area = kernel[0] * kernel[1];
    // Each row ends in zeros, so that the last group of places needs no care.
    let width = output[1].next_multiple_of(PLACES) + kernel[1] - 1;
    let height = output[0] + kernel[0] - 1;
    let mut padded = vec![0.0_f32; channels * height * width];
    let mut results = vec![0.0_f32; batch * maps * output[0] * output[1]];
    let packed: Vec<[f32; MAPS]> = (0..maps.div_ceil(MAPS))
        .flat_map(|block| {
            (0..channels * area).map(move |tap| {
                array::from_fn(|map| {
                    let map = block * MAPS + map;
                    if map < maps { weights.get(map * channels * area + tap).copied().unwrap_or(0.0) } else { 0.0 }
                })
            })
        })
        .collect();
    let planes = values.chunks_exact((channels * input[0] * input[1]).max(1));
    for (picture, results) in planes.zip(results.chunks_exact_mut((maps * output[0] * output[1]).max(1))) {
        fill(&mut padded, picture, input, before, [height, width]);
        for (block, taps) in packed.chunks_exact((channels * area).max(1)).enumerate() {
            let first = block * MAPS;
            let start: [f32; MAPS] = array::from_fn(|map| bias.get(first + map).copied().unwrap_or(0.0));
            for y in 0..output[0] {
                for x in (0..output[1]).step_by(PLACES) {
                    let sums = tile(&padded, taps, start, [y, x], [height, width], kernel);
                    let count = PLACES.min(output[1] - x);
                    for (map, sums) in sums.into_iter().enumerate().take(maps - first) {
                        let sums = sums.numbers();
                        let place = ((first + map) * output[0] + y) * output[1] + x;
                        if let Some(row) = results.get_mut(place..place + count) {
                            row.iter_mut().zip(sums).for_each(|(result, sum)| *result = sum);
                        }
                    }
                }
            }
        }
    }
    results
}

/// Copies the channels of a picture to where their zeros around them are.
fn fill(padded: &mut [f32], picture: &[f32], input: [usize; 2], before: [usize; 2], size: [usize; 2]) {
    let planes = padded.chunks_exact_mut((size[0] * size[1]).max(1));
    for (padded, plane) in planes.zip(picture.chunks_exact((input[0] * input[1]).max(1))) {
        let rows = padded.chunks_exact_mut(size[1].max(1)).skip(before[0]);
        for (padded, row) in rows.zip(plane.chunks_exact(input[1].max(1))) {
            // What lies behind the last window is left out.
            padded.iter_mut().skip(before[1]).zip(row).for_each(|(padded, value)| *padded = *value);
        }
    }
}

/// Sums for four maps at eight places from `[y, x]` on.
#[inline(always)]
fn tile(
    padded: &[f32],
    taps: &[[f32; MAPS]],
    start: [f32; MAPS],
    [y, x]: [usize; 2],
    [height, width]: [usize; 2],
    kernel: [usize; 2],
) -> [Eight; MAPS] {
    let mut sums: [Eight; MAPS] = start.map(Eight::splat);
    let rows = padded.chunks_exact((height * width).max(1)).flat_map(|plane| {
        (y..y + kernel[0]).map(move |row| plane.get(row * width + x..(row + 1) * width).unwrap_or_default())
    });
    for (row, taps) in rows.zip(taps.chunks_exact(kernel[1].max(1))) {
        for (places, weights) in row.windows(PLACES).zip(taps) {
            let Some(places) = places.first_chunk::<PLACES>() else { continue };
            let places = Eight::of(places);
            sums = array::from_fn(|map| sums[map].plus_product(places, Eight::splat(weights[map])));
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{Lengths, convolve};

    /// As the standard says it, place by place.
    fn plainly(l: Lengths, values: &[f32], weights: &[f32], bias: &[f32]) -> Vec<f32> {
        let mut results = Vec::new();
        for n in 0..l.batch {
            for (map, bias) in bias.iter().enumerate() {
                for y in 0..l.output[0] {
                    for x in 0..l.output[1] {
                        let mut sum = *bias;
                        for c in 0..l.channels {
                            for ky in 0..l.kernel[0] {
                                for kx in 0..l.kernel[1] {
                                    let (row, column) =
                                        ((y + ky).wrapping_sub(l.before[0]), (x + kx).wrapping_sub(l.before[1]));
                                    if row < l.input[0] && column < l.input[1] {
                                        let value =
                                            values[((n * l.channels + c) * l.input[0] + row) * l.input[1] + column];
                                        let tap = ((map * l.channels + c) * l.kernel[0] + ky) * l.kernel[1] + kx;
                                        sum += value * weights[tap];
                                    }
                                }
                            }
                        }
                        results.push(sum);
                    }
                }
            }
        }
        results
    }

    #[test]
    fn it_sums_what_the_standard_says() {
        let number = |i: usize| ((i * 7919 % 101) as f32 - 50.0) / 16.0;
        for (batch, channels, maps, input, kernel, before, after) in [
            (1, 1, 8, [28, 28], [5, 5], [2, 2], [2, 2]),
            (2, 3, 5, [9, 7], [3, 3], [1, 1], [1, 1]),
            (1, 4, 4, [8, 8], [3, 3], [0, 0], [0, 0]),
            (1, 2, 6, [5, 17], [1, 9], [0, 3], [0, 5]),
            (1, 2, 1, [6, 6], [4, 2], [3, 0], [0, 1]),
            (3, 1, 9, [3, 3], [3, 3], [0, 0], [0, 0]),
        ] {
            let output = [0, 1].map(|a| input[a] + before[a] + after[a] - kernel[a] + 1);
            let lengths = Lengths { batch, channels, input, maps, kernel, before, output };
            let values: Vec<f32> = (0..batch * channels * input[0] * input[1]).map(number).collect();
            let weights: Vec<f32> = (3..3 + maps * channels * kernel[0] * kernel[1]).map(number).collect();
            let bias: Vec<f32> = (5..5 + maps).map(number).collect();
            let (found, wanted) =
                (convolve(lengths, &values, &weights, &bias), plainly(lengths, &values, &weights, &bias));
            assert_eq!(found.len(), wanted.len());
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!(
                    (found - wanted).abs() <= 1e-4 * wanted.abs().max(1.0),
                    "{found} instead of {wanted}: {lengths:?}"
                );
            }
        }
    }
}
