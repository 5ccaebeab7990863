//! Pictures as numbers: what a canvas shows, made as small as a model wants it.

use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap, ImageData};

/// Least pixels of a drawing surface along its longer side.
const SURFACE: u32 = 256;

/// Values from 0 (black) to 1 (white), row by row; with three channels red, green and blue of each pixel in turn.
#[derive(Debug, Clone, PartialEq)]
pub struct Raster {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    pub values: Vec<f64>,
}

impl Raster {
    /// What the canvas shows; grey where `channels` is 1.
    pub fn of_canvas(canvas: &HtmlCanvasElement, channels: usize) -> Option<Self> {
        let (width, height) = (canvas.width(), canvas.height());
        let data = context(canvas)?.get_image_data(0.0, 0.0, f64::from(width), f64::from(height)).ok()?.data();
        let level = |value: &u8| f64::from(*value) / 255.0;
        let values = match channels {
            1 => data.chunks_exact(4).map(|p| p[..3].iter().map(level).sum::<f64>() / 3.0).collect(),
            _ => data.chunks_exact(4).flat_map(|p| [level(&p[0]), level(&p[1]), level(&p[2])]).collect(),
        };
        Some(Self { width: width as usize, height: height as usize, channels, values })
    }

    /// Means over cells, of which there are as many as the smaller picture has pixels.
    pub fn shrunk(&self, width: usize, height: usize) -> Self {
        let (across, down) = (self.width as f64 / width.max(1) as f64, self.height as f64 / height.max(1) as f64);
        self.resampled(width, height, |x, y| (x * across, y * down), (across, down))
    }

    /// As data sets of handwriting have it: what is bright fills five sevenths of a square, and its centre of mass is
    /// the square's centre.
    pub fn fitted(&self, side: usize) -> Self {
        const LEAST: f64 = 0.1;
        let bright = || self.values.iter().enumerate().filter(|(_, v)| **v > LEAST);
        let at = |i: usize| ((i % self.width) as f64, (i / self.width) as f64);
        let mass: f64 = bright().map(|(_, v)| v).sum();
        if self.channels != 1 || mass == 0.0 {
            return self.shrunk(side, side);
        }
        let mean = |axis: fn((f64, f64)) -> f64| bright().map(|(i, v)| axis(at(i)) * v).sum::<f64>() / mass + 0.5;
        let span = |axis: fn((f64, f64)) -> f64| {
            let ends = bright()
                .fold((f64::INFINITY, 0.0f64), |(low, high), (i, _)| (low.min(axis(at(i))), high.max(axis(at(i)))));
            ends.1 - ends.0 + 1.0
        };
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let cell = span(|p| p.0).max(span(|p| p.1)) / (side as f64 * 5.0 / 7.0);
        let half = side as f64 / 2.0;
        self.resampled(side, side, |to_x, to_y| (x + (to_x - half) * cell, y + (to_y - half) * cell), (cell, cell))
    }

    /// Dark for bright.
    pub fn inverted(mut self) -> Self {
        self.values.iter_mut().for_each(|v| *v = 1.0 - *v);
        self
    }

    pub fn mean(&self) -> f64 {
        self.values.iter().sum::<f64>() / self.values.len().max(1) as f64
    }

    /// The values times `brightest`, rounded.
    pub fn levels(&self, brightest: u8) -> Vec<u8> {
        self.values.iter().map(|v| (v * f64::from(brightest)).round() as u8).collect()
    }

    /// Shows it on a canvas of its size.
    pub fn show(&self, canvas: &HtmlCanvasElement) {
        canvas.set_width(self.width as u32);
        canvas.set_height(self.height as u32);
        let levels = self.levels(255);
        let pixel = |p: &[u8]| [p[0], p[p.len() / 2], p[p.len() - 1], 255];
        let bytes: Vec<u8> = levels.chunks_exact(self.channels.max(1)).flat_map(pixel).collect();
        let data = ImageData::new_with_u8_clamped_array(Clamped(&bytes), self.width as u32);
        if let (Ok(data), Some(context)) = (data, context(canvas)) {
            // Fails only outside the canvas.
            let _ = context.put_image_data(&data, 0.0, 0.0);
        }
    }

    /// Each cell of the new picture is the mean of the part of this one that starts at `from` and is `cell` large.
    /// Beyond the edges it is black.
    fn resampled(&self, width: usize, height: usize, from: impl Fn(f64, f64) -> (f64, f64), cell: (f64, f64)) -> Self {
        let steps = (cell.0.ceil().max(1.0), cell.1.ceil().max(1.0));
        let mut values = Vec::with_capacity(width * height * self.channels);
        for y in 0..height {
            for x in 0..width {
                let start = from(x as f64, y as f64);
                for channel in 0..self.channels {
                    let mut sum = 0.0;
                    for j in 0..steps.1 as usize {
                        for i in 0..steps.0 as usize {
                            let x = start.0 + (i as f64 + 0.5) * cell.0 / steps.0;
                            let y = start.1 + (j as f64 + 0.5) * cell.1 / steps.1;
                            sum += self.at(x, y, channel);
                        }
                    }
                    values.push(sum / (steps.0 * steps.1));
                }
            }
        }
        Self { width, height, channels: self.channels, values }
    }

    fn at(&self, x: f64, y: f64, channel: usize) -> f64 {
        if x < 0.0 || y < 0.0 || x >= self.width as f64 || y >= self.height as f64 {
            return 0.0;
        }
        let at = (y as usize * self.width + x as usize) * self.channels + channel;
        self.values.get(at).copied().unwrap_or(0.0)
    }
}

/// Width and height of a drawing surface for a small picture: a whole number of its pixels for each.
pub fn surface(width: u32, height: u32) -> (u32, u32) {
    let scale = SURFACE.div_ceil(width.max(height).max(1));
    (width * scale, height * scale)
}

pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Makes the canvas black.
pub fn paper(canvas: &HtmlCanvasElement) {
    if let Some(context) = context(canvas) {
        context.set_fill_style_str("#000");
        context.fill_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
    }
}

/// A white line between two points, as wide as `pen`; all in pixels of the canvas.
pub fn stroke(canvas: &HtmlCanvasElement, pen: f64, from: (f64, f64), to: (f64, f64)) {
    let Some(context) = context(canvas) else { return };
    context.set_line_width(pen);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.set_stroke_style_str("#fff");
    context.begin_path();
    context.move_to(from.0, from.1);
    // A line without length would not be drawn.
    context.line_to(to.0 + 0.01, to.1);
    context.stroke();
}

/// Draws the middle of a picture over the whole canvas.
pub fn cover(canvas: &HtmlCanvasElement, bitmap: &ImageBitmap) {
    let Some(context) = context(canvas) else { return };
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    let (has_width, has_height) = (f64::from(bitmap.width()), f64::from(bitmap.height()));
    let scale = (has_width / width).min(has_height / height);
    let (across, down) = (width * scale, height * scale);
    let (left, top) = ((has_width - across) / 2.0, (has_height - down) / 2.0);
    paper(canvas);
    // Fails only for a bitmap that was closed.
    let _ = context.draw_image_with_image_bitmap_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        bitmap, left, top, across, down, 0.0, 0.0, width, height,
    );
}

/// What a person is told of a file that is none.
pub const NO_PICTURE: &str = "This file is no picture that the browser can read. Choose a PNG or JPEG.";

/// A picture out of a file, as the browser reads it; no address of it is made.
pub async fn picture(file: &File) -> Option<ImageBitmap> {
    let promise = leptos::prelude::window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap: JsValue = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    bitmap.dyn_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    fn grey(width: usize, height: usize, value: impl Fn(usize, usize) -> f64) -> Raster {
        let values = (0..width * height).map(|i| value(i % width, i / width)).collect();
        Raster { width, height, channels: 1, values }
    }

    /// Centre of mass in pixels, from the middle of the first.
    fn centre(raster: &Raster) -> (f64, f64) {
        let sum = |weight: &dyn Fn(usize) -> f64| -> f64 {
            raster.values.iter().enumerate().map(|(i, v)| v * weight(i)).sum()
        };
        let mass = sum(&|_| 1.0);
        (sum(&|i| (i % raster.width) as f64) / mass, sum(&|i| (i / raster.width) as f64) / mass)
    }

    #[wasm_bindgen_test]
    fn shrinking_takes_means_of_whole_cells() {
        let large = grey(4, 4, |x, y| if x < 2 && y < 2 { 1.0 } else { (x / 2) as f64 * 0.5 });
        assert_eq!(large.shrunk(2, 2).values, [1.0, 0.5, 0.0, 0.5]);
        let colours = Raster { width: 2, height: 1, channels: 3, values: vec![1.0, 0.0, 0.5, 0.0, 1.0, 0.5] };
        assert_eq!(colours.shrunk(1, 1).values, [0.5, 0.5, 0.5]);
    }

    #[wasm_bindgen_test]
    fn wherever_it_was_drawn_a_digit_ends_in_the_middle_as_large_as_it_was_taught() {
        // A bar of 30 by 90 pixels, near each corner of a paper of 280.
        for (left, top) in [(5, 5), (240, 5), (5, 180), (240, 180)] {
            let bar = |x: usize, y: usize| {
                f64::from(u8::from((left..left + 30).contains(&x) && (top..top + 90).contains(&y)))
            };
            let fitted = grey(280, 280, bar).fitted(28);
            let (x, y) = centre(&fitted);
            assert!((x - 13.5).abs() < 0.2 && (y - 13.5).abs() < 0.2, "centre {x}, {y} of a bar at {left}, {top}");
            let rows = (0..28).filter(|y| fitted.values[y * 28..(y + 1) * 28].iter().any(|v| *v > 0.1)).count();
            assert!((20..=21).contains(&rows), "{rows} rows of a bar at {left}, {top}");
        }
        assert_eq!(grey(280, 280, |_, _| 0.0).fitted(28).values, [0.0; 784]);
    }

    #[wasm_bindgen_test]
    fn a_picture_survives_its_canvas() {
        let canvas = leptos::prelude::document().create_element("canvas").unwrap();
        let canvas = canvas.dyn_into::<HtmlCanvasElement>().unwrap();
        let picture = grey(8, 6, |x, y| ((x * 31 + y * 17) % 256) as f64 / 255.0);
        picture.show(&canvas);
        let found = Raster::of_canvas(&canvas, 1).unwrap();
        assert_eq!(found.levels(255), picture.levels(255));
        assert_eq!(found.inverted().levels(16), picture.inverted().levels(16));
    }
}
