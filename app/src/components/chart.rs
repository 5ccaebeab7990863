use leptos::prelude::*;

/// One line of a [`Chart`].
#[derive(Clone, PartialEq, Default)]
pub struct Line {
    pub name: String,
    /// (x, y), by rising x.
    pub points: Vec<(f64, f64)>,
    /// Hold each value until the next point, as balances and accuracies do.
    pub steps: bool,
}

/// How a number on an axis is written.
pub type Label = fn(f64) -> String;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 28.0;
/// Lines differ in dash as well as in colour; after these they repeat.
const LOOKS: usize = 6;

/// Lines over a shared axis, with a legend. Said to screen readers by `summary`.
#[component]
pub fn Chart(
    #[prop(into)] lines: Signal<Vec<Line>>,
    #[prop(into)] summary: Signal<String>,
    x_label: Label,
    y_label: Label,
) -> impl IntoView {
    let shown = Memo::new(move |_| lines.get());
    move || {
        let lines = shown.get();
        let Some(frame) = Frame::around(&lines) else {
            return view! { <p class="soft">"Nothing to plot yet."</p> }.into_any();
        };
        view! {
            <figure class="chart">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=summary.get()>
                    {frame
                        .y_ticks()
                        .into_iter()
                        .map(|value| {
                            let y = frame.y(value);
                            view! {
                                <line class="grid" x1=LEFT x2=WIDTH - RIGHT y1=y y2=y />
                                <text class="tick" x=LEFT - 8.0 y=y + 4.0 text-anchor="end">
                                    {y_label(value)}
                                </text>
                            }
                        })
                        .collect_view()}
                    {frame
                        .x_ticks()
                        .into_iter()
                        .map(|(value, anchor)| {
                            view! {
                                <text class="tick" x=frame.x(value) y=HEIGHT - 8.0 text-anchor=anchor>
                                    {x_label(value)}
                                </text>
                            }
                        })
                        .collect_view()}
                    {lines
                        .iter()
                        .enumerate()
                        .map(|(i, line)| {
                            view! {
                                <polyline class=format!("line look-{}", i % LOOKS) points=frame.path(line) />
                                {(line.points.len() <= 40)
                                    .then(|| {
                                        line.points
                                            .iter()
                                            .map(|&(x, y)| {
                                                view! {
                                                    <circle class=format!("dot look-{}", i % LOOKS) cx=frame.x(x) cy=frame.y(y) r="2.5">
                                                        <title>{format!("{}: {}", x_label(x), y_label(y))}</title>
                                                    </circle>
                                                }
                                            })
                                            .collect_view()
                                    })}
                            }
                        })
                        .collect_view()}
                </svg>
                <figcaption class="row">
                    {(lines.len() > 1)
                        .then(|| {
                            lines
                                .iter()
                                .enumerate()
                                .map(|(i, line)| {
                                    view! {
                                        <span class="row tight small">
                                            <svg class="key" viewBox="0 0 28 8" aria-hidden="true">
                                                <line class=format!("line look-{}", i % LOOKS) x1="0" x2="28" y1="4" y2="4" />
                                            </svg>
                                            {line.name.clone()}
                                        </span>
                                    }
                                })
                                .collect_view()
                        })}
                </figcaption>
            </figure>
        }
        .into_any()
    }
}

/// The part of the plane that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    step: f64,
}

impl Frame {
    /// Holds all points, with round numbers at the ends of the y axis.
    fn around(lines: &[Line]) -> Option<Self> {
        let points = || lines.iter().flat_map(|l| &l.points).filter(|(x, y)| x.is_finite() && y.is_finite());
        points().next()?;
        let ends = |values: &dyn Fn(&(f64, f64)) -> f64| {
            points().map(values).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
        };
        let x = ends(&|p| p.0);
        let (low, high) = ends(&|p| p.1);
        let step = round_step((high - low).max(high.abs().max(1e-9) * 0.02) / 4.0);
        let bottom = (low / step).floor() * step;
        let top = ((high / step).ceil() * step).max(bottom + step);
        Some(Self { x, y: (bottom, top), step })
    }

    fn x(&self, value: f64) -> f64 {
        let width = WIDTH - LEFT - RIGHT;
        let span = self.x.1 - self.x.0;
        LEFT + if span > 0.0 { (value - self.x.0) / span * width } else { width / 2.0 }
    }

    fn y(&self, value: f64) -> f64 {
        let height = HEIGHT - TOP - BOTTOM;
        TOP + (self.y.1 - value) / (self.y.1 - self.y.0) * height
    }

    fn y_ticks(&self) -> Vec<f64> {
        let count = ((self.y.1 - self.y.0) / self.step).round() as usize;
        (0..=count).map(|i| self.y.0 + i as f64 * self.step).collect()
    }

    /// The ends and the middle, with how the text stands to its place.
    fn x_ticks(&self) -> Vec<(f64, &'static str)> {
        if self.x.0 == self.x.1 {
            return vec![(self.x.0, "middle")];
        }
        vec![(self.x.0, "start"), ((self.x.0 + self.x.1) / 2.0, "middle"), (self.x.1, "end")]
    }

    fn path(&self, line: &Line) -> String {
        let mut path = String::new();
        let mut last = None;
        for &(x, y) in &line.points {
            if let (true, Some(held)) = (line.steps, last) {
                path.push_str(&format!("{:.1},{:.1} ", self.x(x), self.y(held)));
            }
            path.push_str(&format!("{:.1},{:.1} ", self.x(x), self.y(y)));
            last = Some(y);
        }
        path
    }
}

/// The next 1, 2 or 5 times a power of ten.
fn round_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|f| f * power >= rough * 0.999).unwrap_or(10.0);
    factor * power
}
