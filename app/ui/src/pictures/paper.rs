use leptos::{html, prelude::*};
use web_sys::PointerEvent;

use super::raster;

/// Paper to draw on with mouse, pen or finger: `across` × `down` pixels, with a pen of so many pixels. `drawn` is told of
/// every stroke while it is made, `lifted` when the pen leaves the paper.
#[component]
pub fn Paper(
    canvas: NodeRef<html::Canvas>,
    across: u32,
    down: u32,
    pen: f64,
    #[prop(into)] drawn: Callback<()>,
    #[prop(into)] lifted: Callback<()>,
) -> impl IntoView {
    let last = RwSignal::new(None::<(f64, f64)>);
    let draw = move |event: &PointerEvent| {
        let Some(node) = canvas.get_untracked() else { return };
        let scale = f64::from(across) / f64::from(node.client_width().max(1));
        let here = (f64::from(event.offset_x()) * scale, f64::from(event.offset_y()) * scale);
        raster::stroke(&node, pen, last.get_untracked().unwrap_or(here), here);
        last.set(Some(here));
        drawn.run(());
    };
    view! {
        <canvas
            node_ref=canvas
            id="pad"
            class="pad"
            width=across
            height=down
            style:aspect-ratio=format!("{across} / {down}")
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
            on:pointerup=move |_| lifted.run(())
        ></canvas>
    }
}
