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
        let Some(small) = sample(canvas, (width, height), channels, inverted.get_untracked(), fit.get_untracked())
        else {
            return;
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
            let size = match show(&chosen, canvas).await {
                Ok(Some(size)) => size,
                Ok(None) => return,
                Err(why) => {
                    error.try_set(Some(why.into()));
                    return;
                }
            };
            // Photographs of ink on paper are dark on bright; models of handwriting were taught bright on dark.
            inverted.set(channels == 1 && is_bright(canvas));
            if size == (width, height) {
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
                <Preview canvas=preview width=width height=height channels=channels on_clear=Callback::new(move |()| clear()) />
            </div>
            <div class="row">
                <Checkbox label="Invert bright and dark" value=inverted changed=again />
                {square.then(|| view! { <Checkbox label="Fit and centre, as digits are taught" value=fit changed=again /> })}
            </div>
            <FileDrop id="picture-file" label="Or choose a picture" hint="PNG or JPEG; it stays in this page" accept="image/png,image/jpeg" file=file />
            <Problem error=error />
        </div>
    }
}

/// What is on the paper, in the model's size.
fn sample(
    canvas: NodeRef<html::Canvas>,
    (width, height): (u32, u32),
    channels: u32,
    inverted: bool,
    fit: bool,
) -> Option<Raster> {
    let large = canvas.get_untracked().and_then(|c| Raster::of_canvas(&c, channels as usize))?;
    let large = if inverted { large.inverted() } else { large };
    Some(if fit { large.fitted(width as usize) } else { large.shrunk(width as usize, height as usize) })
}

/// Draws a chosen picture on the paper and gives its own size in pixels; `None` where the paper has gone meanwhile.
async fn show(chosen: &web_sys::File, canvas: NodeRef<html::Canvas>) -> Result<Option<(u32, u32)>, &'static str> {
    let bitmap = raster::picture(chosen).await.ok_or(raster::NO_PICTURE)?;
    let Some(node) = canvas.get_untracked() else { return Ok(None) };
    raster::cover(&node, &bitmap);
    Ok(Some((bitmap.width(), bitmap.height())))
}

fn is_bright(canvas: NodeRef<html::Canvas>) -> bool {
    let grey = canvas.get_untracked().and_then(|node| Raster::of_canvas(&node, 1));
    grey.is_some_and(|grey| grey.mean() >= 0.5)
}

/// The picture in the model's own size.
#[component]
fn Preview(
    canvas: NodeRef<html::Canvas>,
    width: u32,
    height: u32,
    channels: u32,
    on_clear: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="stack tight">
            <canvas
                node_ref=canvas
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
                <button class="button small" type="button" on:click=move |_| on_clear.run(())>
                    "Clear"
                </button>
            </div>
        </div>
    }
}

#[component]
fn Checkbox(label: &'static str, value: RwSignal<bool>, changed: impl Fn() + 'static) -> impl IntoView {
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
