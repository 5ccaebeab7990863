use leptos::{html, prelude::*};
use ml_task::Picture;

use super::{
    paper::Paper,
    raster::{self, Raster},
};
use crate::{controls::file_drop::FileDrop, messages::notice::Problem};

/// Width of the pen: this share of the picture's longer side.
const PEN: f64 = 1.0 / 13.0;
/// Side of the pictures of handwritten digits that most models of them were taught with.
const DIGIT: u32 = 28;

/// Drawing or choosing a picture of a model's size. `on_pixels` gets values from 0 (black) to 255 (white), or `None`
/// when the paper is empty again.
#[component]
pub fn PictureInput(picture: Picture, on_pixels: Callback<Option<Vec<u8>>>) -> impl IntoView {
    let Picture { width, height, channels, .. } = picture;
    let (across, down) = raster::surface(width, height);
    let canvas = NodeRef::<html::Canvas>::new();
    let preview = NodeRef::<html::Canvas>::new();
    let empty = RwSignal::new(true);
    let inverted = RwSignal::new(false);
    let square = channels == 1 && width == height;
    let fit = RwSignal::new(square && width == DIGIT);
    let error = RwSignal::new(None::<String>);
    let file = RwSignal::new_local(None::<web_sys::File>);
    let read = move || {
        let Some(large) = canvas.get_untracked().and_then(|c| Raster::of_canvas(&c, channels as usize)) else { return };
        let large = if inverted.get_untracked() { large.inverted() } else { large };
        let small = if fit.get_untracked() {
            large.fitted(width as usize)
        } else {
            large.shrunk(width as usize, height as usize)
        };
        if let Some(preview) = preview.get_untracked() {
            small.show(&preview);
        }
        on_pixels.run(Some(small.levels(u8::MAX)));
    };
    let clear = move || {
        for node in [canvas, preview] {
            if let Some(node) = node.get_untracked() {
                raster::paper(&node);
            }
        }
        inverted.set(false);
        empty.set(true);
        file.set(None);
        on_pixels.run(None);
    };
    Effect::new(move || {
        if canvas.get().is_some() && preview.get().is_some() {
            clear();
        }
    });
    let pen = PEN * f64::from(across.max(down));
    let again = move || {
        if !empty.get_untracked() {
            read();
        }
    };
    Effect::new(move || {
        let Some(chosen) = file.get() else { return };
        leptos::task::spawn_local(async move {
            let Some(bitmap) = raster::picture(&chosen).await else {
                error.try_set(Some(raster::NO_PICTURE.into()));
                return;
            };
            let Some(node) = canvas.get_untracked() else { return };
            raster::cover(&node, &bitmap);
            // Photographs of ink on paper are dark on bright; models of handwriting were taught bright on dark.
            let bright = Raster::of_canvas(&node, 1).is_some_and(|large| large.mean() >= 0.5);
            inverted.set(channels == 1 && bright);
            if (bitmap.width(), bitmap.height()) == (width, height) {
                // It comes from a data set, as it is.
                fit.set(false);
            }
            empty.set(false);
            error.set(None);
            read();
        });
    });
    view! {
        <div class="stack tight">
            <div class="row drawing">
                <Paper canvas=canvas across=across down=down pen=pen drawn=move |()| empty.set(false) lifted=move |()| read() />
                <div class="stack tight">
                    <canvas
                        node_ref=preview
                        class="seen"
                        width=width
                        height=height
                        style:aspect-ratio=format!("{width} / {height}")
                        aria-label="What the model gets"
                    ></canvas>
                    <span class="small soft">
                        {format!("What the model gets: {width} × {height}, {}", if channels == 1 { "grey" } else { "colour" })}
                    </span>
                    <div class="row">
                        <button class="button small" type="button" on:click=move |_| clear()>
                            "Clear"
                        </button>
                    </div>
                </div>
            </div>
            <div class="row">
                <Tick label="Invert bright and dark" value=inverted changed=again />
                {square.then(|| view! { <Tick label="Fit and centre, as digits are taught" value=fit changed=again /> })}
            </div>
            <FileDrop label="Or choose a picture" hint="PNG or JPEG; it stays in this page" accept="image/png,image/jpeg" file=file />
            <Problem error=error />
        </div>
    }
}

#[component]
fn Tick(label: &'static str, value: RwSignal<bool>, changed: impl Fn() + 'static) -> impl IntoView {
    view! {
        <label class="check small">
            <input
                type="checkbox"
                prop:checked=move || value.get()
                on:change=move |event| {
                    value.set(event_target_checked(&event));
                    changed();
                }
            />
            {label}
        </label>
    }
}
