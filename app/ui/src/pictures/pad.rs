use leptos::{html, prelude::*};

use super::{
    paper::Paper,
    raster::{self, Raster},
};
use crate::{controls::file_drop::FileDrop, messages::notice::Problem};

/// Width of the pen in pixels of the small picture.
const PEN: f64 = 1.125;

/// Drawing a small grey picture, or choosing one. `pixels` are `side`² grey values from 0 (empty) to `brightest`, by
/// rows, or `None` while nothing is drawn.
#[component]
pub fn Pad(side: u16, brightest: u8, pixels: RwSignal<Option<Vec<u8>>>) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let error = RwSignal::new(None::<String>);
    let file = RwSignal::new_local(None::<web_sys::File>);
    let clear = move || {
        if let Some(canvas) = canvas.get_untracked() {
            raster::paper(&canvas);
        }
        pixels.set(None);
    };
    Effect::new(move || {
        if canvas.get().is_some() {
            clear();
        }
    });
    let surface = raster::surface(side.into(), side.into()).0;
    let small = move |canvas: &web_sys::HtmlCanvasElement| {
        Raster::of_canvas(canvas, 1).map(|large| large.shrunk(side.into(), side.into()))
    };
    let read = move || {
        if let Some(found) = canvas.get_untracked().and_then(|c| small(&c)) {
            pixels.set(Some(found.levels(brightest)));
        }
    };
    let pen = PEN * f64::from(surface) / f64::from(side.max(1));
    Effect::new(move || {
        let Some(chosen) = file.get() else { return };
        leptos::task::spawn_local(async move {
            match raster::picture(&chosen).await {
                Some(bitmap) => {
                    let Some(node) = canvas.get_untracked() else { return };
                    raster::cover(&node, &bitmap);
                    // Photographs of ink on paper are dark on bright; models were taught bright on dark.
                    if let Some(bright) = Raster::of_canvas(&node, 3).filter(|large| large.mean() >= 0.5) {
                        bright.inverted().show(&node);
                    }
                    read();
                    error.try_set(None);
                }
                None => {
                    error.try_set(Some(raster::NO_PICTURE.into()));
                }
            }
        });
    });
    view! {
        <div class="stack tight">
            <div class="row">
                <Paper canvas=canvas across=surface down=surface pen=pen drawn=|()| () lifted=move |()| read() />
                <div class="stack tight">
                    <button class="button small" type="button" on:click=move |_| clear()>
                        "Clear"
                    </button>
                    <span class="small soft">{format!("Becomes {side} × {side} grey values.")}</span>
                </div>
            </div>
            <FileDrop id="picture-file" label="Or choose a picture" hint="PNG or JPEG; it stays in this page" accept="image/png,image/jpeg" file=file />
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
