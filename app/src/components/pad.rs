use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap, PointerEvent};

use super::{file_drop::FileDrop, notice::Problem};

/// Pixels of the drawing surface along each side.
const SURFACE: u32 = 256;
/// Width of the pen, in pixels of the surface: about one and a half pixels of an 8 × 8 image.
const PEN: f64 = 36.0;

/// Drawing a small grey picture, or choosing one. `pixels` are `side`² grey values from 0 (empty) to `brightest`, by
/// rows, or `None` while nothing is drawn.
#[component]
pub fn Pad(side: u16, brightest: u8, pixels: RwSignal<Option<Vec<u8>>>) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let last = RwSignal::new(None::<(f64, f64)>);
    let error = RwSignal::new(None::<String>);
    let file = RwSignal::new_local(None::<web_sys::File>);
    let clear = move || {
        if let Some(context) = canvas.get_untracked().and_then(|c| context(&c)) {
            paper(&context);
        }
        pixels.set(None);
    };
    Effect::new(move || {
        if canvas.get().is_some() {
            clear();
        }
    });
    let read = move || {
        if let Some(found) = canvas.get_untracked().and_then(|c| shrink(&c, side, brightest)) {
            pixels.set(Some(found));
        }
    };
    let draw = move |event: &PointerEvent| {
        let Some(node) = canvas.get_untracked() else { return };
        let Some(context) = context(&node) else { return };
        let scale = f64::from(SURFACE) / f64::from(node.client_width().max(1));
        let here = (f64::from(event.offset_x()) * scale, f64::from(event.offset_y()) * scale);
        let from = last.get_untracked().unwrap_or(here);
        context.begin_path();
        context.move_to(from.0, from.1);
        context.line_to(here.0 + 0.01, here.1);
        context.stroke();
        last.set(Some(here));
    };
    Effect::new(move || {
        let Some(chosen) = file.get() else { return };
        leptos::task::spawn_local(async move {
            match picture(&chosen).await {
                Some(bitmap) => {
                    if let Some(context) = canvas.get_untracked().and_then(|c| context(&c)) {
                        paper(&context);
                        let size = f64::from(SURFACE);
                        // Fails only for a bitmap that was closed.
                        let _ = context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, size, size);
                        invert_if_bright(&context);
                        read();
                        error.try_set(None);
                    }
                }
                None => {
                    error.try_set(Some(
                        "This file is no picture that the browser can read. Choose a PNG or JPEG.".into(),
                    ));
                }
            }
        });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <canvas
                    node_ref=canvas
                    class="pad"
                    width=SURFACE
                    height=SURFACE
                    aria-label="Drawing pad: draw with mouse, pen or finger"
                    on:pointerdown=move |event| {
                        if let Some(node) = canvas.get_untracked() {
                            // Without capture the line ends at the edge; that is all.
                            let _ = node.set_pointer_capture(event.pointer_id());
                        }
                        last.set(None);
                        draw(&event);
                    }
                    on:pointermove=move |event| {
                        if event.buttons() != 0 {
                            draw(&event);
                        }
                    }
                    on:pointerup=move |_| read()
                ></canvas>
                <div class="stack tight">
                    <button class="button small" type="button" on:click=move |_| clear()>
                        "Clear"
                    </button>
                    <span class="small soft">{format!("Becomes {side} × {side} grey values.")}</span>
                </div>
            </div>
            <FileDrop label="Or choose a picture" hint="PNG or JPEG; it stays in this page" accept="image/png,image/jpeg" file=file />
            <Problem error=error />
        </div>
    }
}

/// A picture of grey values from 0 to 1, each pixel a square.
#[component]
pub fn Picture(side: u16, values: Vec<f64>) -> impl IntoView {
    let cells = values.into_iter().enumerate().map(|(i, value)| {
        let (x, y) = (i % usize::from(side), i / usize::from(side));
        // A little wider than a pixel, or a seam would show between two.
        view! { <rect x=x y=y width="1.02" height="1.02" fill-opacity=format!("{:.2}", value.clamp(0.0, 1.0)) /> }
    });
    view! {
        <svg class="picture" viewBox=format!("0 0 {side} {side}") role="img" aria-label="The picture as grey values">
            {cells.collect_view()}
        </svg>
    }
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    context.set_line_width(PEN);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.set_stroke_style_str("#fff");
    Some(context)
}

fn paper(context: &CanvasRenderingContext2d) {
    context.set_fill_style_str("#000");
    context.fill_rect(0.0, 0.0, f64::from(SURFACE), f64::from(SURFACE));
}

/// Mean ink of each of `side`² squares.
fn shrink(canvas: &HtmlCanvasElement, side: u16, brightest: u8) -> Option<Vec<u8>> {
    let side = u32::from(side);
    let size = f64::from(SURFACE);
    let data = context(canvas)?.get_image_data(0.0, 0.0, size, size).ok()?.data();
    let mut sums = vec![(0.0, 0u32); (side * side) as usize];
    for y in 0..SURFACE {
        for x in 0..SURFACE {
            let cell = (y * side / SURFACE * side + x * side / SURFACE) as usize;
            let at = ((y * SURFACE + x) * 4) as usize;
            let grey = data[at..at + 3].iter().map(|&v| f64::from(v)).sum::<f64>() / 3.0;
            sums[cell].0 += grey;
            sums[cell].1 += 1;
        }
    }
    let grey = |(sum, n): (f64, u32)| (sum / f64::from(n.max(1)) / 255.0 * f64::from(brightest)).round() as u8;
    Some(sums.into_iter().map(grey).collect())
}

/// Photographs of ink on paper are dark on bright; models were taught bright on dark.
fn invert_if_bright(context: &CanvasRenderingContext2d) {
    let size = f64::from(SURFACE);
    let Ok(data) = context.get_image_data(0.0, 0.0, size, size) else { return };
    let mut bytes = data.data().0;
    let sum: u64 = bytes.chunks_exact(4).map(|p| p[..3].iter().map(|&v| u64::from(v)).sum::<u64>()).sum();
    if sum / (3 * bytes.len() as u64 / 4).max(1) < 128 {
        return;
    }
    for pixel in bytes.chunks_exact_mut(4) {
        pixel[..3].iter_mut().for_each(|v| *v = 255 - *v);
    }
    let clamped = wasm_bindgen::Clamped(&bytes[..]);
    if let Ok(inverted) = web_sys::ImageData::new_with_u8_clamped_array(clamped, SURFACE) {
        // Fails only outside the canvas.
        let _ = context.put_image_data(&inverted, 0.0, 0.0);
    }
}

async fn picture(file: &web_sys::File) -> Option<ImageBitmap> {
    let promise = window().create_image_bitmap_with_blob(file).ok()?;
    let bitmap: JsValue = wasm_bindgen_futures::JsFuture::from(promise).await.ok()?;
    bitmap.dyn_into().ok()
}
